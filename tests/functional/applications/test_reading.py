"""Who may read an application, its snapshots and its files: its owner and the bureau in charge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import Unit, User
from marketplace.applications import services
from marketplace.applications.models import Application, ApplicationDecision
from marketplace.applications.queries import count_desk_states, desk_applications
from marketplace.listings.models import ListingDecision
from marketplace.permissions import Viewer
from marketplace.providers.models import Provider
from tests.fixtures.canaries import text_of
from tests.fixtures.evidence import pdf

Make = Callable[..., Application]
CANARY = "鹔鹴独有字样"


@dataclass(frozen=True)
class Handed:
    """An application handed in, with a word found nowhere else in its statement."""

    number: str
    key: str


@pytest.fixture
def handed(session: Session, actor: Viewer, ready: Make) -> Handed:
    application = ready()
    services.save_section(
        session,
        actor,
        application,
        "statements",
        {"statements": {"team": CANARY}},
        application.version,
    )
    services.submit_application(session, actor, application)
    session.commit()
    return Handed(application.number, application.files[0].file.key)


def addresses(handed: Handed) -> Iterator[str]:
    mine = f"/my/applications/{handed.number}"
    yield mine
    yield f"{mine}/snapshots/1"
    yield f"{mine}/files/{handed.key}"
    yield f"{mine}/edit"
    yield f"{mine}/edit/statements"
    yield f"{mine}/withdraw"
    yield f"{mine}/supplement"
    yield f"/desk/applications/{handed.number}/files/{handed.key}"


def test_the_owner_reads_all_of_it(browser: FlaskClient, handed: Handed) -> None:
    mine = f"/my/applications/{handed.number}"
    assert browser.get(mine).status_code == 200
    assert CANARY in browser.get(f"{mine}/snapshots/1").text
    assert browser.get(f"{mine}/files/{handed.key}").data == pdf()
    assert handed.number in browser.get("/my/applications/").text


def test_staff_of_the_region_get_the_files(
    handed: Handed, clerk: User, sign_in: Callable[[User], FlaskClient]
) -> None:
    path = f"/desk/applications/{handed.number}/files"
    assert sign_in(clerk).get(f"{path}/{handed.key}").data == pdf()
    assert sign_in(clerk).get(f"{path}/unknown").status_code == 404


@pytest.mark.parametrize("who", ["visitor", "provider", "manufacturer", "expert", "far clerk"])
def test_nobody_else_gets_a_page_or_a_file(
    handed: Handed,
    who: str,
    client_of_role: Callable[[str], FlaskClient],
    create_user: Callable[..., User],
    create_unit: Callable[..., Unit],
    sign_in: Callable[[User], FlaskClient],
) -> None:
    if who == "far clerk":
        client = sign_in(create_user(role="clerk", unit=create_unit("440400", "远方局")))
    else:
        client = client_of_role(who)
    for path in addresses(handed):
        answer = client.get(path)
        assert answer.status_code in {302, 403, 404}, path
        if answer.status_code == 302:
            assert "/account/login" in answer.location
        assert CANARY not in text_of(answer.data)
        assert b"%PDF" not in answer.data
    for path in (
        f"/my/applications/{handed.number}/submit",
        f"/my/applications/{handed.number}/withdraw",
    ):
        assert client.post(path, data={"version": "3"}).status_code in {302, 403, 404}


def test_another_provider_cannot_tell_a_foreign_number_from_none(
    handed: Handed, client_of_role: Callable[[str], FlaskClient]
) -> None:
    client = client_of_role("provider")
    foreign = client.get(f"/my/applications/{handed.number}")
    missing = client.get("/my/applications/SQ-2026-9999")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.text.replace(handed.number, "") == missing.text.replace("SQ-2026-9999", "")


def test_a_key_of_one_application_opens_nothing_under_another(
    handed: Handed, browser: FlaskClient, provider: Provider, create_application: Make
) -> None:
    other = create_application(provider=provider)
    assert browser.get(f"/my/applications/{other.number}/files/{handed.key}").status_code == 404


def test_drafts_are_not_on_any_desk(
    session: Session,
    create_application: Make,
    clerk: User,
    viewer: Callable[[User], Viewer],
    create_user: Callable[..., User],
    create_unit: Callable[..., Unit],
) -> None:
    create_application("draft")
    submitted = create_application("formal_review")
    near, far = viewer(clerk), viewer(create_user(role="clerk", unit=create_unit("440400", "远")))
    assert session.scalars(desk_applications(near)).all() == [submitted]
    assert session.scalars(desk_applications(near, ("listed",))).all() == []
    assert session.scalars(desk_applications(far)).all() == []
    assert count_desk_states(session, near) == {"formal_review": 1}
    assert count_desk_states(session, far) == {}


@pytest.mark.parametrize(
    ("state", "decision_state", "shown"),
    [
        ("proposed", "proposed", False),
        ("approved", "approved", False),
        ("notice", "approved", True),
        ("listed", "in_force", True),
        ("not_listed", "approved", True),
        ("notice", "void", False),
        ("not_listed", "returned", False),
    ],
)
def test_scores_are_read_once_they_are_approved_and_made_known(
    browser: FlaskClient,
    provider: Provider,
    create_application: Make,
    create_decision: Callable[..., ListingDecision],
    state: str,
    decision_state: str,
    shown: bool,
) -> None:
    application = create_application(state, provider=provider)
    create_decision(application, state=decision_state)
    page = browser.get(f"/my/applications/{application.number}").text
    for words in ("合议82.0分", "一级须90分", 'id="h-decision"'):
        assert (words in page) is shown


def test_words_between_reviewers_stay_with_them(
    session: Session, browser: FlaskClient, provider: Provider, create_application: Make
) -> None:
    application = create_application("rejected", provider=provider)
    for action, reason in (("reject", "不在申报范围"), ("reopen", "两位专家相差过大")):
        session.add(
            ApplicationDecision(application_id=application.id, action=action, reason=reason)
        )
    session.commit()
    page = browser.get(f"/my/applications/{application.number}").text
    assert "不在申报范围" in page
    assert "相差过大" not in page


STATES = (
    "draft formal_review supplement expert_review agreed site_check proposed approved notice"
    " listed not_listed rejected withdrawn"
)


@pytest.mark.parametrize("state", STATES.split())
def test_every_state_says_whose_turn_it_is(
    browser: FlaskClient, provider: Provider, create_application: Make, state: str
) -> None:
    application = create_application(state, provider=provider)
    page = browser.get(f"/my/applications/{application.number}")
    assert page.status_code == 200
    assert 'class="now_panel now_panel--' in page.text
    assert 'class="timeline"' in page.text
