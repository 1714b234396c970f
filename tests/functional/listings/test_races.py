"""People who press at the same moment: one approval, one listing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.models import AuditEntry
from marketplace.catalogue.models import Listing
from marketplace.db import db
from marketplace.listings.models import ListingDecision
from marketplace.listings.services import approve_decision, propose_decision, put_in_force
from tests.fixtures.listings import draft_of
from tests.functional.needlists.test_races import at_once

Make = Callable[..., Any]


def test_of_many_who_approve_at_once_one_does(
    app: Flask, session: Session, create_provider: Make, create_user: Make, reviewer: User
) -> None:
    draft = draft_of(create_provider(tier=None), "grant")
    decision_id = propose_decision(session, viewer_of(reviewer), draft).id
    others = [create_user(role="reviewer", unit=reviewer.unit).id for _ in range(6)]
    session.commit()
    session.remove()  # type: ignore[attr-defined]

    def approving(user_id: int) -> Callable[[], None]:
        def job() -> None:
            actor = viewer_of(db.session.get(User, user_id))
            decision = db.session.get(ListingDecision, decision_id)
            approve_decision(db.session, actor, decision, "同意", seen_version=1)

        return job

    ends = at_once(app, [approving(user_id) for user_id in others])
    assert ends == ["Conflict"] * 5 + ["done"]
    approvals = select(func.count()).where(AuditEntry.action == "decision.approved")
    assert session.scalar(approvals) == 1


def test_a_decision_put_in_force_twice_at_once_lists_once(
    app: Flask, session: Session, create_provider: Make, decide: Make
) -> None:
    decision_id = decide(create_provider(tier=None), "grant").id
    session.remove()  # type: ignore[attr-defined]

    def job() -> None:
        decision = db.session.get(ListingDecision, decision_id)
        put_in_force(db.session, None, decision, batch_number="", today=date(2026, 11, 12))

    assert at_once(app, [job] * 4) == ["Conflict"] * 3 + ["done"]
    assert session.scalar(select(func.count()).select_from(Listing)) == 1
