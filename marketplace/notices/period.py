"""How long a notice runs, and its days one by one for the countdown; pure.

Days are counted from the one after publication, by working days of the holiday table; the
period ends at 24:00 Beijing time of the last of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from flask_babel import gettext as _

from ..errors import InvalidInput
from ..msgids import N_
from ..web.filters import BEIJING
from ..workdays.promises import after_working_days
from ..workdays.reckoning import UnknownYear, WorkCalendar

_WEEKDAYS: Final = (
    N_("周一"),
    N_("周二"),
    N_("周三"),
    N_("周四"),
    N_("周五"),
    N_("周六"),
    N_("周日"),
)
MOST_DAYS: Final = 60
"""More working days than this are a typing mistake, and would run past any entered year."""


@dataclass(frozen=True, slots=True)
class Period:
    """First and last working day, and the moment at which the period is over."""

    first_day: date
    last_day: date
    ends_at: datetime


def end_of(day: date) -> datetime:
    """Return 24:00 Beijing time of a day: the first moment that is too late."""
    return datetime.combine(day + timedelta(days=1), time(), BEIJING)


def reckon_period(calendar: WorkCalendar, published_on: date, count: int, least: int) -> Period:
    """Return the period of a notice of `count` working days published that day.

    Published 2026-09-29, five days: 9-30, then National Day, 10-08, 10-09, the working Saturday
    10-10, and 10-12 as the last. Raises InvalidInput below `least` days, UnknownYear when the
    holiday table does not reach.
    """
    if not least <= count <= MOST_DAYS:
        raise InvalidInput(
            _("公示期须为%(least)s至%(most)s个工作日。", least=least, most=MOST_DAYS),
            "公示没有变化。",
            "请改正公示天数。",
        )
    days = calendar.days_of_notice(published_on, count)
    first = next(day for day, number in days if number == 1)
    last = days[-1][0]
    return Period(first, last, end_of(last))


def due_after(calendar: WorkCalendar, day: date, count: int) -> date:
    """Return the day by which the bureau or a company owes an answer.

    Past the years entered the days are counted Monday to Friday: an answer may be promised by
    a day that turns out early, while the last day of a notice may not be guessed.
    """
    try:
        return calendar.after(day, count)
    except UnknownYear:
        return after_working_days(day, count)


def last_day_of(calendar: WorkCalendar, day: date, count: int) -> date | None:
    """Return the last day of somebody's right; None while the holiday table does not reach it."""
    try:
        return calendar.after(day, count)
    except UnknownYear:
        return None


@dataclass(frozen=True, slots=True)
class CountdownDay:
    """One day of a period: its words, and its look (publish, past, today, off, last, later)."""

    day: str
    weekday: str
    note: str
    look: str


def countdown(
    calendar: WorkCalendar, published_on: date, last_day: date, today: date
) -> list[CountdownDay]:
    """Return every day from publication to the last one; days off carry their holiday's name."""
    shown = [_day(published_on, _("发布"), "today" if published_on == today else "publish")]
    number, day = 0, published_on
    while day < last_day:
        day += timedelta(days=1)
        if not calendar.is_working_day(day):
            name = calendar.name_of(day)
            shown.append(_day(day, _("%(name)s，不计", name=name) if name else _("不计"), "off"))
            continue
        number += 1
        note = _("第%(n)s日", n=number)
        if day == last_day:
            note = _("第%(n)s日，期满", n=number)
        if day == today:
            note = _("%(note)s，今天", note=note)
        look = "today" if day == today else "past" if day < today else "later"
        shown.append(_day(day, note, "last" if day == last_day and look == "later" else look))
    return shown


def _day(day: date, note: str, look: str) -> CountdownDay:
    return CountdownDay(f"{day:%m-%d}", _(_WEEKDAYS[day.weekday()]), note, look)


def days_left(calendar: WorkCalendar, last_day: date, today: date) -> int:
    """Return how many working days are left after today, 0 on the last one."""
    left, day = 0, today
    while day < last_day:
        day += timedelta(days=1)
        left += calendar.is_working_day(day)
    return left
