"""Tasks waiting for the worker, and the worker's sign of life."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..db import db, now


class OutboxTask(db.Model):  # type: ignore[name-defined, misc]
    """One thing to do after the commit that wrote it; done at least once."""

    __tablename__ = "outbox_task"
    __table_args__ = (Index("ix_outbox_task_waiting", "done_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")


class WorkerBeat(db.Model):  # type: ignore[name-defined, misc]
    """The last time the worker was seen alive; one row."""

    __tablename__ = "worker_beat"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    process: Mapped[str] = mapped_column(String(80))
