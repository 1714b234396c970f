"""Verbs that put a notice up, take it down, end it by the clock, and list who stood in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...applications.lifecycle import RUNNING_STATES
from ...applications.models import Application
from ...applications.steps import take
from ...audit.services import record
from ...calls.services import move_call
from ...db import database_now, now
from ...errors import Conflict, InvalidInput, NotPermitted
from ...lifecycle import take_step
from ...listings.services import put_in_force
from ...needs.errors import Blocked
from ...numbering.services import next_yearly_number
from ...permissions import Viewer
from ...web.filters import beijing_today
from ...workdays.queries import get_calendar
from ..lifecycle import ENTRY_LIFECYCLE, NOTICE_LIFECYCLE
from ..models import NoticeEntry, PublicNotice
from ..period import reckon_period
from ..policy import may_publish_notice
from ..queries import (
    count_open_objections,
    digest_of,
    list_entries_of,
    notice_problems,
    notice_rules,
)
from .settling import settle_entries


def publish_notice(
    session: Session, actor: Viewer, notice: PublicNotice, *, seen_version: int
) -> None:
    """Publish a draft under the next number; from here on its list and period never change.

    The period is reckoned from today by the database's clock and the holiday table. Raises
    UnknownYear when the table does not reach the last day, Blocked while something keeps the
    list from being published, Conflict when somebody was first. Nothing is published then.
    """
    _guard(actor, notice)
    _refuse_unready(session, notice)
    at = database_now(session)
    today = beijing_today(at)
    rules = notice_rules(session, today).body
    period = reckon_period(
        get_calendar(session, today), today, notice.working_days, rules["working_days_least"]
    )
    entries = list_entries_of(session, notice)
    # One UPDATE sets it all: triggers freeze number, period and digest of what is published.
    take_step(
        session,
        NOTICE_LIFECYCLE,
        notice,
        "publish",
        seen_version=seen_version,
        number=next_yearly_number(session, "GS", at, 2),
        published_on=today,
        first_day=period.first_day,
        last_day=period.last_day,
        ends_at=period.ends_at,
        digest=digest_of(entries),
    )
    _publicise(session, actor, notice, period.last_day)
    facts = {"number": notice.number, "entries": len(entries), "digest": notice.digest}
    subject = ("public_notice", notice.id)
    record(session, actor, "notice.published", subject, **facts)


def _publicise(session: Session, actor: Viewer, notice: PublicNotice, last_day: date) -> None:
    """Move the applications and the call along with their notice."""
    for entry in list_entries_of(session, notice):
        if entry.application is not None:
            take(session, actor, entry.application, "publicise", due_on=last_day)
    if notice.call is not None:
        move_call(session, actor, notice.call, "publicise")


def _refuse_unready(session: Session, notice: PublicNotice) -> None:
    """Raise while something keeps a draft from being published."""
    if notice.state == "draft" and (problems := notice_problems(session, notice)):
        raise Blocked("；".join(problems[:3]) + "。", "公示没有发布。", "请改正名单后再发布。")


def cancel_notice(
    session: Session, actor: Viewer, notice: PublicNotice, reason: str, *, seen_version: int
) -> None:
    """Take a notice down before its period is over; its applications wait for a new one.

    Raises Blocked while an objection is open: who objected is owed an answer first.
    """
    _guard(actor, notice)
    if not reason.strip():
        raise InvalidInput("没有写明取消原因。", "公示没有取消。", "原因会显示在公开页面上。")
    entries = list_entries_of(session, notice)
    if count := sum(count_open_objections(session, [entry.id for entry in entries]).values()):
        raise Blocked(
            _("还有%(count)s件异议没有办结。", count=count),
            "公示没有取消。",
            "请先逐件作出决定，再取消公示。",
        )
    take_step(
        session,
        NOTICE_LIFECYCLE,
        notice,
        "cancel",
        seen_version=seen_version,
        cancel_reason=reason.strip(),
    )
    for entry in entries:
        if entry.application is not None and entry.application.state == "notice":
            take(session, actor, entry.application, "take_off_notice")
    _return_call(session, actor, notice)
    record(session, actor, "notice.cancelled", ("public_notice", notice.id), number=notice.number)


def end_due_notices(session: Session) -> int:
    """End the notices whose period is over by the database's clock; return how many.

    Run by the worker. Entries without an open objection are settled; listing them stays a
    person's act.
    """
    due = session.scalars(
        select(PublicNotice).where(
            PublicNotice.state == "published", PublicNotice.ends_at <= database_now(session)
        )
    ).all()
    ended = 0
    for notice in due:
        try:
            take_step(session, NOTICE_LIFECYCLE, notice, "end")
        except Conflict:
            continue  # cancelled at this very moment
        settle_entries(session, list_entries_of(session, notice))
        record(session, None, "notice.ended", ("public_notice", notice.id), number=notice.number)
        ended += 1
    return ended


@dataclass(frozen=True, slots=True)
class Listed:
    """What came of listing a notice: how many came in, and who could not, with the reason."""

    count: int
    left: tuple[tuple[str, str], ...]


def list_entries(session: Session, actor: Viewer, notice: PublicNotice) -> Listed:
    """List every settled entry of an ended notice.

    Entries with an open objection stay behind, and so does one whose provider changed so that
    its decision no longer fits; neither holds anybody else up. Raises Blocked when there is
    nobody to list.
    """
    _guard(actor, notice)
    today = beijing_today(database_now(session))
    entries = list_entries_of(session, notice)
    held = count_open_objections(session, [entry.id for entry in entries])
    ready = [entry for entry in entries if entry.state == "settled" and entry.id not in held]
    if notice.kind != "listing" or notice.state != "ended" or not ready:
        raise Blocked(
            "现在没有可以入库的企业。",
            "名单没有变化。",
            "公示期满、没有未决异议的企业才能入库。",
        )
    count, left = 0, []
    for entry in ready:
        try:
            with session.begin_nested():
                count += _list_entry(session, actor, notice, entry, today)
        except Conflict as error:
            left.append((entry.name, error.what))
    subject = ("public_notice", notice.id)
    record(session, actor, "notice.listed", subject, number=notice.number, entries=count)
    _close_call(session, actor, notice)
    return Listed(count, tuple(left))


def _list_entry(
    session: Session, actor: Viewer, notice: PublicNotice, entry: NoticeEntry, today: date
) -> bool:
    application, decision = entry.application, entry.decision
    if application is None or decision is None or application.state != "notice":
        take_step(session, ENTRY_LIFECYCLE, entry, "leave_out", settled_at=now())
        return False
    take_step(session, ENTRY_LIFECYCLE, entry, "list", settled_at=now())
    call = notice.call
    batch = (call.batch or call.number or "") if call else ""
    put_in_force(session, actor, decision, batch_number=batch, today=today)
    take(session, actor, application, "list")
    return True


def _return_call(session: Session, actor: Viewer, notice: PublicNotice) -> None:
    """Move the call back to its review unless another of its notices is up or was."""
    if notice.call is None or notice.call.state != "notice":
        return
    others = session.scalar(
        select(PublicNotice.id)
        .where(
            PublicNotice.call_id == notice.call_id,
            PublicNotice.state.in_(("published", "ended")),
        )
        .limit(1)
    )
    if others is None:
        move_call(session, actor, notice.call, "return_to_review")


def _close_call(session: Session, actor: Viewer, notice: PublicNotice) -> None:
    """Move the call to 已入库 once none of its applications is still on its way."""
    if notice.call is None or notice.call.state != "notice":
        return
    running = session.scalar(
        select(Application.id)
        .where(Application.call_id == notice.call_id, Application.state.in_(RUNNING_STATES))
        .limit(1)
    )
    if running is None:
        move_call(session, actor, notice.call, "list")


def _guard(actor: Viewer, notice: PublicNotice) -> None:
    if not may_publish_notice(actor, notice):
        raise NotPermitted(
            "您不能发布或办结这份公示。", "公示没有变化。", "请由有发布权限的审核人员办理。"
        )
