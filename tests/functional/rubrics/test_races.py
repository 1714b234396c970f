"""People who press at the same moment: one approval, one number each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.models import AuditEntry
from marketplace.db import db
from marketplace.rubrics.models import Rubric
from marketplace.rubrics.services import approve_rubric, draft_rubric, return_rubric
from tests.fixtures.rubrics import OPINION
from tests.functional.needlists.test_races import at_once

Make = Callable[..., Any]
Verb = Callable[[User, Rubric, int], None]


def deciding(user_id: int, rubric_id: int, version: int, verb: Verb) -> Callable[[], None]:
    def job() -> None:
        user, rubric = db.session.get(User, user_id), db.session.get(Rubric, rubric_id)
        assert user is not None
        assert rubric is not None
        verb(user, rubric, version)

    return job


def approving(user: User, rubric: Rubric, version: int) -> None:
    approve_rubric(db.session, viewer_of(user), rubric, OPINION, seen_version=version)


def sending_back(user: User, rubric: Rubric, version: int) -> None:
    return_rubric(db.session, viewer_of(user), rubric, "请改。", seen_version=version)


def test_two_people_approving_at_once_give_one_approval(
    app: Flask, session: Session, create_user: Make, reviewer: User, create_draft: Make
) -> None:
    rubric = create_draft("submitted", replayed=True)
    people = [create_user(role="curator", unit=reviewer.unit).id for _ in range(4)]
    jobs = [deciding(person, rubric.id, rubric.version, approving) for person in people]
    rubric_id = rubric.id
    session.remove()  # type: ignore[attr-defined]
    assert at_once(app, jobs) == ["Conflict", "Conflict", "Conflict", "done"]
    approvals = select(func.count()).where(AuditEntry.action == "rubric.approved")
    assert session.scalar(approvals) == 1
    assert session.get(Rubric, rubric_id).state == "approved"


def test_approving_and_sending_back_at_once_give_one_of_both(
    app: Flask, session: Session, create_user: Make, reviewer: User, create_draft: Make
) -> None:
    rubric = create_draft("submitted", replayed=True)
    one, two = (create_user(role="curator", unit=reviewer.unit).id for _ in range(2))

    jobs = [
        deciding(one, rubric.id, rubric.version, approving),
        deciding(two, rubric.id, rubric.version, sending_back),
    ]
    session.remove()  # type: ignore[attr-defined]
    assert at_once(app, jobs) == ["Conflict", "done"]


def test_two_people_drafting_at_once_get_two_numbers(
    app: Flask, session: Session, curator: User
) -> None:
    person = curator.id

    def job() -> None:
        user = db.session.get(User, person)
        assert user is not None
        draft_rubric(db.session, viewer_of(user), "2026.1")

    session.remove()  # type: ignore[attr-defined]
    assert at_once(app, [job] * 4) == ["done"] * 4
    assert len(set(session.scalars(select(Rubric.number)))) == 4
