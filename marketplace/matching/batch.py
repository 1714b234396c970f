"""Ranks prepared providers for many needs, one after another, and gives of each ranking only what a list shows.

The same numbers as `ranking.rank`, bit for bit, without words; a need of which more is wanted is ranked alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .constraints import Constraint
from .gates import LISTING, gate_of
from .prepared import Floats, Prepared
from .ranking import draw_lot, rank
from .results import FITS, Doubles, Names, Places, Ranking, count_gates
from .tables import FIT_RECOMMENDED, FIT_WEAK, NOTHING_BROKEN, STATE_UNKNOWN, Scored
from .understanding import Understanding
from .weights import Weights


@dataclass(frozen=True, slots=True)
class Standing:
    """How one provider stands to a need. `rank` is None and `gate` named when it is kept out."""

    score: float
    rank: int | None
    fit: str
    gate: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Brief:
    """One need's ranking in short. `places`, `scores` and `fits` are of the first of the placed, best first.

    `excluded_by` counts those kept out by the key of the constraint; of these, `refused_fit` counts who would be
    recommended otherwise (the unlisted under ""), `unproven` the weakly placed of whom nobody knows whether they meet
    it.
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
) -> list[Brief]:
    """Rank providers for each need; `text_scores` has a row for each need and a column for each of the units.

    Gives the first `most` placed of each, and how the providers at the places `standing_of` stand.
    """
    if text_scores.shape != (len(understandings), len(prepared.unit_refs)):
        raise ValueError("text scores must be one a need and unit")
    return [
        brief_of(
            rank(understanding, prepared, scores, weights, as_of, explain_top=0), most, standing_of
        )
        for understanding, scores in zip(understandings, text_scores, strict=True)
    ]


def brief_of(ranking: Ranking, most: int = 20, standing_of: Sequence[int] = ()) -> Brief:
    """Give a ranking in short."""
    run = ranking.run
    scored, constraints = run.scored, run.understanding.constraints
    places = ranking.sorter.placed(most)
    return Brief(
        need_id=ranking.need_id,
        places=places,
        scores=scored.total[places],
        fits=np.array(FITS)[scored.fit[places]],
        fit_counts=ranking.fit_counts(),
        gate_counts=count_gates(constraints, scored.kept_out.tolist()),
        excluded_by=ranking.excluded_by(),
        refused_fit=_refused_fit(constraints, scored),
        unproven=_unproven(constraints, scored),
        standing=tuple(
            _standing(run.prepared, ranking.need_id, constraints, scored, place)
            for place in standing_of
        ),
    )


def _refused_fit(constraints: Sequence[Constraint], scored: Scored) -> dict[str, int]:
    """Count those kept out who would be recommended otherwise, by the constraint that comes first."""
    fitting = scored.refused & (scored.fit == FIT_RECOMMENDED)
    return _counted(["", *(item.key for item in constraints)], scored.first_broken[fitting] + 1)


def _unproven(constraints: Sequence[Constraint], scored: Scored) -> dict[str, int]:
    """Count the weakly placed by the hard constraints of which their texts say nothing."""
    weak = ~scored.refused & (scored.fit == FIT_WEAK)
    found = {
        item.key: int(np.count_nonzero(weak & (scored.states[row] == STATE_UNKNOWN)))
        for row, item in enumerate(constraints)
        if item.hard
    }
    return {key: count for key, count in found.items() if count}


def _counted(keys: Sequence[str], numbers: NDArray[np.int32]) -> dict[str, int]:
    counts = np.bincount(numbers, minlength=len(keys)).tolist()
    return {key: count for key, count in zip(keys, counts, strict=True) if count}


def _standing(
    prepared: Prepared,
    need_id: str,
    constraints: Sequence[Constraint],
    scored: Scored,
    place: int,
) -> Standing:
    score, fit = float(scored.total[place]), FITS[scored.fit[place]]
    if scored.refused[place]:
        first = int(scored.first_broken[place])
        gate = LISTING if first == NOTHING_BROKEN else gate_of(constraints[first])
        return Standing(score, None, fit, gate)
    placed = ~scored.refused
    before = int(np.count_nonzero(placed & (scored.total > score)))

    def lot(other: int) -> tuple[str, str]:
        provider_id = prepared.provider_ids[other]
        return draw_lot(need_id, provider_id), provider_id

    # As `ranking` breaks ties: by a lot drawn from need and provider.
    tied = np.flatnonzero(placed & (scored.total == score)).tolist()
    own = lot(place)
    before += sum(lot(other) < own for other in tied if other != place)
    return Standing(score, before + 1, fit)
