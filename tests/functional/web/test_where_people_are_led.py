"""Where people land and what the front pages lead them to while a call or a notice runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.db import now
from marketplace.notices.services import publish_notice

Make = Callable[..., Any]


def test_an_expert_lands_on_the_own_reviews_and_is_offered_nothing_else(
    sign_in: Callable[[User], FlaskClient], create_expert: Make
) -> None:
    browser = sign_in(create_expert().user)
    assert browser.get("/start").location == "/my/reviews/"
    page = browser.get("/my/reviews/").text
    assert "/desk/find" not in page
    assert 'href="/desk/"' not in page


def test_the_front_page_names_open_calls_and_running_notices(
    client: FlaskClient,
    session: Session,
    reviewer: User,
    create_call: Make,
    create_draft_notice: Make,
) -> None:
    assert "正在征集和公示" not in client.get("/").text
    create_call("planned", title="明年的征集", opens_at=_later(30), closes_at=_later(60))
    call = create_call(title="化工专项征集")
    notice = create_draft_notice("tier2")
    session.commit()
    page = client.get("/").text
    assert f'href="/calls/{call.id}"' in page
    assert "明年的征集" not in page
    assert f'href="/notices/{notice.id}"' not in page

    publish_notice(session, viewer_of(reviewer), notice, seen_version=notice.version)
    session.commit()
    assert f'href="/notices/{notice.id}"' in client.get("/").text


def _later(days: int) -> datetime:
    return now() + timedelta(days=days)


def test_the_catalogue_leads_to_the_edition_in_force_or_to_all_of_them(
    client: FlaskClient,
) -> None:
    assert 'href="/editions/current"' in client.get("/providers/").text
    assert client.get("/editions/current").location == "/editions/"
