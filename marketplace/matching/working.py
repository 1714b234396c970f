"""Works a need out over all tables of a pool, in one compiled call.

What it wants is looked up in the tables by feature, texts are compared and summed up, and the result is scored.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .kernels import (
    Columns,
    Floats,
    Ints,
    Wanted,
    add_columns,
    add_rows,
    compare,
    strongest_columns,
)
from .scoring import Counts, States, add_up, fulfil, judge, read_texts, sort_out
from .tables import Asking, Curves, Listed, Table

# A step of a text's leaning times a step of a need's.
LEANING_UNIT = 1.0 / (255 * 32767)
# So many providers at a time, so that what was just found is still at hand.
STRETCH = 64


@njit(cache=True, nogil=True)
def work(
    curves: Curves,
    asking: Asking,
    most: NDArray[np.float64],
    known: Table,
    texts: Table,
    leanings: NDArray[np.uint8],
    meaning: NDArray[np.int16],
    piece_starts: NDArray[np.int64],
    piece_rows: Ints,
    piece_weights: Floats,
    pieces: Ints,
    pieces_worth: Floats,
    answers: NDArray[np.uint8],
    words: Ints,
    words_worth: Floats,
    claimed_scene_starts: NDArray[np.int64],
    claimed_scene_rows: Ints,
    claimed_scene_weights: Floats,
    claimed_scenes: Ints,
    claimed_scenes_worth: Floats,
    leaned_scene_starts: NDArray[np.int64],
    leaned_scene_rows: Ints,
    leaned_scene_weights: Floats,
    leaned_scenes: Ints,
    leaned_scenes_worth: Floats,
    claimed_industry_starts: NDArray[np.int64],
    claimed_industry_rows: Ints,
    claimed_industry_weights: Floats,
    claimed_industries: Ints,
    claimed_industries_worth: Floats,
    case_industry_starts: NDArray[np.int64],
    case_industry_rows: Ints,
    case_industry_weights: Floats,
    case_industries: Ints,
    case_industries_worth: Floats,
    said: Floats,
    discount: Floats,
    semantic: Floats,
    distance: Floats,
    demands: Table,
    given: States,
    felt: Table,
    found: Table,
    scored: Table,
    states: States,
    counts: Counts,
    kept_out: Counts,
) -> None:
    """Score all providers for a need: what it wants is looked up in the tables of the pool, then added up.

    Everything is handed over singly, since a compiled loop unpacks an array ten times as fast as a tuple of arrays; the
    lists below put it together again.
    """
    cases = Columns(case_industry_starts, case_industry_rows, case_industry_weights)
    in_cases = Wanted(case_industries, case_industries_worth)
    listed = Listed(
        pieces=np.empty(known.size, dtype=np.float32),
        near=np.empty(known.size, dtype=np.float32),
        claimed_scenes=np.empty(known.size, dtype=np.float32),
        leaned_scenes=np.empty(known.size, dtype=np.float32),
        claimed_industries=np.empty(known.size, dtype=np.float32),
        same=np.empty(texts.size, dtype=np.float32),
        shown=np.empty(texts.size, dtype=np.float32),
    )
    add_columns(cases, in_cases, listed.same)
    strongest_columns(cases, in_cases, listed.shown)
    add_columns(
        Columns(piece_starts, piece_rows, piece_weights),
        Wanted(pieces, pieces_worth),
        listed.pieces,
    )
    add_rows(answers, Wanted(words, words_worth), listed.near)
    add_columns(
        Columns(claimed_scene_starts, claimed_scene_rows, claimed_scene_weights),
        Wanted(claimed_scenes, claimed_scenes_worth),
        listed.claimed_scenes,
    )
    add_columns(
        Columns(leaned_scene_starts, leaned_scene_rows, leaned_scene_weights),
        Wanted(leaned_scenes, leaned_scenes_worth),
        listed.leaned_scenes,
    )
    strongest_columns(
        Columns(claimed_industry_starts, claimed_industry_rows, claimed_industry_weights),
        Wanted(claimed_industries, claimed_industries_worth),
        listed.claimed_industries,
    )
    for first in range(0, known.size, STRETCH):
        last = min(first + STRETCH, known.size)
        start, end = known[first].start, known[last - 1].end
        compare(leanings[start:end], meaning, LEANING_UNIT, felt[start:end]["meaning"])
        read_texts(
            known[first:last],
            texts,
            said,
            listed.same,
            listed.shown,
            curves,
            felt,
            found[first:last],
        )
    judge(known, curves, demands, given, found, states, scored)
    fulfil(demands, curves, states, found)
    add_up(asking, known, curves, most, listed, discount, semantic, distance, found, scored)
    sort_out(known, scored, counts, kept_out)
