"""Scores all providers for a need, compiled: one pass over their texts, one over the providers.

The formulas are in `formulas`; points are of 100. `tests/unit/matching/plain.py` computes the same with one
array operation after another, and a test holds the two to each other.
"""

from __future__ import annotations

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
from .tables import (
    ABILITY,
    ASKED,
    BY_ABILITY,
    BY_PRICE,
    BY_ROW,
    CASES,
    CONSTRAINTS,
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
    Demands,
    Felt,
    Found,
    Scored,
    Settled,
)


@njit(cache=True, nogil=True)
def read_texts(settled: Settled, curves: Curves, felt: Felt, found: Found) -> None:
    """Sum up the texts of each provider: meaning, words, cases, the industry shown, checked evidence."""
    bounds, limiting, checked = settled.bounds, settled.limiting, settled.checked
    best_meaning = np.empty(MOST_COUNTED, dtype=np.float64)
    best_words = np.empty(MOST_COUNTED, dtype=np.float64)
    best_cases = np.empty(MOST_COUNTED, dtype=np.float64)
    for provider in range(found.meaning.size):
        meanings, words, cases = 0, 0, 0
        all_meaning, all_words, all_cases = 0.0, 0.0, 0.0
        shown, verified, closest = 0.0, 0.0, 0.0
        for text in range(bounds[provider], bounds[provider + 1]):
            meaning, word, case = felt.meaning[text], felt.words[text], 0.0
            if meaning > 0:
                meanings = keep_best(meaning, best_meaning, meanings)
                all_meaning += meaning
                verified = max(verified, checked[text] * meaning)
                if limiting[text]:
                    closest = max(closest, meaning)
                else:
                    case = case_value(settled.case_worth[text], meaning, felt.same[text], curves)
                    cases = keep_best(case, best_cases, cases)
                    all_cases += case
                    shown = max(shown, felt.shown[text])
            elif not limiting[text]:
                shown = max(shown, felt.shown[text])
            felt.case[text] = case
            if word > 0:
                words = keep_best(word, best_words, words)
                all_words += word
        found.meaning[provider] = best_first(
            best_meaning, meanings, all_meaning, curves.ability_further
        )
        found.words[provider] = best_first(best_words, words, all_words, curves.text_further)
        found.cases[provider] = best_first(best_cases, cases, all_cases, curves.cases_further)
        found.shown[provider] = shown
        found.verified[provider] = verified
        found.closest[provider] = closest


@njit(cache=True, nogil=True)
def read_limits(settled: Settled, curves: Curves, felt: Felt, found: Found) -> None:
    """Gather abilities and the lowest price of the texts whose limits bear on the need.

    Those are the profile, which comes first, and offerings about as close to the need as the closest. Cases limit
    nothing; one more of them must not change which offering counts.
    """
    bounds, limiting, prices = settled.bounds, settled.limiting, settled.price
    for provider in range(found.own.size):
        close = found.closest[provider] * curves.relevant_unit
        own, price = np.uint16(0), np.float32(np.inf)
        for text in range(bounds[provider], bounds[provider + 1]):
            relevant = text == bounds[provider] or (limiting[text] and felt.meaning[text] >= close)
            felt.relevant[text] = relevant
            if relevant:
                own |= settled.abilities[text]
                price = min(price, prices[text])
        found.own[provider] = own
        found.price[provider] = price


@njit(cache=True, nogil=True)
def judge(settled: Settled, curves: Curves, demands: Demands, found: Found, scored: Scored) -> None:
    """Judge all providers by each constraint, as `gates` says it in words, and find the first that refuses."""
    scored.first_broken[:] = NOTHING_BROKEN
    for row in range(demands.how.size):
        how, hard, limit = demands.how[row], demands.hard[row], demands.limits[row]
        for provider in range(found.own.size):
            anywhere, own = settled.anywhere[provider], found.own[provider]
            price = found.price[provider]
            state = STATE_UNKNOWN
            if how == BY_ROW:
                state = demands.given[demands.rows[row], provider]
            elif how == BY_ABILITY:
                if anywhere & demands.met[row, 0]:
                    state = STATE_MET
                elif own & demands.broken[row, 0]:
                    state = STATE_BROKEN
                elif anywhere & demands.met[row, 1]:
                    state = STATE_MET
                elif own & demands.broken[row, 1]:
                    state = STATE_BROKEN
            elif how == BY_PRICE and price < np.inf:
                if price <= limit:
                    state = STATE_MET
                elif price > limit * curves.budget_tolerance:
                    state = STATE_BROKEN
            scored.states[row, provider] = state
            if hard and state == STATE_BROKEN and scored.first_broken[provider] == NOTHING_BROKEN:
                scored.first_broken[provider] = row


