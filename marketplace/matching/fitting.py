"""Fits the points of the signals to judged pairs and past outcomes, and says whether it is worth it; pure.

A score is linear in the points, so a pair “this one before that one” is a logistic loss of the difference of two
scores (RankNet, Burges et al. 2005), each pair weighed by what swapping it would cost in nDCG under the set in force
(LambdaRank, Burges 2010). The points stay ≥ 0, add up to 100, and move by a bounded step: the data are few. Whether
the fitted points are better is measured on needs they were not fitted on, never on the same need.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .measures import dcg, gain, ndcg
from .signals import ORDER

Doubles = NDArray[np.float64]
Pairs = NDArray[np.intp]

POINTS = 100.0
SOFTNESS = 2.0
"""Which difference of two scores, in points, makes one order e ≈ 2.7 times as likely as the other."""
PULL = 0.005
"""How strongly the points are held to those in force, against losses of at most about 1."""
LEAST_GAIN = 0.002
"""A gain below this changes everybody's order for nothing anybody would notice."""
ROUNDS = 400
DEPTH = 10
RESAMPLES = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One need with the providers that were ranked for it.

    `values`: what each provider reaches of each signal, 0 to 1, shape (providers, signals). `pairs`: rows of (better,
    worse) places among the providers, `worth` what each pair counts, adding up to 1. `grades` are there when the need
    was judged; without them the measure is the share of the `fair` pairs in the right order, those that do not depend
    on what was shown where. Examples of one `group` stay together.
    """

    group: str
    ids: tuple[str, ...]
    values: Doubles
    pairs: Pairs
    worth: Doubles
    grades: Mapping[str, int] | None = None
    fair: NDArray[np.bool_] | None = None

    def measure(self, points: Doubles) -> float | None:
        """Give nDCG@10, or the share of fair pairs in order; None when there is nothing to measure."""
        scores = np.round(self.values @ points, 4)
        if self.grades is not None:
            order = sorted(range(len(self.ids)), key=lambda place: (-scores[place], place))
            return ndcg([self.ids[place] for place in order], self.grades, DEPTH)
        pairs = self.pairs if self.fair is None else self.pairs[self.fair]
        if not len(pairs):
            return None
        gaps = scores[pairs[:, 0]] - scores[pairs[:, 1]]
        return float(np.mean((gaps > 0) + 0.5 * (gaps == 0)))


@dataclass(frozen=True, slots=True)
class Fold:
    """One part held out: the points fitted on the rest, and each held-out need before and after."""

    number: int
    points: Mapping[str, float]
    before: Mapping[str, float]
    after: Mapping[str, float]

    @property
    def gain(self) -> float:
        """The mean change over the needs held out."""
        return _mean(self.after[key] - self.before[key] for key in self.before)


@dataclass(frozen=True, slots=True)
class Fit:
    """The fitted points and what they reach on needs not fitted on. `low`, `high`: 95 % interval of the gain."""

    points: Mapping[str, float]
    folds: tuple[Fold, ...]
    before: float
    after: float
    low: float
    high: float
    groups: int
    examples: int
    judged_gain: float

    @property
    def gain(self) -> float:
        """The mean change over all needs, each measured while held out."""
        return self.after - self.before

    @property
    def beats(self) -> bool:
        """Whether the gain is beyond noise, worth a change, and not bought with judged quality."""
        return self.low > 0 and self.gain >= LEAST_GAIN and self.judged_gain > -LEAST_GAIN


@dataclass(frozen=True, slots=True)
class Plan:
    """How to fit: parts, the largest step of one signal in points, and the seed that shuffles and resamples."""

    folds: int = 5
    step: float = 4.0
    seed: int = 1
    rounds: int = ROUNDS
    told: Callable[[Fold], None] = field(default=lambda _fold: None)


def judged_example(
    group: str, ids: Sequence[str], values: Doubles, grades: Mapping[str, int], points: Doubles
) -> Example:
    """Make an example of a judged need; `points` are those in force, by whose order the pairs are weighed."""
    own = np.array([grades.get(key, 0) for key in ids])
    gains = np.array([gain(int(grade)) for grade in own], dtype=np.float64)
    better, worse = np.nonzero(own[:, None] > own[None, :])
    ranks = np.empty(len(ids))
    ranks[np.argsort(-(values @ points), kind="stable")] = np.arange(len(ids))
    discounts = np.where(ranks < DEPTH, 1 / np.log2(ranks + 2), 0.0)
    ideal = dcg(sorted((gain(grade) for grade in grades.values()), reverse=True)[:DEPTH]) or 1.0
    worth = (gains[better] - gains[worse]) * np.abs(discounts[better] - discounts[worse]) / ideal
    kept = worth > 0
    return Example(
        group,
        tuple(ids),
        values,
        np.stack([better[kept], worse[kept]], axis=1),
        _shares(worth[kept]),
        dict(grades),
    )


def _shares(worth: Doubles) -> Doubles:
    total = worth.sum()
    return worth / total if total > 0 else worth


def as_array(points: Mapping[str, float]) -> Doubles:
    """Give points in the order of the signals."""
    return np.array([points.get(name, 0.0) for name in ORDER], dtype=np.float64)


def climb(examples: Sequence[Example], start: Doubles, plan: Plan) -> Doubles:
    """Find the points that order the pairs best within the step; what earns nothing now stays at nothing.

    Projected gradient descent with halving steps on a convex loss: no chance in it.
    """
    low = np.maximum(start - plan.step, 0.0)
    high = np.where(start > 0, start + plan.step, 0.0)
    told = [item for item in examples if len(item.pairs)]
    if not told:
        return start
    gaps = np.concatenate(
        [item.values[item.pairs[:, 0]] - item.values[item.pairs[:, 1]] for item in told]
    )
    worth = np.concatenate([item.worth for item in told]) / len(told)

    def loss(points: Doubles) -> float:
        drift = float(np.sum(((points - start) / plan.step) ** 2))
        return float(worth @ np.logaddexp(0, -(gaps @ points) / SOFTNESS)) + PULL / 2 * drift

    points, length, best = start, 50.0, loss(start)
    for _ in range(plan.rounds):
        doubt = worth / (1 + np.exp(np.clip((gaps @ points) / SOFTNESS, -60, 60)))
        slope = -(doubt @ gaps) / SOFTNESS + PULL * (points - start) / plan.step**2
        tried = project(points - length * slope, low, high)
        found = loss(tried)
        if found < best - 1e-12:
            points, best, length = tried, found, length * 1.5
        elif length < 1e-4:
            break
        else:
            length /= 2
    return points


def project(points: Doubles, low: Doubles, high: Doubles) -> Doubles:
    """Give the nearest points between the bounds that add up to 100; one shift for all, found by halving."""
    down, up = float(np.min(low - points)), float(np.max(high - points))
    for _ in range(80):
        shift = (down + up) / 2
        if np.clip(points + shift, low, high).sum() < POINTS:
            down = shift
        else:
            up = shift
    return np.clip(points + up, low, high)


def tidy(points: Doubles) -> dict[str, float]:
    """Round to tenths of a point so that they still add up to 100 (largest remainder)."""
    tenths = np.floor(points * 10 + 1e-9)
    missing = round(POINTS * 10 - tenths.sum())
    order = np.argsort(-(points * 10 - tenths), kind="stable")
    tenths[order[:missing]] += 1
    return {name: float(value) / 10 for name, value in zip(ORDER, tenths, strict=True)}


def fit(
    examples: Sequence[Example],
    start: Mapping[str, float],
    plan: Plan,
    known: Mapping[int, Mapping[str, float]] | None = None,
) -> Fit:
    """Fit on everything, and measure by cross-validation what fitting is worth.

    `known` gives the points of folds fitted before, so that an interrupted run goes on. Raises ValueError with fewer
    groups than folds.
    """
    groups = sorted({item.group for item in examples})
    if len(groups) < plan.folds:
        raise ValueError(f"{len(groups)} groups are fewer than {plan.folds} folds")
    random.Random(plan.seed).shuffle(groups)
    part = {group: place % plan.folds for place, group in enumerate(groups)}
    first = as_array(start)
    folds = []
    for number in range(plan.folds):
        rest = [item for item in examples if part[item.group] != number]
        held = [item for item in examples if part[item.group] == number]
        points = (known or {}).get(number) or tidy(climb(rest, first, plan))
        fold = Fold(number, points, _by_group(held, first), _by_group(held, as_array(points)))
        folds.append(fold)
        plan.told(fold)
    before = {key: value for fold in folds for key, value in fold.before.items()}
    after = {key: value for fold in folds for key, value in fold.after.items()}
    judged = {item.group for item in examples if item.grades is not None}
    low, high = interval([after[key] - before[key] for key in sorted(before)], plan.seed)
    return Fit(
        points=tidy(climb(examples, first, plan)),
        folds=tuple(folds),
        before=_mean(before.values()),
        after=_mean(after.values()),
        low=low,
        high=high,
        groups=len(before),
        examples=len(examples),
        judged_gain=_mean(after[key] - before[key] for key in sorted(judged & before.keys())),
    )


def _by_group(examples: Iterable[Example], points: Doubles) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for item in examples:
        value = item.measure(points)
        if value is not None:
            found.setdefault(item.group, []).append(value)
    return {group: _mean(values) for group, values in found.items()}


def interval(changes: Sequence[float], seed: int) -> tuple[float, float]:
    """Give the 95 % percentile interval of the mean by the bootstrap (Efron 1979), needs drawn with replacement."""
    if not changes:
        return 0.0, 0.0
    values = np.array(changes)
    drawn = np.random.default_rng(seed).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
