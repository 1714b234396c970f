"""What the recommendations page shows, made from a ranking's plain values; no queries here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ..matching.constraints import ASIDE, Constraint
from ..matching.facts import ProviderFacts
from ..matching.gates import GATE_NAMES
from ..matching.results import FIT_NAMES, RECOMMENDED, UNFIT, WEAK
from ..matching.understanding import Reading, Understanding
from ..msgids import N_
from ..taxonomy.queries import PROVIDER_TYPE_NAMES, Taxonomy
from ..web.filters import show_budget
from .outcomes import BEHIND, Outcome, Result

CARDS = 3
MOST_COMPARED = 3


def show_understanding(
    understanding: Understanding, excluded_by: Mapping[str, int], taxonomy: Taxonomy
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the rows of what was understood: (label, chips as `constraint_chip` takes them)."""
    hard = [item for item in understanding.constraints if item.hard]
    asides = [item for item in understanding.constraints if item.kind == ASIDE]
    soft = [item for item in understanding.constraints if not item.hard and item.kind != ASIDE]
    named = [item for item in understanding.industries if item.source != "推断"]
    return [
        (_("能力"), [_reading_chip(item) for item in understanding.capabilities]),
        (_("场景"), [_reading_chip(item) for item in understanding.scenes]),
        (_("环节"), _stage_chips(understanding.scenes, taxonomy)),
        (_("行业"), [_reading_chip(item) for item in named]),
        (_("硬条件"), [_constraint_chip(item, True, excluded_by.get(item.key)) for item in hard]),
        (_("优先项"), [_constraint_chip(item, False, None) for item in soft]),
        (_("不计入"), [_constraint_chip(item, False, None) for item in asides]),
    ]


