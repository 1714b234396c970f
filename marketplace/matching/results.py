"""What a ranking run gives back: plain values, ready to be stored as JSON and shown.

No behaviour beyond looking a provider up. Scores are points of 100.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .asking import Answer, Question
from .constraints import Constraint
from .hearing import Hearing
from .ordering import Names, Places, gates_of, order_excluded, order_placed
from .prepared import Prepared
from .tables import Table
from .understanding import Understanding
from .weights import Weights

# In the order of `scoring`.
FITS = RECOMMENDED, WEAK, UNFIT = "recommended", "weak", "unfit"
FIT_NAMES = {RECOMMENDED: "推荐", WEAK: "符合条件但得分偏低", UNFIT: "场景或能力不符"}


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one signal earned, in points, and the most it could have earned."""

    signal: str
    name: str
    points: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Reason:
    """One claim for or against a provider, with the words it rests on and who has checked them."""

    claim: str
    sign: str
    signal: str
    quote: str = ""
    ref: str = ""
    source: str = ""
    verification: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A provider in the order. Reasons are empty until explained."""

    provider_id: str
    rank: int
    score: float
    fit: str
    contributions: tuple[Contribution, ...]
    reasons: tuple[Reason, ...] = ()
    to_confirm: tuple[str, ...] = ()
    explained: bool = False


@dataclass(frozen=True, slots=True)
class Excluded:
    """A provider kept out, why, and where it would stand if that were relaxed (None when it cannot be).

    `constraint` is the key of the constraint that keeps it out, empty when it is not listed.
    """

    provider_id: str
    gate: str
    gate_name: str
    reason: str
    quote: str = ""
    ref: str = ""
    verification: str = ""
    also: tuple[str, ...] = ()
    relaxed_score: float | None = None
    relaxed_rank: int | None = None
    constraint: str = ""


@dataclass(frozen=True)
class Run:
    """Everything a ranking was computed from; kept for explaining, never saved."""

    understanding: Understanding
    prepared: Prepared
    weights: Weights
    as_of: date
    answer: Answer
    question: Question

    @property
    def felt(self) -> Table:
        """What the need found in each text."""
        return self.answer.felt

    @property
    def scored(self) -> Table:
        """What each provider scores."""
        return self.answer.scored

    @cached_property
    def hearing(self) -> Hearing:
        """The need, ready to be told of."""
        return Hearing(self.understanding, self.prepared, self.question)


class Teller(Protocol):
    """Puts one provider's result into words, given its place among the prepared."""

    def placed(self, place: int, rank: int, explain: bool | None = None) -> Placed:
        """Tell of a provider in the order, explained or not; None: if it is among the first."""

    def excluded(self, place: int) -> Excluded:
        """Tell of a provider kept out."""


