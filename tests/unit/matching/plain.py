"""The points of a ranking the plain way: one NumPy operation after another over all texts, nothing compiled.

What `scoring` is held to. It takes the understanding, the prepared providers and a weight set like the matcher.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marketplace.matching.clauses import clauses
from marketplace.matching.columns import Postings
from marketplace.matching.constraints import ASIDE
from marketplace.matching.gates import MUST_COVERAGE, must_pieces
from marketplace.matching.grams import pieces
from marketplace.matching.prepared import KIND_PLACE, NO_YEAR, TRUST, Floats, Prepared
from marketplace.matching.signals import (
    ABILITY,
    CASES,
    DISTANCE,
    INDUSTRY,
    STANDING,
    TEXT,
    distance,
    excused_natures,
    ordinary_discount,
)
from marketplace.matching.understanding import Understanding
from marketplace.matching.units import CASE
from marketplace.matching.weights import Weights

from .builders import answers, units_of

MOST_COUNTED = 8


def added(table: Postings, features: Mapping[str, float]) -> Floats:
    """Sum weight × feature weight over the features given, for every row."""
    result = np.zeros(table.size, dtype=np.float64)
    for key, weight in features.items():
        column = table.column(key)
        if column is not None:
            result[column[0]] += column[1] * weight
    return result.astype(np.float32)


def strongest(table: Postings, features: Mapping[str, float]) -> Floats:
    """Give for every row the greatest weight × feature weight."""
    result = np.zeros(table.size, dtype=np.float32)
    for key, weight in features.items():
        column = table.column(key)
        if column is not None:
            result[column[0]] = np.maximum(result[column[0]], column[1] * np.float32(weight))
    return result


def leaning(understanding: Understanding, prepared: Prepared) -> Floats:
    """Compare every text with a need, in exact leanings of the need."""
    vector = np.zeros(prepared.unit_meaning.matrix.shape[1])
    for key, weight in understanding.leanings.items():
        vector[prepared.unit_meaning.axes[key]] = weight
    return (prepared.unit_meaning.matrix / 255 @ vector).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Raw per-unit and per-provider values that explanations need again."""

    unit_meaning: Floats
    unit_text: Floats
    unit_case: Floats
    meaning: Floats
    scene: Floats
    wording: Floats
    text: Floats
    discount: Floats


@dataclass(frozen=True, slots=True)
class Signals:
    """All signals of a run but the constraints, which the gates add."""

    values: Mapping[str, Floats]
    evidence: Evidence


def best_first(values: Floats, prepared: Prepared, further: float) -> Floats:
    """Add up a provider's units best first, each further one counting `further` times the one before.

    Values 0.6, 0.4 with further 0.25 give 0.6 + 0.1. One more unit never lowers the sum, and copies add little.
    """
    totals = []
    for place in range(len(prepared)):
        ranked = sorted(values[list(units_of(prepared, place))].tolist(), reverse=True)
        totals.append(sum(v * further ** min(at, MOST_COUNTED) for at, v in enumerate(ranked)))
    return np.array(totals, dtype=np.float32)


def best(values: Floats, prepared: Prepared) -> Floats:
    """Give each provider its best unit."""
    if not len(prepared):
        return np.zeros(0, dtype=np.float32)
    return np.maximum.reduceat(values, prepared.starts)


