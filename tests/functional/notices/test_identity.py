"""Who objected: canaries in the identity and the text, and a walk over every page as everybody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.models import AuditEntry
from marketplace.notices.drafts import FileStore, Upload
from marketplace.notices.services import (
    add_finding,
    admit_objection,
    answer_objection,
    ask_company,
    decide_objection,
    mark_verified,
)
from marketplace.outbox.models import OutboxTask
from tests.fixtures.canaries import addresses, text_of
from tests.fixtures.evidence import pdf
from tests.fixtures.notices import OBJECTION

Make = Callable[..., Any]
NAME, CONTACT, TEXT, FILE = "鹔鹴霁", "zqcontactzq", "zq原文霡霂zq", "zqfilezq"
IDENTITY = (NAME, CONTACT, FILE)


@pytest.fixture
def store(app: Flask) -> FileStore:
    """The place the pages themselves read files from."""
    return FileStore(app.config["UPLOAD_FOLDER"] / "evidence", app.config["SCANNER"])


@pytest.fixture
def planted(
    app: Flask,
    session: Session,
    reviewer: User,
    clerk: User,
    create_user: Make,
    create_notice: Make,
    object_to: Make,
    store: Any,
) -> dict[str, Any]:
    """Two objections full of canaries, one still to be admitted, one decided; and the people."""
    notice = create_notice("tier2", "tier3")
    draft = replace(
        OBJECTION, name=f"{NAME}先生", contact=CONTACT, text=f"{TEXT}，项目并未上线，设备已断电。"
    )
    uploads = [Upload(f"{FILE}.pdf", pdf())]
    waiting, first_code = object_to(notice.entries[1], uploads, draft)
    decided, code = object_to(notice.entries[0], uploads, draft)
    company = create_user(organisation=notice.entries[0].provider.organisation)
    handler, member = viewer_of(clerk), viewer_of(company)
    admit_objection(session, handler, decided, "案例三是否上线", seen_version=1)
    ask_company(session, handler, decided, seen_version=2)
    answer_objection(session, member, decided, "一期已验收。", (), store, seen_version=3)
    add_finding(session, handler, decided, "到厂查看。", seen_version=4)
    mark_verified(session, viewer_of(reviewer), decided)
    decide_objection(
        session,
        viewer_of(reviewer),
        decided,
        "partly",
        "案例三停用。",
        after_tier="cultivation",
        seen_version=5,
    )
    session.commit()
    return {
        "codes": [first_code, code],
        "numbers": [waiting.number, decided.number],
        "company": company,
    }


@pytest.fixture
def people(
    app: Flask,
    planted: dict[str, Any],
    reviewer: User,
    clerk: User,
    create_user: Make,
    create_unit: Make,
    create_organisation: Make,
    create_provider: Make,
    sign_in: Callable[[User], FlaskClient],
) -> dict[str, Callable[[], FlaskClient]]:
    """Everybody, each in a fresh browser: some pages sign people out."""
    users = {
        "reviewer": reviewer,
        "clerk": clerk,
        "company": planted["company"],
        "manufacturer": create_user(organisation=create_organisation()),
        "provider": create_user(organisation=create_provider().organisation),
        "curator": create_user(role="curator", unit=reviewer.unit),
        "far_reviewer": create_user(role="reviewer", unit=create_unit("371000")),
        **{
            role: create_user(role=role)
            for role in ("expert", "system_admin", "security_admin", "audit_admin")
        },
    }
    return {"visitor": app.test_client} | {
        name: (lambda user=user: sign_in(user)) for name, user in users.items()
    }


def test_no_page_tells_anybody_who_objected_and_the_text_stays_with_its_handlers(
    app: Flask,
    session: Session,
    planted: dict[str, Any],
    people: dict[str, Callable[[], FlaskClient]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="duijie")
    # What a reader types into the address themselves may be echoed.
    walk = sorted(
        {
            *(found for found in addresses(app, session) if NAME not in unquote(found)),
            *(f"/notices/objections/{code}" for code in planted["codes"]),
            *(f"/desk/objections/{number}" for number in planted["numbers"]),
            *(f"/my/objections/{number}" for number in planted["numbers"]),
        }
    )
    told, read = [], set()
    for role, enter in people.items():
        for address in walk:
            answer = enter().get(address)
            assert answer.status_code < 500, (role, address)
            text = f"{answer.headers}\n{text_of(answer.data)}"
            told += [(role, address, word) for word in IDENTITY if word in text]
            if TEXT in text:
                read.add(role)
    assert told == []
    assert read == {"reviewer", "clerk"}
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert not any(word in logged for word in (*IDENTITY, TEXT))


def test_letters_tasks_and_the_audit_log_hold_neither_identity_nor_text(
    session: Session, planted: dict[str, Any]
) -> None:
    kept = [
        *(
            f"{row.recipient}{row.subject}{row.body}"
            for row in session.scalars(select(MailMessage))
        ),
        *(f"{row.payload}" for row in session.scalars(select(OutboxTask))),
        *(f"{row.actor_name}{row.detail}" for row in session.scalars(select(AuditEntry))),
    ]
    assert len(kept) > 10
    assert not any(word in text for text in kept for word in (*IDENTITY, TEXT))


def test_an_objector_who_is_signed_in_is_not_recorded(
    app: Flask,
    session: Session,
    create_notice: Make,
    create_user: Make,
    create_organisation: Make,
    sign_in: Callable[[User], FlaskClient],
) -> None:
    notice = create_notice()
    user = create_user(organisation=create_organisation())
    before = session.scalars(select(AuditEntry.id)).all()
    answer = sign_in(user).post(
        f"/notices/{notice.id}/objection",
        data={
            "entry": notice.entries[0].id,
            "standing": "named",
            "name": NAME,
            "contact": CONTACT,
            "text": "名单所附案例三并未上线，设备已断电。",
            "consent": "y",
        },
    )
    assert answer.status_code == 200
    entries = session.scalars(select(AuditEntry).where(AuditEntry.id.not_in(before))).all()
    assert [row.action for row in entries] == ["objection.received"]
    assert [row.actor_id for row in entries] == [None]


def test_the_identity_is_shown_once_for_a_reason_that_the_audit_log_keeps(
    session: Session,
    planted: dict[str, Any],
    people: dict[str, Callable[[], FlaskClient]],
) -> None:
    number = planted["numbers"][1]
    address = f"/desk/objections/{number}"
    reason = "核对身份证件"
    shown = people["reviewer"]().post(f"{address}/identity", data={"text": reason})
    assert shown.status_code == 200
    assert NAME in shown.text
    assert CONTACT in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "objection.identity_read")
    ).all()
    assert [row.detail for row in entries] == [{"number": number, "reason": reason}]
    assert NAME not in people["reviewer"]().get(address).text


@pytest.mark.parametrize("text", ["", "   "])
def test_without_a_reason_nothing_is_shown_and_nothing_recorded(
    session: Session,
    planted: dict[str, Any],
    people: dict[str, Callable[[], FlaskClient]],
    text: str,
) -> None:
    address = f"/desk/objections/{planted['numbers'][0]}/identity"
    answer = people["reviewer"]().post(address, data={"text": text})
    assert answer.status_code == 422
    assert NAME not in answer.text
    found = session.scalar(
        select(AuditEntry.id).where(AuditEntry.action == "objection.identity_read")
    )
    assert found is None


@pytest.mark.parametrize(
    "role", ["clerk", "curator", "far_reviewer", "company", "expert", "audit_admin", "visitor"]
)
def test_nobody_else_can_ask_for_the_identity(
    planted: dict[str, Any], people: dict[str, Callable[[], FlaskClient]], role: str
) -> None:
    address = f"/desk/objections/{planted['numbers'][0]}/identity"
    answer = people[role]().post(address, data={"text": "想知道"})
    assert answer.status_code in {302, 403, 404}
    assert NAME not in answer.text
