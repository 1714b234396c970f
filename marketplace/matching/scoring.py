"""Scores all providers for a need, compiled: one pass over their texts, one over the providers.

The formulas are in `formulas`; points are of 100. `tests/unit/matching/plain.py` computes the same with one
array operation after another, and a test holds the two to each other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .formulas import (
    MOST_COUNTED,
    ability_fit,
    best_first,
    bounded,
    case_value,
    industry_fit,
    keep_best,
    rounded,
    scene_fit,
    standing,
    text_fit,
)
from .kernels import Floats
from .tables import (
    ABILITY,
    ASKED,
    BY_ABILITY,
    BY_PRICE,
    BY_ROW,
    CASES,
    CONSTRAINTS,
    DISCOUNTED,
    DISTANCE,
    FIT_RECOMMENDED,
    FIT_UNFIT,
    FIT_WEAK,
    INDUSTRY,
    NOTHING_BROKEN,
    SIGNALS,
    STANDING,
    STATE_BROKEN,
    STATE_MET,
    STATE_UNKNOWN,
    TEXT,
    Asking,
    Curves,
    Listed,
    Table,
)

States = NDArray[np.int8]
Counts = NDArray[np.int64]


@njit(cache=True, nogil=True)
def read_texts(
    known: Table,
    texts: Table,
    said: Floats,
    same: Floats,
    shown: Floats,
    curves: Curves,
    felt: Table,
    found: Table,
) -> None:
    """Sum up the texts of each provider: meaning, words, cases, the industry shown, checked evidence.

    `said` is the text index's score of each text, `same` and `shown` the industry of each case. `known` and `found` may
    be a stretch of all.
    """
    best_meaning = np.empty(MOST_COUNTED, dtype=np.float64)
    best_words = np.empty(MOST_COUNTED, dtype=np.float64)
    best_cases = np.empty(MOST_COUNTED, dtype=np.float64)
    for provider in range(known.size):
        first, end = known[provider].start, known[provider].end
        all_meaning, all_words, all_cases = 0.0, 0.0, 0.0
        industry, verified, closest = 0.0, 0.0, 0.0
        for place in range(first, end):
            text, of_text, seen = texts[place], felt[place], place - first
            meaning, words = max(float(of_text.meaning), 0.0), max(float(said[place]), 0.0)
            case = case_value(text.case_worth, meaning, same[place], curves)
            of_text.case = case
            keep_best(meaning, best_meaning, seen)
            keep_best(words, best_words, seen)
            keep_best(case, best_cases, seen)
            all_meaning += meaning
            all_words += words
            all_cases += case
            verified = max(verified, text.checked * meaning)
            closest = max(closest, text.limiting * meaning)
            industry = max(industry, shown[place])
        row, seen = found[provider], end - first
        row.meaning = best_first(best_meaning, seen, all_meaning, curves.ability_further)
        row.words = best_first(best_words, seen, all_words, curves.text_further)
        row.cases = best_first(best_cases, seen, all_cases, curves.cases_further)
        row.shown = industry
        row.verified = verified
        read_limits(first, end, closest * curves.relevant_unit, texts, felt, row)


@njit(cache=True, nogil=True)
def read_limits(start: int, end: int, close: float, texts: Table, felt: Table, row: Any) -> None:
    """Gather abilities and the lowest price of those of a provider's texts whose limits bear on the need.

    Those are the profile, which comes first, and offerings about as `close` to the need as the closest. Cases limit
    nothing; one more of them must not change which offering counts.
    """
    own, price = np.uint16(0), np.float32(np.inf)
    for place in range(start, end):
        relevant = place == start or (texts[place].limiting and felt[place].meaning >= close)
        felt[place].relevant = relevant
        if relevant:
            own |= texts[place].abilities
            price = min(price, texts[place].price)
    row.own = own
    row.price = price


@njit(cache=True, nogil=True)
def judge(
    known: Table, curves: Curves, demands: Table, given: States, found: Table, states: States
) -> None:
    """Judge all providers by each constraint, as `gates` says it in words; a row of `states` each.

    `given` holds, a row each, the states of those that are looked up.
    """
    for row in range(demands.size):
        demand, out = demands[row], states[row]
        if demand.how == BY_ROW or demand.how == DISCOUNTED:
            out[:] = given[demand.row]
        elif demand.how == BY_ABILITY:
            for provider in range(known.size):
                out[provider] = by_ability(known[provider].anywhere, found[provider].own, demand)
        elif demand.how == BY_PRICE:
            tolerated = demand.limit * curves.budget_tolerance
            for provider in range(known.size):
                out[provider] = by_price(found[provider].price, demand.limit, tolerated)
        else:
            out[:] = STATE_UNKNOWN


@njit(cache=True, nogil=True)
def by_ability(anywhere: int, own: int, demand: Any) -> int:
    """Judge by what a provider can do anywhere, and by what its texts that bear on the need cannot; twice in turn."""
    if anywhere & demand.met[0]:
        return STATE_MET
    if own & demand.broken[0]:
        return STATE_BROKEN
    if anywhere & demand.met[1]:
        return STATE_MET
    return STATE_BROKEN if own & demand.broken[1] else STATE_UNKNOWN


@njit(cache=True, nogil=True)
def by_price(price: float, limit: float, tolerated: float) -> int:
    """Judge a lowest price, infinite when none is named, by a budget and how much more may still be talked about."""
    if price <= limit:
        return STATE_MET
    return STATE_BROKEN if tolerated < price < np.inf else STATE_UNKNOWN


@njit(cache=True, nogil=True)
def fulfil(demands: Table, curves: Curves, states: States, found: Table, scored: Table) -> None:
    """Average how far each provider meets the constraints, and find the first that refuses it.

    Met counts 1, unknown a part, a broken wish 0. A broken hard one is left out, as if it had been relaxed, so that the
    score says where the provider would stand. Without any the answer is 1.
    """
    for provider in range(found.size):
        met, counted, first_broken = 0.0, 0, NOTHING_BROKEN
        for row in range(demands.size):
            demand, state = demands[row], states[row, provider]
            if demand.hard and state == STATE_BROKEN:
                if first_broken == NOTHING_BROKEN:
                    first_broken = row
            elif demand.how != ASKED and demand.how != DISCOUNTED:
                counted += 1
                if state == STATE_MET:
                    met += 1.0
                elif state == STATE_UNKNOWN:
                    met += (
                        curves.constraints_mild_unknown
                        if demand.mild
                        else curves.constraints_unknown
                    )
        found[provider].met = met / counted if counted else 1.0
        scored[provider].first_broken = first_broken


@njit(cache=True, nogil=True)
def award(
    values: NDArray[np.float64],
    most: NDArray[np.float64],
    good: float,
    enough: float,
    result: Any,
) -> None:
    """Give a provider its points a signal, their sum, and its fit.

    It is recommended from `good` points on; with less than `enough` for ability and text it is unfit.
    """
    total = 0.0
    for signal in range(SIGNALS):
        points = rounded(bounded(values[signal]) * most[signal])
        result.points[signal] = points
        total += points
    result.total = rounded(total)
    result.fit = FIT_RECOMMENDED if result.total >= good else FIT_WEAK
    if result.points[ABILITY] + result.points[TEXT] < enough:
        result.fit = FIT_UNFIT


@njit(cache=True, nogil=True)
def add_up(
    asking: Asking,
    known: Table,
    curves: Curves,
    most: NDArray[np.float64],
    listed: Listed,
    discount: Floats,
    semantic: Floats,
    distance: Floats,
    found: Table,
    scored: Table,
) -> None:
    """Give each provider its points a signal and their sum, and its fit; `most` are the points to be had.

    `discount` is that of ordinary trade; `semantic` and `distance` may be empty.
    """
    top_pieces, top_words = 0.0, 0.0
    for provider in range(found.size):
        top_pieces = max(top_pieces, listed.pieces[provider])
        top_words = max(top_words, found[provider].words)
    # The best provider is scored in full only when it covers enough of what the need says.
    full = max(top_pieces, asking.ideal * curves.text_full_at)
    by_pieces = 1.0 / full if full > 0 else 0.0
    by_words = top_pieces * by_pieces / top_words if top_words > 0 else 0.0
    enough = (most[ABILITY] + most[TEXT]) * curves.fit_ability
    values = np.zeros(SIGNALS, dtype=np.float64)
    for provider in range(found.size):
        row, own, result = found[provider], known[provider], scored[provider]
        scene = scene_fit(
            listed.claimed_scenes[provider] * own.claim,
            listed.leaned_scenes[provider],
            asking.top_scene,
        )
        ability = ability_fit(row.meaning, scene, asking, curves)
        text = text_fit(
            listed.pieces[provider] * by_pieces, row.words * by_words, listed.near[provider], curves
        )
        if semantic.size:
            text += curves.text_semantic * (semantic[provider] - text)
        industry = industry_fit(listed.claimed_industries[provider], row.shown, curves)
        relevance = (ability + text) / 2 * discount[provider] / curves.industry_full_relevance
        values[ABILITY] = ability * discount[provider]
        values[TEXT] = text * discount[provider]
        values[CASES] = bounded(row.cases / curves.cases_full_at) * discount[provider]
        values[INDUSTRY] = industry * min(relevance, 1.0)
        values[CONSTRAINTS] = row.met
        values[STANDING] = standing(own.tier, row.verified, curves)
        if distance.size:
            values[DISTANCE] = distance[provider]
        award(values, most, curves.fit_score, enough, result)


@njit(cache=True, nogil=True)
def sort_out(known: Table, scored: Table, counts: Counts, kept_out: Counts) -> None:
    """Refuse who is not listed or breaks a hard constraint; count the placed by fit and the refused by constraint.

    The last of `kept_out` counts those not listed.
    """
    for provider in range(known.size):
        result = scored[provider]
        result.refused = True
        if not known[provider].listed:
            result.first_broken = NOTHING_BROKEN
            kept_out[-1] += 1
        elif result.first_broken != NOTHING_BROKEN:
            kept_out[result.first_broken] += 1
        else:
            result.refused = False
            counts[result.fit] += 1
