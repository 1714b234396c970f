"""What stands above a table: money unit, day of filling in, whose list it is, which city. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from .fields import table_unit
from .profile import looks_like_company
from .text import plain

_DAY = re.compile(
    r"(?:填报|填表|上报|制表|统计|报送|编制|更新)?(?:日期|时间):?(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?"
)
_ANY_DAY = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日")
_MONTH = re.compile(r"(20\d\d)年(\d{1,2})月")
_WHOSE = re.compile(
    r"(?:填报|申报|填表|需求|企业|报送|申请)(?:单位|企业|名称|单位名称)(?:\([^)]*\))?:([^\s:]{3,60})"
)
_LONGEST = 400
_LABEL_AHEAD = re.compile(r"\s{2,}|\s+(?=\w{2,8}[:：])|[;；]")


def unit_stated(texts: Iterable[str]) -> str | None:
    """Return the money unit stated above the table, as a code."""
    return next((unit for text in texts if (unit := table_unit(text))), None)


def day_stated(texts: Iterable[str]) -> date | None:
    """Return the day the list says it was filled in; of a month alone, its first day."""
    folded = [plain(text)[:_LONGEST] for text in texts]
    for pattern in (_DAY, _ANY_DAY):
        for text in folded:
            if match := pattern.search(text):
                year, month, day = (int(part) for part in match.groups())
                if (found := _valid(year, month, day)) is not None:
                    return found
    for text in folded:
        if match := _MONTH.search(text):
            return _valid(int(match[1]), int(match[2]), 1)
    return None


def company_stated(texts: Iterable[str]) -> str:
    """Return the company whose list it is, when the heading names one; never an office."""
    for text in texts:
        for part in _LABEL_AHEAD.split(text[:_LONGEST].replace("\u3000", "  ")):
            match = _WHOSE.search(plain(part))
            if match and looks_like_company(match[1]) and not match[1].endswith("局"):
                return match[1]
    return ""


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
