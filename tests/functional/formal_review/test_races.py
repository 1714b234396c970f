"""Reviewers who press at the same moment: one wins, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import Application
from marketplace.audit.models import AuditEntry
from marketplace.db import db
from marketplace.formal_review import services
from marketplace.formal_review.models import FormalCheck, Supplement
from marketplace.formal_review.queries import get_check
from tests.functional.needlists.test_races import at_once

Make = Callable[..., Any]
Verb = Callable[[Any, Application, int], None]


def job(user_id: int, application_id: int, version: int, verb: Verb) -> Callable[[], None]:
    """Return what one person does in a session of their own, having seen that version."""

    def run() -> None:
        actor = viewer_of(db.session.get(User, user_id))
        application = db.session.get(Application, application_id)
        assert application is not None
        verb(actor, application, version)

    return run


def let_pass(actor: Any, application: Application, version: int) -> None:
    services.pass_formal(db.session, actor, application, seen_version=version)


def ask(actor: Any, application: Application, version: int) -> None:
    items = [services.Item("X-07", "验收单")]
    services.ask_supplement(db.session, actor, application, "请补。", items, seen_version=version)


def decide(decision: str) -> Verb:
    def verb(actor: Any, application: Application, version: int) -> None:
        check = get_check(db.session, application, "X-07")
        services.decide_check(db.session, actor, check, decision, "已核。", seen_version=version)

    return verb


def assign(actor: Any, application: Application, _version: int) -> None:
    services.assign_handler(db.session, actor, application, actor.user_id, seen_handler_id=None)


def count(session: Session, action: str) -> int:
    return (
        session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
        )
        or 0
    )


def test_two_reviewers_passing_one_application_at_once_pass_it_once(
    app: Flask, session: Session, create_reviewed: Make, clerk: User, reviewer: User
) -> None:
    made = [create_reviewed() for _ in range(5)]
    jobs = [
        job(who.id, application.id, application.version, let_pass)
        for application in made
        for who in (clerk, reviewer)
    ]
    session.remove()  # type: ignore[attr-defined]
    assert at_once(app, jobs) == ["Conflict"] * 5 + ["done"] * 5
    assert count(session, "application.pass_formal") == 5


def test_of_passing_and_asking_for_a_supplement_at_once_one_happens(
    app: Flask, session: Session, create_reviewed: Make, clerk: User, reviewer: User
) -> None:
    made = create_reviewed()
    jobs = [
        job(clerk.id, made.id, made.version, ask),
        job(reviewer.id, made.id, made.version, let_pass),
    ]
    made_id = made.id
    session.remove()  # type: ignore[attr-defined]
    assert at_once(app, jobs) == ["Conflict", "done"]
    state = session.scalar(select(Application.state).where(Application.id == made_id))
    rounds = session.scalar(select(func.count()).select_from(Supplement))
    assert (state, rounds) in {("supplement", 1), ("expert_review", 0)}


def test_two_people_deciding_one_check_at_once_give_one_decision(
    app: Flask, session: Session, create_reviewed: Make, clerk: User, reviewer: User
) -> None:
    made = create_reviewed(lacks=("document",))
    jobs = [
        job(clerk.id, made.id, made.version, decide("accepted")),
        job(reviewer.id, made.id, made.version, decide("refused")),
    ]
    session.remove()  # type: ignore[attr-defined]
    assert at_once(app, jobs) == ["Conflict", "done"]
    decided = session.scalars(select(FormalCheck).where(FormalCheck.decision != "")).all()
    assert len(decided) == count(session, "application.check_decided") == 1


def test_two_people_taking_a_case_at_once_get_it_once(
    app: Flask, session: Session, create_reviewed: Make, clerk: User, reviewer: User
) -> None:
    made = create_reviewed()
    jobs = [job(who.id, made.id, made.version, assign) for who in (clerk, reviewer)]
    session.remove()  # type: ignore[attr-defined]
    assert at_once(app, jobs) == ["Conflict", "done"]
    assert count(session, "application.assigned") == 1