def compute(
    understanding: Understanding,
    prepared: Prepared,
    text_evidence: Mapping[str, float] | Floats,
    weights: Weights,
    as_of: date,
) -> Signals:
    """Compute all signals but the constraints."""
    unit_meaning = leaning(understanding, prepared)
    unit_text = _by_unit(text_evidence, prepared)
    discount = ordinary_discount(excused_natures(understanding), prepared, weights)
    discount = discount * declined(understanding, prepared, weights)
    meaning = _full_at(
        best_first(unit_meaning, prepared, weights.setting("ability.further")),
        weights.setting("ability.full_at"),
    )
    scene = scene_fit(understanding, prepared, weights)
    wording, coverage = wording_fit(understanding, prepared, weights)
    words = best_first(unit_text, prepared, weights.setting("text.further"))
    text = _relative(words) * np.float32(coverage)
    # What is concluded from a vague text counts less, so that industry and wording decide more.
    clarity, unclear = understanding.clarity, weights.setting("ability.unclear")
    ability = _bounded(
        weights.setting("ability.meaning") * (unclear + (1 - unclear) * clarity) * meaning
        + weights.setting("ability.scene")
        * (1.0 if understanding.scene_is_given() else clarity)
        * scene
    )
    near = nearness(understanding, prepared, weights)
    wordings = (
        weights.setting("text.pieces") * wording
        + weights.setting("text.words") * text
        + weights.setting("text.near") * near
    )
    unit_case = case_values(understanding, prepared, unit_meaning, weights, as_of)
    cases = _full_at(
        best_first(unit_case, prepared, weights.setting("cases.further")),
        weights.setting("cases.full_at"),
    )
    relevance = (ability + wordings) / 2
    values = {
        ABILITY: ability * discount,
        TEXT: wordings * discount,
        CASES: cases * discount,
        INDUSTRY: industry_fit(understanding, prepared, weights)
        * np.minimum(relevance * discount / weights.setting("industry.full_relevance"), 1),
        STANDING: standing(prepared, unit_meaning, weights),
        DISTANCE: (
            distance(understanding.need.region_code or "", prepared)
            if weights.points.get(DISTANCE)
            else np.zeros(len(prepared), dtype=np.float32)
        ),
    }
    evidence = Evidence(unit_meaning, unit_text, unit_case, meaning, scene, wording, text, discount)
    return Signals({key: _bounded(value) for key, value in values.items()}, evidence)


def declined(understanding: Understanding, prepared: Prepared, weights: Weights) -> Floats:
    """Give what is left to each provider with a clause that has most of a thing the need turns down."""
    things = [item.target for item in understanding.constraints if item.kind == ASIDE]
    wanted = [must_pieces(thing) for thing in things if thing]

    def offers(place: int) -> bool:
        units = prepared.providers[place].units
        clauses_said = [
            pieces(clause.text)
            for unit in units
            if unit.kind != CASE
            for clause in clauses(unit.text)
        ]
        return any(
            len(each & said) >= MUST_COVERAGE * max(1, len(each))
            for each in wanted
            for said in clauses_said
        )

    left = [
        1 - weights.setting("declined.cost") if offers(place) else 1.0
        for place in range(len(prepared))
    ]
    return np.array(left, dtype=np.float32)


def _by_unit(text_evidence: Mapping[str, float] | Floats, prepared: Prepared) -> Floats:
    """Lay the text scores out by unit; a mapping that computes its values is read once, in its own order."""
    if not isinstance(text_evidence, Mapping):
        if text_evidence.shape != (len(prepared.unit_refs),):
            raise ValueError("text scores must be one a unit")
        return text_evidence
    if not isinstance(text_evidence, dict) and len(text_evidence) < 4 * len(prepared.unit_refs):
        text_evidence = dict(text_evidence)
    scores = [text_evidence.get(ref, 0.0) for ref in prepared.unit_refs]
    return np.array(scores, dtype=np.float32)


def scene_fit(understanding: Understanding, prepared: Prepared, weights: Weights) -> Floats:
    """Compare scenes: those a provider claims, as far as its own words bear them out, or those its words lean to."""
    wanted = understanding.scene_weights()
    if not wanted:
        return np.zeros(len(prepared), dtype=np.float32)
    top = max(wanted.values())
    believed = 1 - np.float32(weights.setting("unsupported.cost")) * prepared.unsupported_share
    # Claiming many scenes makes each claim worth less: 3 of them count in full, n of them √(3/n).
    claimed = added(prepared.claimed_scenes, wanted) / top * believed
    claimed *= np.minimum(1, np.sqrt(3 / np.maximum(prepared.claim_count, 1)))
    leaned = added(prepared.leaned_scenes, wanted) / top
    return _bounded(np.maximum(claimed, leaned))