@njit(cache=True, nogil=True)
def fulfil(demands: Demands, curves: Curves, scored: Scored, found: Found) -> None:
    """Average how far each provider meets the constraints.

    Met counts 1, unknown a part, a broken wish 0. A broken hard one is left out, as if it had been relaxed, so that the
    score says where the provider would stand. Without any the answer is 1.
    """
    worth = np.zeros(3, dtype=np.float64)
    worth[STATE_MET] = 1.0
    for provider in range(found.met.size):
        met, counted = 0.0, 0
        for row in range(demands.how.size):
            state = scored.states[row, provider]
            relaxed = state == STATE_BROKEN and demands.hard[row]
            if demands.how[row] != ASKED and not relaxed:
                worth[STATE_UNKNOWN] = (
                    curves.constraints_mild_unknown
                    if demands.mild[row]
                    else curves.constraints_unknown
                )
                met += worth[state]
                counted += 1
        found.met[provider] = met / counted if counted else 1.0


@njit(cache=True, nogil=True)
def add_up(
    asking: Asking,
    settled: Settled,
    curves: Curves,
    most: NDArray[np.float64],
    found: Found,
    scored: Scored,
) -> None:
    """Give each provider its points a signal and their sum, and sort it by fit and gate; `most` are the points."""
    top_pieces, top_words = found.pieces.max(), found.words.max()
    # The best provider is scored in full only when it covers enough of what the need says.
    full = max(top_pieces, asking.ideal * curves.text_full_at)
    by_pieces = 1.0 / full if full > 0 else 0.0
    by_words = top_pieces * by_pieces / top_words if top_words > 0 else 0.0
    enough = (most[ABILITY] + most[TEXT]) * curves.fit_ability
    values = np.zeros(SIGNALS, dtype=np.float64)
    for provider in range(found.met.size):
        discount = found.discount[provider]
        claimed = found.claimed_scenes[provider] * settled.claim[provider]
        scene = scene_fit(claimed, found.leaned_scenes[provider], asking.top_scene)
        ability = ability_fit(found.meaning[provider], scene, asking, curves)
        text = text_fit(
            found.pieces[provider] * by_pieces,
            found.words[provider] * by_words,
            found.near[provider],
            curves,
        )
        if found.semantic.size:
            text += curves.text_semantic * (found.semantic[provider] - text)
        industry = industry_fit(found.claimed_industries[provider], found.shown[provider], curves)
        relevance = (ability + text) / 2 * discount / curves.industry_full_relevance
        values[ABILITY] = ability * discount
        values[TEXT] = text * discount
        values[CASES] = bounded(found.cases[provider] / curves.cases_full_at) * discount
        values[INDUSTRY] = industry * min(relevance, 1.0)
        values[CONSTRAINTS] = found.met[provider]
        values[STANDING] = standing(settled.tier[provider], found.verified[provider], curves)
        if found.distance.size:
            values[DISTANCE] = found.distance[provider]
        total = 0.0
        for signal in range(SIGNALS):
            points = rounded(bounded(values[signal]) * most[signal])
            scored.points[provider, signal] = points
            total += points
        scored.total[provider] = rounded(total)
        fit = FIT_RECOMMENDED if scored.total[provider] >= curves.fit_score else FIT_WEAK
        if scored.points[provider, ABILITY] + scored.points[provider, TEXT] < enough:
            fit = FIT_UNFIT
        scored.fit[provider] = fit


@njit(cache=True, nogil=True)
def sort_out(settled: Settled, scored: Scored) -> None:
    """Refuse who is not listed or breaks a hard constraint, and count."""
    for provider in range(scored.total.size):
        first = scored.first_broken[provider]
        scored.refused[provider] = True
        if not settled.listed[provider]:
            scored.first_broken[provider] = NOTHING_BROKEN
            scored.kept_out[-1] += 1
        elif first != NOTHING_BROKEN:
            scored.kept_out[first] += 1
        else:
            scored.refused[provider] = False
            scored.counts[scored.fit[provider]] += 1


@njit(cache=True, nogil=True)
def score(
    asking: Asking,
    settled: Settled,
    curves: Curves,
    most: NDArray[np.float64],
    demands: Demands,
    felt: Felt,
    found: Found,
    scored: Scored,
) -> None:
    """Score all providers for a need from what it found in their texts, and sort them by fit and gate."""
    read_texts(settled, curves, felt, found)
    read_limits(settled, curves, felt, found)
    judge(settled, curves, demands, found, scored)
    fulfil(demands, curves, scored, found)
    add_up(asking, settled, curves, most, found, scored)
    sort_out(settled, scored)
