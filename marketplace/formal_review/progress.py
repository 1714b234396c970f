"""Where an application stands on its way, and when it is due; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ..applications.lifecycle import STATES
from ..audit.models import AuditEntry
from ..web.filters import beijing_today, show_date
from ..workdays.promises import days_left, working_days_between

STEPS: Final = (
    lazy_gettext("提交"),
    lazy_gettext("形式审查"),
    lazy_gettext("专家评审"),
    lazy_gettext("现场核查"),
    lazy_gettext("拟定等级"),
    lazy_gettext("公示"),
    lazy_gettext("在库"),
)
_PLACE: Final = {
    "draft": 0,
    "formal_review": 1,
    "supplement": 1,
    "rejected": 1,
    "expert_review": 2,
    "site_check": 3,
    "agreed": 4,
    "proposed": 4,
    "approved": 5,
    "notice": 5,
    "listed": 6,
}
_ENDED: Final = frozenset({"rejected", "not_listed", "withdrawn"})
_ENDS: Final = {
    "application.pass_formal": 1,
    "application.agree": 2,
    "application.finish_site_check": 3,
    "application.approve": 4,
    "application.list": 6,
}
"""What finishes a step: the day shown beside it."""


def life_line(
    state: str,
    submitted_at: datetime | None,
    trail: Sequence[AuditEntry],
    *,
    rounds: int,
    percent: int,
    experts: int,
) -> list[dict[str, Any]]:
    """Return the steps of the way with their state: done, now, later, skipped or stopped.

    `trail` tells when each was done and, for one withdrawn or refused, how far it came.
    """
    place = _place_of(state, trail)
    days = {_ENDS[entry.action]: show_date(entry.at) for entry in trail if entry.action in _ENDS}
    days[0] = show_date(submitted_at)
    seen_on_site = any(entry.action == "application.draw_site_check" for entry in trail)
    notes = {
        1: _("补正第%(n)s轮", n=rounds) if rounds and place == 1 else "",
        2: _("%(n)s人以上", n=experts),
        3: _("抽%(n)s%%", n=percent),
        5: _("按工作日计"),
    }
    items = []
    for number, name in enumerate(STEPS):
        how = "done" if number < place else "now" if number == place else "later"
        if number == 3 and number < place and not seen_on_site:
            how = "skipped"
        if number == place and state in _ENDED:
            how = "stopped"
        if number == place and state == "listed":
            how = "done"
        note = days.get(number, "") if how in {"done", "stopped"} else notes.get(number, "")
        if how == "skipped":
            note = _("未抽中")
        if how == "stopped":
            note = str(STATES[state])
        items.append({"title": str(name), "state": how, "note": note})
    return items


def _place_of(state: str, trail: Sequence[AuditEntry]) -> int:
    if state in _PLACE:
        return _PLACE[state]
    before = next(
        (
            str(entry.detail["before"])
            for entry in reversed(trail)
            if entry.detail.get("after") == state and entry.detail.get("before") in _PLACE
        ),
        "formal_review",
    )
    return _PLACE[before]


@dataclass(frozen=True, slots=True)
class Due:
    """A due day as a tag shows it: the day, how far off, "", "today" or "over"."""

    on: str
    note: str
    state: str


def due_of(due: date | None, today: date) -> Due | None:
    """Return the tag of a due day, counted in working days."""
    if due is None:
        return None
    days = days_left(today, due)
    if due < today:
        return Due(show_date(due), _("超%(n)s个工作日", n=-days), "over")
    if due == today:
        return Due(show_date(due), _("今天到期"), "today")
    return Due(show_date(due), _("还有%(n)s个工作日", n=days) if days else "", "")


def waited_days(submitted_on: Any, today: date) -> int:
    """Return how many working days have passed since an instant."""
    return max(0, working_days_between(beijing_today(submitted_on), today))
