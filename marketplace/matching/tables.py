"""The arrays a ranking works on, named: what is known of all providers, what a need asks and finds, what it scores.

Shapes only. Rows of texts and of providers are those of `prepared.Prepared`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .kernels import Floats, Ints

STATE_MET, STATE_UNKNOWN, STATE_BROKEN = 0, 1, 2
NOTHING_BROKEN = -1
FIT_RECOMMENDED, FIT_WEAK, FIT_UNFIT = 0, 1, 2
# How a constraint is judged: looked up, by abilities, by price, or only asked about.
BY_ROW, BY_ABILITY, BY_PRICE, ASKED = 0, 1, 2, 3
SIGNALS = 7
ABILITY, TEXT, CASES, INDUSTRY, CONSTRAINTS, STANDING, DISTANCE = range(SIGNALS)


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


class Settled(NamedTuple):
    """What is known of all providers before any need is: it changes with the pool, the weight set and the day.

    By text: whether its limits may bind (`limiting`: no case), what it is worth as a case (0 for others), how far it
    was checked, its lowest price (infinite: none), its abilities as bits. By provider: its first text (`bounds`, one
    more at the end), abilities anywhere, whether it may be placed, tier and claims of scenes in worth.
    """

    bounds: Ints
    limiting: NDArray[np.bool_]
    case_worth: Floats
    checked: Floats
    price: Floats
    abilities: NDArray[np.uint16]
    anywhere: NDArray[np.uint16]
    listed: NDArray[np.bool_]
    tier: Floats
    claim: Floats


class Demands(NamedTuple):
    """The constraints of a need, one after another: how judged, by what, how firm.

    `met` and `broken` hold two bit sets a constraint, asked in turn: met by the first, broken by the first, met by the
    second, broken by the second. `rows` gives for those that are looked up their row in `given`, which holds a state
    for each provider. `mild` marks those on which silence is usual.
    """

    how: NDArray[np.int8]
    met: NDArray[np.uint16]
    broken: NDArray[np.uint16]
    limits: NDArray[np.float64]
    rows: Ints
    given: NDArray[np.int8]
    hard: NDArray[np.bool_]
    mild: NDArray[np.bool_]


class Felt(NamedTuple):
    """What a need finds in each text: meaning, words of the text index, the industry of a case twice over.

    `same` is the sum over the industries wanted, `shown` the strongest. `case` and `relevant` are filled in here.
    """

    meaning: Floats
    words: Floats
    same: Floats
    shown: Floats
    case: Floats
    relevant: NDArray[np.bool_]


class Found(NamedTuple):
    """What a need finds at each provider: what its lists say, and what its texts add up to."""

    pieces: Floats
    near: Floats
    claimed_scenes: Floats
    leaned_scenes: Floats
    claimed_industries: Floats
    discount: Floats
    semantic: Floats
    distance: Floats
    meaning: Floats
    words: Floats
    cases: Floats
    shown: Floats
    verified: Floats
    closest: Floats
    met: Floats
    own: NDArray[np.uint16]
    price: Floats


class Asking(NamedTuple):
    """Numbers of the need itself: how plain it is, whether its scene was given, the heaviest scene, the ideal score.

    `ideal` is what a provider that says all the need says would score in pieces.
    """

    clarity: float
    scene_given: bool
    top_scene: float
    ideal: float


class Scored(NamedTuple):
    """The result, by provider: points a signal, their sum, fit, states a constraint, who is refused and by which.

    `counts` counts the placed by fit, `kept_out` the refused by the constraint that refuses them, the last by listing.
    """

    points: NDArray[np.float64]
    total: NDArray[np.float64]
    fit: NDArray[np.int8]
    states: NDArray[np.int8]
    first_broken: Ints
    refused: NDArray[np.bool_]
    counts: NDArray[np.int64]
    kept_out: NDArray[np.int64]
