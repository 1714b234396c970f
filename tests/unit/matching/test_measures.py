"""The measures, held to numbers worked out by hand."""

import pytest

from marketplace.matching.measures import (
    Quality,
    gain,
    measure,
    ndcg,
    ordered,
    recall,
    reciprocal_rank,
)

GRADES = {"a": 3, "b": 2, "c": 1, "d": 0}


def test_a_gain_is_two_to_the_grade_less_one() -> None:
    assert [gain(grade) for grade in (0, 1, 2, 3)] == [0, 1, 3, 7]


def test_the_ideal_order_measures_one() -> None:
    assert ndcg(["a", "b", "c", "d"], GRADES) == pytest.approx(1.0)


def test_a_swapped_order_is_discounted_by_rank() -> None:
    # ideal: 7/1 + 3/1.58496 + 1/2 = 9.39279; found: 3/1 + 7/1.58496 + 1/2 = 7.91651
    assert ndcg(["b", "a", "c"], GRADES) == pytest.approx(7.916508 / 9.392789, abs=1e-6)


def test_the_ideal_counts_judged_providers_that_were_not_found() -> None:
    # found: 3/1 = 3; the ideal is still 9.39279
    assert ndcg(["b"], GRADES) == pytest.approx(3 / 9.392789, abs=1e-6)


def test_what_was_not_judged_counts_as_worthless() -> None:
    assert ndcg(["x", "a"], {"a": 3}) == pytest.approx(0.630930, abs=1e-6)


def test_only_the_first_ten_count() -> None:
    ranking = [f"x{place}" for place in range(10)] + ["a"]
    assert ndcg(ranking, {"a": 3}) == 0.0
    assert recall(ranking, {"a": 3}) == 0.0
    assert reciprocal_rank(ranking, {"a": 3}) == pytest.approx(1 / 11)


def test_grade_one_is_not_relevant() -> None:
    assert recall(["c", "a"], GRADES) == 0.5
    assert reciprocal_rank(["c", "a"], GRADES) == 0.5


def test_a_need_with_nothing_worth_showing_has_no_ndcg() -> None:
    assert ndcg(["a"], {"a": 0}) is None
    assert recall(["a"], {"a": 1}) is None
    assert reciprocal_rank(["a"], {"a": 1}) is None


def test_ties_are_broken_by_id() -> None:
    assert ordered({"b": 1.0, "a": 1.0, "c": 2.0}) == ["c", "a", "b"]


def test_means_are_taken_over_needs_that_define_the_measure() -> None:
    found = measure(
        {"n1": ["a", "b"], "n2": ["x"], "n3": ["a"]},
        {"n1": {"a": 3}, "n2": {"y": 2}, "n3": {"a": 0}},
    )
    assert found == Quality(ndcg_at_10=0.5, recall_at_10=0.5, mrr=0.5, needs=3)


def test_a_judged_need_without_a_ranking_counts_as_an_empty_one() -> None:
    assert measure({}, {"n1": {"a": 3}}).ndcg_at_10 == 0.0
