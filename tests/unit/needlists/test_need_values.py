"""From an understood row to the columns of a need."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from marketplace.needlists.values import need_values


def values(cells: dict[str, str] | None = None, **found: Any) -> dict[str, Any]:
    understood = {name: {"value": value} for name, value in found.items()}
    return need_values(understood, cells or {}, "masked")


@pytest.mark.parametrize(
    ("budget", "low", "high", "kind"),
    [
        ({"kind": "range", "min_wan": 20, "max_wan": 30}, 200_000, 300_000, "range"),
        ({"kind": "exact", "min_wan": 0.5, "max_wan": 0.5}, 5_000, 5_000, "exact"),
        ({"kind": "max", "min_wan": None, "max_wan": 100}, None, 1_000_000, "max"),
        ({"kind": "negotiable", "min_wan": None, "max_wan": None}, None, None, "negotiable"),
        ({"kind": "per_year", "min_wan": 5, "max_wan": 5}, 50_000, 50_000, ""),
        (None, None, None, ""),
    ],
)
def test_money_becomes_whole_yuan(
    budget: dict[str, Any] | None, low: int | None, high: int | None, kind: str
) -> None:
    made = values(budget=budget)
    assert (made["budget_min_yuan"], made["budget_max_yuan"], made["budget_kind"]) == (
        low,
        high,
        kind,
    )


def test_a_yearly_budget_says_so_in_the_need() -> None:
    made = values(budget={"kind": "per_year", "min_wan": 5, "max_wan": 5}, description="巡检慢")
    assert made["pain"] == "巡检慢\n（预算按年计）"


def test_a_county_that_is_not_understood_is_kept_as_text() -> None:
    assert values({"region": " 高新区 "})["region_text"] == "高新区"
    assert values({"region": "高密"}, region="370785")["region_text"] == ""


def test_a_row_without_a_level_of_disclosure_gets_the_one_chosen() -> None:
    assert values()["disclosure"] == "masked"
    assert values(disclosure="bureau")["disclosure"] == "bureau"


def test_conditions_are_told_apart_and_at_most_five() -> None:
    made = values(
        must_haves="1.数据不出厂；2.断网可用\n③国产系统、④有压铸案例；五天内到场；可分期；带培训"
    )
    assert made["must_haves"] == [
        "数据不出厂",
        "断网可用",
        "国产系统",
        "有压铸案例",
        "五天内到场；可分期；带培训",
    ]


def test_a_short_goal_is_an_indicator_and_a_long_one_the_criterion() -> None:
    assert values(goal="漏检率降到0.3%")["goals"][0]["indicator"] == "漏检率降到0.3%"
    assert "goals" not in values(goal="很长" * 60)


def test_a_deadline_is_the_day_it_is_to_be_finished() -> None:
    assert values(deadline="2026-09-30")["finish_by"] == date(2026, 9, 30)
