"""The tables a ranking works on, named: what is known of all providers, what a need asks and finds, what it scores.

Shapes only. Rows of texts and of providers are those of `prepared.Prepared`. One row holds all about one text or
provider, so that what is used together lies together, and a loop takes one table instead of a dozen arrays.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Table = NDArray[Any]

STATE_MET, STATE_UNKNOWN, STATE_BROKEN = 0, 1, 2
NOTHING_BROKEN = -1
FIT_RECOMMENDED, FIT_WEAK, FIT_UNFIT = 0, 1, 2
# How a constraint is judged: looked up, by abilities, by price, only asked about, or looked up for the discount alone.
BY_ROW, BY_ABILITY, BY_PRICE, ASKED, DISCOUNTED = 0, 1, 2, 3, 4
SIGNALS = 7
ABILITY, TEXT, CASES, INDUSTRY, CONSTRAINTS, STANDING, DISTANCE = range(SIGNALS)

F, D, INT, SMALL, FLAG, BITS = np.float32, np.float64, np.int32, np.int8, np.bool_, np.uint16


def _rows(*fields: tuple[Any, ...]) -> np.dtype[Any]:
    return np.dtype(list(fields), align=True)


# What is known of a text before any need is: whether its limits may bind (no case), what it is worth as a case (0 for
# others), how far it was checked, its lowest price (infinite: none), its abilities.
TEXT_KNOWN = _rows(
    ("limiting", FLAG), ("case_worth", F), ("checked", F), ("price", F), ("abilities", BITS)
)
# What is known of a provider: where its texts start and end, its abilities anywhere, whether it may be placed, its tier
# and its claims of scenes in worth.
PROVIDER_KNOWN = _rows(
    ("start", INT), ("end", INT), ("anywhere", BITS), ("listed", FLAG), ("tier", F), ("claim", F)
)
# A constraint: how judged, by what, how firm. Of the two bit sets each, asked in turn: met by the first, broken by the
# first, met by the second, broken by the second. `row` is the row of those looked up; on the `mild` silence is usual.
DEMAND = _rows(
    ("how", SMALL),
    ("met", BITS, (2,)),
    ("broken", BITS, (2,)),
    ("limit", D),
    ("row", INT),
    ("hard", FLAG),
    ("mild", FLAG),
)
# What a need finds in a text: meaning, its value as a case, whether its limits bear on the need.
FELT = _rows(("meaning", F), ("case", F), ("relevant", FLAG))
# What the texts of a provider add up to for a need, and how far it meets the demands.
FOUND = _rows(
    ("meaning", F),
    ("words", F),
    ("cases", F),
    ("shown", F),
    ("verified", F),
    ("price", F),
    ("own", BITS),
    ("met", F),
)
# The result: points a signal, their sum, the fit, the first hard constraint broken, whether it is kept out.
SCORED = _rows(
    ("points", D, (SIGNALS,)),
    ("total", D),
    ("fit", SMALL),
    ("refused", FLAG),
    ("first_broken", INT),
)


class Curves(NamedTuple):
    """The curves of a weight set as plain numbers; the names are those of its settings."""

    ability_meaning: float
    ability_unclear: float
    ability_scene: float
    ability_full_at: float
    ability_further: float
    text_pieces: float
    text_words: float
    text_near: float
    text_near_full_at: float
    text_full_at: float
    text_further: float
    text_semantic: float
    cases_full_at: float
    cases_further: float
    cases_other_industry: float
    industry_claimed: float
    industry_case: float
    industry_full_relevance: float
    constraints_unknown: float
    constraints_mild_unknown: float
    ordinary_cost: float
    budget_tolerance: float
    relevant_unit: float
    standing_tier: float
    standing_verified: float
    fit_ability: float
    fit_score: float


class Listed(NamedTuple):
    """What lists by feature say of all for a need, each in one piece: adding to scattered rows is what costs.

    By provider: pieces, words near in meaning, scenes claimed and leaned to, industries claimed. By text: the industry
    of a case, summed (`same`) and the strongest (`shown`).
    """

    pieces: NDArray[np.float32]
    near: NDArray[np.float32]
    claimed_scenes: NDArray[np.float32]
    leaned_scenes: NDArray[np.float32]
    claimed_industries: NDArray[np.float32]
    same: NDArray[np.float32]
    shown: NDArray[np.float32]


class Asking(NamedTuple):
    """Numbers of the need itself: how plain it is, whether its scene was given, the heaviest scene, the ideal score.

    `ideal` is what a provider that says all the need says would score in pieces.
    """

    clarity: float
    scene_given: bool
    top_scene: float
    ideal: float
