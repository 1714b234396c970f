"""Marks and spreads: steps, bands that need a reason, means, the edge of discussion."""

from __future__ import annotations

import pytest

from marketplace.assessments.drafts import Mark
from marketplace.assessments.employers import is_same_employer
from marketplace.assessments.marks import (
    MISSING,
    NO_REASON,
    agreed_problem,
    faults_of,
    needs_reason,
    points_problem,
)
from marketplace.assessments.services.interests import years_after
from marketplace.assessments.services.site_checks import how_many
from marketplace.assessments.spread import is_wide, mean_of, spread_of
from marketplace.assessments.tiers import options_of
from marketplace.rubrics.queries import shipped_rubric
from marketplace.rubrics.scoring import Guide, Indicator

TEN = Indicator(
    code="model_evaluation",
    name="模型/技术与评测",
    dimension="技术服务能力",
    points=10.0,
    mode="judged",
    guidance=(
        Guide(0.0, 3.5, "低"),
        Guide(4.0, 6.5, "中"),
        Guide(7.0, 8.5, "好"),
        Guide(9.0, 10.0, "优"),
    ),
)


@pytest.mark.parametrize("points", [0.0, 0.5, 9.5, 10.0])
def test_points_on_a_step_within_the_most_are_taken(points: float) -> None:
    assert points_problem(TEN, points) == ""


@pytest.mark.parametrize("points", [-0.5, 10.5, float("nan"), float("inf"), float("-inf")])
def test_points_outside_the_range_are_refused(points: float) -> None:
    assert points_problem(TEN, points) == "模型/技术与评测须在0至10分之间"


@pytest.mark.parametrize("points", [0.1, 7.3, 9.75])
def test_points_off_the_steps_are_refused(points: float) -> None:
    assert points_problem(TEN, points) == "模型/技术与评测按0.5分一档给分"


def test_agreed_points_may_be_tenths_and_no_finer() -> None:
    assert agreed_problem(TEN, 7.8) == ""
    assert agreed_problem(TEN, 7.85) == "模型/技术与评测的议定分最多一位小数"
    assert agreed_problem(TEN, 10.1) == "模型/技术与评测须在0至10分之间"


@pytest.mark.parametrize(
    ("points", "needed"),
    [(0.0, True), (3.5, True), (4.0, False), (8.5, False), (9.0, True), (10.0, True)],
)
def test_the_top_and_the_bottom_band_need_a_reason(points: float, needed: bool) -> None:
    assert needs_reason(TEN, points) is needed


def test_a_sheet_tells_what_is_missing() -> None:
    assert faults_of([TEN], {}) == {"model_evaluation": MISSING}
    assert faults_of([TEN], {"model_evaluation": Mark(None, "先记")}) == {
        "model_evaluation": MISSING
    }
    assert faults_of([TEN], {"model_evaluation": Mark(9.0, "  ")}) == {
        "model_evaluation": NO_REASON
    }
    assert faults_of([TEN], {"model_evaluation": Mark(9.0, "有第三方评测")}) == {}
    assert faults_of([TEN], {"model_evaluation": Mark(7.0)}) == {}


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ([11.0, 6.5, 12.0, 10.5], 10.0),
        ([7.0, 4.5, 5.0, 8.0], 6.1),
        ([4.5, 2.0, 4.0, 4.0], 3.6),
        ([7.0, 7.5, 8.0, 8.5], 7.8),
        ([5.0, 5.0, 5.5], 5.2),
        ([8.0], 8.0),
    ],
)
def test_means_are_rounded_to_tenths_half_up(values: list[float], mean: float) -> None:
    assert mean_of(values) == mean


def test_a_range_of_exactly_three_tenths_need_not_be_discussed() -> None:
    assert spread_of(TEN, {"甲": 6.5, "乙": 9.5}, 0.3).must_discuss is False
    assert spread_of(TEN, {"甲": 6.0, "乙": 9.5}, 0.3).must_discuss is True


def test_where_discussion_is_needed_the_farthest_from_the_mean_stands_out() -> None:
    spread = spread_of(TEN, {"甲": 8.0, "乙": 3.0, "丙": 8.5}, 0.3)
    assert (spread.low, spread.high, spread.mean) == (3.0, 8.5, 6.5)
    assert spread.outliers == {"乙"}


def test_totals_ten_apart_are_not_wide_and_a_tenth_more_is() -> None:
    assert is_wide([63.5, 73.5], 10) is False
    assert is_wide([63.5, 73.6], 10) is True
    assert is_wide([], 10) is False


@pytest.mark.parametrize(
    ("agreed", "percent", "drawn", "count"),
    [(1, 10, 0, 1), (10, 10, 0, 1), (11, 10, 0, 2), (31, 10, 1, 3), (20, 10, 2, 0), (3, 100, 0, 3)],
)
def test_the_share_of_site_checks_is_rounded_up_and_at_least_one(
    agreed: int, percent: int, drawn: int, count: int
) -> None:
    assert how_many(agreed, percent, drawn) == count


def test_an_employer_is_recognised_however_its_name_is_typed() -> None:
    assert is_same_employer("苏江（Ａ）数据 有限公司", "苏江(a)数据有限公司")
    assert not is_same_employer("苏江数据有限公司", "苏江大数据有限公司")
    assert not is_same_employer("", "")


def test_three_years_after_a_leap_day_is_the_first_of_march() -> None:
    from datetime import date

    assert years_after(date(2024, 2, 29), 3) == date(2027, 3, 1)
    assert years_after(date(2025, 6, 30), 3) == date(2028, 6, 30)


def test_a_total_offers_its_tier_first_then_lower_ones_and_never_a_higher() -> None:
    scheme = shipped_rubric().scheme
    assert options_of(scheme, None, 82.0) == [
        ("grant", "tier2"),
        ("grant", "tier3"),
        ("grant", "cultivation"),
        ("decline", None),
    ]
    assert options_of(scheme, "cultivation", 91.0)[0] == ("promote", "tier3")
    assert options_of(scheme, "tier2", 82.0)[0] == ("renew", "tier2")
    assert options_of(scheme, None, 59.9) == [("decline", None)]
