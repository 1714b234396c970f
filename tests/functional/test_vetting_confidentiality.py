"""Words of an application, its sheets, its minutes and an objection, and a walk over every page.

The table says, literally, who comes upon what, whatever address they try; letters, tasks, the
audit log and the files of the search index hold none of these words either.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, Unit, User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import Application, ApplicationFile
from marketplace.applications.snapshots import take_snapshot
from marketplace.assessments.queries import seats_of
from marketplace.assessments.services.drawing import draw_panel
from marketplace.audit.models import AuditEntry
from marketplace.db import db
from marketplace.editions.models import Edition
from marketplace.evidence.services import keep_evidence
from marketplace.notices.drafts import ObjectionDraft
from marketplace.outbox.models import OutboxTask
from marketplace.rubrics.services import draft_rubric
from tests.fixtures.canaries import addresses, text_of
from tests.fixtures.evidence import docx

Make = Callable[..., Any]
WORDS = {
    "statement": "zqstatementzq",
    "masked client": "鹭沁客户",
    "file name": "zqfilenamezq",
    "words of a file": "zqfilewordszq",
    "reason of a score": "zqscorereasonzq",
    "name of an expert": "鹄烨",
    "minutes": "zqminuteszq",
    "proposal": "zqproposalzq",
    "draft call": "zqdraftcallzq",
    "draft rubric": "zqdraftrubriczq",
    "draft edition": "zqdrafteditionzq",
    "objector": "鸢尾缃",
    "objection": "zqobjectionzq",
}
OFFICE = {"clerk", "reviewer", "curator"}
POOL = {"far reviewer", "district clerk"}
ADMINS = {"system_admin", "security_admin", "audit_admin"}
SEATED = {"seated expert", "other seated expert"}

COMES_UPON: dict[str, set[str]] = {
    "statement": SEATED | {"applicant"},
    "masked client": {"applicant"},
    "file name": OFFICE | SEATED | {"applicant"},
    "words of a file": OFFICE | SEATED | {"applicant"},
    "reason of a score": {"reviewer", "seated expert"},
    "name of an expert": OFFICE | POOL | ADMINS | {"seated expert"},
    "minutes": OFFICE,
    "proposal": OFFICE,
    "draft call": OFFICE,
    "draft rubric": OFFICE | POOL,
    "draft edition": OFFICE,
    "objector": set(),
    "objection": {"clerk", "reviewer"},
}
"""Rubrics and the pool of experts are one for all offices, without who sits where; administrators
read names in the lists of accounts and in the log; only the chair reads all sheets; who objected
is told on request only, never by opening a page. A masked client is the applicant's own secret."""


@pytest.fixture
def told(app: Flask, session: Session, create_agreement: Make, create_user: Make) -> Application:
    """One application full of words, being agreed on."""
    agreement = create_agreement("open")
    agreement.minutes = WORDS["minutes"]
    application: Application = agreement.application
    application.draft = {
        **application.draft,
        "statements": {"model_evaluation": WORDS["statement"]},
    }
    for case in application.provider.cases:
        case.client_name, case.client_masked = WORDS["masked client"], True
    file = keep_evidence(
        session,
        viewer_of(create_user(organisation=application.organisation)),
        docx(("word/words.xml", WORDS["words of a file"].encode())),
        f"{WORDS['file name']}.docx",
        Path(app.config["UPLOAD_FOLDER"]) / "evidence",
        organisation_id=application.organisation_id,
        scanner=app.config["SCANNER"],
    )
    application.files.append(ApplicationFile(file=file, item="licence"))
    session.flush()
    take_snapshot(session, application, None)
    seat = seats_of(session, application)[0]
    seat.expert.user.display_name = WORDS["name of an expert"]
    seat.scores[0].reason = WORDS["reason of a score"]
    session.commit()
    return application


@pytest.fixture
def planted(
    session: Session,
    told: Application,
    bureau: Unit,
    clerk: User,
    curator: User,
    create_application: Make,
    create_decision: Make,
    create_expert: Make,
    create_call: Make,
    create_notice: Make,
    object_to: Make,
) -> dict[str, Any]:
    """Beside it a panel just asked, a proposal, drafts of everything, and an objection."""
    asked = create_application("expert_review")
    asked.draft = {**asked.draft, "statements": told.draft["statements"]}
    take_snapshot(session, asked, None)
    session.flush()
    newcomer = create_expert()
    draw_panel(session, viewer_of(clerk), asked, seats=4, seed="a1")
    proposed = create_application("proposed")
    create_decision(proposed, state="proposed", reasons=WORDS["proposal"])
    create_call("draft", title=WORDS["draft call"])
    region = {"region_code": bureau.region_code, "unit_id": bureau.id}
    session.add(Edition(year=2026, ordinal=1, title=WORDS["draft edition"], **region))
    draft_rubric(session, viewer_of(curator), "2026.1").note = WORDS["draft rubric"]
    entry = create_notice().entries[0]
    words = {"name": WORDS["objector"], "contact": "13900007777", "text": WORDS["objection"]}
    object_to(entry, draft=ObjectionDraft(standing="named", **words))
    session.commit()
    return {"newcomer": newcomer, "proposed": proposed, "entry": entry}


