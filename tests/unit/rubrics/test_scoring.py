"""Totals, lines and tiers, with the numbers written out."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rubrics.faults import faults
from marketplace.rubrics.queries import shipped_body, shipped_rubric
from marketplace.rubrics.scoring import Guide

SCHEME = shipped_rubric().scheme
FULL = {item.code: item.points for item in SCHEME.indicators("综合")}


def changed(*way: str | int, value: Any) -> dict[str, Any]:
    """Return the shipped body with one value changed."""
    body = copy.deepcopy(shipped_body())
    part: Any = body
    for step in way[:-1]:
        part = part[step]
    part[way[-1]] = value
    return body


def test_the_shipped_rubric_has_no_faults() -> None:
    assert faults(shipped_body()) == []


def test_the_dimensions_are_35_40_25() -> None:
    assert [(item.name, item.points) for item in SCHEME.dimensions] == [
        ("技术服务能力", 35.0),
        ("项目落地成效", 40.0),
        ("行业服务口碑", 25.0),
    ]


def test_the_points_of_the_general_track_are_those_of_the_default_rubric() -> None:
    points = [int(value) for value in FULL.values()]
    assert points == [10, 8, 7, 6, 4, 14, 10, 6, 6, 4, 12, 5, 5, 3]


@pytest.mark.parametrize("track", ["综合", "专业", "产品", "OPC"])
def test_every_track_sums_to_100(track: str) -> None:
    items = SCHEME.indicators(track)
    assert sum(item.points for item in items) == 100
    assert SCHEME.total(track, {item.code: item.points for item in items}) == 100.0


def test_headcount_decides_less_on_the_tracks_of_small_firms() -> None:
    team = {track: dict(_points(track))["team"] for track in SCHEME.tracks}
    assert team == {"综合": 7.0, "专业": 5.0, "产品": 3.0, "OPC": 2.0}


def _points(track: str) -> list[tuple[str, float]]:
    return [(item.code, item.points) for item in SCHEME.indicators(track)]


def test_tenths_add_up_exactly() -> None:
    assert SCHEME.total("综合", {"improvement": 0.1, "repeat": 0.2}) == 0.3
    assert sum([0.1, 0.2]) != 0.3


def test_a_total_is_rounded_half_up_to_a_tenth() -> None:
    assert SCHEME.total("综合", {"improvement": 13.95, "repeat": 5}) == 19.0
    assert SCHEME.total("综合", {"improvement": 13.94, "repeat": 5}) == 18.9


def test_half_points_count_in_full() -> None:
    assert SCHEME.total("综合", {"model_evaluation": 8.5, "team": 6.5, "safety": 0.5}) == 15.5


def test_what_is_missing_counts_as_nothing() -> None:
    assert SCHEME.total("OPC", {}) == 0.0


@pytest.mark.parametrize("points", [{"team": 7.5}, {"team": -0.5}, {"registered_here": 1}])
def test_points_an_indicator_cannot_give_are_refused(points: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"team|registered_here"):
        SCHEME.total("综合", points)


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="team"):
        SCHEME.total("综合", {"team": math.nan})


@pytest.mark.parametrize(
    ("total", "tier"),
    [
        (100.0, "tier1"),
        (90.0, "tier1"),
        (89.95, "tier1"),
        (89.94, "tier2"),
        (89.9, "tier2"),
        (80.0, "tier2"),
        (79.9, "tier3"),
        (70.0, "tier3"),
        (69.9, "cultivation"),
        (60.0, "cultivation"),
        (59.95, "cultivation"),
        (59.9, None),
        (0.0, None),
    ],
)
def test_the_total_as_shown_is_held_against_the_lines(total: float, tier: str | None) -> None:
    assert SCHEME.band_of(total) == tier


@pytest.mark.parametrize(
    ("before", "total", "after"),
    [
        ("cultivation", 95.0, "tier3"),
        ("tier3", 95.0, "tier2"),
        ("tier2", 95.0, "tier1"),
        ("tier1", 95.0, "tier1"),
        ("tier1", 61.0, "cultivation"),
        ("tier2", 59.0, None),
        (None, 95.0, "tier1"),
        (None, 59.0, None),
    ],
)
def test_tiers_are_climbed_one_at_a_time_and_lost_at_once(
    before: str | None, total: float, after: str | None
) -> None:
    assert SCHEME.tier_after(before, total) == after


@given(st.sampled_from(["tier1", "tier2", "tier3", "cultivation"]), st.floats(0, 100))
def test_no_total_lifts_a_provider_by_more_than_one_tier(before: str, total: float) -> None:
    order = ["cultivation", "tier3", "tier2", "tier1"]
    after = SCHEME.tier_after(before, total)
    assert after is None or order.index(after) <= order.index(before) + 1


@given(st.floats(0, 100), st.floats(0, 100))
def test_more_points_never_give_a_lower_tier(one: float, two: float) -> None:
    order = [None, "cultivation", "tier3", "tier2", "tier1"]
    low, high = sorted((one, two))
    assert order.index(SCHEME.band_of(low)) <= order.index(SCHEME.band_of(high))


def test_the_next_tier_names_its_line_the_gap_and_where_there_is_room() -> None:
    points = {**FULL, "accepted_projects": 2.5, "improvement": 4.5, "team": 6.5}
    assert SCHEME.next_tier("综合", points, "tier2") == [
        "一级须90分，现为82.5分，还差7.5分。",
        "核实的指标改善现得4.5分，满分14分，还有9.5分可争取。",
        "近24月验收项目现得2.5分，满分10分，还有7.5分可争取。",
        "团队现得6.5分，满分7分，还有0.5分可争取。",
    ]


def test_who_already_reaches_the_next_line_is_told_to_apply() -> None:
    assert SCHEME.next_tier("综合", FULL, "tier3") == [
        "得分100.0分，已达到二级线80分；等级逐级上升，可在下次评价时申请二级。"
    ]


def test_the_highest_tier_has_none_above() -> None:
    assert SCHEME.next_tier("综合", FULL, "tier1") == ["已是最高等级，复评时保持即可。"]


def test_who_is_not_listed_is_told_the_lowest_line() -> None:
    assert SCHEME.next_tier("综合", {}, None)[0] == "培育须60分，现为0.0分，还差60.0分。"


def test_guidance_stands_in_points_of_the_track_without_gaps_or_overlap() -> None:
    first = SCHEME.indicators("综合")[0].guidance
    assert [(guide.low, guide.high) for guide in first] == [
        (0.0, 3.5),
        (4.0, 6.5),
        (7.0, 8.5),
        (9.0, 10.0),
    ]
    team = SCHEME.indicators("OPC")[2].guidance
    assert [(guide.low, guide.high) for guide in team] == [
        (0.0, 0.5),
        (1.0, 1.0),
        (1.5, 1.5),
        (2.0, 2.0),
    ]


@pytest.mark.parametrize("track", SCHEME.tracks)
def test_every_step_of_a_judged_indicator_has_one_meaning(track: str) -> None:
    def meanings(guides: tuple[Guide, ...], points: float) -> int:
        return sum(guide.low <= points <= guide.high for guide in guides)

    for item in SCHEME.indicators(track):
        if item.mode == "judged":
            steps = [half / 2 for half in range(int(item.points * 2) + 1)]
            assert {meanings(item.guidance, step) for step in steps} == {1}


def test_a_track_that_does_not_sum_to_100_is_a_fault() -> None:
    found = faults(changed("tracks", 0, "points", "team", value=6.5))
    assert found == [
        "综合赛道各指标合计须为100，现为99.5。",
        "综合赛道“技术服务能力”各指标合计34.5，与维度分值35不一致。",
    ]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (changed("dimensions", 0, "points", value=36), "各维度分值合计须为100，现为101。"),
        (changed("bands", 1, "line", value=90), "等级线须由高到低，不能相同。"),
        (changed("bands", 0, "line", value=101), "等级线须大于0，不超过100。"),
        (
            changed("tracks", 3, "points", "team", value=-2),
            "OPC赛道有指标的分值小于0。",
        ),
        (
            changed("tracks", 0, "points", "team", value=6.3),
            "综合赛道的分值须为0.5的倍数，否则专家打不到满分。",
        ),
        (
            changed("indicators", 2, "guidance", 0, "text", value="  "),
            "“团队”的评分参考有空白。",
        ),
        (
            changed("indicators", 2, "guidance", 1, "low", value=0.5),
            "“团队”的评分参考须从0到1首尾相接，由低到高。",
        ),
        (
            changed("indicators", 2, "mode", value="computed"),
            "“团队”没有计算办法，只能由专家评分。",
        ),
        (
            changed("figures", "weights", "declared", value=0.7),
            "核实程度的折算须为：平台验收不低于材料核验，材料核验高于企业申报，且不超过1。",
        ),
        (
            changed("tracks", 1, "full", "accepted_projects", value=0),
            "专业赛道的满分件数须大于0，指标改善的件数须为整数。",
        ),
        (changed("step", value=0), "评分步长须大于0。"),
    ],
)
def test_what_would_make_scores_wrong_is_a_fault(body: dict[str, Any], fault: str) -> None:
    assert fault in faults(body)
