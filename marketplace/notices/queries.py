"""Reads of notices: the public ones, those of a desk, and what could stand in a new one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from ..applications.models import Application
from ..calls.models import Call
from ..db import database_now
from ..errors import NotFound
from ..listings.models import ListingDecision
from ..permissions import Viewer
from ..rules.queries import Rules, get_rules
from .lifecycle import OPEN_OBJECTIONS
from .models import NoticeEntry, Objection, PublicNotice
from .policy import is_handled_notice


def notice_rules(session: Session, on: date) -> Rules:
    """Return the rule set of notices in force that day."""
    return get_rules(session, "notice_rules", on)


def not_found() -> NotFound:
    """Return the one answer for notices that are not there and those one may not know of."""
    return NotFound("没有这份公示，或它尚未发布。", next_step="请核对网址，或从公示一览进入。")


def is_running(notice: PublicNotice, at: datetime) -> bool:
    """Whether objections are taken at that moment of the database's clock."""
    return notice.state == "published" and notice.ends_at is not None and at < notice.ends_at


def public_notices() -> Select[tuple[PublicNotice]]:
    """Return the statement of the notices ever published, newest first."""
    return (
        select(PublicNotice)
        .where(PublicNotice.number.is_not(None))
        .order_by(PublicNotice.published_on.desc(), PublicNotice.id.desc())
    )


def list_running_notices(session: Session) -> Sequence[PublicNotice]:
    """Return the notices whose period runs at this instant, the first to end first."""
    return session.scalars(
        select(PublicNotice)
        .where(PublicNotice.state == "published", PublicNotice.ends_at > database_now(session))
        .order_by(PublicNotice.ends_at, PublicNotice.id)
    ).all()


def get_public_notice(session: Session, notice_id: int) -> PublicNotice:
    """Return a notice anybody may read; NotFound for drafts."""
    notice = session.get(PublicNotice, notice_id)
    if notice is None or notice.number is None:
        raise not_found()
    return notice


def _handled(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.region_prefix is None or not viewer.may("unit:notice:view"):
        return false()
    return or_(
        PublicNotice.region_code.is_(None),
        PublicNotice.region_code.startswith(viewer.region_prefix, autoescape=True),
    )


def desk_notices(viewer: Viewer, states: Sequence[str] = ()) -> Select[tuple[PublicNotice]]:
    """Return the statement of the notices of the viewer's region, newest first."""
    statement = select(PublicNotice).where(_handled(viewer)).order_by(PublicNotice.id.desc())
    return statement.where(PublicNotice.state.in_(states)) if states else statement


def count_desk_states(session: Session, viewer: Viewer) -> dict[str, int]:
    """Return how many notices of the viewer's region stand in each state."""
    rows = session.execute(
        select(PublicNotice.state, func.count())
        .where(_handled(viewer))
        .group_by(PublicNotice.state)
    )
    return dict(rows.all())


def get_desk_notice(session: Session, viewer: Viewer, notice_id: int) -> PublicNotice:
    """Return a notice of the viewer's region; NotFound for all others."""
    notice = session.get(PublicNotice, notice_id)
    if notice is None or not is_handled_notice(viewer, notice):
        raise not_found()
    return notice


def list_entries_of(session: Session, notice: PublicNotice) -> Sequence[NoticeEntry]:
    """Return the entries of a notice in their order, with their applications and decisions."""
    return session.scalars(
        select(NoticeEntry)
        .where(NoticeEntry.notice_id == notice.id)
        .options(joinedload(NoticeEntry.application), joinedload(NoticeEntry.decision))
        .order_by(NoticeEntry.position)
    ).all()


def count_open_objections(session: Session, entry_ids: Iterable[int]) -> dict[int, int]:
    """Return, by entry, how many objections are still to be decided."""
    rows = session.execute(
        select(Objection.entry_id, func.count())
        .where(Objection.entry_id.in_(list(entry_ids)), Objection.state.in_(OPEN_OBJECTIONS))
        .group_by(Objection.entry_id)
    )
    return dict(rows.all())


def count_entries(session: Session, notice_ids: Iterable[int]) -> dict[int, int]:
    """Return, by notice, how many providers stand in it."""
    rows = session.execute(
        select(NoticeEntry.notice_id, func.count())
        .where(NoticeEntry.notice_id.in_(list(notice_ids)))
        .group_by(NoticeEntry.notice_id)
    )
    return dict(rows.all())


def _ready(viewer: Viewer) -> list[ColumnElement[bool]]:
    return [
        Application.state == "approved",
        Application.region_code.startswith(viewer.region_prefix or "-", autoescape=True),
        ListingDecision.application_id == Application.id,
        ListingDecision.state == "approved",
    ]


def calls_ready(session: Session, viewer: Viewer) -> Sequence[tuple[Call, int]]:
    """Return the calls that have approved applications waiting for a notice, with how many."""
    rows = session.execute(
        select(Call, func.count(Application.id))
        .join(Application, Application.call_id == Call.id)
        .join(ListingDecision, ListingDecision.application_id == Application.id)
        .where(*_ready(viewer))
        .group_by(Call.id)
        .order_by(Call.id.desc())
    )
    return [(call, count) for call, count in rows]


def ready_applications(
    session: Session, viewer: Viewer, call_id: int
) -> Sequence[tuple[Application, ListingDecision]]:
    """Return the approved applications of a call with the decision that approved each."""
    rows = session.execute(
        select(Application, ListingDecision)
        .join(ListingDecision, ListingDecision.application_id == Application.id)
        .where(Application.call_id == call_id, *_ready(viewer))
        .order_by(Application.number, ListingDecision.id)
    )
    return [(application, decision) for application, decision in rows]


def notice_problems(session: Session, notice: PublicNotice) -> list[str]:
    """Return what keeps a draft from being published, one sentence each."""
    entries = list_entries_of(session, notice)
    if not entries:
        return [_("名单还是空的")]
    return [
        _("%(name)s的申请已不在待公示状态，或拟定等级已变", name=entry.name)
        for entry in entries
        if notice.kind == "listing" and not _stands(entry)
    ]


def _stands(entry: NoticeEntry) -> bool:
    application, decision = entry.application, entry.decision
    return (
        application is not None
        and application.state == "approved"
        and decision is not None
        and decision.state == "approved"
        and decision.after_tier == entry.tier
    )


def digest_of(entries: Iterable[NoticeEntry]) -> str:
    """Return the SHA-256 (hex) of the list: name, code, track and tier of each, in order."""
    rows = [[entry.name, entry.uscc, entry.track, entry.tier] for entry in entries]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def notice_of_edition(session: Session, edition_id: int) -> PublicNotice | None:
    """Return the latest notice of an edition that was not cancelled."""
    return session.scalar(
        select(PublicNotice)
        .where(PublicNotice.edition_id == edition_id, PublicNotice.state != "cancelled")
        .order_by(PublicNotice.id.desc())
        .limit(1)
    )


def left_out_providers(session: Session, notice: PublicNotice) -> set[int]:
    """Return the providers that objections took off a notice."""
    return set(
        session.scalars(
            select(NoticeEntry.provider_id).where(
                NoticeEntry.notice_id == notice.id,
                NoticeEntry.state.in_(("not_listed", "regraded")),
            )
        )
    )


def has_open_entries(session: Session, notice: PublicNotice) -> bool:
    """Whether some entry still waits for the end of the period or for an objection."""
    found = session.scalar(
        select(NoticeEntry.id)
        .where(NoticeEntry.notice_id == notice.id, NoticeEntry.state == "open")
        .limit(1)
    )
    return found is not None
