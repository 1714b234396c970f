"""Append to the audit log; nothing else ever writes there."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import now, serialise_writers
from ..permissions import Viewer
from .models import AuditEntry

GENESIS = "0" * 64


def digest_of(previous: str, at: datetime, fields: dict[str, Any]) -> str:
    """Return the SHA-256 that chains an entry to the one before it (hex, 64 characters)."""
    body = json.dumps(
        [previous, at.isoformat(timespec="microseconds"), fields],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(body.encode()).hexdigest()


def record(
    session: Session,
    actor: Viewer | None,
    action: str,
    subject: tuple[str, object],
    **detail: Any,
) -> AuditEntry:
    """Append what `actor` (None: the system) did to `subject` (kind, id), inside the transaction.

    `detail` must be JSON-ready and must not hold secrets; confidential text stays in its own
    table, the log names the row only.
    """
    session.flush()
    serialise_writers(session)
    previous = session.scalar(select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1))
    at = now()
    fields = {
        "actor_id": actor.user_id if actor else None,
        "actor_name": (actor.display_name if actor else "") or "系统",
        "action": action,
        "subject_kind": subject[0],
        "subject_id": str(subject[1]),
        "detail": detail,
    }
    entry = AuditEntry(at=at, digest=digest_of(previous or GENESIS, at, fields), **fields)
    session.add(entry)
    session.flush()
    return entry
