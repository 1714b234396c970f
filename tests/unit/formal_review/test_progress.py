"""How a due day is shown."""

from __future__ import annotations

from datetime import date

from marketplace.formal_review.progress import Due, due_of

FRIDAY = date(2026, 11, 27)


def test_on_the_weekend_after_it_a_due_day_is_over() -> None:
    saturday = date(2026, 11, 28)
    assert due_of(FRIDAY, saturday) == Due("2026-11-27", "超1个工作日", "over")


def test_on_its_day_a_due_day_is_today() -> None:
    assert due_of(FRIDAY, FRIDAY) == Due("2026-11-27", "今天到期", "today")
