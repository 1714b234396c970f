"""Working days for the days promised on a need; pure.

Holidays come from the published calendar of the library. A year it does not know counts Monday
to Friday, so such a day is an expectation only; the periods of public notices, where a guess
would be wrong, are not reckoned here.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Whether offices work that day; remembered, since lists ask for the same days again."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def after_working_days(day: date, count: int) -> date:
    """Return the working day that is `count` working days after `day`."""
    left = count
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def days_left(today: date, due: date) -> int:
    """Return the working days left until the due day; once it is past, how many over, at least -1."""
    days = working_days_between(today, due)
    return min(days, -1) if due < today else days


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start` up to `end`; negative when `end` is earlier.

    Counting stops at 400 days: beyond that the exact figure interests nobody.
    """
    if end < start:
        return -working_days_between(end, start)
    span = min((end - start).days, 400)
    return sum(is_working_day(start + timedelta(days=step)) for step in range(1, span + 1))
