"""The page of exposure and concentration, by span."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db, now
from ..web.filters import beijing_today
from ..web.viewer import current_viewer
from .blueprint import room
from .exposure import STEPS, Exposure, Group, get_exposure
from .queries import get_tier_names
from .weight_sets import VIEW

SPANS = (30, 90, 365)
EARLIEST = date(2020, 1, 1)


@room.get("/desk/exposure", permission=VIEW)
def exposure() -> ResponseReturnValue:
    """Show who is shown, invited and contracted, and how concentrated that is."""
    today = beijing_today(now())
    first, last, changed = _asked_span(today)
    found = get_exposure(db.session, current_viewer(), first, last)
    return render_template(
        "pages/recommendations/exposure.html",
        found=found,
        first=first,
        last=last,
        changed=changed,
        spans=[
            (
                _("近%(n)s天", n=days),
                url_for("recommendations.exposure", **_span(today, days)),
                (last - first).days == days - 1 and last == today,
            )
            for days in SPANS
        ],
        step_names=_step_names(),
        tables=_tables(found),
    )


def _asked_span(today: date) -> tuple[date, date, str]:
    """Return the span the address asks for, and a line that says what of it was not taken as it stands."""
    last, told_last = _day("to", today, today)
    first, told_first = _day("from", max(last - timedelta(days=89), EARLIEST), today)
    told = [told_first, told_last]
    if first > last:
        first, last = last, first
        told.append(_("起止日期颠倒，已对调。"))
    return first, last, "".join(told)


def _day(name: str, default: date, today: date) -> tuple[date, str]:
    """Return a day of the address, between the first year of the site and today, and what was changed."""
    asked = request.args.get(name, "").strip()[:20]
    try:
        day = date.fromisoformat(asked) if asked else default
    except ValueError:
        return default, _("“%(asked)s”不是日期，改用%(day)s。", asked=asked, day=default)
    within = min(max(day, EARLIEST), today)
    told = _(
        "%(asked)s不在%(earliest)s至今天之间，改用%(day)s。",
        asked=day,
        earliest=EARLIEST,
        day=within,
    )
    return within, told if within != day else ""


def _span(today: date, days: int) -> dict[str, str]:
    return {"from": (today - timedelta(days=days - 1)).isoformat(), "to": today.isoformat()}


def _step_names() -> dict[str, str]:
    return dict(zip(STEPS, (_("进入前10名"), _("受邀"), _("签约")), strict=True))


def _tables(found: Exposure) -> list[dict[str, Any]]:
    """Return the groups by what they are grouped by, with names and shares in per cent."""
    tiers = get_tier_names(db.session)
    other = {
        "local": _("与需求同市"),
        "elsewhere": _("外地"),
        "new": _("入库不满一年"),
        "old": _("入库一年以上"),
        "left": _("已不在库"),
    }
    titles = {
        "tier": _("按等级"),
        "track": _("按赛道"),
        "place": _("按地域"),
        "age": _("按入库时间"),
    }
    return [
        {
            "key": key,
            "title": titles[key],
            "rows": [
                {
                    "name": tiers.get(group.key) or other.get(group.key) or group.key,
                    "listed": group.listed,
                    "listed_share": _percent(group.listed, found.listed),
                    "rate": group.invited_per_shown,
                    **_shares(group, groups),
                }
                for group in sorted(groups, key=lambda item: _rank(item.key, [*tiers, *other]))
            ],
        }
        for key, groups in found.groups.items()
    ]


def _rank(key: str, order: list[str]) -> tuple[int, str]:
    return order.index(key) if key in order else -1, key


def _shares(group: Group, groups: list[Group]) -> dict[str, Any]:
    return {step: (group.counts[step], round(100 * group.share(step, groups), 1)) for step in STEPS}


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
