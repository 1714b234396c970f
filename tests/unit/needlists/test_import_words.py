"""How columns and amounts of an import read on its page."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from marketplace.needlists.views.import_cells import budget_words
from marketplace.needlists.views.import_columns import column_letter


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_carry_the_letters_excel_shows(index: int, letter: str) -> None:
    assert column_letter(index) == letter


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        ({"kind": "approx", "min_wan": 50, "max_wan": 50}, "约 50"),
        ({"kind": "range", "min_wan": 5000, "max_wan": 10000}, "5,000–10,000"),
        ({"kind": "min", "min_wan": 200, "max_wan": None}, "≥ 200"),
        ({"kind": "max", "min_wan": None, "max_wan": 0.5}, "≤ 0.5"),
        ({"kind": "negotiable", "min_wan": None, "max_wan": None}, "面议"),
        ({"kind": "unknown", "min_wan": None, "max_wan": None}, "未填"),
        (None, "未填"),
    ],
)
def test_budgets_read_in_wan(app: Flask, budget: dict[str, Any] | None, words: str) -> None:
    with app.test_request_context():
        assert budget_words(budget) == words
