"""Puts a result into words: for each provider the claims for and against it, the sentence each rests on, and what
is still to be asked; for each excluded one its reason and where it would otherwise stand.

Nothing here changes a score. Every quote is copied from the provider's own text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from . import signals as sg
from .clauses import clauses
from .constraints import ASK, Constraint
from .gates import BROKEN, GATE_NAMES, MET, UNKNOWN, Verdict, judge, refusal, refuse_listing
from .grams import pieces
from .natures import load_natures
from .near_words import say_near_words
from .prepared import KIND_PLACE, Floats
from .results import Excluded, Placed, Ranking, Reason, Run
from .units import CASE, PROFILE, Unit

PLUS, MINUS = "plus", "minus"
SAME_WORK = 0.35
CLOSE_WORK = 0.6
HAS_ABILITY = 0.2
QUOTE_LENGTH = 90
MOST_CONFIRMATIONS = 5


def explain(ranking: Ranking, provider_id: str) -> Placed | Excluded | None:
    """Explain any provider of a ranking, also far down; None when it was not among those ranked."""
    return ranking.find(provider_id)


def explain_placed(run: Run, item: Placed, place: int) -> Placed:
    """Write the reasons of a placed provider, the weightiest first, those against it last."""
    verdicts = _verdicts(run, place)
    reasons = [
        *_case_reasons(run, place),
        *_ability_reasons(run, place),
        *_wording_reasons(run, place),
        *_industry_reasons(run, place),
        *_constraint_reasons(run, place, verdicts),
        *_against(run, place, verdicts),
    ]
    earned = {part.signal: part.points for part in item.contributions}
    reasons.sort(key=lambda reason: (reason.sign == MINUS, -earned.get(reason.signal, 0.0)))
    return replace(
        item,
        reasons=tuple(reasons),
        to_confirm=_to_confirm(run, place, verdicts),
        explained=True,
    )


def explain_excluded(run: Run, place: int, taken: NDArray[np.float64]) -> Excluded:
    """Write why a provider was excluded and its rank had the broken constraints been relaxed.

    `taken` are the scores of the placed, negated, rising.
    """
    provider = run.prepared.providers[place]
    provider_id = provider.facts.provider_id
    unlisted = refuse_listing(provider, run.as_of)
    if unlisted is not None:
        return Excluded(provider_id, unlisted.gate, GATE_NAMES[unlisted.gate], unlisted.reason)
    verdicts = _verdicts(run, place)
    found = refusal(verdicts)
    assert found is not None, "a refused provider has a broken constraint"
    score = float(run.scored["total"][place])
    broken = [item for item in verdicts if item.state == BROKEN and item.constraint.hard]
    return Excluded(
        provider_id=provider_id,
        gate=found.gate,
        gate_name=GATE_NAMES[found.gate],
        reason=found.reason,
        quote=found.evidence.quote if found.evidence else "",
        ref=found.evidence.ref if found.evidence else "",
        verification=found.evidence.verification if found.evidence else "",
        also=tuple(item.reason for item in broken[1:]),
        relaxed_score=score,
        relaxed_rank=int(np.searchsorted(taken, -score, side="left")) + 1,
        constraint=broken[0].constraint.key,
    )


def _verdicts(run: Run, place: int) -> tuple[Verdict, ...]:
    units = run.prepared.units_of(place)
    relevant = [bool(run.felt["relevant"][row]) for row in units]
    return judge(run.understanding, run.prepared.providers[place], relevant, run.weights)


def _ranked_units(run: Run, place: int, values: Floats) -> list[tuple[float, Unit]]:
    rows = run.prepared.units_of(place)
    units = run.prepared.providers[place].units
    scored = [(float(values[row]), unit) for row, unit in zip(rows, units, strict=True)]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].ref))


def _same_work(run: Run, place: int) -> Unit | None:
    if place not in run.same_work:
        run.same_work[place] = _find_same_work(run, place)
    return run.same_work[place]


def _find_same_work(run: Run, place: int) -> Unit | None:
    """Give the provider's best case of the same work; None when it has none.

    The same work is what shares with the need one of the capabilities read from it, or leans very closely to it.
    """
    named = {item.code for item in run.understanding.capabilities}
    for value, unit in _ranked_units(run, place, run.felt["case"]):
        if value <= 0 or unit.kind != CASE:
            continue
        meaning = _meaning_of(run, place, unit)
        shared = _shared_capability(run, place, unit)
        if meaning >= CLOSE_WORK or (meaning >= SAME_WORK and shared and shared[0] in named):
            return unit
    return None


def _case_reasons(run: Run, place: int) -> Iterable[Reason]:
    unit = _same_work(run, place)
    if unit is not None:
        codes = {code for code, _ in unit.industries}
        same = bool(codes.intersection(_filled_industries(run)))
        claim = "有同行业的同类案例" if same else "有同类案例，行业不同" if codes else "有同类案例"
        yield _reason(run, claim, PLUS, sg.CASES, unit)


def _filled_industries(run: Run) -> dict[str, str]:
    return {item.code: item.name for item in run.understanding.industries if item.weight >= 1.0}


def _ability_reasons(run: Run, place: int) -> Iterable[Reason]:
    values = run.felt["meaning"]
    best = [pair for pair in _ranked_units(run, place, values) if pair[1].kind != CASE]
    if not best or best[0][0] < SAME_WORK:
        return
    unit = best[0][1]
    shared = _shared_capability(run, place, unit)
    if shared is None:
        return
    key, name = shared
    named = next((item for item in run.understanding.capabilities if item.code == key), None)
    if named is None:
        yield _reason(run, f"部分能力相近：{name}", PLUS, sg.ABILITY, unit)
    else:
        words = f"（需求原文“{_cut(named.triggers[0], 20)}”）" if named.triggers else ""
        yield _reason(run, f"能力对口：{name}{words}", PLUS, sg.ABILITY, unit)


def _wording_reasons(run: Run, place: int) -> Iterable[Reason]:
    said = say_near_words(run, place)
    if said is not None:
        claim, clause, unit = said
        yield Reason(claim, PLUS, sg.TEXT, clause, unit.ref, source(unit), unit.verification)


def _shared_capability(run: Run, place: int, unit: Unit) -> tuple[str, str] | None:
    """Name the capability that need and unit share most."""
    space = run.prepared.space
    axes, meaning = run.prepared.unit_meaning.row(_row_of(run, place, unit))
    shares = run.leaning[axes] * meaning
    if not shares.size:
        return None
    at = int(np.argmax(shares))
    if meaning[at] < HAS_ABILITY or run.leaning[axes[at]] <= 0:
        return None
    key = space.capability_ids[axes[at]]
    return key, space.lexicon.capabilities[key].name


def _industry_reasons(run: Run, place: int) -> Iterable[Reason]:
    filled = _filled_industries(run)
    provider = run.prepared.providers[place]
    told = _same_work(run, place)
    if told is not None and set(filled) & {code for code, _ in told.industries}:
        return
    for unit in provider.units:
        for code, weight in unit.industries:
            if unit.kind == CASE and code in filled and weight >= 0.5:
                yield _reason(run, f"服务过{filled[code]}企业", PLUS, sg.INDUSTRY, unit)
                return
    for code in provider.facts.industry_codes:
        if code in filled:
            ref = f"profile:{provider.facts.provider_id}"
            claim = f"申报服务行业含{filled[code]}"
            yield Reason(claim, PLUS, sg.INDUSTRY, "", ref, "服务商资料", "declared")
            return


def _constraint_reasons(run: Run, place: int, verdicts: Iterable[Verdict]) -> Iterable[Reason]:
    for verdict in verdicts:
        if verdict.state == MET and verdict.evidence is not None:
            yield _verdict_reason(run, place, verdict, PLUS)


def _verdict_reason(run: Run, place: int, verdict: Verdict, sign: str) -> Reason:
    evidence = verdict.evidence
    if evidence is None:
        return Reason(verdict.reason, sign, sg.CONSTRAINTS)
    units = {unit.ref: unit for unit in run.prepared.providers[place].units}
    told = source(units[evidence.ref]) if evidence.ref in units else ""
    return Reason(
        verdict.reason,
        sign,
        sg.CONSTRAINTS,
        evidence.quote,
        evidence.ref,
        told,
        evidence.verification,
    )


def _against(run: Run, place: int, verdicts: Iterable[Verdict]) -> Iterable[Reason]:
    provider = run.prepared.providers[place]
    for verdict in verdicts:
        if verdict.state == BROKEN:
            yield _verdict_reason(run, place, verdict, MINUS)
    if run.discount[place] < 1:
        by_id = load_natures().by_id
        kinds = [by_id[key].label for key, word in provider.natures if word and by_id[key].ordinary]
        if kinds:
            yield Reason(f"自述以{'、'.join(kinds)}为主，与需求的做法可能不同", MINUS, sg.TEXT)
    if provider.unsupported_share > 0.5:
        count = len(provider.facts.scene_ids)
        yield Reason(f"申报{count}个场景，多数没有产品或案例支持", MINUS, sg.ABILITY)
    if not any(unit.kind == CASE for unit in provider.units):
        yield Reason("没有实施案例", MINUS, sg.CASES)
    elif _same_work(run, place) is None:
        yield Reason("没有同类案例", MINUS, sg.CASES)
    filled = _filled_industries(run)
    known = {code for unit in provider.units for code, _ in unit.industries}
    if filled and not known.intersection(filled):
        yield Reason(f"没有{'、'.join(filled.values())}的案例", MINUS, sg.INDUSTRY)


def _to_confirm(run: Run, place: int, verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    asked: dict[str, None] = {}
    for verdict in verdicts:
        if verdict.state == UNKNOWN:
            asked[_question(verdict)] = None
    case = _same_work(run, place)
    if case is not None and case.verification == "declared":
        asked["同类案例为企业自述，建议索取验收材料或联系原客户核实"] = None
    return tuple(asked)[:MOST_CONFIRMATIONS]


def _question(verdict: Verdict) -> str:
    item: Constraint = verdict.constraint
    if item.kind == ASK:
        return f"{item.label}：需求提到“{item.quote}”，请确认能否做到"
    return f"{verdict.reason}，请确认"


def _meaning_of(run: Run, place: int, unit: Unit) -> float:
    return float(run.felt["meaning"][_row_of(run, place, unit)])


def _row_of(run: Run, place: int, unit: Unit) -> int:
    units = run.prepared.providers[place].units
    return int(run.prepared.starts[place]) + next(at for at, own in enumerate(units) if own is unit)


def _reason(run: Run, claim: str, sign: str, signal: str, unit: Unit) -> Reason:
    return Reason(claim, sign, signal, quote(run, unit), unit.ref, source(unit), unit.verification)


def source(unit: Unit) -> str:
    """Name where a quote stands, as the page shows it."""
    if unit.kind == PROFILE:
        return "服务商介绍"
    label = "案例" if KIND_PLACE[unit.kind] == KIND_PLACE[CASE] else "产品说明"
    year = f"，{unit.year}年" if unit.year else ""
    return f"{label}：{_cut(unit.title, 40)}{year}"


def quote(run: Run, unit: Unit) -> str:
    """Choose the sentence of a unit that says most of what the need says."""
    sentences = [
        part.strip() for part in unit.text.replace("；", "。").replace("\n", "。").split("。")
    ]
    sentences = [part for part in sentences if part]
    if not sentences:
        return ""
    rarity: Mapping[str, float] = run.prepared.piece_rarity
    wanted = run.understanding.pieces

    def worth(sentence: str) -> float:
        shared = pieces(sentence) & wanted.keys()
        return sum(rarity.get(piece, 0.0) * wanted[piece] for piece in sorted(shared))

    chosen = max(enumerate(sentences), key=lambda pair: (worth(pair[1]), -pair[0]))[1]
    if len(chosen) > QUOTE_LENGTH:
        parts = [clause.text.strip() for clause in clauses(chosen)]
        chosen = max(enumerate(parts), key=lambda pair: (worth(pair[1]), -pair[0]))[1]
    return _cut(chosen, QUOTE_LENGTH)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
