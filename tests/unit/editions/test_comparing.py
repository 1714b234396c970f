"""One edition against the one before."""

from __future__ import annotations

from typing import Any

from flask import Flask

from marketplace.editions.columns import COLUMNS
from marketplace.editions.comparing import compare, composition, count_kinds
from marketplace.editions.preflight import Facts, check_edition


def row(name: str, tier: str = "tier2", **values: Any) -> dict[str, Any]:
    blank = {column.key: "" for column in COLUMNS}
    return {**blank, "name": name, "tier": tier, "tier_name": tier, "track": "专业", **values}


def test_every_provider_of_either_edition_is_told_once(app: Flask) -> None:
    previous = {1: row("甲"), 2: row("乙", "tier3"), 3: row("丙", contact="刘经理"), 4: row("丁")}
    this = {5: row("戊"), 2: row("乙"), 3: row("丙", contact="市场部"), 4: row("丁")}
    changes = compare(previous, this, {1: "企业自愿退出", 2: "复评升一级"})
    assert [(item.name, item.kind, item.reason) for item in changes] == [
        ("戊", "added", "首次收录"),
        ("乙", "tier", "复评升一级"),
        ("丙", "changed", ""),
        ("丁", "same", ""),
        ("甲", "removed", "企业自愿退出"),
    ]
    assert changes[2].fields == (("对外联系", "刘经理", "市场部"),)
    assert changes[4].after is None
    assert count_kinds(changes) == {"added": 1, "tier": 1, "changed": 1, "removed": 1, "same": 1}


def test_what_changes_by_itself_is_no_correction(app: Flask) -> None:
    previous = {1: row("甲", accepted_24_months=4, verified_on="2026-01-01")}
    this = {1: row("甲", accepted_24_months=5, verified_on="2026-11-01")}
    assert compare(previous, this, {})[0].kind == "same"


def test_the_composition_counts_every_track_and_tier() -> None:
    rows = [row("甲", "tier1"), row("乙", "tier1", track="OPC"), row("丙")]
    assert composition(rows, ["专业", "OPC"], ["tier1", "tier2"]) == {
        "专业": {"tier1": 1, "tier2": 1},
        "OPC": {"tier1": 1, "tier2": 0},
    }


def failing(**values: Any) -> list[tuple[str, str]]:
    whole: dict[str, Any] = {
        "rows": {1: row("甲公司")},
        "standing": {1: "tier2"},
        "notice": "ended",
        "number": "试〔2026〕1号",
        "statement": "不构成背书。",
        **values,
    }
    return [(item.code, item.text) for item in check_edition(Facts(**whole)) if not item.ok]


def test_the_preflight_names_everything_that_is_missing(app: Flask) -> None:
    assert failing() == []
    assert failing(rows={}, standing={}) == [("rows", "没有收录任何服务商")]
    assert failing(notice="published") == [("notice", "公示期未满")]
    assert failing(number=" ") == [("number", "文号未填")]
    assert failing(standing={}) == [("standing", "1家已不在库")]
    assert failing(standing={1: "tier3"}) == [("standing", "1家等级已变")]
    assert failing(statement="") == [("statement", "声明文字是空的")]
    assert failing(undecided=["甲公司"]) == [("undecided", "1家异议未决")]
    assert failing(struck=["甲公司"]) == [("struck", "1家因异议不应收录")]
    assert failing(rows={1: row("甲\U0010fffd公司")}) == [("glyphs", "1家的文字有字库缺字")]
    masked = {1: row("甲公司", cases="某某铸造有限公司，2025年")}
    assert failing(rows=masked, masked={1: {"某某铸造有限公司"}}) == [
        ("masked", "1家的案例露出了要求遮盖的客户")
    ]
    assert failing(rows=masked, masked={2: {"某某铸造有限公司"}}) == []
