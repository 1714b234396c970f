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
from .explaining import explain, explain_excluded, explain_placed
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
    explain_top: int | None = 20,
) -> Ranking:
    """Rank providers for a need.

    `text_evidence` gives a score per document ref (“profile:…”, “offering:…”, “case:…”) for the words of the need;
    refs that are absent count 0. `as_of` decides validity and the age of cases. The first
    `explain_top` are explained (None: all); `explain` does it for any other.
    """
    run = _compute(understanding, prepared, text_evidence, weights, as_of)
    need_id = understanding.need.need_id
    ids = [item.facts.provider_id for item in prepared.providers]
    order = sorted(
        np.flatnonzero(~run.screening.refused).tolist(),
        key=lambda place: (-run.scores[place], _lot(need_id, ids[place]), ids[place]),
    )
    return Ranking(
        need_id,
        weights.name,
        understanding.lexicon_version,
        _place(run, ids, order, explain_top),
        _exclude(run, order),
        run,
    )


def _compute(
    understanding: Understanding,
    prepared: Prepared,
    text_evidence: Mapping[str, float],
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


def _place(
    run: Run, ids: list[str], order: list[int], explain_top: int | None
) -> tuple[Placed, ...]:
    fits, earned = _fits(run), _earned(run)
    placed = (
        Placed(ids[place], position, float(run.scores[place]), fits[place], earned[place])
        for position, place in enumerate(order, start=1)
    )
    return tuple(
        explain_placed(run, item, place)
        if explain_top is None or item.rank <= explain_top
        else item
        for item, place in zip(placed, order, strict=True)
    )


def _exclude(run: Run, order: list[int]) -> tuple[Excluded, ...]:
    taken = run.scores[order]
    excluded = (
        explain_excluded(run, int(place), taken) for place in np.flatnonzero(run.screening.refused)
    )
    return tuple(
        sorted(excluded, key=lambda item: (item.gate, -(item.relaxed_score or 0), item.provider_id))
    )


def _fits(run: Run) -> list[str]:
    """Sort every provider by fitness: unfit without enough ability and wording, else by its score."""
    most = run.weights.points.get(sg.ABILITY, 0.0) + run.weights.points.get(sg.TEXT, 0.0)
    unfit = run.points[sg.ABILITY] + run.points[sg.TEXT] < most * run.weights.setting("fit.ability")
    good = run.scores >= run.weights.setting("fit.score")
    return [
        UNFIT if poor else RECOMMENDED if well else WEAK
        for poor, well in zip(unfit.tolist(), good.tolist(), strict=True)
    ]


def _earned(run: Run) -> list[tuple[Contribution, ...]]:
    """List for every provider what each signal earned it; the points add up to its score."""
    worth = [key for key in sg.ORDER if run.weights.points.get(key, 0.0) > 0]
    maxima = [run.weights.points[key] for key in worth]
    names = [sg.NAMES[key] for key in worth]
    table = np.stack([run.points[key] for key in worth], axis=1).tolist() if worth else []
    return [tuple(map(Contribution, worth, names, row, maxima)) for row in table] or [()] * len(
        run.prepared
    )


def _lot(need_id: str, provider_id: str) -> str:
    """Draw a lot for ties: fixed for a pair, different from need to need, unlike the alphabet."""
    return hashlib.sha256(f"{need_id}\x1f{provider_id}".encode()).hexdigest()


__all__ = ["Contribution", "Excluded", "Placed", "Ranking", "Reason", "Run", "explain", "rank"]
