"""Deadlines at their edge, by the database's clock; and people who press at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.models import AuditEntry
from marketplace.calls.models import Call
from marketplace.calls.queries import is_open, list_open_calls
from marketplace.calls.services import draft_call, open_and_close_due, publish_call
from marketplace.db import database_now, db
from marketplace.errors import Conflict
from tests.functional.calls.test_calls import draft

Make = Callable[..., Any]
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


def test_a_call_is_open_from_its_first_instant_to_before_its_last(create_call: Make) -> None:
    call = create_call()
    assert not is_open(call, call.opens_at - TICK)
    assert is_open(call, call.opens_at)
    assert is_open(call, call.closes_at - TICK)
    assert not is_open(call, call.closes_at)
    assert not is_open(call, call.closes_at + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("state", "open_now"),
    [
        ("draft", False),
        ("planned", True),
        ("open", True),
        ("closed", False),
        ("reviewing", False),
        ("cancelled", False),
    ],
)
def test_the_period_decides_unless_the_call_is_not_running(
    create_call: Make, session: Session, state: str, open_now: bool
) -> None:
    call = create_call(state)
    assert is_open(call, database_now(session)) is open_now


def test_a_call_opens_when_its_time_is_now(session: Session, create_call: Make) -> None:
    at = database_now(session)
    due = create_call("planned", opens_at=at)
    later = create_call("planned", opens_at=at + HOUR)
    assert open_and_close_due(session) == 1
    assert (due.state, later.state) == ("open", "planned")


def test_a_call_closes_when_its_time_is_now(session: Session, create_call: Make) -> None:
    at = database_now(session)
    due = create_call(closes_at=at)
    later = create_call(closes_at=at + HOUR)
    assert open_and_close_due(session) == 1
    assert (due.state, later.state) == ("closed", "open")
    assert open_and_close_due(session) == 0


def test_a_call_nobody_looked_after_opens_and_closes_in_one_round(
    session: Session, create_call: Make
) -> None:
    call = create_call("planned", closes_at=database_now(session) - HOUR)
    assert open_and_close_due(session) == 2
    assert call.state == "closed"
    actions = session.execute(select(AuditEntry.action, AuditEntry.actor_name)).all()
    assert [tuple(row) for row in actions] == [("call.open", "系统"), ("call.close", "系统")]


def test_a_call_past_its_end_is_not_offered_while_its_state_lags(
    session: Session, create_call: Make
) -> None:
    create_call(closes_at=database_now(session))
    planned = create_call("planned", opens_at=database_now(session))
    assert list(list_open_calls(session)) == [planned]


def test_of_two_who_publish_one_call_at_once_one_does_and_one_number_goes(
    app: Flask, session: Session, reviewer: User
) -> None:
    call = draft_call(session, viewer_of(reviewer), draft())
    session.commit()
    call_id, version, reviewer_id = call.id, call.version, reviewer.id
    session.remove()  # type: ignore[attr-defined]
    ready, ends = threading.Barrier(4), []

    def publish() -> None:
        with app.app_context():
            actor = viewer_of(db.session.get(User, reviewer_id))
            mine = db.session.get(Call, call_id)
            db.session.commit()
            ready.wait()
            try:
                publish_call(db.session, actor, mine, seen_version=version)  # type: ignore[arg-type]
                db.session.commit()
                ends.append("done")
            except Conflict:
                db.session.rollback()
                ends.append("Conflict")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ends) == ["Conflict", "Conflict", "Conflict", "done"]
    assert session.get(Call, call_id).number.endswith("-01")  # type: ignore[union-attr]
    following = draft_call(session, viewer_of(session.get(User, reviewer_id)), draft())
    publish_call(
        session,
        viewer_of(session.get(User, reviewer_id)),
        following,
        seen_version=following.version,
    )
    assert following.number.endswith("-02")  # type: ignore[union-attr]
