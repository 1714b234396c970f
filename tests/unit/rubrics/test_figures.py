"""Computed indicators: literal numbers, and what must hold for any cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rubrics.figures import Figure, compute_figures, months_before
from marketplace.rubrics.queries import shipped_rubric

SCHEME = shipped_rubric().scheme
ON = date(2026, 7, 1)


def case(client: str = "甲", verification: str = "accepted", **facts: Any) -> dict[str, Any]:
    return {
        "client_name": client,
        "verification": verification,
        "accepted_on": "2026-05-20",
        "metrics": [],
        **facts,
    }


def figures(*cases: dict[str, Any], track: str = "专业", mean: float = 4.0) -> dict[str, Figure]:
    return compute_figures(SCHEME, track, cases, ON, mean)


def points(code: str, *cases: dict[str, Any], track: str = "专业") -> float:
    return figures(*cases, track=track)[code].points


def test_every_computed_indicator_gets_a_figure() -> None:
    assert {code: figure.most for code, figure in figures().items()} == {
        "improvement": 15.0,
        "accepted_projects": 10.0,
        "repeat": 5.0,
        "on_time": 6.0,
        "sme_share": 4.0,
        "satisfaction": 12.0,
    }


def test_accepted_projects_are_weighed_by_who_stands_behind_them() -> None:
    made = figures(case("甲"), case("乙"), case("丙", "checked"), case("丁", "declared"))
    assert made["accepted_projects"] == Figure(
        "accepted_projects",
        3.4,
        10.0,
        "2024-07-01至2026-07-01计入3件（同一客户计一件），按核实程度折算2.7件，专业赛道8件满分。",
    )


def test_one_client_counts_once_at_its_best() -> None:
    assert points("accepted_projects", case("甲", "checked"), case(" 甲 "), case("甲")) == 1.3


def test_clients_not_named_count_as_one() -> None:
    assert points("accepted_projects", case(""), case(""), case("")) == 1.3


@pytest.mark.parametrize(
    ("accepted_on", "expected"),
    [
        ("2024-06-30", 0.0),
        ("2024-07-01", 1.3),
        ("2026-07-01", 1.3),
        ("2026-07-02", 0.0),
        (None, 0.0),
        ("去年", 0.0),
    ],
)
def test_the_24_months_hold_both_their_ends(accepted_on: str | None, expected: float) -> None:
    assert points("accepted_projects", case(accepted_on=accepted_on)) == expected


def test_months_are_counted_back_to_the_last_day_where_there_is_no_such_day() -> None:
    assert months_before(date(2028, 2, 29), 24) == date(2026, 2, 28)
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)


def test_full_points_come_with_the_tracks_own_count() -> None:
    three = [case(name) for name in "甲乙丙"]
    assert points("accepted_projects", *three, track="OPC") == 8.0
    assert points("accepted_projects", *three, track="综合") == 3.0


def test_improvement_is_the_mean_of_the_best_three() -> None:
    made = figures(
        case(metrics=[["废品率", "4", "3", "%"]]),
        case(metrics=[["漏检率", "2.1", "0.4", "%"], ["节拍", "30秒", "29秒", ""]]),
    )
    assert made["improvement"].points == 7.5
    assert made["improvement"].basis == (
        "取改善最大的2件，按3件平均，变化达到50%记满，折合满分的50%。"
    )


def test_a_figure_that_grows_improves_as_much_as_one_that_falls() -> None:
    grown = points("improvement", case(metrics=[["产量", "1,000", "1,250", "件"]]))
    fallen = points("improvement", case(metrics=[["废品率", "4", "3", "%"]]))
    assert grown == fallen == 2.5


def test_metrics_without_two_numbers_or_from_nothing_do_not_count() -> None:
    odd = [["良率", "低", "高", ""], ["停机", "0", "3", "次"], ["半条"]]
    made = figures(case(metrics=odd))["improvement"]
    assert (made.points, made.basis) == (0.0, "没有经核实且写明前后数值的指标，仅有申报的不计分。")


def test_repeat_clients_are_counted_and_weighed() -> None:
    made = [case("甲", is_repeat=True), case("乙", "checked", is_repeat=True), case("丙")]
    assert points("repeat", *made) == 2.8


def test_on_time_is_the_mean_of_two_shares_of_what_is_known() -> None:
    made = figures(
        case("甲", on_time=True, first_pass=True),
        case("乙", on_time=True, first_pass=True),
        case("丙", on_time=True),
        case("丁", on_time=False),
        case("戊", "declared", on_time=False),
    )["on_time"]
    assert made.points == 5.3
    assert made.basis == ("经核实的案例中按期3/4件，一次通过2/2件，两项比例平均，未写明的不计。")


def test_small_clients_give_full_points_from_half_on() -> None:
    told = [case(name, client_is_sme=name == "甲") for name in "甲乙丙丁"]
    assert points("sme_share", *told) == 2.0
    assert points("sme_share", told[0], told[1]) == 4.0
    assert points("sme_share", told[0]) == 4.0


def test_satisfaction_is_shrunk_to_the_mean_of_the_site() -> None:
    made = figures(*(case(client_rating=rating) for rating in (5, 5, 4)))["satisfaction"]
    assert made.points == 9.8
    assert made.basis == "经核实的客户评分3件，平均4.7分，向全站均值4.0分收缩后为4.25分。"


def test_too_few_ratings_leave_the_mean_of_the_site() -> None:
    made = figures(case(client_rating=5), case(client_rating=5))["satisfaction"]
    assert made == Figure(
        "satisfaction", 9.0, 12.0, "经核实的客户评分2件，不足3件，按全站均值4.0分计。"
    )


def test_what_is_only_declared_gives_nothing_but_the_mean() -> None:
    boast = case(
        "甲",
        "declared",
        metrics=[["产量", "1", "9", ""]],
        is_repeat=True,
        on_time=True,
        first_pass=True,
        client_is_sme=True,
        client_rating=5,
    )
    made = {code: figure.points for code, figure in figures(*[boast] * 12).items()}
    assert made == {
        "improvement": 0.0,
        "accepted_projects": 0.0,
        "repeat": 0.0,
        "on_time": 0.0,
        "sme_share": 0.0,
        "satisfaction": 9.0,
    }


cases = st.builds(
    case,
    client=st.sampled_from(["甲", "乙", "丙", "丁", ""]),
    verification=st.sampled_from(["declared", "checked", "accepted", "unknown"]),
    accepted_on=st.none() | st.dates(ON - timedelta(days=1200), ON + timedelta(days=60)).map(str),
    metrics=st.lists(
        st.tuples(st.just("甲项"), st.integers(-9, 99).map(str), st.integers(-9, 99).map(str)),
        max_size=3,
    ),
    is_repeat=st.none() | st.booleans(),
    on_time=st.none() | st.booleans(),
    first_pass=st.none() | st.booleans(),
    client_is_sme=st.none() | st.booleans(),
    client_rating=st.none() | st.integers(-1, 7),
)
many = st.lists(cases, max_size=8)
tracks = st.sampled_from(SCHEME.tracks)
NEVER_LOWERED = ("accepted_projects", "improvement", "repeat")


def total(track: str, made: list[dict[str, Any]]) -> float:
    found = compute_figures(SCHEME, track, made, ON, 4.0)
    return SCHEME.total(track, {code: figure.points for code, figure in found.items()})


@given(tracks, many, st.floats(0, 6))
def test_points_stay_between_nothing_and_the_most(
    track: str, made: list[dict[str, Any]], mean: float
) -> None:
    for figure in compute_figures(SCHEME, track, made, ON, mean).values():
        assert 0 <= figure.points <= figure.most
        assert figure.basis.endswith("。")


@given(tracks, many, cases)
def test_a_further_accepted_case_never_lowers_what_counts_cases(
    track: str, made: list[dict[str, Any]], further: dict[str, Any]
) -> None:
    further = {**further, "verification": "accepted"}
    before = compute_figures(SCHEME, track, made, ON, 4.0)
    after = compute_figures(SCHEME, track, [*made, further], ON, 4.0)
    for code in NEVER_LOWERED:
        assert after[code].points >= before[code].points


@given(tracks, many, cases)
def test_a_further_accepted_case_that_went_well_never_lowers_the_total(
    track: str, made: list[dict[str, Any]], further: dict[str, Any]
) -> None:
    well = {"verification": "accepted", "on_time": True, "first_pass": True, "client_is_sme": True}
    further = {**further, **well, "client_rating": None}
    assert total(track, [*made, further]) >= total(track, made)


@given(tracks, many, st.data())
def test_a_fact_declared_never_outweighs_the_same_fact_verified(
    track: str, made: list[dict[str, Any]], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, max(0, len(made) - 1)))
    rising = []
    for level in ("declared", "checked", "accepted"):
        raised = [dict(item) for item in made]
        if raised:
            raised[place]["verification"] = level
        rising.append(compute_figures(SCHEME, track, raised, ON, 4.0))
    for code in NEVER_LOWERED:
        values = [found[code].points for found in rising]
        assert values == sorted(values)
