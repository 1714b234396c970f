"""Working days that bind: counted by the holiday table, never beyond the years it knows; pure.

The table is the rule set `holidays`, entered year by year from the State Council's notices. A
period that would end in a year not entered is refused: a wrong last day would make a public
notice void.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from ..errors import InvalidInput

_SATURDAY = 5


class UnknownYear(InvalidInput):
    """The holiday table does not reach as far as the period does."""

    title = "放假安排尚未录入"


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The days off and the working weekends of the years entered."""

    years: frozenset[int]
    days_off: Mapping[date, str]
    working_weekends: frozenset[date]

    @classmethod
    def from_rules(cls, body: Mapping[str, Any]) -> WorkCalendar:
        """Return the calendar of the rule set `holidays`; of a year entered twice the last counts."""
        entered = {int(item["year"]): item for item in body["years"]}
        days_off = {
            day: str(holiday["name"])
            for item in entered.values()
            for holiday in item["holidays"]
            for day in _days(holiday["first"], holiday["last"])
        }
        working = {
            date.fromisoformat(text)
            for item in entered.values()
            for text in item["working_weekends"]
        }
        return cls(frozenset(entered), days_off, frozenset(working))

    def is_working_day(self, day: date) -> bool:
        """Whether offices work that day; raises UnknownYear for a year not entered."""
        if day.year not in self.years:
            raise UnknownYear(
                _("%(year)s年的放假安排尚未录入，不能推算期满日。", year=day.year),
                "没有保存任何改动。",
                "请管理员在“规则”的“放假与调休”中补录该年安排后再办。",
            )
        if day in self.working_weekends:
            return True
        return day not in self.days_off and day.weekday() < _SATURDAY

    def days_of_notice(self, published_on: date, count: int) -> list[tuple[date, int]]:
        """Return every day from the one after publication to the last of `count` working days.

        Each comes with its number among the working days, 0 for a day that does not count: a
        notice of 3 days published on Thursday gives Fri 1, Sat 0, Sun 0, Mon 2, Tue 3. Raises
        UnknownYear when the period leaves the years entered, ValueError for a count below one.
        """
        if count < 1:
            raise ValueError("a period has at least one working day")
        days: list[tuple[date, int]] = []
        day, counted = published_on, 0
        while counted < count:
            day += timedelta(days=1)
            working = self.is_working_day(day)
            counted += working
            days.append((day, counted if working else 0))
        return days

    def after(self, day: date, count: int) -> date:
        """Return the working day `count` (at least one) working days after `day`."""
        return self.days_of_notice(day, count)[-1][0]

    def name_of(self, day: date) -> str:
        """Return why a day does not count: the holiday's name, or nothing on a plain day."""
        return self.days_off.get(day, "")


def _days(first: str, last: str) -> Iterator[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    for step in range((end - start).days + 1):
        yield start + timedelta(days=step)
