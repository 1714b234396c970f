"""Reads of the audit log: pages of entries, and the check that nothing was altered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from .models import AuditEntry
from .services import GENESIS, digest_of


def entries(
    *,
    action: str = "",
    actor_id: int | None = None,
    subject: tuple[str, str] | None = None,
    person: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Select[tuple[AuditEntry]]:
    """Return the statement of matching entries, newest first.

    `action` is the beginning of the action, `person` part of the actor's name; `until` itself
    is not included.
    """
    statement = select(AuditEntry).order_by(AuditEntry.id.desc())
    if action:
        statement = statement.where(AuditEntry.action.startswith(action, autoescape=True))
    if actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == actor_id)
    if person:
        statement = statement.where(AuditEntry.actor_name.icontains(person, autoescape=True))
    if since is not None:
        statement = statement.where(AuditEntry.at >= since)
    if until is not None:
        statement = statement.where(AuditEntry.at < until)
    if subject is not None:
        statement = statement.where(AuditEntry.subject_kind == subject[0])
        if subject[1]:
            statement = statement.where(AuditEntry.subject_id == subject[1])
    return statement


def list_trail(session: Session, kind: str, subject_id: object) -> Sequence[AuditEntry]:
    """Return everything that was done to one row, oldest first; the id decides within a moment."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == str(subject_id))
        .order_by(AuditEntry.at, AuditEntry.id)
    ).all()


def find_break(session: Session) -> int | None:
    """Return the id of the first entry whose digest does not fit, or None when all fit."""
    previous = GENESIS
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)).yield_per(500):
        fields = {
            "actor_id": entry.actor_id,
            "actor_name": entry.actor_name,
            "action": entry.action,
            "subject_kind": entry.subject_kind,
            "subject_id": entry.subject_id,
            "detail": entry.detail,
        }
        if entry.digest != digest_of(previous, entry.at, fields):
            return entry.id
        previous = entry.digest
    return None
