from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from marketplace.needs.quality import score_need
from marketplace.needs.sections import BY_CODE, TEXT_COLUMNS
from marketplace.rules.queries import shipped
from tests.fixtures.needs import FULL_NEED

RULES = shipped("need_quality")
BLANK: dict[str, Any] = dict.fromkeys(TEXT_COLUMNS) | {
    "title": "",
    "pain": "",
    "goals": [],
    "must_haves": [],
    "deployments": [],
}


def need_of(**values: Any) -> Any:
    return SimpleNamespace(**{**BLANK, **values})


def test_a_blank_need_has_no_points_and_a_full_one_has_a_hundred() -> None:
    assert score_need(need_of(), RULES).score == 0
    full = score_need(need_of(**FULL_NEED, start_by="2027-01-31"), RULES)
    assert (full.score, full.missing) == (100, ())


def test_length_earns_nothing() -> None:
    short = score_need(need_of(pain="夜班目检漏件"), RULES)
    long = score_need(need_of(pain="夜班目检漏件" * 200), RULES)
    assert short.score == long.score


def test_all_purpose_words_are_no_title() -> None:
    assert score_need(need_of(title="智能化升级改造项目"), RULES).score == 0
    assert score_need(need_of(title="曲轴毛刺外观检测"), RULES).score == 4


def test_not_isolated_and_data_may_leave_are_answers_too() -> None:
    quality = score_need(need_of(network_isolated=False, data_may_leave=True), RULES)
    assert {item.code for item in quality.clear} == {"network", "data_leave"}


def test_one_indicator_without_a_unit_costs_the_points_for_units() -> None:
    goals = [
        {"indicator": "漏检率", "baseline": 1.6, "target": 0.3, "unit": "%"},
        {"indicator": "检测时间", "baseline": 26, "target": 10, "unit": ""},
    ]
    quality = score_need(need_of(goals=goals), RULES)
    assert [item.code for item in quality.missing if item.group == "target"] == ["goal_units"]


def test_a_baseline_of_nought_is_a_baseline() -> None:
    goals = [{"indicator": "联网率", "baseline": 0, "target": 98, "unit": "%"}]
    quality = score_need(need_of(goals=goals), RULES)
    assert {item.code for item in quality.clear} == {"goal_baseline", "goal_target", "goal_units"}


def test_what_is_missing_is_listed_dearest_first_with_its_section() -> None:
    missing = score_need(need_of(), RULES).missing
    assert [item.gain for item in missing] == sorted((item.gain for item in missing), reverse=True)
    assert {item.section for item in missing} <= set(BY_CODE)


def test_the_groups_of_the_reviewer_add_up_to_the_score() -> None:
    quality = score_need(need_of(**FULL_NEED), RULES)
    assert sum(group.got for group in quality.groups) == quality.score == 96
    assert sum(group.most for group in quality.groups) == 100


def test_lines_are_sixty_for_review_and_eighty_for_matching() -> None:
    quality = score_need(need_of(**FULL_NEED, start_by=None), RULES)
    assert (quality.review_at, quality.match_at) == (60, 80)
    assert quality.is_reviewable
    assert quality.is_matchable
    assert not score_need(need_of(title="曲轴毛刺外观检测"), RULES).is_reviewable


def test_every_condition_reads_a_column_of_its_own_section() -> None:
    def columns(when: dict[str, Any]) -> set[str]:
        [(kind, wanted)] = when.items()
        if kind in {"any", "all"}:
            return {name for option in wanted for name in columns(option)}
        if kind == "goal":
            return {"goals"}
        return {wanted["field"] if isinstance(wanted, dict) else wanted}

    for item in RULES["items"]:
        assert columns(item["when"]) <= set(BY_CODE[item["section"]].columns), item["code"]
