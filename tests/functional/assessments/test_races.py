"""People who press at the same moment: one approval, one draw, one move to the agreed state."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import Application
from marketplace.assessments.drafts import ProposalDraft
from marketplace.assessments.models import Agreement, Draw, Seat
from marketplace.assessments.queries import seats_of
from marketplace.assessments.services.agreeing import confirm_agreement
from marketplace.assessments.services.drawing import draw_panel
from marketplace.assessments.services.proposing import (
    approve_tier,
    propose_tier,
    send_back_tier,
)
from marketplace.audit.models import AuditEntry
from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.listings.models import ListingDecision
from marketplace.needs.errors import Blocked

Make = Callable[..., Any]
Job = Callable[[], None]

ROUNDS = 25
AT_ONCE = 8
DECLINE = ProposalDraft("decline", None, "未达到入库最低线。")


def at_once(app: Flask, jobs: Sequence[Job]) -> list[str]:
    """Run jobs in threads with sessions of their own; return how each ended, sorted."""
    ready, ends = threading.Barrier(len(jobs)), []

    def run(job: Job) -> None:
        with app.app_context():
            ready.wait()
            try:
                job()
                db.session.commit()
                ends.append("done")
            except (Conflict, Blocked) as error:
                db.session.rollback()
                ends.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(ends)


def let_go(session: Session) -> None:
    """Give up the test's own transaction: SQLite has one writer."""
    session.remove()  # type: ignore[attr-defined]


def test_eight_who_approve_at_once_two_hundred_times_give_one_approval_each(
    app: Flask, session: Session, reviewer: User, create_agreement: Make, create_user: Make
) -> None:
    application_id = create_agreement("confirmed").application_id
    deciders = [create_user(role="curator", unit=reviewer.unit).id for _ in range(AT_ONCE)]
    first = viewer_of(reviewer)

    def approving(user_id: int, version: int) -> Job:
        def job() -> None:
            actor = viewer_of(db.session.get(User, user_id))
            application = db.session.get(Application, application_id)
            approve_tier(db.session, actor, application, "同意", seen_version=version)

        return job

    for _round in range(ROUNDS):
        application = session.get(Application, application_id)
        propose_tier(session, first, application, DECLINE)
        session.commit()
        version = application.version
        let_go(session)
        ends = at_once(app, [approving(user_id, version) for user_id in deciders])
        assert ends.count("done") == 1
        assert len(ends) == AT_ONCE
        # An appeal that was upheld brings it back: the next round starts from the same score.
        application = session.get(Application, application_id)
        assert application.state == "not_listed"
        application.state, application.version = "agreed", application.version + 1
        session.commit()
    approvals = session.scalar(select(func.count()).where(AuditEntry.action == "decision.approved"))
    decided = session.scalar(
        select(func.count())
        .select_from(ListingDecision)
        .where(ListingDecision.state == "in_force", ListingDecision.decided_by_id.in_(deciders))
    )
    assert (approvals, decided) == (ROUNDS, ROUNDS)


def test_one_who_approves_and_one_who_sends_back_do_not_both_succeed(
    app: Flask, session: Session, reviewer: User, create_agreement: Make, create_user: Make
) -> None:
    application = create_agreement("confirmed").application
    propose_tier(session, viewer_of(reviewer), application, DECLINE)
    session.commit()
    application_id, version = application.id, application.version
    people = [create_user(role="curator", unit=reviewer.unit).id for _ in range(2)]
    let_go(session)

    def deciding(user_id: int, verb: Callable[..., Any]) -> Job:
        def job() -> None:
            actor = viewer_of(db.session.get(User, user_id))
            row = db.session.get(Application, application_id)
            verb(db.session, actor, row, "意见", seen_version=version)

        return job

    ends = at_once(app, [deciding(people[0], approve_tier), deciding(people[1], send_back_tier)])
    assert ends.count("done") == 1
    decision = session.scalars(select(ListingDecision)).one()
    state = session.get(Application, application_id).state
    assert (state, decision.state) in {("not_listed", "in_force"), ("agreed", "returned")}


def test_experts_who_sign_last_at_the_same_moment_move_the_application_once(
    app: Flask, session: Session, create_agreement: Make
) -> None:
    made = [create_agreement("final") for _ in range(5)]
    wanted = {
        (agreement.id, agreement.application_id): [
            (seat.id, seat.expert.user_id) for seat in seats_of(session, agreement.application)
        ]
        for agreement in made
    }
    let_go(session)

    def signing(seat_id: int, user_id: int) -> Job:
        def job() -> None:
            actor = viewer_of(db.session.get(User, user_id))
            confirm_agreement(db.session, actor, db.session.get(Seat, seat_id))

        return job

    for (agreement_id, application_id), seats in wanted.items():
        assert at_once(app, [signing(*pair) for pair in seats]) == ["done"] * 3
        assert session.get(Application, application_id).state == "agreed"
        assert session.get(Agreement, agreement_id).state == "confirmed"
        let_go(session)


def test_two_who_draw_at_once_for_the_same_panel_give_one_panel(
    app: Flask, session: Session, clerk: User, create_application: Make, create_expert: Make
) -> None:
    for _place in range(8):
        create_expert()
    application_id, clerk_id = create_application("expert_review").id, clerk.id
    let_go(session)

    def drawing() -> None:
        actor = viewer_of(db.session.get(User, clerk_id))
        draw_panel(db.session, actor, db.session.get(Application, application_id), seats_seen=0)

    assert at_once(app, [drawing] * 4) == ["Conflict", "Conflict", "Conflict", "done"]
    assert session.scalar(select(func.count()).select_from(Seat)) == 3
    assert session.scalar(select(func.count()).select_from(Draw)) == 1
