"""What the outcomes of a run say about who fits better, and what they do not say."""

from __future__ import annotations

import numpy as np
import pytest

from marketplace.matching.preferences import outcome_example, preferences, signal_values
from marketplace.matching.signals import ORDER

SHOWN = ["a", "b", "c", "d"]


def test_who_was_invited_beats_those_above_that_were_passed_over_and_nobody_below() -> None:
    assert preferences(SHOWN, {"c": "invited"}) == {
        ("c", "a"): False,
        ("c", "b"): False,
    }


def test_who_got_further_beats_the_others_invited_whatever_the_places() -> None:
    assert preferences(SHOWN, {"a": "invited", "b": "accepted", "c": "contracted"}) == {
        ("b", "a"): True,
        ("b", "c"): True,
        ("c", "a"): True,
    }


def test_who_declined_or_never_answered_is_in_no_pair() -> None:
    assert preferences(SHOWN, {"a": "declined", "b": "silent", "d": "invited"}) == {
        ("d", "c"): False
    }


def test_what_failed_is_no_better_than_what_was_only_invited() -> None:
    assert preferences(SHOWN[:2], {"a": "failed", "b": "invited"}) == {}


def test_a_signal_is_the_share_of_its_most_points() -> None:
    told = [
        {"signal": "text", "points": 13.0, "maximum": 26.0},
        {"signal": "cases", "points": 12.0, "maximum": 12.0},
    ]
    assert dict(zip(ORDER, signal_values(told), strict=True)) == {
        **dict.fromkeys(ORDER, 0.0),
        "text": 0.5,
        "cases": 1.0,
    }


def placed(key: str, points: float) -> dict[str, object]:
    parts = [{"signal": "text", "points": points, "maximum": 26.0}]
    return {"provider_id": key, "contributions": parts}


def test_an_example_holds_only_the_providers_compared() -> None:
    rows = [placed("a", 20.0), placed("b", 13.0), placed("c", 1.0)]
    made = outcome_example("need:1", rows, ["a", "b", "c"], {"b": "invited"})
    assert made is not None
    assert made.ids == ("a", "b")
    assert made.pairs.tolist() == [[1, 0]]
    assert made.worth.tolist() == [1.0]
    assert made.grades is None
    assert made.measure(np.ones(len(ORDER))) is None, "who was passed over is no measure"


def test_only_providers_that_were_both_tried_are_measured() -> None:
    rows = [placed("a", 20.0), placed("b", 13.0), placed("c", 1.0)]
    made = outcome_example("need:1", rows, ["a", "b", "c"], {"b": "accepted", "c": "invited"})
    assert made is not None
    assert made.pairs.tolist() == [[1, 0], [1, 2], [2, 0]]
    assert made.fair is not None
    assert made.fair.tolist() == [False, True, False]
    assert made.measure(np.ones(len(ORDER))) == 1.0


@pytest.mark.parametrize("reached", [{}, {"a": "declined"}, {"a": "invited"}])
def test_a_run_without_a_preference_makes_no_example(reached: dict[str, str]) -> None:
    assert outcome_example("need:1", [placed("a", 20.0)], ["a"], reached) is None
