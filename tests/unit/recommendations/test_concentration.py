"""Figures of concentration, held to numbers worked out by hand."""

from __future__ import annotations

import pytest

from marketplace.recommendations.concentration import gini, herfindahl, top_share


@pytest.mark.parametrize(
    ("counts", "value"),
    [([1, 1, 1, 1], 0.0), ([0, 0, 0, 4], 0.75), ([4, 1, 3, 2], 0.25), ([], 0.0), ([0, 0], 0.0)],
)
def test_gini(counts: list[int], value: float) -> None:
    assert gini(counts) == pytest.approx(value)


@pytest.mark.parametrize(
    ("counts", "value"), [([2, 1, 1], 0.375), ([5], 1.0), ([1, 1, 1, 1], 0.25), ([], 0.0)]
)
def test_herfindahl(counts: list[int], value: float) -> None:
    assert herfindahl(counts) == pytest.approx(value)


def test_the_share_of_the_largest_counts_at_least_one() -> None:
    assert top_share([6, 3, 1, 0], 0.25) == pytest.approx(0.6)
    assert top_share([6, 3, 1, 0], 0.05) == pytest.approx(0.6)
    assert top_share([6, 3, 1, 0], 0.5) == pytest.approx(0.9)
    assert top_share([], 0.05) == 0.0
