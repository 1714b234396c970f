"""Ranks the same providers for many needs in one pass: a need list, or all published needs for one provider.

No words: a `Brief` says who comes first and how many are kept out by what; `ranking.rank` tells of one need why. The
numbers are those of `rank`, bit for bit. Needs are shared among threads, since the compiled loops run without the
interpreter's lock; each thread has one set of tables for all its needs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np

from .asking import Answer, blank, put, work_out
from .constraints import Constraint
from .ordering import Doubles, Names, Places, draw_lot, gates_of, order_placed
from .prepared import Floats, Prepared
from .results import FITS, Ranking, count_demands, count_gates
from .settling import Standpoint, settle
from .tables import FIT_RECOMMENDED, FIT_WEAK, STATE_UNKNOWN, Table
from .understanding import Understanding
from .weights import Weights

# Fewer needs than this are worked out faster than threads are started.
FEW = 8


@dataclass(frozen=True, slots=True)
class Standing:
    """How one provider stands for a need: points, rank (None: kept out), fit, and the gate that keeps it out."""

    score: float
    rank: int | None
    fit: str
    gate: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Brief:
    """One need's ranking in short. `places`, `scores` and `fits` are of the first of the placed, best first.

    `excluded_by` counts those kept out by the key of the constraint; of these, `refused_fit` counts who would be
    recommended otherwise (the unlisted under ""), `unproven` the weakly placed of whom nobody knows whether they meet
    it. `standing` says how the providers asked for stand, in the order asked.
    """

    need_id: str
    places: Places
    scores: Doubles
    fits: Names
    fit_counts: Mapping[str, int]
    gate_counts: Mapping[str, int]
    excluded_by: Mapping[str, int]
    refused_fit: Mapping[str, int]
    unproven: Mapping[str, int]
    standing: tuple[Standing, ...] = ()


def rank_many(
    understandings: Sequence[Understanding],
    prepared: Prepared,
    text_scores: Floats,
    weights: Weights,
    as_of: date,
    most: int = 20,
    standing_of: Sequence[int] = (),
    semantic: Sequence[Floats | None] | None = None,
) -> list[Brief]:
    """Rank providers for each of many needs.

    `text_scores` has a row a need with one score for each of `prepared.unit_refs`; `semantic`, if given, one number
    a provider for each need that has them. The first `most` of each are given, and how the providers at the places
    `standing_of` stand.
    """
    if text_scores.shape != (len(understandings), len(prepared.unit_refs)):
        raise ValueError("text scores must be one a need and unit")
    standpoint = settle(prepared, weights, as_of)

    def some(chosen: range) -> list[Brief]:
        answer = blank(prepared)
        return [
            _brief(
                understandings[at],
                _worked_out(
                    understandings[at],
                    prepared,
                    standpoint,
                    text_scores[at],
                    None if semantic is None else semantic[at],
                    answer,
                ),
                prepared,
                most,
                standing_of,
            )
            for at in chosen
        ]

    count = len(understandings)
    threads = 1 if count < FEW else min(os.cpu_count() or 1, count)
    shares = [
        range(count * each // threads, count * (each + 1) // threads) for each in range(threads)
    ]
    if threads == 1:
        return some(shares[0])
    with ThreadPoolExecutor(threads) as pool:
        return [brief for found in pool.map(some, shares) for brief in found]


def brief_of(ranking: Ranking, most: int = 20, standing_of: Sequence[int] = ()) -> Brief:
    """Give a ranking made alone in short."""
    run = ranking.run
    return _brief(run.understanding, run.answer, run.prepared, most, standing_of)


def _worked_out(
    understanding: Understanding,
    prepared: Prepared,
    standpoint: Standpoint,
    said: Floats,
    semantic: Floats | None,
    answer: Answer,
) -> Answer:
    """Work a need out on tables used before; what it does not overwrite is its own."""
    demands = len(understanding.constraints)
    anew = Answer(
        answer.felt,
        answer.found,
        answer.scored,
        states=np.empty((demands, len(prepared)), dtype=np.int8),
        counts=np.zeros(3, dtype=np.int64),
        kept_out=np.zeros(demands + 1, dtype=np.int64),
    )
    question = put(understanding, prepared, standpoint)
    work_out(question, prepared, standpoint, said, semantic, anew)
    return anew


def _brief(
    understanding: Understanding,
    answer: Answer,
    prepared: Prepared,
    most: int,
    standing_of: Sequence[int],
) -> Brief:
    need_id, constraints = understanding.need.need_id, understanding.constraints
    order = order_placed(answer.scored, need_id, prepared.provider_ids, most)
    kept_out = answer.kept_out.tolist()
    scored = answer.scored
    return Brief(
        need_id=need_id,
        places=order,
        scores=scored["total"][order],
        fits=np.array([FITS[fit] for fit in scored["fit"][order].tolist()], dtype=np.str_),
        fit_counts=dict(zip(FITS, answer.counts.tolist(), strict=True)),
        gate_counts=count_gates(constraints, kept_out),
        excluded_by=count_demands(constraints, kept_out),
        refused_fit=_refused_fit(constraints, scored),
        unproven=_unproven(constraints, answer),
        standing=tuple(
            _standing(place, need_id, gates_of(constraints), answer, prepared)
            for place in standing_of
        ),
    )


def _refused_fit(constraints: Sequence[Constraint], scored: Table) -> dict[str, int]:
    """Count those kept out who would be recommended otherwise, by the constraint that comes first."""
    fitting = scored["refused"] & (scored["fit"] == FIT_RECOMMENDED)
    keys = ["", *(item.key for item in constraints)]
    counts = np.bincount(scored["first_broken"][fitting] + 1, minlength=len(keys)).tolist()
    return {key: count for key, count in zip(keys, counts, strict=True) if count}


def _unproven(constraints: Sequence[Constraint], answer: Answer) -> dict[str, int]:
    """Count the weakly placed by the hard constraints of which their texts say nothing."""
    hard = [(row, item.key) for row, item in enumerate(constraints) if item.hard]
    if not hard:
        return {}
    weak = ~answer.scored["refused"] & (answer.scored["fit"] == FIT_WEAK)
    found = {
        key: int(np.count_nonzero(weak & (answer.states[row] == STATE_UNKNOWN)))
        for row, key in hard
    }
    return {key: count for key, count in found.items() if count}


def _standing(
    place: int, need_id: str, gates: Sequence[str], answer: Answer, prepared: Prepared
) -> Standing:
    row, scored = answer.scored[place], answer.scored
    score, fit = float(row["total"]), FITS[row["fit"]]
    if row["refused"]:
        return Standing(score, None, fit, gates[row["first_broken"]])
    placed = ~scored["refused"]
    ahead = int(np.count_nonzero(placed & (scored["total"] > score)))
    equal = np.flatnonzero(placed & (scored["total"] == score)).tolist()
    if len(equal) > 1:
        ids = prepared.provider_ids
        lots = sorted(equal, key=lambda each: (draw_lot(need_id, ids[each]), ids[each]))
        ahead += lots.index(place)
    return Standing(score, ahead + 1, fit)
