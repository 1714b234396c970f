"""The signals: how far each provider answers a need, each as an array between 0 and 1.

Every function takes the understanding, the prepared providers and a weight set; none looks at another's result
except where its docstring says so. What a signal is worth in points is the weight set's affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .natures import load_natures
from .prepared import KIND_PLACE, NO_YEAR, TRUST, Floats, Prepared
from .understanding import Understanding
from .units import CASE
from .weights import Weights
from .wording import nearness, wording_fit

ABILITY, TEXT, CASES, INDUSTRY, CONSTRAINTS, STANDING, DISTANCE = (
    "ability",
    "text",
    "cases",
    "industry",
    "constraints",
    "standing",
    "distance",
)
NAMES = {
    ABILITY: "能力匹配",
    TEXT: "文字依据",
    CASES: "同类案例",
    INDUSTRY: "行业工序",
    CONSTRAINTS: "约束符合",
    STANDING: "等级核验",
    DISTANCE: "现场响应",
}
ORDER = tuple(NAMES)
# From the ninth unit on the share of a further one stays the same.
MOST_COUNTED = 8


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
    shares = np.float64(np.float32(further)) ** np.arange(MOST_COUNTED + 1)
    totals = np.zeros(len(prepared), dtype=np.float64)
    for places, rows in prepared.by_size:
        ranked = -np.sort(-values[rows], axis=1)
        total = np.zeros(places.size, dtype=np.float64)
        for at, column in enumerate(ranked.T):
            total += column * shares[min(at, MOST_COUNTED)]
        totals[places] = total
    return totals.astype(np.float32)


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
    unit_meaning = prepared.unit_meaning.scores(understanding.leanings)
    unit_text = _by_unit(text_evidence, prepared)
    discount = ordinary_discount(understanding, prepared, weights)
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
            distance(understanding, prepared)
            if weights.points.get(DISTANCE)
            else np.zeros(len(prepared), dtype=np.float32)
        ),
    }
    evidence = Evidence(unit_meaning, unit_text, unit_case, meaning, scene, wording, text, discount)
    return Signals({key: _bounded(value) for key, value in values.items()}, evidence)


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
    claimed = prepared.claimed_scenes.scores(wanted) / top * believed
    claimed *= np.minimum(1, np.sqrt(3 / np.maximum(prepared.claim_count, 1)))
    leaned = prepared.leaned_scenes.scores(wanted) / top
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
    same = np.minimum(prepared.case_industries.scores(understanding.industry_weights()), 1)
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
    claimed = np.minimum(prepared.claimed_industries.strongest(wanted), 1)
    shown = np.minimum(best(prepared.case_industries.strongest(wanted), prepared), 1)
    return np.maximum(
        claimed * np.float32(weights.setting("industry.claimed")),
        shown * np.float32(weights.setting("industry.case")),
    )


def ordinary_discount(understanding: Understanding, prepared: Prepared, weights: Weights) -> Floats:
    """Discount providers whose text is ordinary trade, unless the need asks for that trade.

    “泵配件与检修外包” shares every word with a need about pumps and answers none of it.
    """
    start, end = weights.setting("ordinary.from"), weights.setting("ordinary.to")
    strength = np.clip((prepared.ordinary_share - start) / (end - start), 0, 1)
    for nature_id in excused_natures(understanding):
        column = prepared.natures.column(nature_id)
        if column is not None:
            rows, named = column
            strength[rows[named > 0]] = 0
    return _bounded(1 - np.float32(weights.setting("ordinary.cost")) * strength)


def excused_natures(understanding: Understanding) -> set[str]:
    """Give the ordinary kinds of business that the need itself asks for, by its scenes."""
    wanted = {scene.code for scene in understanding.scenes if scene.weight >= 0.5}
    return {
        nature.id
        for nature in load_natures().by_id.values()
        if nature.ordinary and wanted.intersection(nature.scene_ids)
    }


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


def distance(understanding: Understanding, prepared: Prepared) -> Floats:
    """Compare regions, for on-site response only; worth nothing unless a weight set says so.

    Same prefecture 1, same province 0.6, the province served 0.6, else 0.
    """
    region = understanding.need.region_code or ""
    values = np.zeros(len(prepared), dtype=np.float32)
    if not region:
        return values
    for place, provider in enumerate(prepared.providers):
        code = provider.facts.region_code or ""
        served = any(item[:2] == region[:2] for item in provider.facts.service_regions)
        if code[:4] == region[:4]:
            values[place] = 1.0
        elif code[:2] == region[:2] or served:
            values[place] = 0.6
    return values


def _relative(values: Floats) -> Floats:
    top = float(values.max()) if values.size else 0.0
    return values / np.float32(top) if top > 0 else np.zeros_like(values)


def _full_at(values: Floats, full: float) -> Floats:
    return _bounded(values / np.float32(full))


def _bounded(values: NDArray[Any]) -> Floats:
    bounded: Floats = np.clip(values, 0, 1).astype(np.float32)
    return bounded
