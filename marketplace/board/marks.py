"""From which moment of arrival on a thing is overdue or due today; pure.

A promise of so many working days turned round: instead of reckoning a day for every row, the
database compares each row's arrival with two moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ..web.filters import BEIJING
from ..workdays.promises import after_working_days


@dataclass(frozen=True, slots=True)
class Marks:
    """What arrived before `overdue` is overdue; what arrived from then until `today`, due today."""

    overdue: datetime
    today: datetime


def start_of(day: date) -> datetime:
    """Return the first moment of a day in Beijing."""
    return datetime.combine(day, time.min, BEIJING)


def marks_of(today: date, days: int) -> Marks:
    """Return the marks of a promise of `days` working days after the day of arrival.

    With 3 days and today Wednesday 2026-11-25, what came before Friday the 20th was due by
    Tuesday at the latest, and what came from Friday to Sunday is due today.
    """
    one = timedelta(days=1)
    first = today
    while after_working_days(first - one, days) >= today:
        first -= one
    last = first
    while after_working_days(last, days) <= today:
        last += one
    return Marks(start_of(first), start_of(last))