def case_values(
    understanding: Understanding,
    prepared: Prepared,
    unit_meaning: Floats,
    weights: Weights,
    as_of: date,
) -> Floats:
    """Value each case: the same work, in the same industry, checked by others, not long ago. 0 for other units."""
    is_case = prepared.unit_kind == KIND_PLACE[CASE]
    same = np.minimum(added(prepared.case_industries, understanding.industry_weights()), 1)
    other = np.float32(weights.setting("cases.other_industry"))
    trust = np.array(
        [weights.setting(f"cases.{name}") for name in sorted(TRUST, key=lambda name: TRUST[name])],
        dtype=np.float32,
    )[prepared.unit_trust]
    recent = _recency(prepared.unit_year, weights, as_of)
    return _bounded(is_case * unit_meaning * (other + (1 - other) * same) * trust * recent)


def _recency(years: NDArray[np.int16], weights: Weights, as_of: date) -> Floats:
    """Count a case in full for some years, then less, never below a floor; an undated one in between."""
    new, old = weights.setting("cases.recent_years"), weights.setting("cases.old_years")
    floor = weights.setting("cases.old")
    age = np.clip((as_of.year - years - new) / (old - new), 0, 1)
    value = 1 - (1 - floor) * age
    return np.where(years == NO_YEAR, weights.setting("cases.undated"), value).astype(np.float32)


def industry_fit(understanding: Understanding, prepared: Prepared, weights: Weights) -> Floats:
    """Compare industries: a case in the industry counts in full, a claim less; neighbours by their weight."""
    wanted = understanding.industry_weights()
    claimed = np.minimum(strongest(prepared.claimed_industries, wanted), 1)
    shown = np.minimum(best(strongest(prepared.case_industries, wanted), prepared), 1)
    return np.maximum(
        claimed * np.float32(weights.setting("industry.claimed")),
        shown * np.float32(weights.setting("industry.case")),
    )


def standing(prepared: Prepared, unit_meaning: Floats, weights: Weights) -> Floats:
    """Give a little for tier, and for evidence others have checked as far as it bears on the need."""
    worth = [weights.tiers.get(name, 0.0) for name in prepared.tier_names]
    tier = np.array(worth, dtype=np.float32)[prepared.tiers]
    checked = prepared.unit_trust / np.float32(max(TRUST.values()))
    verified = _full_at(
        best((checked * unit_meaning).astype(np.float32), prepared),
        weights.setting("ability.full_at"),
    )
    return _bounded(
        weights.setting("standing.tier") * tier + weights.setting("standing.verified") * verified
    )


def _relative(values: Floats) -> Floats:
    top = float(values.max()) if values.size else 0.0
    return values / np.float32(top) if top > 0 else np.zeros_like(values)


def _full_at(values: Floats, full: float) -> Floats:
    return _bounded(values / np.float32(full))


def _bounded(values: NDArray[Any]) -> Floats:
    bounded: Floats = np.clip(values, 0, 1).astype(np.float32)
    return bounded


def wording_fit(
    understanding: Understanding, prepared: Prepared, weights: Weights
) -> tuple[Floats, float]:
    """Compare character pieces, rare ones counting more; also give how much of the need the best provider covers.

    The best provider is scored in full only when it covers `text.full_at` of what the need says; otherwise it is
    the best of a poor choice, and its score says so.
    """
    wanted = {
        piece: prepared.piece_rarity[piece] * weight
        for piece, weight in understanding.pieces.items()
        if piece in prepared.piece_rarity
    }
    scores = added(prepared.provider_pieces, wanted)
    ideal = sum(
        prepared.piece_rarity.get(piece, prepared.space.unknown_rarity) * weight
        for piece, weight in understanding.pieces.items()
    )
    top = float(scores.max()) if scores.size else 0.0
    full = max(top, ideal * weights.setting("text.full_at"))
    if full <= 0:
        return np.zeros(len(prepared), dtype=np.float32), 0.0
    return scores / np.float32(full), top / full


def nearness(understanding: Understanding, prepared: Prepared, weights: Weights) -> Floats:
    """Compare words by meaning; who answers `text.near_full_at` of what the need's words weigh is scored in full."""
    answered = np.array(answers(prepared, understanding.words), dtype=np.float32)
    share: Floats = answered / np.float32(weights.setting("text.near_full_at"))
    return np.minimum(share, np.float32(1))