def _stage_chips(scenes: Iterable[Reading], taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Show the stages of the scenes at stake: they follow from these and are corrected with them."""
    believed = [item.code for item in scenes if not item.doubted]
    stage_ids = dict.fromkeys(key for code in believed for key in taxonomy.stages_of(code))
    return [
        {"label": taxonomy.stages[key].name, "source": _("随场景"), "words": "", "key": None}
        for key in stage_ids
    ]


def _reading_chip(item: Reading) -> dict[str, Any]:
    label = f"{item.code} {item.name}" if item.kind == "industry" else item.name
    if item.doubted:
        label = _("%(label)s（与描述不符，少计）", label=label)
    words = "、".join(item.triggers[:2]) if item.source != "填报" else ""
    return {"label": label, "source": item.source, "words": words, "key": item.key}


def _constraint_chip(item: Constraint, must: bool, excludes: int | None) -> dict[str, Any]:
    words = item.quote if item.source != "填报" and item.quote != item.label else ""
    return {
        "label": item.label,
        "source": item.source,
        "words": words,
        "must": must,
        "excludes": excludes,
        "key": item.key,
    }


def show_facts(facts: ProviderFacts, taxonomy: Taxonomy) -> list[str]:
    """Return the short line under a provider's name."""
    kinds = "、".join(PROVIDER_TYPE_NAMES.get(code, code) for code in facts.type_codes[:2])
    proven = sum(case.verification != "declared" for case in facts.cases)
    return [
        kinds,
        taxonomy.region_path(facts.region_code),
        _("核验或验收案例%(count)s项", count=proven) if proven else _("暂无核验案例"),
    ]


def show_placed(
    item: Result, facts: ProviderFacts, tiers: Mapping[str, str], taxonomy: Taxonomy
) -> dict[str, Any]:
    """Return one ranked provider as `match_card` and `match_row` take it."""
    provider_url = url_for("catalogue.show", provider_id=int(item["provider_id"]))
    reasons = [show_reason(reason, provider_url) for reason in item["reasons"]]
    good = [reason["claim"] for reason in reasons if not reason["minus"]]
    return {
        "id": item["provider_id"],
        "place": item["rank"],
        "score": f"{item['score']:.1f}",
        "name": facts.name,
        "url": provider_url,
        "tier": (facts.tier, tiers.get(facts.tier or "", "")) if facts.tier else None,
        "facts": show_facts(facts, taxonomy),
        "reasons": reasons,
        "why": "；".join(good[:2]),
        "confirms": list(item["to_confirm"]),
        "parts": [
            (part["name"], f"{part['points']:.1f}", _most(part))
            for part in item["contributions"]
            if part["maximum"]
        ],
    }


def show_reason(reason: Result, provider_url: str) -> dict[str, Any]:
    """Return one reason as `reason_list` takes it, its evidence linked to the provider's page."""
    kind, _colon, key = reason["ref"].partition(":")
    anchor = f"#{kind}-{key}" if kind in {"case", "offering"} else ""
    source = reason["source"] or {"case": _("案例"), "offering": _("产品说明")}.get(
        kind, _("服务商资料")
    )
    return {
        "claim": reason["claim"],
        "quote": reason["quote"],
        "source": source,
        "level": reason["verification"] or "declared",
        "url": provider_url + anchor,
        "minus": reason["sign"] == "minus",
    }


_LEFT_NOTES = {
    BEHIND: (N_("名次靠后"), N_("符合条件，排在推荐各家之后")),
    WEAK: (FIT_NAMES[WEAK], N_("有相关能力，但证据不足以推荐")),
    UNFIT: (FIT_NAMES[UNFIT], N_("没有对口的产品，也没有同类案例")),
}


def show_left_out(
    outcome: Outcome, facts: Mapping[str, ProviderFacts], tiers: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the groups of all who were not recommended; their counts and the recommended add up."""
    groups = []
    for group in outcome.left:
        name, note = _LEFT_NOTES.get(group.code) or (GATE_NAMES[group.code], "")
        rows = [_left(facts[item["provider_id"]], tiers, item) for item in group.first]
        groups.append(
            {
                "title": _(name),
                "note": _(note) if note else "",
                "rows": rows,
                "count": group.count,
                "more": group.count - len(rows),
            }
        )
    return groups


def _low(item: Result) -> str:
    return _("得%(score)s分，排在第%(rank)s", score=f"{item['score']:.1f}", rank=item["rank"])


def _relaxed(item: Result) -> str:
    if item["relaxed_rank"] is None:
        return "—"
    return _("放宽后第%(rank)s名", rank=item["relaxed_rank"])


def _left(facts: ProviderFacts, tiers: Mapping[str, str], item: Result) -> dict[str, Any]:
    placed = "rank" in item
    return {
        "name": facts.name,
        "url": url_for("catalogue.show", provider_id=int(facts.provider_id)),
        "tier": (facts.tier, tiers.get(facts.tier or "", "")) if facts.tier else None,
        "reason": _low(item) if placed else item["reason"],
        "relaxed": "" if placed else _relaxed(item),
    }


def show_answer(
    item: Result | None, facts: ProviderFacts, tiers: Mapping[str, str]
) -> dict[str, Any]:
    """Return the answer to “why not this firm?” as `why_not_answer` takes it."""
    tier = (facts.tier, tiers.get(facts.tier or "", "")) if facts.tier else None
    answer = {"title": facts.name, "tier": tier, "quote": None, "counterfactual": ""}
    if item is None:
        return {**answer, "text": _("不在本次候选之列。"), "tone": "mute", "tag": ""}
    if "gate" in item:
        quote = None
        if item["quote"]:
            source = {"offering": _("产品说明"), "case": _("案例")}.get(
                item["ref"].partition(":")[0], _("服务商资料")
            )
            level = item["verification"] or "declared"
            quote = {"text": item["quote"], "source": source, "level": level, "url": None}
        counterfactual = ""
        if item["relaxed_rank"] is not None:
            counterfactual = _(
                "若放宽这一条，本次得分为%(score)s，排第%(rank)s名。服务商更新资料后自动重新参与匹配。",
                score=f"{item['relaxed_score']:.1f}",
                rank=item["relaxed_rank"],
            )
        text = "；".join([item["reason"], *item["also"]]) + "。"
        return {
            **answer,
            "text": text,
            "tag": _(item["gate_name"]),
            "quote": quote,
            "counterfactual": counterfactual,
            "tone": "warn",
        }
    weak = [reason["claim"] for reason in item["reasons"] if reason["sign"] == "minus"]
    text = _("得%(score)s分，排第%(rank)s名。", score=f"{item['score']:.1f}", rank=item["rank"])
    if weak:
        text += _("主要不足：%(what)s。", what="；".join(weak))
    tone = "ok" if item["fit"] == RECOMMENDED else "warn"
    return {**answer, "text": text, "tag": _(FIT_NAMES[item["fit"]]), "tone": tone}


def show_comparison(
    chosen: Sequence[tuple[Result, ProviderFacts]], tiers: Mapping[str, str]
) -> tuple[list[tuple[str, str]], list[tuple[str, list[str]]]]:
    """Return heads and rows of the side-by-side table."""
    heads = [
        (facts.name, url_for("catalogue.show", provider_id=int(facts.provider_id)))
        for _item, facts in chosen
    ]
    rows: list[tuple[str, list[str]]] = [
        (
            _("匹配得分"),
            [
                _("第%(rank)s名，%(score)s", rank=item["rank"], score=f"{item['score']:.1f}")
                for item, _facts in chosen
            ],
        ),
        (_("等级"), [tiers.get(facts.tier or "", "—") for _item, facts in chosen]),
    ]
    for part in chosen[0][0]["contributions"]:
        if part["maximum"]:
            cells = [_points(item, part["signal"]) for item, _facts in chosen]
            rows.append((part["name"], cells))
    rows += [
        (_("主要依据"), [_claims(item, "plus") for item, _facts in chosen]),
        (_("不足"), [_claims(item, "minus") for item, _facts in chosen]),
        (_("待确认"), ["；".join(item["to_confirm"]) or "—" for item, _facts in chosen]),
        (_("价格"), [_price(facts) for _item, facts in chosen]),
        (_("核验案例"), [_proven(facts) for _item, facts in chosen]),
    ]
    return heads, rows


def _points(item: Result, signal: str) -> str:
    part = next(part for part in item["contributions"] if part["signal"] == signal)
    return f"{part['points']:.1f} / {_most(part)}"


def _most(part: Result) -> str:
    """Write the most points of a signal as the points are, so that nobody has more: 34, 8.3."""
    return f"{round(part['maximum'], 1):g}"


def _claims(item: Result, sign: str) -> str:
    claims = [reason["claim"] for reason in item["reasons"] if reason["sign"] == sign]
    return "；".join(claims) or "—"


def _price(facts: ProviderFacts) -> str:
    lows = [item.price_min_wan for item in facts.offerings if item.price_min_wan is not None]
    highs = [item.price_max_wan for item in facts.offerings if item.price_max_wan is not None]
    if not lows:
        return _("未公布")
    return show_budget(round(min(lows) * 10_000), round(max(highs or lows) * 10_000))


def _proven(facts: ProviderFacts) -> str:
    proven = [case.title for case in facts.cases if case.verification != "declared"]
    return "；".join(proven[:3]) or "—"
