"""What the weight pages show: points side by side, figures side by side, who moves and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from ..matching.signals import NAMES
from ..matching.weights import Weights
from ..msgids import N_
from ..needs.models import Need
from .comparing import FIRST, LOOKED_AT
from .models import WeightComparison, WeightMeasure

BEYOND = LOOKED_AT + 1
Figures = Mapping[str, WeightMeasure]
SETTING_NAMES = {
    "ability.meaning": N_("能力词义占能力匹配的比例"),
    "ability.unclear": N_("描述不清的需求，能力词义保底的比例"),
    "ability.scene": N_("场景占能力匹配的比例"),
    "ability.full_at": N_("能力词义的满分线"),
    "ability.further": N_("能力词义，每多一处依据递减到"),
    "text.pieces": N_("字词片段占文字依据的比例"),
    "text.words": N_("检索用词占文字依据的比例"),
    "text.near": N_("近义词占文字依据的比例"),
    "text.near_full_at": N_("近义词的满分线"),
    "text.full_at": N_("文字依据得满分须覆盖需求的比例"),
    "text.further": N_("检索用词，每多一处依据递减到"),
    "text.semantic": N_("语义向量占文字依据的比例"),
    "cases.full_at": N_("同类案例的满分线"),
    "cases.further": N_("同类案例，每多一项递减到"),
    "cases.other_industry": N_("其他行业的案例折算"),
    "cases.declared": N_("企业申报的案例折算"),
    "cases.checked": N_("材料核验的案例折算"),
    "cases.accepted": N_("平台验收的案例折算"),
    "cases.recent_years": N_("案例不打折的年数"),
    "cases.old_years": N_("案例折到最低的年数"),
    "cases.old": N_("旧案例的最低折算"),
    "cases.undated": N_("未写年份的案例折算"),
    "industry.claimed": N_("只声明的行业折算"),
    "industry.case": N_("有案例的行业折算"),
    "industry.full_relevance": N_("行业全额计分所需的能力与文字匹配程度"),
    "constraints.unknown": N_("资料未写明的条件折算"),
    "constraints.mild_unknown": N_("一般不写明的条件未写明时折算"),
    "ordinary.from": N_("一般商贸占比，从此起扣减"),
    "ordinary.to": N_("一般商贸占比，到此扣足"),
    "ordinary.cost": N_("一般商贸最多扣减的比例"),
    "declined.cost": N_("提供的正是需求不要的，扣减的比例"),
    "unsupported.cost": N_("声明无资料佐证最多扣减的比例"),
    "budget.tolerance": N_("报价超预算到几倍即不符"),
    "relevant_unit": N_("产品与需求有关的程度线（相对最相关的一项）"),
    "standing.tier": N_("等级占等级核验的比例"),
    "standing.verified": N_("核验依据占等级核验的比例"),
    "fit.ability": N_("推荐所需的能力与文字得分比例"),
    "fit.score": N_("推荐线（总分）"),
}
"""What the numbers of the curves are called on the page; what each does is told in docs/matching.md."""


def show_points(before: Weights, after: Weights) -> list[dict[str, Any]]:
    """Return each signal's points in both sets, and the change."""
    return [
        {
            "name": name,
            "before": before.points.get(key, 0.0),
            "after": after.points.get(key, 0.0),
            "change": round(after.points.get(key, 0.0) - before.points.get(key, 0.0), 2),
        }
        for key, name in NAMES.items()
        if before.points.get(key) or after.points.get(key)
    ]


def other_settings(
    before: Weights, after: Weights, tiers: Mapping[str, str]
) -> list[tuple[str, float | None, float | None]]:
    """Return the numbers of the curves and tiers that differ: (Chinese name, before, after).

    `tiers` are the names of the tiers by their codes; None is a number a set does not have.
    """
    curves = [
        (_(SETTING_NAMES[key]) if key in SETTING_NAMES else key, old, new)
        for key, old, new in _apart(before.settings, after.settings)
    ]
    return curves + [
        (_("等级“%(tier)s”的折算", tier=tiers.get(key, key)), old, new)
        for key, old, new in _apart(before.tiers, after.tiers)
    ]


def _apart(
    before: Mapping[str, float], after: Mapping[str, float]
) -> list[tuple[str, float | None, float | None]]:
    found = [(key, before.get(key), after.get(key)) for key in sorted({*before, *after})]
    return [row for row in found if row[1] != row[2]]


def show_figures(before: Figures, after: Figures) -> list[dict[str, Any]]:
    """Return the figures of the judged sets that both were measured on."""
    return [
        {
            "name": after[key].judged_set,
            "before": before[key].figures,
            "after": after[key].figures,
            "at": after[key].at,
            "lexicons": sorted({before[key].lexicon_version, after[key].lexicon_version}),
        }
        for key in before
        if key in after
    ]


def show_moves(
    comparison: WeightComparison, needs: Mapping[int, Need], names: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Return the needs whose order changes, of those the viewer may see; most changed first."""
    shown = []
    for item in comparison.moves:
        need = needs.get(item["need_id"])
        if need is not None:
            rows = [_row(row, names) for row in item["rows"]]
            shown.append({"need": need, "rows": rows})
    return sorted(shown, key=lambda item: -len(item["rows"]))


def _row(row: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    before, after = row["before"], row["after"]
    return {
        "provider_id": int(row["provider_id"]),
        "name": names.get(int(row["provider_id"]), _("已不在库")),
        "before": _place(before),
        "after": _place(after),
        "entering": _is_within(after) and not _is_within(before),
        "leaving": _is_within(before) and not _is_within(after),
        "up": (after or BEYOND) < (before or BEYOND),
        "why": [(NAMES.get(key, key), points) for key, points in row["why"]],
    }


def _is_within(place: int | None) -> bool:
    return place is not None and place <= FIRST


def _place(place: int | None) -> str:
    return _("第%(n)s名", n=place) if place else _("%(n)s名以后", n=LOOKED_AT)


def count_moves(moves: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count the needs whose order changes and the providers that enter or leave the first ten."""
    rows = [row for item in moves for row in item["rows"]]
    return {
        "needs": len(moves),
        "entering": sum(row["entering"] for row in rows),
        "leaving": sum(row["leaving"] for row in rows),
        "moving": len(rows),
    }
