"""The state of the parts the site runs on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ..db import now
from ..outbox.models import OutboxTask, WorkerBeat
from ..search.index import SearchIndex

WORKER_SILENT_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Health:
    """What `/healthz` says and the HTTP status it says it with."""

    body: dict[str, Any]
    status: int


def get_health(session: Session, index: SearchIndex) -> Health:
    """Return the state of database, index and worker.

    Index and worker may be away without the site being down (search falls back, tasks wait),
    so only a missing database makes the answer 503.
    """
    index_status = index.status()
    parts: dict[str, Any] = {
        "index": {
            "ok": not index_status.degraded,
            "generation": index_status.generation,
            "documents": index_status.documents,
            "built_at": index_status.built_at.isoformat() if index_status.built_at else None,
            "reason": index_status.reason,
        }
    }
    try:
        beat = session.get(WorkerBeat, 1)
        waiting = session.scalar(
            select(func.count())
            .select_from(OutboxTask)
            .where(OutboxTask.done_at.is_(None), OutboxTask.failed_at.is_(None))
        )
        failed = session.scalar(
            select(func.count()).select_from(OutboxTask).where(OutboxTask.failed_at.is_not(None))
        )
    except DBAPIError:
        session.rollback()
        return Health({"status": "down", "database": {"ok": False}, **parts}, 503)
    alive = beat is not None and now() - beat.at < WORKER_SILENT_AFTER
    parts["database"] = {"ok": True}
    parts["worker"] = {
        "ok": alive,
        "last_seen_at": beat.at.isoformat() if beat else None,
        "waiting": waiting,
        "failed": failed,
    }
    well = alive and not index_status.degraded
    return Health({"status": "ok" if well else "degraded", **parts}, 200)
