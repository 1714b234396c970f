"""Ranks prepared providers for an understood need: gates, signals, points, order.

The door of the matcher. `rank` gives every provider exactly once, placed or excluded; the same input gives the same
result. Reasons are written in `explaining`, for the first few at once and for any other on request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from . import signals as sg
from .asking import blank, by_text, put, work_out
from .explaining import explain, explain_excluded, explain_placed
from .ordering import Doubles
from .prepared import Floats, Prepared
from .results import (
    FITS,
    Contribution,
    Excluded,
    Placed,
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
    run = Run(understanding, prepared, weights, as_of, answer, question)
    return Ranking(
        need_id=understanding.need.need_id,
        weights_name=weights.name,
        lexicon_version=understanding.lexicon_version,
        run=run,
        teller=_Teller(run, explain_top),
    )


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


__all__ = ["Contribution", "Excluded", "Placed", "Ranking", "Reason", "Run", "explain", "rank"]
