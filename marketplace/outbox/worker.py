"""The one process that drains the outbox; run by `flask worker`.

Handlers get all new payloads of their topic at once, so that a hundred edits of one provider
cost one index change; a task that failed is tried again alone. A task is done at least once:
handlers must bear repetition.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ..db import now, read_only
from .models import OutboxTask, WorkerBeat

log = logging.getLogger("duijie.worker")

Handler = Callable[[Session, Sequence[dict[str, Any]]], None]
Timer = Callable[[Session], None]

BATCH = 200
GIVE_UP_AFTER = 12
KEEP_DONE = timedelta(days=14)
ADVISORY_LOCK = 7230118
WAIT_SECONDS = 2.0


@dataclass(slots=True)
class Worker:
    """What the worker does: handlers by topic, and timers with their period in seconds."""

    handlers: Mapping[str, Handler]
    timers: Sequence[tuple[float, Timer]] = ()
    _next_run: dict[int, float] = field(default_factory=dict)

    def drain(self, session: Session) -> int:
        """Do the tasks that are due, oldest first; return how many were done."""
        done = 0
        for topic, tasks in self._waiting(session):
            done += self._do(session, topic, tasks)
        return done

    def run_timers(self, session: Session) -> None:
        """Run each timer whose period has passed; a failing timer is logged and tried again."""
        for index, (period, timer) in enumerate(self.timers):
            if time.monotonic() < self._next_run.get(index, 0.0):
                continue
            self._next_run[index] = time.monotonic() + period
            try:
                timer(session)
                session.commit()
            except Exception:
                session.rollback()
                log.exception("timer %s failed", getattr(timer, "__name__", index))

    def _waiting(self, session: Session) -> list[tuple[str, list[int]]]:
        """Return the batches that are due: new tasks by topic, then each that failed before.

        A task that failed goes alone, so that the one that cannot be done drags down no others.
        """
        token = read_only.set(True)
        try:
            rows = session.execute(
                select(OutboxTask.id, OutboxTask.topic, OutboxTask.attempts)
                .where(
                    OutboxTask.done_at.is_(None),
                    OutboxTask.failed_at.is_(None),
                    OutboxTask.due_at <= now(),
                )
                .order_by(OutboxTask.id)
                .limit(BATCH)
            ).all()
            session.rollback()
        finally:
            read_only.reset(token)
        fresh: dict[str, list[int]] = {}
        alone: list[tuple[str, list[int]]] = []
        for task_id, topic, attempts in rows:
            if attempts:
                alone.append((topic, [task_id]))
            else:
                fresh.setdefault(topic, []).append(task_id)
        return [*fresh.items(), *alone]

    def _do(self, session: Session, topic: str, ids: list[int]) -> int:
        token = read_only.set(True)
        try:
            payloads = list(
                session.scalars(
                    select(OutboxTask.payload).where(OutboxTask.id.in_(ids)).order_by(OutboxTask.id)
                )
            )
            session.rollback()
        finally:
            read_only.reset(token)
        try:
            self.handlers[topic](session, payloads)
            for task in session.scalars(select(OutboxTask).where(OutboxTask.id.in_(ids))):
                task.done_at = now()
            session.commit()
        except Exception as error:
            session.rollback()
            log.exception("%d task(s) of %s failed", len(ids), topic)
            self._postpone(session, ids, error)
            return 0
        return len(ids)

    def _postpone(self, session: Session, ids: list[int], error: Exception) -> None:
        for task in session.scalars(select(OutboxTask).where(OutboxTask.id.in_(ids))):
            task.attempts += 1
            task.last_error = f"{type(error).__name__}: {error}"[:2000]
            task.due_at = now() + timedelta(seconds=min(300, 2**task.attempts))
            if task.attempts >= GIVE_UP_AFTER:
                task.failed_at = now()
        session.commit()


def beat(session: Session) -> None:
    """Show that the worker is alive, and forget tasks done long ago."""
    row = session.get(WorkerBeat, 1) or WorkerBeat(id=1)
    row.at, row.process = now(), f"{socket.gethostname()}:{os.getpid()}"
    session.add(row)
    session.execute(delete(OutboxTask).where(OutboxTask.done_at < now() - KEEP_DONE))


@contextmanager
def sole_worker(engine: Engine, lock_file: Path) -> Iterator[Callable[[], bool]]:
    """Hold the place of the only worker; wait for it while another process has it.

    Yields what tells whether the place is still held. The kernel (SQLite) lets go of it only
    when the holder dies; the server (PostgreSQL) also when the connection is lost, and then
    asking takes the place again, unless another has it by now.
    """
    if engine.dialect.name == "postgresql":
        place = _PlaceOnServer(engine)
        try:
            while not place.is_held():
                time.sleep(WAIT_SECONDS)
            yield place.is_held
        finally:
            place.leave()
        return
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield lambda: True


@dataclass(slots=True)
class _PlaceOnServer:
    """An advisory lock, which lives as long as the connection that took it."""

    engine: Engine
    connection: Connection | None = None

    def is_held(self) -> bool:
        if self.connection is not None:
            try:
                self.connection.execute(text("SELECT 1"))
                return True
            except DBAPIError:
                self.leave()
        connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.scalar(text(f"SELECT pg_try_advisory_lock({ADVISORY_LOCK})")):
            self.connection = connection
            return True
        connection.close()
        return False

    def leave(self) -> None:
        """Close the connection for good: back in the pool it would keep the lock."""
        if self.connection is not None:
            self.connection.invalidate()
            self.connection.close()
            self.connection = None


def run_until_stopped(
    worker: Worker,
    session_of: Callable[[], Session],
    holds_place: Callable[[], bool] = lambda: True,
    *,
    pause_seconds: float = 0.3,
) -> None:
    """Drain and run timers until SIGTERM or SIGINT; survive a database that is away.

    Does nothing while another process holds the place of the only worker.
    """
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    while not stop.is_set():
        session = session_of()
        try:
            done = 0
            if holds_place():
                worker.run_timers(session)
                done = worker.drain(session)
            else:
                stop.wait(WAIT_SECONDS)
        except DBAPIError:
            log.exception("the database is away; trying again")
            stop.wait(WAIT_SECONDS)
        finally:
            session.close()
        if not done:
            stop.wait(pause_seconds)
