"""The only place that reads who objected: with a reason, and an audit entry each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from ...audit.services import record
from ...db import now
from ...errors import InvalidInput, NotPermitted
from ...permissions import Viewer
from ..models import Objection, ObjectorIdentity
from ..policy import may_read_identity


@dataclass(frozen=True, slots=True)
class Identity:
    """Who objected, as shown once on the answer to the one request that gave a reason."""

    name: str
    contact: str
    verified_at: datetime | None


def read_identity(session: Session, actor: Viewer, objection: Objection, reason: str) -> Identity:
    """Return who objected, and record who wanted to know and why.

    The audit entry names the objection and the reason, never the identity.
    """
    _guard(actor, objection)
    if not reason.strip():
        raise InvalidInput("没有写明调阅事由。", "身份没有调阅。", "事由会记入审计。")
    found = session.get_one(ObjectorIdentity, objection.id)
    record(
        session,
        actor,
        "objection.identity_read",
        ("objection", objection.id),
        number=objection.number,
        reason=reason.strip(),
    )
    return Identity(found.name, found.contact, found.verified_at)


def mark_verified(session: Session, actor: Viewer, objection: Objection) -> None:
    """Note that the identity was checked against a card or a seal; a second time changes nothing."""
    _guard(actor, objection)
    session.execute(
        update(ObjectorIdentity)
        .where(
            ObjectorIdentity.objection_id == objection.id,
            ObjectorIdentity.verified_at.is_(None),
        )
        .values(verified_at=now(), verified_by_id=actor.user_id)
        .execution_options(synchronize_session=False)
    )
    record(
        session,
        actor,
        "objection.identity_verified",
        ("objection", objection.id),
        number=objection.number,
    )


def _guard(actor: Viewer, objection: Objection) -> None:
    if not may_read_identity(actor, objection):
        raise NotPermitted(
            "您没有调阅异议人身份的权限。", "身份没有调阅。", "请由有权限的审核人员办理。"
        )
