"""Periods such as 三个月内: no starting day, so no date; only a date to offer. Pure."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from .understood import Understood

_DURATION = re.compile(
    r"(?:(?P<number>\d+(?:\.\d+)?)|半)(?P<more>[-~至到]\d+)?"
    r"(?P<unit>个半月|个月|个季度|季度|个?工作日|周|个?星期|日历天|天|日|年|月(?=[内后]|以内|之内|左右))"
    r"(?P<plus>半)?(?:以内|之内|内|左右|以后|后|完成|交付|建成|上线|期|工期|周期|$)"
)


def read_duration(text: str, core: str, as_of: date) -> Understood[date] | None:
    """Read 3个月内, 半年, 合同签订后90天 … : no date, but the one counted from `as_of` to offer."""
    match = _DURATION.search(core)
    if match is None:
        return None
    number = float(match["number"]) if match["number"] else 0.5
    if match["more"]:
        number = float(match["more"][1:])
    if match["plus"] or match["unit"] == "个半月":
        number += 0.5
    candidate = _after(as_of, number, match["unit"].lstrip("个").removeprefix("半"))
    candidates = (candidate.isoformat(),) if candidate else ()
    return Understood(text, None, ("deadline_relative",), candidates)


def _after(start: date, number: float, unit: str) -> date | None:
    days = {"周": 7, "星期": 7, "天": 1, "日": 1, "日历天": 1, "工作日": 1.4}.get(unit)
    months = {"年": 12, "季度": 3, "月": 1}.get(unit, 0) * number
    if number > 1_000:
        return None
    if days is not None:
        return start + timedelta(days=round(days * number))
    total = start.year * 12 + start.month - 1 + round(months)
    year, month = divmod(total, 12)
    if year > start.year + 50:
        return None
    return date(year, month + 1, min(start.day, last_day(year, month + 1)))


def last_day(year: int, month: int) -> int:
    """Return the number of the month's last day."""
    return calendar.monthrange(year, month)[1]
