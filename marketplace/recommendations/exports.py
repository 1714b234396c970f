"""A recommendation as a workbook: who was ranked and why, who was left out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from ..matching.facts import ProviderFacts
from ..msgids import N_
from ..sheets.writing import Column, Table, write_workbook
from .lists import MatchedRow

NOTE = N_("本结果由公开规则计算，供参考，不构成采购推荐或信用背书。")


def export_run(
    title: str,
    result: dict[str, Any],
    facts: Mapping[str, ProviderFacts],
    tiers: Mapping[str, str],
) -> bytes:
    """Return the xlsx of a result: one sheet of the ranked, one of the excluded."""
    names = (
        [part["name"] for part in result["placed"][0]["contributions"]] if result["placed"] else []
    )
    ranked = Table(
        _("排序"),
        [
            Column(_("名次"), "integer", 6),
            Column(_("服务商"), width=28),
            Column(_("等级"), width=8),
            Column(_("得分"), "number", 8),
            *[Column(name, "number", 10) for name in names],
            Column(_("依据"), "long_text", 60),
            Column(_("不足"), "long_text", 40),
            Column(_("待确认"), "long_text", 40),
        ],
        [_ranked_row(item, facts[item["provider_id"]], tiers) for item in result["placed"]],
        title=title,
        notes=[_(NOTE)],
    )
    excluded = Table(
        _("未入选"),
        [
            Column(_("服务商"), width=28),
            Column(_("等级"), width=8),
            Column(_("类别"), width=18),
            Column(_("原因"), "long_text", 60),
            Column(_("依据原文"), "long_text", 50),
        ],
        [
            [
                facts[item["provider_id"]].name,
                tiers.get(facts[item["provider_id"]].tier or "", ""),
                item["gate_name"],
                "；".join([item["reason"], *item["also"]]),
                item["quote"],
            ]
            for item in result["excluded"]
        ],
        title=title,
        notes=[_(NOTE)],
    )
    return write_workbook(ranked, excluded)


def export_matches(title: str, rows: Sequence[MatchedRow]) -> bytes:
    """Return the xlsx of many needs: the first providers of each, how many fit, what is missing."""
    table = Table(
        _("匹配结果"),
        [
            Column(_("序号"), "integer", 6),
            Column(_("编号"), width=16),
            Column(_("需求"), width=36),
            Column(_("企业"), width=28),
            *[
                column
                for place in (1, 2, 3)
                for column in (
                    Column(_("推荐第%(place)s家", place=place), width=26),
                    Column(_("得分"), "number", 8),
                )
            ],
            Column(_("合适家数"), "integer", 10),
            Column(_("供给不足"), width=10),
            Column(_("缺什么"), "long_text", 60),
        ],
        [_matched_row(row) for row in rows],
        title=title,
        notes=[_(NOTE)],
    )
    return write_workbook(table)


def _matched_row(row: MatchedRow) -> list[Any]:
    first: list[Any] = []
    for item, facts in row.first:
        first += [facts.name, round(item.score, 1)]
    first += [None] * (6 - len(first))
    return [
        row.position,
        row.need.number,
        row.need.title,
        row.need.company_name,
        *first,
        row.recommended,
        _("是") if row.is_gap else "",
        "；".join(lack.text for lack in row.lacks),
    ]


def _ranked_row(item: dict[str, Any], facts: ProviderFacts, tiers: Mapping[str, str]) -> list[Any]:
    def claims(sign: str) -> str:
        found = [reason for reason in item["reasons"] if reason["sign"] == sign]
        return "；".join(
            f"{reason['claim']}：{reason['quote']}" if reason["quote"] else reason["claim"]
            for reason in found
        )

    return [
        item["rank"],
        facts.name,
        tiers.get(facts.tier or "", ""),
        round(item["score"], 1),
        *[round(part["points"], 1) for part in item["contributions"]],
        claims("plus"),
        claims("minus"),
        "；".join(item["to_confirm"]),
    ]
