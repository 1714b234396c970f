"""How values read on a page: dates, moments in Beijing time, money in 万元, and the like."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import gettext

BEIJING = ZoneInfo("Asia/Shanghai")


def beijing_today(moment: datetime) -> date:
    """Return the calendar day in China at that instant."""
    return moment.astimezone(BEIJING).date()


def show_date(value: date | datetime | None) -> str:
    """2026-11-12 → '2026-11-12'; instants are shown as the day in Beijing."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = beijing_today(value)
    return value.isoformat()


def show_long_date(value: date | datetime | None) -> str:
    """2026-11-12 → '2026年11月12日'."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = beijing_today(value)
    return gettext(
        "%(year)s年%(month)s月%(day)s日", year=value.year, month=value.month, day=value.day
    )


def show_moment(value: datetime | None) -> str:
    """An instant → '2026-11-20 09:30' in Beijing time."""
    return value.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if value else ""


def show_wan(yuan: int | float | None) -> str:
    """500000 → '50'; 12500 → '1.25': 万元 without needless zeros, thousands separated."""
    if yuan is None:
        return ""
    return f"{yuan / 10000:,.4f}".rstrip("0").rstrip(".")


def show_budget(low: int | None, high: int | None, kind: str = "") -> str:
    """Return a budget in words, e.g. '40万至80万元', '约50万元', '200万元以上', '面议'."""
    if low is None and high is None:
        return gettext("面议")
    if low is not None and high is not None:
        if low == high:
            amount = gettext("%(wan)s万元", wan=show_wan(low))
            return gettext("约%(amount)s", amount=amount) if kind == "approx" else amount
        return gettext("%(low)s万至%(high)s万元", low=show_wan(low), high=show_wan(high))
    if high is not None:
        return gettext("%(wan)s万元以内", wan=show_wan(high))
    return gettext("%(wan)s万元以上", wan=show_wan(low))


_KIB: Final = 1024


def show_size(size: int) -> str:
    """Bytes in words: 610 → '1 KB', 655360 → '640 KB', 1887437 → '1.8 MB'."""
    if size < _KIB * _KIB:
        return f"{max(1, round(size / _KIB))} KB"
    return f"{size / _KIB / _KIB:.1f} MB"


def install_filters(app: Flask) -> None:
    """Make the filters available in all templates."""
    app.jinja_env.filters.update(
        date=show_date,
        file_size=show_size,
        long_date=show_long_date,
        moment=show_moment,
        wan=show_wan,
    )
    app.jinja_env.globals.update(budget=show_budget)
