"""Rounds of supplements: asked for in words, limited, extended once, closed, lapsed at the edge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import Application
from marketplace.audit.models import AuditEntry
from marketplace.db import database_now
from marketplace.errors import InvalidInput, NotPermitted
from marketplace.formal_review.errors import Blocked
from marketplace.formal_review.models import Supplement
from marketplace.formal_review.queries import list_supplements
from marketplace.formal_review.services import (
    Item,
    ask_supplement,
    extend_supplement,
    lapse_due_supplements,
    pass_formal,
    run_checks,
)
from marketplace.web.filters import beijing_today
from marketplace.workdays.promises import after_working_days
from tests.functional.formal_review.conftest import hand_in

Make = Callable[..., Any]
ITEMS = [Item("X-07", "案例1的验收单"), Item("X-13", "安全措施说明")]


@pytest.fixture
def asked(session: Session, create_reviewed: Make, clerk: User) -> Application:
    """An application sent back for two things."""
    application = create_reviewed(lacks=("document", "safety"))
    ask_supplement(session, viewer_of(clerk), application, "两处材料不全，请补。", ITEMS)
    session.commit()
    return application


def set_due(session: Session, application: Application, due: date) -> None:
    [supplement] = list_supplements(session, application.id)
    supplement.due_on = application.due_on = due
    session.commit()


def test_asking_writes_a_round_and_tells_the_provider(
    session: Session, create_reviewed: Make, clerk: User, create_user: Make
) -> None:
    application = create_reviewed(lacks=("document",))
    member = create_user(organisation=application.organisation)
    made = ask_supplement(session, viewer_of(clerk), application, "验收单没有附。", ITEMS[:1])
    today = beijing_today(database_now(session))
    assert application.state == "supplement"
    assert (made.ordinal, made.due_on) == (1, after_working_days(today, 5))
    assert made.items == [{"code": "X-07", "ask": "案例1的验收单"}]
    assert application.draft["explanations"] == {"X-07": ""}
    assert application.decisions[-1].reason == "验收单没有附。\nX-07 案例1的验收单"
    letter = session.scalars(select(MailMessage).where(MailMessage.recipient == member.email)).one()
    assert letter.subject == f"入库申请{application.number}请补正"
    assert made.due_on.isoformat() in letter.body
    assert "验收单" not in letter.body


@pytest.mark.parametrize(
    ("words", "items"), [(" ", ITEMS), ("请补。", []), ("请补。", [Item("X-07", " ")])]
)
def test_asking_needs_words_and_items(
    session: Session, create_reviewed: Make, clerk: User, words: str, items: list[Item]
) -> None:
    application = create_reviewed(lacks=("document",))
    with pytest.raises(InvalidInput):
        ask_supplement(session, viewer_of(clerk), application, words, items)
    assert application.state == "formal_review"


def test_no_more_rounds_than_the_rules_allow(
    session: Session, asked: Application, clerk: User
) -> None:
    hand_in(session, asked)
    run_checks(session, asked)
    ask_supplement(session, viewer_of(clerk), asked, "还缺一处。", ITEMS[:1])
    hand_in(session, asked)
    run_checks(session, asked)
    with pytest.raises(Blocked) as refused:
        ask_supplement(session, viewer_of(clerk), asked, "再补一次。", ITEMS[:1])
    assert refused.value.what == "已补正2轮，达到上限。"
    assert [item.ordinal for item in list_supplements(session, asked.id)] == [1, 2]


def test_a_round_is_extended_once_within_the_days_allowed_and_with_a_reason(
    session: Session, asked: Application, clerk: User, create_user: Make
) -> None:
    member = create_user(organisation=asked.organisation)
    actor, due = viewer_of(clerk), asked.due_on
    for days, reason in ((6, "材料在外地。"), (0, "材料在外地。"), (3, " ")):
        with pytest.raises(InvalidInput):
            extend_supplement(session, actor, asked, days, reason)
    made = extend_supplement(session, actor, asked, 3, "材料在外地。")
    assert made.extended
    assert made.due_on == asked.due_on == after_working_days(due, 3)
    assert asked.decisions[-1].reason == "材料在外地。"
    letter = session.scalars(select(MailMessage).where(MailMessage.recipient == member.email)).one()
    assert made.due_on.isoformat() in letter.body
    with pytest.raises(Blocked, match="已经延长过一次"):
        extend_supplement(session, actor, asked, 1, "还在外地。")


def test_nobody_extends_for_another_region_or_without_an_open_round(
    session: Session,
    asked: Application,
    create_reviewed: Make,
    clerk: User,
    create_user: Make,
    create_unit: Make,
) -> None:
    other = create_user(role="clerk", unit=create_unit("370302", "外区工信局"))
    with pytest.raises(NotPermitted):
        extend_supplement(session, viewer_of(other), asked, 3, "代为延长。")
    with pytest.raises(Blocked):
        extend_supplement(session, viewer_of(clerk), create_reviewed(), 3, "无事可延。")


def test_what_is_due_today_is_not_late_and_what_was_due_yesterday_is(
    session: Session, asked: Application, create_user: Make
) -> None:
    member = create_user(organisation=asked.organisation)
    today = beijing_today(database_now(session))
    set_due(session, asked, today)
    lapse_due_supplements(session)
    assert asked.state == "supplement"
    set_due(session, asked, today - timedelta(days=1))
    lapse_due_supplements(session)
    session.commit()
    assert asked.state == "formal_review"
    [supplement] = list_supplements(session, asked.id)
    assert (supplement.outcome, supplement.answered_at) == ("lapsed", None)
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "application.lapse_supplement")
    ).one()
    assert entry.actor_name == "系统"
    subjects = session.scalars(
        select(MailMessage.subject).where(MailMessage.recipient == member.email)
    ).all()
    assert list(subjects) == [f"入库申请{asked.number}补正已逾期"]


def test_a_lapsed_round_leaves_the_checks_that_were_made(
    session: Session, asked: Application, clerk: User
) -> None:
    set_due(session, asked, date(2026, 1, 5))
    lapse_due_supplements(session)
    with pytest.raises(Blocked, match="X-07、X-13"):
        pass_formal(session, viewer_of(clerk), asked)


def test_handing_in_closes_the_round_with_the_moment_and_the_answers(
    session: Session, asked: Application, attach: Make
) -> None:
    [case] = asked.provider.cases
    attach(asked, f"case-{case.id}", "验收单.pdf")
    asked.draft = {**asked.draft, "explanations": {"X-07": "已补盖章件", "X-13": ""}}
    hand_in(session, asked)
    run_checks(session, asked)
    [supplement] = list_supplements(session, asked.id)
    assert (supplement.outcome, supplement.answer) == ("answered", "X-07 已补盖章件")
    assert supplement.answered_at == asked.snapshots[-1].taken_at


def test_a_round_answered_by_words_alone_was_explained(
    session: Session, asked: Application
) -> None:
    asked.draft = {**asked.draft, "explanations": {"X-13": "由客户自行部署"}}
    hand_in(session, asked)
    run_checks(session, asked)
    [supplement] = session.scalars(select(Supplement)).all()
    assert (supplement.outcome, supplement.answer) == ("explained", "X-13 由客户自行部署")


def test_a_round_opened_before_the_rules_ran_again_ends_the_former_one(
    session: Session, asked: Application, clerk: User
) -> None:
    hand_in(session, asked)
    ask_supplement(session, viewer_of(clerk), asked, "还缺一处。", ITEMS[:1])
    former, present = list_supplements(session, asked.id)
    assert former.answered_at == asked.snapshots[-1].taken_at
    assert former.outcome != ""
    assert present.outcome == ""


def test_an_extension_makes_what_was_seen_before_it_stale(
    session: Session, asked: Application, clerk: User
) -> None:
    seen = asked.version
    extend_supplement(session, viewer_of(clerk), asked, 2, "企业节假日停工")
    assert asked.version == seen + 1
