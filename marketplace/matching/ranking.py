"""Ranks prepared providers for an understood need: gates, signals, points, order.

The door of the matcher. `rank` gives every provider exactly once, placed or excluded; the same input gives the same
result. Reasons are written in `explaining`, for the first few at once and for any other on request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

import numpy as np

from . import signals as sg
from .asking import blank, by_text, put, work_out
from .explaining import explain, explain_excluded, explain_placed
from .gates import LISTING, gate_of
from .prepared import Floats, Prepared
from .results import (
    FITS,
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
from .settling import settle
from .understanding import Understanding
from .weights import Weights


def rank(
    understanding: Understanding,
    prepared: Prepared,
    text_evidence: Mapping[str, float] | Floats,
    weights: Weights,
    as_of: date,
    explain_top: int | None = 20,
    semantic: Floats | None = None,
) -> Ranking:
    """Rank providers for a need.

    `text_evidence` gives a score per document ref (“profile:…”, “offering:…”, “case:…”) for the words of the need;
    refs that are absent count 0; as an array it gives one score for each of `prepared.unit_refs`. `semantic` gives, if
    there are full embeddings, how near each provider is by them, 0 to 1. `as_of` decides validity and the age of
    cases. The first `explain_top` are explained (None: all); `explain` does it for any other.
    """
    standpoint = settle(prepared, weights, as_of)
    question = put(understanding, prepared, standpoint)
    answer = blank(prepared, len(understanding.constraints))
    work_out(question, prepared, standpoint, by_text(text_evidence, prepared), semantic, answer)
    run = Run(understanding, prepared, weights, as_of, answer, question.discount)
    return Ranking(
        need_id=understanding.need.need_id,
        weights_name=weights.name,
        lexicon_version=understanding.lexicon_version,
        run=run,
        sorter=_Sorter(run),
        teller=_Teller(run, explain_top),
    )


@dataclass(frozen=True, slots=True)
class _Sorter:
    """Puts the placed and the excluded of a run in order."""

    run: Run

    def placed(self, most: int | None = None) -> Places:
        """Give the places of the placed, best first; at most so many."""
        scored = self.run.scored
        places = np.flatnonzero(~scored["refused"])
        if most is not None and 0 < most < places.size:
            scores = scored["total"][places]
            least = np.partition(scores, places.size - most)[places.size - most]
            places = places[scores >= least]
        order = _in_order(places, scored["total"], self._lot)
        return order if most is None else order[:most]

    def excluded(self) -> tuple[Places, Names]:
        """Give the excluded gate by gate, by where they would stand; name the gate of each."""
        run, scored = self.run, self.run.scored
        refused = np.flatnonzero(scored["refused"])
        # The gate of “nothing broken” stands last, where −1 finds it.
        named = np.array([*map(gate_of, run.understanding.constraints), LISTING])
        gates = named[scored["first_broken"][refused]]
        worth = np.where(scored["first_broken"] < 0, 0.0, scored["total"])
        found = [
            _in_order(refused[gates == gate], worth, lambda place: (self._id(place),))
            for gate in np.unique(gates).tolist()
        ]
        left = np.concatenate(found) if found else refused
        return left, named[scored["first_broken"][left]]

    def _id(self, place: int) -> str:
        return self.run.prepared.provider_ids[place]

    def _lot(self, place: int) -> tuple[str, ...]:
        provider_id = self._id(place)
        return draw_lot(self.run.understanding.need.need_id, provider_id), provider_id


def _in_order(places: Places, scores: Doubles, tie: Callable[[int], tuple[str, ...]]) -> Places:
    """Sort places by falling score; ties are looked at only where there are any."""
    order = places[np.argsort(-scores[places], kind="stable")]
    values = scores[order]
    bounds = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(order)]
    for start, end in pairwise(bounds):
        if end - start > 1:
            order[start:end] = sorted(order[start:end].tolist(), key=tie)
    return order


@dataclass(frozen=True)
class _Teller:
    """Puts the results of a run into words, one provider at a time."""

    run: Run
    explain_top: int | None

    @cached_property
    def _taken(self) -> Doubles:
        """The scores of the placed, negated, rising."""
        scored = self.run.scored
        return np.sort(-scored["total"][~scored["refused"]])

    def placed(self, place: int, rank: int, explain: bool | None = None) -> Placed:
        """Tell of a provider in the order."""
        run = self.run
        item = Placed(
            provider_id=run.prepared.provider_ids[place],
            rank=rank,
            score=float(run.scored["total"][place]),
            fit=FITS[run.scored["fit"][place]],
            contributions=self._earned(place),
        )
        if explain is None:
            explain = self.explain_top is None or rank <= self.explain_top
        return explain_placed(run, item, place) if explain else item

    def excluded(self, place: int) -> Excluded:
        """Tell of a provider kept out."""
        return explain_excluded(self.run, place, self._taken)

    def _earned(self, place: int) -> tuple[Contribution, ...]:
        """List what each signal earned a provider; the points add up to its score."""
        maxima = self.run.weights.points
        return tuple(
            Contribution(key, sg.NAMES[key], points, maxima[key])
            for key, points in zip(sg.ORDER, self.run.scored["points"][place].tolist(), strict=True)
            if maxima.get(key, 0.0) > 0
        )


def draw_lot(need_id: str, provider_id: str) -> str:
    """Draw a lot for ties: fixed for a pair, different from need to need, unlike the alphabet."""
    return hashlib.sha256(f"{need_id}\x1f{provider_id}".encode()).hexdigest()


__all__ = ["Contribution", "Excluded", "Placed", "Ranking", "Reason", "Run", "explain", "rank"]
