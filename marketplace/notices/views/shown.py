"""What the pages of a notice show: its countdown, its list by tier, how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ...evidence.web import evidence_folder
from ...workdays.queries import get_calendar
from ...workdays.reckoning import UnknownYear
from ..drafts import FileStore
from ..lifecycle import ENTRY_STATES, ENTRY_TONES
from ..models import NoticeEntry, PublicNotice
from ..period import CountdownDay, countdown, days_left


@dataclass(frozen=True, slots=True)
class ShownPeriod:
    """The countdown of a published notice, and one sentence on where it stands."""

    days: list[CountdownDay]
    sentence: str
    left: int


def file_store() -> FileStore:
    """Return where files handed in go, as the services take it."""
    return FileStore(evidence_folder(), current_app.config["SCANNER"])


def shown_period(
    session: Session, notice: PublicNotice, today: date, *, running: bool
) -> ShownPeriod | None:
    """Return the period of a notice by the calendar it was reckoned with; None for drafts."""
    if notice.published_on is None or notice.last_day is None:
        return None
    calendar = get_calendar(session, notice.published_on)
    try:
        days = countdown(calendar, notice.published_on, notice.last_day, today)
        left = days_left(calendar, notice.last_day, today) if running else 0
    except UnknownYear:
        days, left = [], 0
    day = notice.last_day.isoformat()
    if notice.state == "cancelled":
        sentence = _("已取消")
    elif not running:
        sentence = _("已于%(day)s 24:00期满", day=day)
    elif today == notice.published_on:
        sentence = _("今天发布，明天起算，%(day)s 24:00期满", day=day)
    elif left:
        sentence = _("今天之后还有%(left)s个工作日，%(day)s 24:00期满", left=left, day=day)
    else:
        sentence = _("今天是最后一天，24:00期满")
    return ShownPeriod(days, sentence, left)


def standing_of(entry: NoticeEntry, *, over: bool) -> tuple[str, str] | None:
    """Return what the public reads about an entry (word, tone); nothing while all is open.

    After the period an entry still open is being looked into; before, nobody is told that
    somebody objected to it.
    """
    if entry.state == "open":
        return (_("核查中"), "warn") if over else None
    if entry.state == "settled":
        return (_("期满无异议"), "ok") if over else None
    return str(ENTRY_STATES[entry.state]), ENTRY_TONES[entry.state]


def by_tier(
    entries: Sequence[NoticeEntry], tiers: Mapping[str, str], *, over: bool
) -> list[dict[str, Any]]:
    """Return the list as it was publicised, grouped by tier from the highest down."""
    codes = [*tiers, *sorted({entry.tier for entry in entries} - tiers.keys())]
    groups = []
    for code in codes:
        rows = [
            {
                "id": entry.id,
                "position": entry.position,
                "name": entry.name,
                "uscc": entry.uscc,
                "track": entry.track,
                "standing": standing_of(entry, over=over),
            }
            for entry in entries
            if entry.tier == code
        ]
        if rows:
            groups.append({"code": code, "name": tiers.get(code, code), "rows": rows})
    return groups


def due_state(due: date | None, today: date) -> str:
    """Return how `due_tag` marks a day: over, today or plain."""
    if due is None or due > today:
        return ""
    return "today" if due == today else "over"


def is_over(notice: PublicNotice, at: datetime) -> bool:
    """Whether the period has passed by the clock, whether the worker has ended it or not."""
    return notice.ends_at is not None and at >= notice.ends_at
