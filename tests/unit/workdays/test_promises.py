from __future__ import annotations

from datetime import date

from marketplace.workdays.promises import after_working_days, working_days_between


def test_weekends_do_not_count() -> None:
    friday = date(2026, 11, 20)
    assert after_working_days(friday, 1) == date(2026, 11, 23)
    assert after_working_days(friday, 5) == date(2026, 11, 27)


def test_the_national_holiday_does_not_count() -> None:
    assert after_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_a_year_without_a_published_calendar_counts_monday_to_friday() -> None:
    assert after_working_days(date(2031, 1, 3), 1) == date(2031, 1, 6)


def test_days_between_are_negative_when_late() -> None:
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 24)) == 2
    assert working_days_between(date(2026, 11, 24), date(2026, 11, 20)) == -2
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 20)) == 0
