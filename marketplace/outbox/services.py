"""Write tasks to the outbox, inside the transaction of the change that causes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from ..db import now, serialise_writers
from ..errors import Conflict
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


def retry_task(session: Session, task_id: int) -> None:
    """Let the worker begin anew with a task it had given up; raises Conflict for any other."""
    serialise_writers(session)
    done = session.execute(
        update(OutboxTask)
        .where(OutboxTask.id == task_id, OutboxTask.failed_at.is_not(None))
        .values(failed_at=None, attempts=0, due_at=now())
    )
    if done.rowcount != 1:
        raise Conflict("这个任务已在重试或已完成。", "没有改动。", "请刷新页面查看最新情况。")
