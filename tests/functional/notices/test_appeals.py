"""Appeals: once, in time, by the applicant; decided by another person than the first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import Application, ApplicationDecision
from marketplace.db import at_moment, db, now
from marketplace.errors import Conflict, InvalidInput, NotPermitted
from marketplace.needs.errors import Blocked
from marketplace.notices.appeal_queries import window_of
from marketplace.notices.drafts import FileStore, Upload
from marketplace.notices.models import Appeal
from marketplace.notices.services import decide_appeal, file_appeal
from marketplace.web.filters import BEIJING
from tests.fixtures.evidence import pdf
from tests.functional.needlists.test_races import at_once

Make = Callable[..., Any]


@pytest.fixture
def refused(session: Session, create_application: Make, create_user: Make) -> Make:
    """Make an application with a negative decision, and a person of its applicant."""

    def make(state: str, by: User, at: datetime | None = None) -> tuple[Application, User]:
        application = create_application(state)
        session.add(
            ApplicationDecision(
                application_id=application.id,
                action="reject" if state == "rejected" else "decline",
                reason="营业执照已注销。",
                actor_id=by.id,
                at=at or now(),
            )
        )
        session.commit()
        return application, create_user(organisation=application.organisation)

    return make


@pytest.fixture
def curator(create_user: Make, reviewer: User) -> User:
    return create_user(role="curator", unit=reviewer.unit)


@pytest.mark.parametrize(
    ("state", "back"), [("rejected", "formal_review"), ("not_listed", "agreed")]
)
def test_an_upheld_appeal_puts_the_application_back_on_its_way(
    session: Session,
    reviewer: User,
    curator: User,
    refused: Make,
    store: FileStore,
    known_calendar: None,
    state: str,
    back: str,
) -> None:
    application, member = refused(state, reviewer)
    actor = viewer_of(member)
    appeal = file_appeal(
        session, actor, application, "执照仍有效。", [Upload("执照.pdf", pdf())], store
    )
    assert appeal.number.startswith("SS-")
    assert (appeal.against, appeal.against_id, len(appeal.files)) == (state, reviewer.id, 1)
    decide_appeal(session, viewer_of(curator), appeal, "复核属实。", upheld=True, seen_version=1)
    assert (appeal.state, application.state) == ("upheld", back)
    assert application.decisions[-1].reason == "复核属实。"


def test_a_dismissed_appeal_leaves_the_application_and_tells_the_applicant(
    session: Session,
    reviewer: User,
    curator: User,
    refused: Make,
    store: FileStore,
    known_calendar: None,
) -> None:
    application, member = refused("not_listed", reviewer)
    appeal = file_appeal(session, viewer_of(member), application, "评分过低。", (), store)
    with pytest.raises(InvalidInput):
        decide_appeal(session, viewer_of(curator), appeal, "", upheld=False, seen_version=1)
    decide_appeal(session, viewer_of(curator), appeal, "评分有据。", upheld=False, seen_version=1)
    assert (appeal.state, application.state) == ("dismissed", "not_listed")
    letters = session.scalars(
        select(MailMessage).where(MailMessage.recipient == member.email)
    ).all()
    assert letters[-1].subject == f"申诉{appeal.number}已复核"
    assert "评分有据" not in letters[-1].body
    with pytest.raises(Conflict):
        decide_appeal(session, viewer_of(curator), appeal, "改口", upheld=True, seen_version=1)


def test_there_is_one_appeal_ever_even_after_it_was_upheld(
    session: Session,
    reviewer: User,
    curator: User,
    refused: Make,
    store: FileStore,
    known_calendar: None,
) -> None:
    application, member = refused("rejected", reviewer)
    actor = viewer_of(member)
    appeal = file_appeal(session, actor, application, "执照仍有效。", (), store)
    with pytest.raises(Blocked, match="已经申诉过一次"):
        file_appeal(session, actor, application, "再说一次。", (), store)
    decide_appeal(session, viewer_of(curator), appeal, "属实。", upheld=True, seen_version=1)
    application.state = "rejected"
    session.commit()
    with pytest.raises(Blocked, match="已经申诉过一次"):
        file_appeal(session, actor, application, "又不服。", (), store)


def test_two_people_of_a_company_appealing_at_once_file_one_appeal(
    app: Flask,
    session: Session,
    reviewer: User,
    refused: Make,
    store: FileStore,
    known_calendar: None,
) -> None:
    application, member = refused("rejected", reviewer)
    application_id, member_id = application.id, member.id
    session.remove()  # type: ignore[attr-defined]

    def job() -> None:
        actor = viewer_of(db.session.get(User, member_id))
        found = db.session.get(Application, application_id)
        try:
            file_appeal(db.session, actor, found, "不服。", (), store)
        except Blocked as error:
            raise Conflict(error.what) from error

    assert at_once(app, [job] * 4) == ["Conflict"] * 3 + ["done"]
    assert session.scalar(select(func.count()).select_from(Appeal)) == 1


def test_an_appeal_counts_until_the_last_second_of_its_last_working_day(
    session: Session, reviewer: User, refused: Make, store: FileStore
) -> None:
    # Decided on Tuesday 29 September 2026: ten working days, National Day between.
    application, member = refused("rejected", reviewer, datetime(2026, 9, 29, 10, tzinfo=BEIJING))
    assert window_of(session, application).last_day.isoformat() == "2026-10-19"
    end = datetime(2026, 10, 20, tzinfo=BEIJING)
    actor = viewer_of(member)
    with at_moment(end), pytest.raises(Blocked, match="申诉期限已过"):
        file_appeal(session, actor, application, "不服。", (), store)
    with at_moment(end - timedelta(seconds=1)):
        assert file_appeal(session, actor, application, "不服。", (), store).state == "open"


def test_nobody_is_late_while_the_calendar_does_not_reach(
    session: Session, reviewer: User, refused: Make, store: FileStore
) -> None:
    application, member = refused("rejected", reviewer, datetime(2026, 12, 30, 10, tzinfo=BEIJING))
    with at_moment(datetime(2027, 2, 1, tzinfo=BEIJING)):
        appeal = file_appeal(session, viewer_of(member), application, "不服。", (), store)
    assert appeal.state == "open"


def test_whose_decision_it_was_does_not_decide_the_appeal(
    session: Session,
    curator: User,
    create_user: Make,
    refused: Make,
    store: FileStore,
    known_calendar: None,
) -> None:
    application, member = refused("not_listed", curator)
    appeal = file_appeal(session, viewer_of(member), application, "不服。", (), store)
    session.commit()
    with pytest.raises(NotPermitted):
        decide_appeal(session, viewer_of(curator), appeal, "维持。", upheld=False, seen_version=1)
    with pytest.raises(IntegrityError):
        session.execute(
            update(Appeal).values(state="dismissed", decided_by_id=curator.id, version=2)
        )
    session.rollback()
    other = viewer_of(create_user(role="curator", unit=curator.unit))
    decide_appeal(session, other, appeal, "维持。", upheld=False, seen_version=1)
    assert appeal.state == "dismissed"


def test_only_the_applicant_appeals_and_only_against_a_negative_decision(
    session: Session,
    reviewer: User,
    refused: Make,
    create_application: Make,
    create_user: Make,
    store: FileStore,
    known_calendar: None,
) -> None:
    application, _member = refused("rejected", reviewer)
    running = create_application("expert_review")
    stranger = viewer_of(create_user(organisation=running.organisation))
    for found in (application, running):
        with pytest.raises(NotPermitted):
            file_appeal(session, stranger, found, "不服。", (), store)


def test_a_reviewer_reads_appeals_but_does_not_decide_them(
    session: Session, reviewer: User, refused: Make, store: FileStore, known_calendar: None
) -> None:
    application, member = refused("rejected", reviewer)
    appeal = file_appeal(session, viewer_of(member), application, "不服。", (), store)
    with pytest.raises(NotPermitted):
        decide_appeal(session, viewer_of(reviewer), appeal, "维持。", upheld=False, seen_version=1)


def test_an_application_leads_to_its_appeal_or_says_until_when_one_may_come(
    refused: Make, reviewer: User, sign_in: Make, known_calendar: None
) -> None:
    decided = datetime(2026, 11, 2, 9, 0, tzinfo=BEIJING)
    application, _member = refused("rejected", reviewer, decided)
    path = f"/desk/applications/{application.number}"
    desk = sign_in(reviewer)
    assert f'href="{path}/appeal"' in desk.get(path).text
    assert "企业没有申诉" in desk.get(f"{path}/appeal").text
    assert desk.get("/desk/applications/SQ-0/appeal").status_code == 404
