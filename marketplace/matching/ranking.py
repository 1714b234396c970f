"""Ranks prepared providers for an understood need: gates, signals, points, order.

The door of the matcher. `rank` gives every provider exactly once, placed or excluded; the same input gives the same
result. Reasons are written in `explaining`, for the first few at once and for any other on request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

import numpy as np

from . import signals as sg
from .explaining import contributions, explain, explain_excluded, explain_placed
from .prepared import Prepared
from .results import (
    RECOMMENDED,
    UNFIT,
    WEAK,
    Contribution,
    Excluded,
    Placed,
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
    text_evidence: Mapping[str, float],
    weights: Weights,
    as_of: date,
    explain_top: int = 20,
) -> Ranking:
    """Rank providers for a need.

    `text_evidence` gives a score per document ref (“profile:…”, “offering:…”, “case:…”) for the words of the need;
    refs that are absent count 0. `as_of` decides validity and the age of cases.
    """
    signals = sg.compute(understanding, prepared, text_evidence, weights, as_of)
    screening = screen(understanding, prepared, signals.evidence.unit_meaning, weights, as_of)
    values = {**signals.values, sg.CONSTRAINTS: screening.fulfilment}
    points = {
        key: np.round(values[key].astype(np.float64) * weights.points.get(key, 0.0), DIGITS)
        for key in sg.ORDER
    }
    total = np.round(np.sum([points[key] for key in sg.ORDER], axis=0), DIGITS)
    run = Run(understanding, prepared, weights, as_of, signals, screening, points, total)
    need_id = understanding.need.need_id
    ids = [item.facts.provider_id for item in prepared.providers]
    order = sorted(
        np.flatnonzero(~screening.refused).tolist(),
        key=lambda place: (-total[place], _lot(need_id, ids[place]), ids[place]),
    )
    placed = tuple(
        Placed(
            provider_id=ids[place],
            rank=position,
            score=float(total[place]),
            fit=_fit(run, place),
            contributions=contributions(run, place),
        )
        for position, place in enumerate(order, start=1)
    )
    placed = tuple(
        explain_placed(run, item, place) if item.rank <= explain_top else item
        for item, place in zip(placed, order, strict=True)
    )
    taken = -np.sort(-total[order]) if order else np.zeros(0)
    excluded = tuple(
        explain_excluded(run, int(place), taken) for place in np.flatnonzero(screening.refused)
    )
    excluded = tuple(
        sorted(excluded, key=lambda item: (item.gate, -(item.relaxed_score or 0), item.provider_id))
    )
    return Ranking(need_id, weights.name, understanding.lexicon_version, placed, excluded, run)


def _fit(run: Run, place: int) -> str:
    ability = run.points[sg.ABILITY][place] + run.points[sg.TEXT][place]
    most = run.weights.points.get(sg.ABILITY, 0.0) + run.weights.points.get(sg.TEXT, 0.0)
    if most and ability < most * run.weights.setting("fit.ability"):
        return UNFIT
    return RECOMMENDED if run.scores[place] >= run.weights.setting("fit.score") else WEAK


def _lot(need_id: str, provider_id: str) -> str:
    """Draw a lot for ties: fixed for a pair, different from need to need, unlike the alphabet."""
    return hashlib.sha256(f"{need_id}\x1f{provider_id}".encode()).hexdigest()


__all__ = ["Contribution", "Excluded", "Placed", "Ranking", "Reason", "Run", "explain", "rank"]
