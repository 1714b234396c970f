"""What the worker does with tasks that fail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from marketplace.db import db, now
from marketplace.outbox.models import OutboxTask
from marketplace.outbox.services import enqueue
from marketplace.outbox.worker import ADVISORY_LOCK, GIVE_UP_AFTER, Worker, sole_worker


def _let_time_pass(session: Session) -> None:
    session.execute(update(OutboxTask).values(due_at=now() - timedelta(seconds=1)))
    session.commit()


def test_a_task_that_always_fails_holds_up_no_other_of_its_topic(session: Session) -> None:
    done: list[int] = []

    def handle(_session: Session, payloads: Sequence[dict[str, Any]]) -> None:
        if any(payload["number"] == 2 for payload in payloads):
            raise ValueError("this one cannot be done")
        done.extend(payload["number"] for payload in payloads)

    for number in (1, 2, 3):
        enqueue(session, "trial", number=number)
    session.commit()
    worker = Worker({"trial": handle})
    assert worker.drain(session) == 0
    _let_time_pass(session)
    assert worker.drain(session) == 2
    assert sorted(done) == [1, 3]
    for _ in range(GIVE_UP_AFTER):
        _let_time_pass(session)
        worker.drain(session)
    left = session.query(OutboxTask).filter(OutboxTask.done_at.is_(None)).one()
    assert left.payload == {"number": 2}
    assert left.failed_at is not None
    assert left.last_error == "ValueError: this one cannot be done"


def test_new_tasks_of_a_topic_are_done_at_once_and_together(session: Session) -> None:
    batches: list[int] = []
    for number in range(5):
        enqueue(session, "trial", number=number)
    session.commit()
    worker = Worker({"trial": lambda _session, payloads: batches.append(len(payloads))})
    assert worker.drain(session) == 5
    assert batches == [5]


def test_a_task_nobody_handles_is_kept_with_the_reason(session: Session) -> None:
    enqueue(session, "unheard-of")
    session.commit()
    assert Worker({}).drain(session) == 0
    task = session.query(OutboxTask).one()
    assert (task.attempts, task.last_error) == (1, "KeyError: 'unheard-of'")


def test_a_worker_that_lost_its_place_to_another_knows_it(app: Flask, tmp_path: Path) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("the kernel never takes a file lock away")
    lost = text(
        "SELECT pg_terminate_backend(pid) FROM pg_locks "
        "WHERE locktype = 'advisory' AND objid = :key AND granted"
    )
    lock = tmp_path / "worker.lock"
    with sole_worker(db.engine, lock) as first_holds:
        assert first_holds()
        with db.engine.connect() as server:
            server.execute(lost, {"key": ADVISORY_LOCK})
            server.commit()
        assert first_holds(), "nobody else took the place, so it is taken again"
        with db.engine.connect() as server:
            server.execute(lost, {"key": ADVISORY_LOCK})
            server.commit()
        with sole_worker(db.engine, lock) as second_holds:
            assert second_holds()
            assert not first_holds()
        assert first_holds()
