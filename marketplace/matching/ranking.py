"""Ranks prepared providers for an understood need: gates, signals, points, order.

The door of the matcher. `rank` gives every provider exactly once, placed or excluded; the same input gives the same
result. Reasons are written in `explaining`, for the first few at once and for any other on request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from . import signals as sg
from .explaining import explain, explain_excluded, explain_placed
from .gates import LISTING, gate_of
from .prepared import Floats, Prepared
from .results import (
    RECOMMENDED,
    UNFIT,
    WEAK,
    Contribution,
    Doubles,
    Excluded,
    Names,
    Placed,
    Places,
    Ranking,
    Reason,
    Run,
)
from .screening import screen
from .understanding import Understanding
from .weights import Weights

DIGITS = 4


def rank(
    understanding: Understanding,
    prepared: Prepared,
    text_evidence: Mapping[str, float] | Floats,
    weights: Weights,
    as_of: date,
    explain_top: int | None = 20,
) -> Ranking:
    """Rank providers for a need.

    `text_evidence` gives a score per document ref (“profile:…”, “offering:…”, “case:…”) for the words of the need;
    refs that are absent count 0; as an array it gives one score for each of `prepared.unit_refs`. `as_of` decides
    validity and the age of cases. The first `explain_top` are explained (None: all); `explain` does it for any other.
    """
    run = _compute(understanding, prepared, text_evidence, weights, as_of)
    need_id = understanding.need.need_id
    order = _in_order(
        np.flatnonzero(~run.screening.refused),
        run.scores,
        lambda place: (_lot(need_id, _id_of(prepared, place)), _id_of(prepared, place)),
    )
    fits = _fits(run)
    left, gates = _left(run)
    return Ranking(
        need_id=need_id,
        weights_name=weights.name,
        lexicon_version=understanding.lexicon_version,
        order=order,
        fits=fits[order],
        left=left,
        gates=gates,
        run=run,
        teller=_Teller(run, fits, -run.scores[order], explain_top),
    )


def _compute(
    understanding: Understanding,
    prepared: Prepared,
    text_evidence: Mapping[str, float] | Floats,
    weights: Weights,
    as_of: date,
) -> Run:
    """Compute signals, screening and points for all providers."""
    signals = sg.compute(understanding, prepared, text_evidence, weights, as_of)
    screening = screen(understanding, prepared, signals.evidence.unit_meaning, weights, as_of)
    values = {**signals.values, sg.CONSTRAINTS: screening.fulfilment}
    points = {
        key: np.round(values[key].astype(np.float64) * weights.points.get(key, 0.0), DIGITS)
        for key in sg.ORDER
    }
    total = np.round(np.sum([points[key] for key in sg.ORDER], axis=0), DIGITS)
    leaning = np.array(
        [understanding.leanings.get(key, 0.0) for key in prepared.space.capability_ids],
        dtype=np.float32,
    )
    return Run(understanding, prepared, weights, as_of, signals, screening, points, total, leaning)


def _in_order(places: Places, scores: Doubles, tie: Callable[[int], tuple[str, ...]]) -> Places:
    """Sort places by falling score; ties are looked at only where there are any."""
    order = places[np.argsort(-scores[places], kind="stable")]
    values = scores[order]
    bounds = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(order)]
    for start, end in pairwise(bounds):
        if end - start > 1:
            order[start:end] = sorted(order[start:end].tolist(), key=tie)
    return order


def _left(run: Run) -> tuple[Places, Names]:
    """Sort the excluded by gate, and by where they would stand; name the gate of each."""
    refused = np.flatnonzero(run.screening.refused)
    # The gate of “nothing broken” stands last, where −1 finds it.
    named = np.array([*map(gate_of, run.understanding.constraints), LISTING])
    gates = named[run.screening.first_broken[refused]]
    worth = np.where(run.screening.unlisted, 0.0, run.scores)
    found = [
        _in_order(refused[gates == gate], worth, lambda place: (_id_of(run.prepared, place),))
        for gate in np.unique(gates).tolist()
    ]
    left = np.concatenate(found) if found else refused
    return left, named[run.screening.first_broken[left]]


def _fits(run: Run) -> Names:
    """Sort every provider by fitness: unfit without enough ability and wording, else by its score."""
    most = run.weights.points.get(sg.ABILITY, 0.0) + run.weights.points.get(sg.TEXT, 0.0)
    unfit = run.points[sg.ABILITY] + run.points[sg.TEXT] < most * run.weights.setting("fit.ability")
    good = run.scores >= run.weights.setting("fit.score")
    return np.where(unfit, UNFIT, np.where(good, RECOMMENDED, WEAK))


@dataclass(frozen=True, slots=True)
class _Teller:
    """Puts the results of a run into words, one provider at a time."""

    run: Run
    fits: Names
    taken: Doubles
    explain_top: int | None

    def placed(self, place: int, rank: int, explain: bool | None = None) -> Placed:
        """Tell of a provider in the order."""
        run = self.run
        item = Placed(
            provider_id=_id_of(run.prepared, place),
            rank=rank,
            score=float(run.scores[place]),
            fit=str(self.fits[place]),
            contributions=self._earned(place),
        )
        if explain is None:
            explain = self.explain_top is None or rank <= self.explain_top
        return explain_placed(run, item, place) if explain else item

    def excluded(self, place: int) -> Excluded:
        """Tell of a provider kept out."""
        return explain_excluded(self.run, place, self.taken)

    def _earned(self, place: int) -> tuple[Contribution, ...]:
        """List what each signal earned a provider; the points add up to its score."""
        maxima = self.run.weights.points
        return tuple(
            Contribution(key, sg.NAMES[key], float(self.run.points[key][place]), maxima[key])
            for key in sg.ORDER
            if maxima.get(key, 0.0) > 0
        )


def _id_of(prepared: Prepared, place: int) -> str:
    return prepared.provider_ids[place]


def _lot(need_id: str, provider_id: str) -> str:
    """Draw a lot for ties: fixed for a pair, different from need to need, unlike the alphabet."""
    return hashlib.sha256(f"{need_id}\x1f{provider_id}".encode()).hexdigest()


__all__ = ["Contribution", "Excluded", "Placed", "Ranking", "Reason", "Run", "explain", "rank"]
