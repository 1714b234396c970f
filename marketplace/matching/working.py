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
    piece_table: Columns,
    pieces: Wanted,
    answers: NDArray[np.uint8],
    words: Wanted,
    claimed_scene_table: Columns,
    claimed_scenes: Wanted,
    leaned_scene_table: Columns,
    leaned_scenes: Wanted,
    claimed_industry_table: Columns,
    claimed_industries: Wanted,
    case_industry_table: Columns,
    case_industries: Wanted,
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

    What it found, scored and counted goes into the last six.
    """
    listed = Listed(
        pieces=np.empty(known.size, dtype=np.float32),
        near=np.empty(known.size, dtype=np.float32),
        claimed_scenes=np.empty(known.size, dtype=np.float32),
        leaned_scenes=np.empty(known.size, dtype=np.float32),
        claimed_industries=np.empty(known.size, dtype=np.float32),
        same=np.empty(texts.size, dtype=np.float32),
        shown=np.empty(texts.size, dtype=np.float32),
    )
    add_columns(case_industry_table, case_industries, listed.same)
    strongest_columns(case_industry_table, case_industries, listed.shown)
    add_columns(piece_table, pieces, listed.pieces)
    add_rows(answers, words, listed.near)
    add_columns(claimed_scene_table, claimed_scenes, listed.claimed_scenes)
    add_columns(leaned_scene_table, leaned_scenes, listed.leaned_scenes)
    strongest_columns(claimed_industry_table, claimed_industries, listed.claimed_industries)
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
    judge(known, curves, demands, given, found, states)
    fulfil(demands, curves, states, found, scored)
    add_up(asking, known, curves, most, listed, discount, semantic, distance, found, scored)
    sort_out(known, scored, counts, kept_out)