@dataclass(frozen=True, eq=False)
class Ranking:
    """The result of a run: placed and excluded providers, together all that were given.

    Order and words are worked out only as far as they are asked for: a page shows some dozens of thousands. They are
    the same in whatever way a provider is asked for.
    """

    need_id: str
    weights_name: str
    lexicon_version: str
    run: Run = field(repr=False)
    teller: Teller = field(repr=False)

    @cached_property
    def order(self) -> Places:
        """The places of the placed among the prepared, best first."""
        return self._placed()

    def _placed(self, most: int | None = None) -> Places:
        return order_placed(self.run.scored, self.need_id, self.run.prepared.provider_ids, most)

    @cached_property
    def fits(self) -> Names:
        """The fit of each of the placed, in order."""
        fits: list[int] = self.run.scored["fit"][self.order].tolist()
        return np.array([FITS[fit] for fit in fits], dtype=np.str_)

    @cached_property
    def _excluded(self) -> tuple[Places, Names]:
        run = self.run
        return order_excluded(run.scored, run.understanding.constraints, run.prepared.provider_ids)

    @property
    def left(self) -> Places:
        """The places of the excluded, gate by gate."""
        return self._excluded[0]

    @property
    def gates(self) -> Names:
        """The gate of each of the excluded."""
        return self._excluded[1]

    def __len__(self) -> int:
        return len(self.run.prepared)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ranking) and self._told() == other._told()

    __hash__ = None  # type: ignore[assignment]

    def _told(self) -> tuple[object, ...]:
        names = (self.need_id, self.weights_name, self.lexicon_version)
        return (*names, self.placed, self.excluded)

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """All placed providers, best first."""
        return self._tell_placed(np.arange(len(self.order)))

    @cached_property
    def excluded(self) -> tuple[Excluded, ...]:
        """All excluded providers with their reasons, gate by gate."""
        return tuple(map(self.teller.excluded, self.left.tolist()))

    @cached_property
    def by_provider(self) -> Mapping[str, Placed | Excluded]:
        """Every provider's result by its id."""
        everyone: tuple[Placed | Excluded, ...] = (*self.placed, *self.excluded)
        return {item.provider_id: item for item in everyone}

    def first(self, count: int) -> tuple[Placed, ...]:
        """Give the first few of the placed."""
        places = self._placed(count).tolist()
        return tuple(self.teller.placed(place, at) for at, place in enumerate(places, start=1))

    def of_fit(
        self, fit: str, most: int | None = None, *, after: int = 0, brief: bool = False
    ) -> tuple[Placed, ...]:
        """Give the placed of one fit, best first: at most so many, `after` the first few; `brief` without reasons."""
        positions = np.flatnonzero(self.fits == fit)[after:]
        return self._tell_placed(positions[:most], brief)

    def recommended(self, most: int | None = None) -> tuple[Placed, ...]:
        """The placed providers good enough to be shown as recommended."""
        return self.of_fit(RECOMMENDED, most)

    def of_gate(self, gate: str, most: int | None = None) -> tuple[Excluded, ...]:
        """Give those excluded at one gate, at most so many, who would stand best first."""
        return tuple(map(self.teller.excluded, self.left[self.gates == gate][:most].tolist()))

    def fit_counts(self) -> dict[str, int]:
        """Count the placed by fit."""
        return dict(zip(FITS, self.run.answer.counts.tolist(), strict=True))

    def gate_counts(self) -> dict[str, int]:
        """Count the excluded by gate; a gate that keeps nobody out is absent."""
        return count_gates(self.run.understanding.constraints, self.run.answer.kept_out.tolist())

    def excluded_by(self) -> dict[str, int]:
        """Count the excluded by the key of the constraint that refuses them; unlisted ones are in none."""
        return count_demands(self.run.understanding.constraints, self.run.answer.kept_out.tolist())

    def find(self, provider_id: str) -> Placed | Excluded | None:
        """Give one provider's result, explained; None when it was not among those ranked."""
        for place, known in enumerate(self.run.prepared.provider_ids):
            if known == provider_id:
                at = np.flatnonzero(self.order == place)
                if at.size:
                    return self.teller.placed(place, int(at[0]) + 1, explain=True)
                return self.teller.excluded(place)
        return None

    def _tell_placed(self, positions: NDArray[np.intp], brief: bool = False) -> tuple[Placed, ...]:
        places = self.order[positions].tolist()
        return tuple(
            self.teller.placed(place, position + 1, False if brief else None)
            for place, position in zip(places, positions.tolist(), strict=True)
        )


def count_gates(constraints: Sequence[Constraint], kept_out: Sequence[int]) -> dict[str, int]:
    """Count the excluded by gate, given how many each constraint refuses and, last, how many are not listed."""
    counts: Counter[str] = Counter()
    for gate, count in zip(gates_of(constraints), kept_out, strict=True):
        counts[gate] += count
    return {gate: count for gate, count in sorted(counts.items()) if count}


def count_demands(constraints: Sequence[Constraint], kept_out: Sequence[int]) -> dict[str, int]:
    """Count the excluded by the key of the constraint that refuses them; unlisted ones are in none."""
    counts = zip(constraints, kept_out[:-1], strict=True)
    return {item.key: count for item, count in counts if count}
