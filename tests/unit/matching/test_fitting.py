"""Fitting points: what must hold whatever the data, and numbers worked out by hand."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.fitting import (
    Example,
    Fold,
    Plan,
    as_array,
    climb,
    fit,
    interval,
    judged_example,
    project,
    tidy,
)
from marketplace.matching.signals import ORDER
from marketplace.matching.weights import load_weights

START = load_weights().points
FIRST = as_array(START)


def example(group: str, answer: str = "cases", noise: int = 0) -> Example:
    """A need whose good answers are those with much of one signal, the others being chance."""
    chance = random.Random(f"{group}{noise}")
    values = np.array([[chance.random() for _ in ORDER] for _ in range(12)])
    values[:, ORDER.index("distance")] = 0
    ids = [f"p{place:02d}" for place in range(12)]
    liked = ORDER.index(answer)
    grades = {key: int(3 * values[place, liked]) for place, key in enumerate(ids)}
    return judged_example(group, ids, values, grades, FIRST)


EXAMPLES = [example(f"n{number}") for number in range(20)]


def test_what_orders_well_gains_points_within_the_step() -> None:
    found = climb(EXAMPLES, FIRST, Plan(step=4.0))
    assert found.sum() == pytest.approx(100)
    assert found[ORDER.index("cases")] == pytest.approx(16.0, abs=0.05)
    assert np.all(np.abs(found - FIRST) <= 4.0 + 1e-6)


def test_a_signal_that_earns_nothing_goes_on_earning_nothing() -> None:
    found = climb([example(f"n{number}", "distance") for number in range(5)], FIRST, Plan())
    assert found[ORDER.index("distance")] == 0


def test_fitting_is_the_same_for_the_same_seed_and_beats_where_there_is_something_to_learn() -> (
    None
):
    one, two = (fit(EXAMPLES, START, Plan(step=8.0)) for _ in range(2))
    assert one == two
    assert one.beats
    assert one.low > 0
    assert one.points["cases"] > START["cases"]


def test_a_chance_difference_does_not_beat() -> None:
    chance = random.Random(7)
    noise = []
    for number in range(20):
        made = example(f"n{number}", noise=number)
        grades = {key: chance.choice((0, 0, 0, 1, 2, 3)) for key in made.ids}
        noise.append(judged_example(made.group, made.ids, made.values, grades, FIRST))
    assert not fit(noise, START, Plan()).beats


def test_a_need_is_never_on_both_sides() -> None:
    twins = [*EXAMPLES, *(example(item.group, noise=1) for item in EXAMPLES)]
    folds: list[Fold] = []
    found = fit(twins, START, Plan(folds=4, told=folds.append))
    held = [key for fold in folds for key in fold.before]
    assert sorted(held) == sorted({item.group for item in twins})
    assert found.groups == 20
    assert found.examples == 40


def test_folds_fitted_before_are_taken_as_they_are() -> None:
    found = fit(EXAMPLES, START, Plan(folds=4), known={2: START})
    assert found.folds[2].points == START
    assert found.folds[2].gain == 0


def test_fewer_needs_than_folds_cannot_be_cross_validated() -> None:
    with pytest.raises(ValueError, match="fewer"):
        fit(EXAMPLES[:3], START, Plan(folds=5))


def test_an_interval_of_equal_changes_is_that_change() -> None:
    assert interval([0.25] * 8, seed=1) == (0.25, 0.25)
    assert interval([], seed=1) == (0.0, 0.0)
    low, high = interval([-1.0, 1.0] * 8, seed=1)
    assert low < 0 < high


def test_pairs_in_the_right_order_are_counted_and_ties_by_half() -> None:
    values = np.zeros((3, len(ORDER)))
    values[:, 0] = (0.9, 0.5, 0.5)
    pairs = np.array([(0, 1), (1, 2)])
    made = Example("n", ("a", "b", "c"), values, pairs, np.array([0.5, 0.5]))
    assert made.measure(FIRST) == pytest.approx(0.75)


def test_a_gain_on_runs_is_not_bought_with_judged_quality() -> None:
    found = fit(EXAMPLES, START, Plan(step=8.0))
    assert found.beats
    assert not replace(found, judged_gain=-0.01).beats


def test_rounded_points_still_add_up() -> None:
    told = tidy(np.array([33.34, 26.33, 12.33, 14.0, 8.0, 6.0, 0.0]))
    assert sum(told.values()) == pytest.approx(100)
    assert told["distance"] == 0


@given(st.lists(st.floats(-50, 150), min_size=7, max_size=7))
def test_the_nearest_points_lie_within_the_bounds_and_add_up_to_a_hundred(
    points: list[float],
) -> None:
    low, high = np.maximum(FIRST - 4, 0), np.where(FIRST > 0, FIRST + 4, 0)
    found = project(np.array(points), low, high)
    assert found.sum() == pytest.approx(100, abs=1e-6)
    assert np.all(found >= low - 1e-9)
    assert np.all(found <= high + 1e-9)
