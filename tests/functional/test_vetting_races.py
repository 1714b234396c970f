"""Hundreds of people who press at the same moment: each thing happens once, nothing breaks.

Every job runs in a thread with a session of its own. Whoever comes second is told so in words:
an end other than "done" must be one of the refusals people see, never a fault of the database.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import Application, ApplicationSnapshot
from marketplace.applications.services import hand_in_supplement, withdraw_application
from marketplace.assessments.drafts import ProposalDraft
from marketplace.assessments.models import Agreement, Seat
from marketplace.assessments.queries import seats_of
from marketplace.assessments.services.agreeing import (
    confirm_agreement,
    finalise_agreement,
    open_agreement,
)
from marketplace.assessments.services.proposing import approve_tier, propose_tier, send_back_tier
from marketplace.assessments.services.scoring import submit_scores
from marketplace.audit.models import AuditEntry
from marketplace.db import at_moment, db
from marketplace.errors import DuijieError
from marketplace.formal_review.models import Supplement
from marketplace.formal_review.services import lapse_due_supplements
from marketplace.listings.models import ListingDecision
from marketplace.listings.services import void_decision
from marketplace.notices.models import PublicNotice
from marketplace.notices.services import end_due_notices, list_entries, publish_notice
from tests.fixtures.assessments import fill, hand_in, sit

Make = Callable[..., Any]
Job = Callable[[Session], None]

GATES = ("dishonest", "accident", "violation")
GRANT = ProposalDraft("grant", "tier2", "合议82.0分，达到二级线80分。", "一级须90分。")


def race(app: Flask, *jobs: Job) -> Counter[str]:
    """Run the jobs at once, each in a session of its own; return how they ended."""
    ready, ends = threading.Barrier(len(jobs)), []

    def run(job: Job) -> None:
        with app.app_context():
            ready.wait()
            try:
                job(db.session)  # type: ignore[arg-type]
                db.session.commit()
                ends.append("done")
            except DuijieError as error:
                db.session.rollback()
                ends.append(type(error).__name__)
            except Exception as error:
                db.session.rollback()
                ends.append(f"{type(error).__name__}: {error}"[:200])
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return Counter(ends)


def count(session: Session, action: str) -> int:
    found = select(func.count()).where(AuditEntry.action == action)
    return session.scalar(found) or 0


@pytest.fixture
def proposable(
    session: Session, create_agreement: Make, reviewer: User, create_user: Make
) -> tuple[int, int, list[int], Callable[[], int]]:
    """An agreed application, who proposes, who may approve, and what proposes once more."""
    agreement = create_agreement()
    agreement.total, agreement.tier = 82.0, "tier2"
    application_id, proposer_id = agreement.application_id, reviewer.id
    seconds = [create_user(role="reviewer", unit=reviewer.unit).id for _ in range(4)]

    def propose_again() -> int:
        session.rollback()
        application = session.get_one(Application, application_id)
        for decision in session.scalars(
            select(ListingDecision).where(ListingDecision.state.in_(("proposed", "approved")))
        ):
            void_decision(session, None, decision)
        session.execute(
            update(Application).where(Application.id == application_id).values(state="agreed")
        )
        session.refresh(application)
        actor = viewer_of(session.get_one(User, proposer_id))
        propose_tier(session, actor, application, GRANT, gates=GATES)
        version = application.version
        session.commit()
        return version

    return application_id, proposer_id, seconds, propose_again


def deciding(user_id: int, application_id: int, version: int, verb: Callable[..., Any]) -> Job:
    def job(session: Session) -> None:
        application = session.get_one(Application, application_id)
        actor = viewer_of(session.get_one(User, user_id))
        verb(session, actor, application, "请办。", seen_version=version)

    return job


def test_of_four_hundred_who_approve_four_at_once_each_time_one_does(
    app: Flask, session: Session, proposable: Any
) -> None:
    application_id, _proposer, seconds, propose_again = proposable
    for done in range(1, 101):
        version = propose_again()
        jobs = [deciding(person, application_id, version, approve_tier) for person in seconds]
        ends = race(app, *jobs)
        assert ends["done"] == 1, ends
        assert set(ends) <= {"done", "Conflict", "Blocked"}
        session.rollback()
        assert count(session, "decision.approved") == count(session, "application.approve") == done


def test_of_approving_and_sending_back_at_once_one_happens_and_both_rows_agree(
    app: Flask, session: Session, proposable: Any
) -> None:
    application_id, _proposer, seconds, propose_again = proposable
    for _round in range(25):
        version = propose_again()
        ends = race(
            app,
            deciding(seconds[0], application_id, version, approve_tier),
            deciding(seconds[1], application_id, version, send_back_tier),
        )
        assert ends["done"] == 1, ends
        assert set(ends) <= {"done", "Conflict", "Blocked"}
        session.rollback()
        state = session.scalar(select(Application.state).where(Application.id == application_id))
        decision = session.scalar(
            select(ListingDecision.state).order_by(ListingDecision.id.desc()).limit(1)
        )
        assert (state, decision) in {("approved", "approved"), ("agreed", "returned")}


def test_withdrawing_and_approving_at_once_leave_no_decision_behind_a_withdrawn_application(
    app: Flask, session: Session, proposable: Any, create_user: Make
) -> None:
    application_id, _proposer, seconds, propose_again = proposable
    organisation = session.get_one(Application, application_id).organisation
    owner_id = create_user(organisation=organisation).id

    def withdraw(session: Session) -> None:
        application = session.get_one(Application, application_id)
        withdraw_application(session, viewer_of(session.get_one(User, owner_id)), application)

    for _round in range(25):
        version = propose_again()
        ends = race(app, deciding(seconds[0], application_id, version, approve_tier), withdraw)
        assert set(ends) <= {"done", "Conflict", "Blocked"}, ends
        session.rollback()
        state = session.scalar(select(Application.state).where(Application.id == application_id))
        decision = session.scalar(
            select(ListingDecision.state).order_by(ListingDecision.id.desc()).limit(1)
        )
        assert (state, decision) in {("approved", "approved"), ("withdrawn", "void")}


def test_withdrawing_and_proposing_at_once_leave_no_proposal_behind(
    app: Flask, session: Session, proposable: Any, create_user: Make
) -> None:
    application_id, proposer_id, _seconds, propose_again = proposable
    organisation = session.get_one(Application, application_id).organisation
    owner_id = create_user(organisation=organisation).id

    def withdraw(session: Session) -> None:
        application = session.get_one(Application, application_id)
        withdraw_application(session, viewer_of(session.get_one(User, owner_id)), application)

    def propose(session: Session) -> None:
        application = session.get_one(Application, application_id)
        actor = viewer_of(session.get_one(User, proposer_id))
        propose_tier(session, actor, application, GRANT, gates=GATES)

    for _round in range(25):
        propose_again()
        for decision in session.scalars(
            select(ListingDecision).where(ListingDecision.state == "proposed")
        ):
            void_decision(session, None, decision)
        session.execute(update(Application).values(state="agreed"))
        session.commit()
        ends = race(app, propose, withdraw)
        assert set(ends) <= {"done", "Conflict", "Blocked"}, ends
        session.rollback()
        state = session.scalar(select(Application.state).where(Application.id == application_id))
        waiting = session.scalar(
            select(func.count()).where(ListingDecision.state.in_(("proposed", "approved")))
        )
        assert (state, waiting) in {("proposed", 1), ("withdrawn", 0)}


def test_one_sheet_submitted_from_two_windows_counts_once(
    app: Flask, session: Session, create_panel: Make
) -> None:
    seats = seats_of(session, create_panel())
    for seat in seats:
        sit(session, seat)
        fill(session, seat)
    people = {seat.id: seat.expert.user_id for seat in seats}

    def submitting(seat_id: int, version: int) -> Job:
        def job(session: Session) -> None:
            seat, actor = session.get_one(Seat, seat_id), session.get_one(User, people[seat_id])
            submit_scores(session, viewer_of(actor), seat, seen_version=version)

        return job

    for done in range(1, 26):
        versions = dict(session.execute(select(Seat.id, Seat.version)).all())
        session.rollback()
        jobs = [submitting(seat_id, versions[seat_id]) for seat_id in people for _twice in range(2)]
        ends = race(app, *jobs)
        assert ends == {"done": 3, "Conflict": 3}, ends
        session.rollback()
        assert count(session, "seat.submitted") == 3 * done
        session.execute(update(Seat).values(state="scoring", version=Seat.version + 1))
        session.commit()


def test_three_last_signatures_at_once_move_the_application_on_once(
    app: Flask, session: Session, create_panel: Make, reviewer: User
) -> None:
    application = create_panel()
    seats = seats_of(session, application)
    for seat in seats:
        hand_in(session, seat)
    chair = viewer_of(reviewer)
    agreement = open_agreement(session, chair, application)
    finalise_agreement(session, chair, agreement, seen_version=agreement.version)
    session.commit()
    people = {seat.id: seat.expert.user_id for seat in seats}

    def signing(seat_id: int) -> Job:
        def job(session: Session) -> None:
            actor = viewer_of(session.get_one(User, people[seat_id]))
            confirm_agreement(session, actor, session.get_one(Seat, seat_id))

        return job

    for done in range(1, 26):
        session.rollback()
        ends = race(app, *(signing(seat_id) for seat_id in people))
        assert ends == {"done": 3}, ends
        session.rollback()
        assert count(session, "application.agree") == done
        assert session.scalar(select(Application.state)) == "agreed"
        session.execute(update(Seat).values(confirmed_at=None))
        session.execute(update(Agreement).values(state="final"))
        session.execute(update(Application).values(state="expert_review"))
        session.commit()


def test_of_many_who_publish_a_notice_at_once_one_does(
    app: Flask, session: Session, create_draft_notice: Make, create_user: Make, reviewer: User
) -> None:
    people = [create_user(role="reviewer", unit=reviewer.unit).id for _ in range(4)]
    ids = [create_draft_notice("tier2", "tier3").id for _ in range(12)]
    session.rollback()

    def publishing(user_id: int, notice_id: int) -> Job:
        def job(session: Session) -> None:
            actor, notice = (
                viewer_of(session.get_one(User, user_id)),
                session.get_one(PublicNotice, notice_id),
            )
            publish_notice(session, actor, notice, seen_version=1)

        return job

    for notice_id in ids:
        ends = race(app, *(publishing(user_id, notice_id) for user_id in people))
        assert ends["done"] == 1, ends
        assert set(ends) <= {"done", "Conflict", "Blocked"}
    session.rollback()
    assert count(session, "notice.published") == 12
    assert count(session, "application.publicise") == 24
    numbers = sorted(session.scalars(select(PublicNotice.number)))
    year = datetime.now(UTC).astimezone().year
    assert numbers == [f"GS-{year}-{serial:02d}" for serial in range(1, 13)]


def test_withdrawing_while_a_notice_is_published_fails_for_one_of_both_in_words(
    app: Flask, session: Session, create_draft_notice: Make, create_user: Make, reviewer: User
) -> None:
    reviewer_id = reviewer.id
    for _round in range(12):
        notice = create_draft_notice("tier2", "tier3", "tier3")
        notice_id = notice.id
        application = notice.entries[-1].application
        application_id = application.id
        owner_id = create_user(organisation=application.organisation).id
        session.rollback()

        def publish(session: Session, notice_id: int = notice_id) -> None:
            actor = viewer_of(session.get_one(User, reviewer_id))
            publish_notice(session, actor, session.get_one(PublicNotice, notice_id), seen_version=1)

        def withdraw(
            session: Session, application_id: int = application_id, owner_id: int = owner_id
        ) -> None:
            application = session.get_one(Application, application_id)
            withdraw_application(session, viewer_of(session.get_one(User, owner_id)), application)

        ends = race(app, publish, withdraw)
        assert set(ends) <= {"done", "Conflict", "Blocked"}, ends
        assert ends["done"] >= 1, ends


def test_withdrawing_while_a_notice_is_listed_ends_in_or_out_never_both(
    app: Flask, session: Session, create_notice: Make, create_user: Make, reviewer: User
) -> None:
    reviewer_id = reviewer.id
    for _round in range(12):
        notice = create_notice("tier2", "tier3", "tier3", ends_in=-1)
        end_due_notices(session)
        session.commit()
        notice_id, entry = notice.id, notice.entries[-1]
        application_id, decision_id = entry.application_id, entry.decision_id
        owner_id = create_user(organisation=entry.application.organisation).id
        session.rollback()

        def publish(session: Session, notice_id: int = notice_id) -> None:
            actor = viewer_of(session.get_one(User, reviewer_id))
            list_entries(session, actor, session.get_one(PublicNotice, notice_id))

        def withdraw(
            session: Session, application_id: int = application_id, owner_id: int = owner_id
        ) -> None:
            application = session.get_one(Application, application_id)
            withdraw_application(session, viewer_of(session.get_one(User, owner_id)), application)

        ends = race(app, publish, withdraw)
        assert set(ends) <= {"done", "Conflict", "Blocked"}, ends
        session.rollback()
        state = session.scalar(select(Application.state).where(Application.id == application_id))
        decision = session.get_one(ListingDecision, decision_id)
        assert (state, decision.state) in {("listed", "in_force"), ("withdrawn", "void")}


DUE = date(2026, 11, 20)
OVER = datetime(2026, 11, 20, 16, tzinfo=UTC)
"""24:00 in Beijing of the day the supplement is due."""


def test_a_supplement_handed_in_at_the_last_moment_is_handed_in_or_lapsed_never_both(
    app: Flask, session: Session, create_application: Make, create_user: Make
) -> None:
    application = create_application("supplement", due_on=DUE)
    session.add(
        Supplement(application_id=application.id, ordinal=1, words="请补。", items=[], due_on=DUE)
    )
    owner_id = create_user(organisation=application.organisation).id
    session.commit()
    application_id = application.id

    def hand(session: Session) -> None:
        with at_moment(OVER - timedelta(microseconds=1)):
            mine = session.get_one(Application, application_id)
            hand_in_supplement(session, viewer_of(session.get_one(User, owner_id)), mine)

    def lapse(session: Session) -> None:
        with at_moment(OVER):
            lapse_due_supplements(session)

    for place in range(40):
        application = session.get_one(Application, application_id)
        application.state, application.due_on = "supplement", DUE
        application.version += 1
        application.draft = {**application.draft, "explanations": {"X-07": f"说明{place}"}}
        session.execute(update(Supplement).values(outcome=""))
        snapshots = session.scalar(select(func.count(ApplicationSnapshot.id)))
        lapsed = count(session, "application.lapse_supplement")
        session.commit()
        ends = race(app, hand, lapse)
        assert set(ends) <= {"done", "Conflict", "TooLate"}, ends
        session.rollback()
        handed = session.scalar(select(func.count(ApplicationSnapshot.id))) - snapshots
        lapsed = count(session, "application.lapse_supplement") - lapsed
        assert handed + lapsed == 1
        assert session.scalar(select(Application.state)) == "formal_review"
