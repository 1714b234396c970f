"""Write tasks to the outbox, inside the transaction of the change that causes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ..db import now, serialise_writers
from .models import OutboxTask


def enqueue(
    session: Session, topic: str, *, due_at: datetime | None = None, **payload: Any
) -> OutboxTask:
    """Write a task for the worker; it runs after this transaction's commit, or never."""
    session.flush()
    serialise_writers(session)
    task = OutboxTask(topic=topic, payload=payload, due_at=due_at or now())
    session.add(task)
    session.flush()
    return task