@pytest.fixture
def people(
    session: Session,
    told: Application,
    planted: dict[str, Any],
    clerk: User,
    reviewer: User,
    curator: User,
    create_user: Make,
    create_unit: Make,
    create_organisation: Make,
    create_provider: Make,
) -> dict[str, User | None]:
    """Everybody the table speaks of, and everybody it keeps silent about."""
    seated = [seat.expert.user for seat in seats_of(session, told)]
    return {
        "visitor": None,
        "manufacturer": create_user(organisation=create_organisation()),
        "other provider": create_user(organisation=create_provider().organisation),
        "applicant": create_user(organisation=told.organisation),
        "proposed applicant": create_user(organisation=planted["proposed"].organisation),
        "objected company": create_user(organisation=planted["entry"].provider.organisation),
        "expert without seat": create_user(role="expert"),
        "expert asked": planted["newcomer"].user,
        "seated expert": seated[0],
        "other seated expert": seated[1],
        "clerk": clerk,
        "reviewer": reviewer,
        "curator": curator,
        "district clerk": create_user(role="clerk", unit=create_unit("370785")),
        "far reviewer": create_user(role="reviewer", unit=create_unit("371000")),
        **{
            role: create_user(role=role)
            for role in ("system_admin", "security_admin", "audit_admin")
        },
    }


def found_in(text: str) -> set[str]:
    return {name for name, word in WORDS.items() if word in text}


def leads_somewhere(address: str) -> bool:
    """Whether the address is worth the time: a number of some application, the key of some file.

    What readers typed into the address themselves may be echoed: such addresses prove nothing.
    """
    number = re.search(r"/(?:applications|objections|appeals)/([^/]+)", address)
    key = re.search(r"/files/([^/]+)", address)
    return (
        not found_in(unquote(address))
        and (number is None or number[1].startswith(("SQ-", "YY-")) or number[1].islower())
        and (key is None or len(key[1]) == 32)
    )


def test_everybody_comes_upon_the_words_of_vetting_the_table_gives_them_and_no_others(
    app: Flask,
    session: Session,
    told: Application,
    people: dict[str, User | None],
    sign_in: Callable[[User], FlaskClient],
) -> None:
    walk = sorted(
        {
            *(item for item in addresses(app, session) if leads_somewhere(item)),
            f"/my/applications/{told.number}/snapshots/2",
        }
    )
    assert len(walk) > 300
    seen: dict[str, dict[str, str]] = {name: {} for name in WORDS}
    for role, user in people.items():
        for address in walk:
            # A fresh browser each time: some of the pages sign people out.
            answer = (sign_in(user) if user else app.test_client()).get(address)
            assert answer.status_code < 500, (role, address)
            for name in found_in(f"{answer.headers}\n{text_of(answer.data)}"):
                seen[name].setdefault(role, address)
    assert {name: set(readers) for name, readers in seen.items()} == COMES_UPON, seen


def test_letters_tasks_the_log_and_the_index_hold_no_word_of_vetting(
    app: Flask, session: Session, instance: Path, planted: dict[str, Any]
) -> None:
    app.extensions["duijie.worker"].drain(session)
    kept = {
        "letter": [f"{row.subject}{row.body}" for row in session.scalars(select(MailMessage))],
        "task": [str(row.payload) for row in session.scalars(select(OutboxTask))],
        "audit entry": [str(row.detail) for row in session.scalars(select(AuditEntry))],
    }
    for kind, texts in kept.items():
        assert texts, kind
        for text in texts:
            assert found_in(text) == set(), f"{kind}: {text}"
    database = (db.engine.url.database or "").rpartition("/")[2]
    for path in (item for item in instance.rglob("*") if item.is_file()):
        if path.parent.name != "evidence" and not (database and path.name.startswith(database)):
            assert found_in(text_of(path.read_bytes())) == set(), path
