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
    first, last = _day("from", today - timedelta(days=89), today), _day("to", today, today)
    if first > last:
        first, last = last, first
    found = get_exposure(db.session, current_viewer(), first, last)
    return render_template(
        "pages/recommendations/exposure.html",
        found=found,
        first=first,
        last=last,
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


def _day(name: str, default: date, today: date) -> date:
    """Return a day of the address, between the first year of the site and today."""
    try:
        asked = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return default
    return min(max(asked, EARLIEST), today)


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
