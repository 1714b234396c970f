"""Who applies is told that a call was put off or called off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.letters import tell_applicants
from marketplace.calls.services import CHANGE_TOPIC, cancel_call, extend_call
from marketplace.outbox.models import OutboxTask

Make = Callable[..., Any]


def _told(session: Session) -> list[tuple[str, str]]:
    """Run the waiting tasks of calls; return (address, subject) of the letters they leave."""
    before = set(session.scalars(select(MailMessage.id)))
    tasks = session.scalars(select(OutboxTask).where(OutboxTask.topic == CHANGE_TOPIC)).all()
    tell_applicants(session, [task.payload for task in tasks])
    session.flush()
    letters = session.scalars(select(MailMessage).where(MailMessage.id.not_in(before)))
    return sorted((letter.recipient, letter.subject) for letter in letters)


def test_a_later_end_is_told_to_who_has_not_handed_in(
    session: Session, reviewer: User, create_call: Make, create_application: Make, create_user: Make
) -> None:
    call = create_call("open")
    draft = create_application("draft", call=call)
    filling = create_user(organisation=draft.organisation)
    handed = create_application("formal_review", call=call)
    create_user(organisation=handed.organisation)
    session.commit()
    later = call.closes_at + timedelta(days=7)
    extend_call(
        session, viewer_of(reviewer), call, later, "给企业多些时间。", seen_version=call.version
    )
    assert _told(session) == [(filling.email, f"入库申请{draft.number}所报征集已延期")]


def test_the_end_of_a_call_is_told_to_everybody_on_the_way(
    session: Session, reviewer: User, create_call: Make, create_application: Make, create_user: Make
) -> None:
    call = create_call("open")
    people = {
        state: create_user(organisation=create_application(state, call=call).organisation).email
        for state in ("draft", "formal_review", "withdrawn")
    }
    session.commit()
    cancel_call(session, viewer_of(reviewer), call, "与省级征集合并。", seen_version=call.version)
    told = {address for address, _subject in _told(session)}
    assert told == {people["draft"], people["formal_review"]}
