"""What the owner is shown and led to: whose turn, what may be done, what may not, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.applications import services
from marketplace.applications.models import Application, ApplicationDecision
from marketplace.db import now
from marketplace.notices.models import Appeal
from marketplace.permissions import Viewer

Make = Callable[..., Any]


def test_the_own_pages_lead_to_one_another_and_count_what_waits(
    browser: FlaskClient, ready: Make
) -> None:
    ready()
    for page in ("/my/provider/", "/my/applications/", "/my/listing/", "/my/objections/"):
        text = browser.get(page).text
        for door in ("/my/provider/", "/my/applications/", "/my/listing/", "/my/objections/"):
            assert f'href="{door}"' in text
        assert "入库申请 <b>1</b>" in text


def test_people_of_no_provider_have_no_such_doors(
    sign_in: Callable[[User], FlaskClient], create_user: Make, create_organisation: Make
) -> None:
    factory = create_organisation("苏江齿轮有限公司")
    text = sign_in(create_user(organisation=factory)).get("/my/needs/").text
    assert 'href="/my/listing/"' not in text


def test_an_application_handed_in_leads_from_its_form_to_its_page(
    browser: FlaskClient, session: Session, actor: Viewer, ready: Make
) -> None:
    application = ready()
    services.submit_application(session, actor, application)
    session.commit()
    answer = browser.get(f"/my/applications/{application.number}/edit")
    assert (answer.status_code, answer.location) == (
        302,
        f"/my/applications/{application.number}",
    )
    late = browser.get(f"/my/applications/{application.number}/edit/track")
    assert late.status_code == 409
    assert "<h1>现在不能修改</h1>" in late.text.replace("\n", "").replace("  ", "")


@pytest.fixture
def rejected(session: Session, ready: Make, reviewer: User) -> Application:
    application: Application = ready()
    application.state, application.submitted_at = "rejected", now()
    session.add(
        ApplicationDecision(
            application_id=application.id,
            action="reject",
            reason="执照已注销。",
            actor_id=reviewer.id,
        )
    )
    session.commit()
    return application


def test_a_refused_application_offers_the_appeal_until_it_is_filed(
    browser: FlaskClient, session: Session, rejected: Application
) -> None:
    page = f"/my/applications/{rejected.number}"
    assert "提出申诉（只有一次" in browser.get(page).text
    answer = browser.post(f"{page}/appeal", data={"text": "执照仍有效，见附件。"})
    assert answer.status_code == 303
    assert session.scalars(select(Appeal)).one().state == "open"
    text = browser.get(page).text
    assert "提出申诉（只有一次" not in text
    assert "看申诉进展" in text


def test_withdrawing_says_whether_one_may_apply_again_in_this_call(
    browser: FlaskClient, ready: Make
) -> None:
    application = ready()
    page = browser.get(f"/my/applications/{application.number}/withdraw").text
    assert "截止前可以重新申请" in page


def test_the_material_a_supplement_asks_for_is_marked_and_the_deadline_named(
    browser: FlaskClient, session: Session, ready: Make, reviewer: User
) -> None:
    application: Application = ready()
    application.state, application.submitted_at = "supplement", now()
    application.due_on = date(2026, 12, 2)
    session.add(
        ApplicationDecision(
            application_id=application.id,
            action="ask_supplement",
            reason="请补材料。\nlicence 加盖公章",
            actor_id=reviewer.id,
        )
    )
    session.commit()
    text = browser.get(f"/my/applications/{application.number}").text
    assert text.count("请补正") == 1
    assert "2026-12-02 24:00前提交" in text
