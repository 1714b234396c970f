"""Words of an application, its sheets, its minutes and an objection, and a walk over every page.

Nobody outside the applicant and the office of the call comes upon any of them, whatever address
they try; letters, tasks and the audit log hold none of them either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, User
from marketplace.applications.models import Application
from marketplace.applications.snapshots import take_snapshot
from marketplace.assessments.models import Agreement
from marketplace.assessments.queries import seats_of
from marketplace.audit.models import AuditEntry
from marketplace.notices.drafts import ObjectionDraft
from marketplace.outbox.models import OutboxTask
from tests.fixtures.assessments import hand_in
from tests.fixtures.canaries import addresses, text_of

Make = Callable[..., Any]
WORDS = {
    "statement": "zqstatementzq",
    "reason of a score": "zqscorereasonzq",
    "minutes": "zqminuteszq",
    "name of an expert": "鹄烨",
    "draft call": "zqdraftcallzq",
    "objector": "鸢尾缃",
    "objection": "zqobjectionzq",
}

ALLOWED = {
    "audit_admin sees name of an expert at /admin/audit",
    "far reviewer sees name of an expert at /desk/experts/",
}
"""The log names who acted; the pool is one for all offices, without who sits where."""


@pytest.fixture
def planted(
    session: Session,
    create_agreement: Make,
    create_panel: Make,
    create_call: Make,
    create_notice: Make,
    object_to: Make,
) -> None:
    """One application agreed on, one scored, a draft call, and an objection to a notice."""
    agreement: Agreement = create_agreement("open")
    agreement.minutes = WORDS["minutes"]
    application: Application = create_panel()
    application.draft = {
        **application.draft,
        "statements": {"model_evaluation": WORDS["statement"]},
    }
    take_snapshot(session, application, None)
    seats = seats_of(session, application)
    seats[0].expert.user.display_name = WORDS["name of an expert"]
    hand_in(session, seats[0], reason=WORDS["reason of a score"])
    create_call("draft", title=WORDS["draft call"])
    entry = create_notice().entries[0]
    words = {"name": WORDS["objector"], "contact": "13900007777", "text": WORDS["objection"]}
    object_to(entry, draft=ObjectionDraft(standing="named", **words))
    session.commit()


def found_in(body: str) -> list[str]:
    return [name for name, word in WORDS.items() if word in body]


def test_nobody_outside_comes_upon_a_word_of_the_review_at_any_address(
    app: Flask,
    session: Session,
    planted: None,
    create_user: Make,
    create_unit: Make,
    create_organisation: Make,
    create_provider: Make,
    reviewer: User,
    sign_in: Callable[[User], FlaskClient],
) -> None:
    outsiders = {
        "manufacturer": create_user(organisation=create_organisation()),
        "provider": create_user(organisation=create_provider().organisation),
        "expert": create_user(role="expert"),
        "audit_admin": create_user(role="audit_admin"),
        "far reviewer": create_user(role="reviewer", unit=create_unit("371000")),
    }
    # What readers typed into the address themselves may be echoed: such addresses prove nothing.
    walk = sorted(item for item in set(addresses(app, session)) if not found_in(unquote(item)))
    assert len(walk) > 100
    leaks = []
    for role in ("visitor", *outsiders):
        for address in walk:
            # A fresh browser each time: some of the pages sign people out.
            client = sign_in(outsiders[role]) if role in outsiders else app.test_client()
            answer = client.get(address)
            assert answer.status_code < 500, (role, address)
            leaks += [f"{role} sees {name} at {address}" for name in found_in(text_of(answer.data))]
    assert set(leaks) <= ALLOWED
    seen = {
        name for address in walk for name in found_in(text_of(sign_in(reviewer).get(address).data))
    }
    assert {"draft call", "minutes", "objection"} <= seen, "the walk reaches what it looks for"
    told = [item for item in session.scalars(select(Application)) if len(item.snapshots) == 2]
    owner = sign_in(create_user(organisation=told[0].organisation))
    page = owner.get(f"/my/applications/{told[0].number}/snapshots/2").text
    assert found_in(page) == ["statement"]


def test_letters_tasks_and_the_log_hold_no_word_of_the_review(
    session: Session, planted: None
) -> None:
    kept = [
        *(f"{row.subject}{row.body}" for row in session.scalars(select(MailMessage))),
        *(str(row.payload) for row in session.scalars(select(OutboxTask))),
        *(str(row.detail) for row in session.scalars(select(AuditEntry))),
    ]
    assert kept
    assert [name for item in kept for name in found_in(item)] == []
