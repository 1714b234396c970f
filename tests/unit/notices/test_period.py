"""How long a notice runs, against the published holidays of 2026, with literal last days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from marketplace.errors import InvalidInput
from marketplace.notices.period import (
    countdown,
    days_left,
    due_after,
    last_day_of,
    reckon_period,
)
from marketplace.rules.queries import shipped
from marketplace.workdays.reckoning import UnknownYear, WorkCalendar

CALENDAR = WorkCalendar.from_rules(shipped("holidays"))


@pytest.mark.parametrize(
    ("published_on", "count", "first", "last"),
    [
        # Over a weekend: Wednesday, then Thu Fri | Mon Tue Wed.
        (date(2026, 11, 18), 5, date(2026, 11, 19), date(2026, 11, 25)),
        # Over National Day, with the working Saturday of 10 October.
        (date(2026, 9, 29), 5, date(2026, 9, 30), date(2026, 10, 12)),
        # Published on a Friday: the weekend does not count.
        (date(2026, 11, 20), 5, date(2026, 11, 23), date(2026, 11, 27)),
        # Published on a working Sunday (20 September), Mid-Autumn within.
        (date(2026, 9, 20), 5, date(2026, 9, 21), date(2026, 9, 28)),
        # Published on a day off.
        (date(2026, 10, 3), 7, date(2026, 10, 8), date(2026, 10, 15)),
    ],
)
def test_a_period_counts_working_days_from_the_day_after_publication(
    published_on: date, count: int, first: date, last: date
) -> None:
    period = reckon_period(CALENDAR, published_on, count, 5)
    assert (period.first_day, period.last_day) == (first, last)


def test_a_period_ends_at_midnight_in_beijing_after_its_last_day() -> None:
    period = reckon_period(CALENDAR, date(2026, 11, 18), 5, 5)
    assert period.ends_at.astimezone(UTC) == datetime(2026, 11, 25, 16, tzinfo=UTC)


def test_a_period_past_the_known_calendar_is_refused_with_the_year() -> None:
    with pytest.raises(UnknownYear) as caught:
        reckon_period(CALENDAR, date(2026, 12, 25), 5, 5)
    assert caught.value.what == "2027年的放假安排尚未录入，不能推算期满日。"
    assert reckon_period(CALENDAR, date(2026, 12, 24), 5, 5).last_day == date(2026, 12, 31)


@pytest.mark.parametrize("count", [0, 4, 61])
def test_a_period_below_the_least_or_beyond_reason_is_refused(count: int) -> None:
    with pytest.raises(InvalidInput):
        reckon_period(CALENDAR, date(2026, 11, 18), count, 5)


def test_an_answer_is_promised_past_the_calendar_but_a_right_is_not_cut_off_there() -> None:
    assert due_after(CALENDAR, date(2026, 12, 30), 2) == date(2027, 1, 1)
    assert last_day_of(CALENDAR, date(2026, 12, 30), 2) is None
    assert last_day_of(CALENDAR, date(2026, 11, 18), 10) == date(2026, 12, 2)


def test_the_countdown_names_the_holiday_that_does_not_count() -> None:
    days = countdown(CALENDAR, date(2026, 9, 29), date(2026, 10, 12), date(2026, 10, 9))
    shown = [(item.day, item.weekday, item.note, item.look) for item in days]
    assert shown[:3] == [
        ("09-29", "周二", "发布", "publish"),
        ("09-30", "周三", "第1日", "past"),
        ("10-01", "周四", "国庆节，不计", "off"),
    ]
    assert shown[9:] == [
        ("10-08", "周四", "第2日", "past"),
        ("10-09", "周五", "第3日，今天", "today"),
        ("10-10", "周六", "第4日", "later"),
        ("10-11", "周日", "不计", "off"),
        ("10-12", "周一", "第5日，期满", "last"),
    ]


def test_days_left_are_working_days_after_today() -> None:
    assert days_left(CALENDAR, date(2026, 10, 12), date(2026, 10, 9)) == 2
    assert days_left(CALENDAR, date(2026, 10, 12), date(2026, 10, 12)) == 0
