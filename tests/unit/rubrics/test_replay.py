"""What a replay computes, with every number written out."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rubrics.queries import shipped_body, shipped_rubric
from marketplace.rubrics.records import Record
from marketplace.rubrics.replay import Replay, replay
from marketplace.rubrics.replay_services import shares_of
from marketplace.rubrics.scoring import Scheme

OLD = shipped_rubric().scheme
CODES = [item.code for item in OLD.indicators("专业")]


def changed() -> Scheme:
    """The shipped rubric with accepted projects 10 → 14 and team 5 → 1 on the track 专业."""
    body = copy.deepcopy(shipped_body())
    points = body["tracks"][1]["points"]
    points["accepted_projects"], points["team"] = 14, 1
    return Scheme.from_body(body)


def record(number: int = 1, *, track: str = "专业", share: float = 0.8, **facts: Any) -> Record:
    shares = dict.fromkeys(CODES, share) | facts.pop("shares", {})
    return Record(
        provider_id=number,
        name=f"第{number}家",
        track=track,
        tier=facts.pop("tier", "tier2"),
        shares=shares,
        **facts,
    )


def run(*records: Record, new: Scheme | None = None) -> Replay:
    return replay(OLD, new or changed(), records, year=2026)


def test_a_small_replay_word_for_word() -> None:
    made = run(
        record(1, shares={"accepted_projects": 0.2, "team": 1.0}),
        record(2, shares={"accepted_projects": 1.0, "team": 0.0}),
        record(3, track="OPC", kind="opc"),
    )
    rows = [(row.before, row.after, row.before_tier, row.after_tier) for row in made.rows]
    assert rows == [
        (75.0, 71.8, "tier3", "tier3"),
        (78.0, 82.0, "tier3", "tier2"),
        (80.0, 80.0, "tier2", "tier2"),
    ]
    assert [row.moves for row in made.rows] == [
        (("team", -4.0), ("accepted_projects", 0.8)),
        (("accepted_projects", 4.0),),
        (),
    ]
    assert made.touched == {"accepted_projects": 2, "team": 1}
    assert made.flow == {("tier3", "tier3"): 1, ("tier3", "tier2"): 1, ("tier2", "tier2"): 1}
    result = made.as_result()
    assert {key: result[key] for key in ("providers", "up", "down", "same", "out", "lacking")} == {
        "providers": 3,
        "up": 1,
        "down": 0,
        "same": 2,
        "out": 0,
        "lacking": 0,
    }
    assert result["still_by"] == 1.6


def test_points_are_rescaled_to_the_new_most() -> None:
    [row] = run(record(share=0.0, shares={"accepted_projects": 0.8})).rows
    assert (row.before, row.after) == (8.0, 11.2)


def test_the_share_of_a_score_is_its_points_over_the_most_it_could_be() -> None:
    scores = [
        {"code": "team", "points": 5.5, "most": 7},
        {"code": "safety", "points": 6, "most": 6},
        {"code": "repeat", "points": 1, "most": 0},
    ]
    assert shares_of(scores) == {"team": 5.5 / 7, "safety": 1.0}


def test_who_falls_below_all_lines_leaves() -> None:
    made = run(record(share=0.6, shares={"team": 1.0, "accepted_projects": 0.3}))
    [row] = made.rows
    assert (row.before, row.after, row.before_tier, row.after_tier) == (
        59.0,
        56.2,
        None,
        None,
    )
    made = run(record(share=0.6, shares={"team": 1.0, "accepted_projects": 0.4}))
    assert made.as_result()["out"] == 1
    assert made.flow == {("cultivation", "out"): 1}


def test_who_lacks_raw_scores_counts_as_not_moved() -> None:
    made = run(Record(9, "缺分", "专业", "tier3", {"team": 1.0}))
    [row] = made.rows
    assert (row.is_lacking, row.before, row.direction, row.after_tier) == (
        True,
        None,
        "same",
        "tier3",
    )
    assert made.as_result()["lacking"] == 1


def test_a_track_neither_rubric_has_is_left_alone() -> None:
    [row] = run(record(track="其他")).rows
    assert row.is_lacking


def test_an_unchanged_rubric_moves_nobody() -> None:
    made = run(*(record(number, share=number / 10) for number in range(11)), new=OLD)
    assert {row.direction for row in made.rows} == {"same"}
    assert made.touched == {}


def test_local_and_outside_firms_are_compared() -> None:
    up, same = {"accepted_projects": 1.0, "team": 0.0}, {}
    made = run(
        *(record(n, shares=up, is_local=True) for n in range(1, 4)),
        *(record(n, shares=same, is_local=False) for n in range(4, 7)),
    )
    check = made.checks[0]
    assert (check.code, check.holds) == ("outside", False)
    assert check.counts == {"outside": 3, "outside_moved": 0, "local": 3, "local_moved": 3}


def test_one_person_companies_and_young_firms_must_not_fall_more_than_others() -> None:
    falling = {"accepted_projects": 0.0, "team": 1.0}
    made = run(
        record(1, shares=falling, kind="opc", founded_year=2025, share=0.78),
        record(2, founded_year=2010),
        record(3),
    )
    found = {check.code: (check.holds, check.counts) for check in made.checks}
    assert made.rows[0].direction == "down"
    assert found["opc"] == (False, {"all": 1, "up": 0, "down": 1})
    assert found["young"] == (False, {"all": 1, "up": 0, "down": 1})
    assert found["words"] == (True, {"words": 0})


def test_a_rubric_that_speaks_of_registration_is_noticed() -> None:
    body = copy.deepcopy(shipped_body())
    body["indicators"][2]["guidance"][3]["text"] = "本地企业，承担人员有同类项目经历"
    made = run(record(), new=Scheme.from_body(body))
    assert made.checks[-1].counts == {"words": 1}
    assert not made.checks[-1].holds


@given(st.dictionaries(st.sampled_from(CODES), st.integers(0, 100), min_size=14, max_size=14))
def test_a_replay_adds_up_as_the_scheme_does(tenths: dict[str, int]) -> None:
    most = {item.code: item.points for item in OLD.indicators("专业")}
    points = {code: min(most[code], value / 10) for code, value in tenths.items()}
    shares = {code: points[code] / most[code] for code in points}
    [row] = run(Record(1, "甲", "专业", None, shares), new=OLD).rows
    assert row.before == row.after == OLD.total("专业", points)


def test_a_thousand_providers_take_well_under_two_seconds() -> None:
    records = [record(number, share=(number % 97) / 97) for number in range(1000)]
    started = time.perf_counter()
    run(*records).as_rows()
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("year", [2026])
def test_rows_are_kept_as_plain_values_those_that_move_first(year: int) -> None:
    made = run(record(1), record(2, shares={"accepted_projects": 1.0, "team": 0.0}))
    rows = made.as_rows()
    assert [row["provider_id"] for row in rows] == [2, 1]
    assert rows[0]["moves"] == [["accepted_projects", 4.0]]
    assert rows[0]["direction"] == "up"
