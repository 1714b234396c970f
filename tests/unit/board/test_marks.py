from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from marketplace.board.marks import marks_of
from marketplace.web.filters import BEIJING
from marketplace.workdays.promises import after_working_days


def _day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def test_three_working_days_back_from_a_wednesday_reach_over_the_weekend() -> None:
    marks = marks_of(date(2026, 11, 25), 3)
    assert marks.overdue == datetime(2026, 11, 20, tzinfo=BEIJING)
    assert marks.today == datetime(2026, 11, 23, tzinfo=BEIJING)


@pytest.mark.parametrize("days", [0, 1, 2, 3, 5, 10])
@pytest.mark.parametrize("today", [date(2026, 10, 1) + timedelta(days=n) for n in range(0, 40, 3)])
def test_the_marks_say_the_same_as_the_promised_day_of_each_arrival(days: int, today: date) -> None:
    marks = marks_of(today, days)
    for back in range(40):
        arrived = today - timedelta(days=back)
        due = after_working_days(arrived, days)
        assert (due < today) is (arrived < _day(marks.overdue)), arrived
        assert (due == today) is (_day(marks.overdue) <= arrived < _day(marks.today)), arrived
