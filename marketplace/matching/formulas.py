"""The formulas of the signals, each for one provider, compiled.

Numbers in, a number out; the curves come from the weight set and docs/matching.md says in words what they mean. Values
are between 0 and 1.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .tables import Asking, Curves

# From the ninth text on the share of a further one stays the same.
MOST_COUNTED = 8
SCALE = 10_000.0


@njit(cache=True, nogil=True)
def bounded(value: float) -> float:
    """Keep a value between 0 and 1."""
    return min(max(value, 0.0), 1.0)


@njit(cache=True, nogil=True)
def rounded(value: float) -> float:
    """Round to four digits, halves to even, so that points add up to the score shown."""
    return float(np.rint(value * SCALE) / SCALE)


@njit(cache=True, nogil=True)
def keep_best(value: float, best: NDArray[np.float64], seen: int) -> None:
    """Put a value, not below 0, among the best of the `seen` before it, falling.

    Every step is taken whatever the values are: a processor that guesses wrongly where one belongs loses more time.
    """
    for at in range(min(seen, MOST_COUNTED)):
        higher = max(best[at], value)
        value = min(best[at], value)
        best[at] = higher
    if seen < MOST_COUNTED:
        best[seen] = value


@njit(cache=True, nogil=True)
def best_first(best: NDArray[np.float64], seen: int, everything: float, further: float) -> float:
    """Add the values seen up best first, each further one counting `further` times the one before.

    Values 0.6, 0.4 with further 0.25 give 0.6 + 0.1. One more text never lowers the sum, and copies add little.
    """
    total, share, rest = 0.0, 1.0, everything
    for at in range(min(seen, MOST_COUNTED)):
        total += best[at] * share
        rest -= best[at]
        share *= further
    return total + max(rest, 0.0) * share


@njit(cache=True, nogil=True)
def case_value(worth: float, meaning: float, same: float, curves: Curves) -> float:
    """Value a case: the same work, in the same industry, what it is worth by who checked it and when."""
    other = curves.cases_other_industry
    return bounded(worth * meaning * (other + (1 - other) * min(same, 1.0)))


@njit(cache=True, nogil=True)
def scene_fit(claimed: float, leaned: float, heaviest: float) -> float:
    """Compare scenes: those claimed, as far as words bear them out, or those the words lean to."""
    return bounded(max(claimed, leaned) / heaviest) if heaviest > 0 else 0.0


@njit(cache=True, nogil=True)
def ability_fit(meaning: float, scene: float, asking: Asking, curves: Curves) -> float:
    """Compare what is done: meaning and scenes; what is concluded from a vague need counts less."""
    plain = curves.ability_unclear + (1 - curves.ability_unclear) * asking.clarity
    believed = 1.0 if asking.scene_given else asking.clarity
    meant = curves.ability_meaning * plain * bounded(meaning / curves.ability_full_at)
    return bounded(meant + curves.ability_scene * believed * scene)


@njit(cache=True, nogil=True)
def text_fit(pieces: float, words: float, near: float, curves: Curves) -> float:
    """Compare what is said: character pieces, the text index's words, words near in meaning."""
    answered = min(near / curves.text_near_full_at, 1.0)
    return curves.text_pieces * pieces + curves.text_words * words + curves.text_near * answered


@njit(cache=True, nogil=True)
def industry_fit(claimed: float, shown: float, curves: Curves) -> float:
    """Compare industries: a case in the industry counts in full, a claim less; neighbours by their weight."""
    return max(min(claimed, 1.0) * curves.industry_claimed, min(shown, 1.0) * curves.industry_case)


@njit(cache=True, nogil=True)
def standing(tier: float, verified: float, curves: Curves) -> float:
    """Give a little for tier, and for evidence others have checked as far as it bears on the need."""
    bears = bounded(verified / curves.ability_full_at)
    return curves.standing_tier * tier + curves.standing_verified * bears
