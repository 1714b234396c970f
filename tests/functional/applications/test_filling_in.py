"""Filling in: section by section, nothing of others overwritten, nothing smuggled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.applications.drafts import ApplicationDraft, CaseFacts
from marketplace.applications.errors import EditedMeanwhile
from marketplace.applications.models import Application
from marketplace.applications.services import save_section
from marketplace.errors import InvalidInput, NotPermitted
from marketplace.permissions import Viewer
from marketplace.providers.models import Provider
from marketplace.providers.profiles import ProfileDraft

Make = Callable[..., Application]


def draft_of(application: Application) -> ApplicationDraft:
    return ApplicationDraft.from_body(application.draft)


def test_a_section_keeps_its_own_parts_and_counts_the_version(
    session: Session, actor: Viewer, provider: Provider, create_application: Make
) -> None:
    application = create_application(provider=provider)
    version = save_section(
        session, actor, application, "track", {"track": "OPC", "asked_tier": "tier3"}, 1
    )
    assert version == 2
    assert (application.track, application.asked_tier) == ("OPC", "tier3")
    assert draft_of(application).statements != {}
    assert save_section(session, actor, application, "track", {"track": "OPC"}, 2) == 2


def test_what_a_colleague_saved_first_stays(
    session: Session, actor: Viewer, provider: Provider, create_application: Make
) -> None:
    application = create_application(provider=provider)
    save_section(session, actor, application, "track", {"track": "OPC"}, 1)
    with pytest.raises(EditedMeanwhile) as stale:
        save_section(session, actor, application, "track", {"track": "综合"}, 1)
    assert stale.value.who == "王经理"
    assert draft_of(application).track == "OPC"


def test_what_is_not_known_is_left_out(
    session: Session, actor: Viewer, provider: Provider, create_application: Make
) -> None:
    application = create_application(provider=provider)
    save_section(session, actor, application, "track", {"track": "火星", "asked_tier": "tier0"}, 1)
    assert (draft_of(application).track, draft_of(application).asked_tier) == ("", "")
    save_section(
        session,
        actor,
        application,
        "statements",
        {"statements": {"team": "甲", "improvement": "算出的指标不由人写", "x": "乙"}},
        2,
    )
    assert draft_of(application).statements == {"team": "甲"}
    save_section(session, actor, application, "declarations", {"declarations": ("x", "lawful")}, 3)
    assert draft_of(application).declarations == ("lawful",)
    save_section(session, actor, application, "cases", {"cases": (CaseFacts(987654),)}, 4)
    assert draft_of(application).cases == ()
    with pytest.raises(ValueError, match="state"):
        save_section(session, actor, application, "track", {"state": "listed"}, 5)


def test_twelve_cases_are_the_most(
    session: Session,
    actor: Viewer,
    provider: Provider,
    create_application: Make,
) -> None:
    application = create_application(provider=provider)
    many = tuple(CaseFacts(case_id) for case_id in range(1, 14))
    with pytest.raises(InvalidInput, match="最多选12件"):
        save_section(session, actor, application, "cases", {"cases": many}, 1)
    long = {"statements": {"team": "长" * 3001}}
    with pytest.raises(InvalidInput, match="3000"):
        save_section(session, actor, application, "statements", long, 1)


@pytest.mark.parametrize(
    ("state", "section"),
    [
        ("formal_review", "statements"),
        ("listed", "statements"),
        ("withdrawn", "statements"),
        ("supplement", "track"),
        ("supplement", "declarations"),
        ("draft", "explanations"),
    ],
)
def test_what_was_handed_in_cannot_be_changed(
    session: Session,
    actor: Viewer,
    provider: Provider,
    create_application: Make,
    state: str,
    section: str,
) -> None:
    application = create_application(state, provider=provider)
    with pytest.raises(NotPermitted):
        save_section(session, actor, application, section, {}, 1)


def test_in_a_supplement_cases_and_explanations_may_be_added(
    session: Session, actor: Viewer, provider: Provider, create_application: Make
) -> None:
    application = create_application("supplement", provider=provider)
    application.draft = {**application.draft, "explanations": {"X-07": ""}}
    session.commit()
    words = {"X-07": "甲方已注销，无法补盖。", "X-99": "没有问到的"}
    save_section(session, actor, application, "explanations", {"explanations": words}, 1)
    assert draft_of(application).explanations == {"X-07": "甲方已注销，无法补盖。"}


FORMS: dict[str, dict[str, Any]] = {
    "track": {"track": "产品", "asked_tier": "tier1"},
    "statements": {"text_team": "五人团队"},
    "declarations": {"declarations": ["truthful", "lawful"]},
    "cases": {},
}


@pytest.mark.parametrize("section", sorted(FORMS))
def test_fields_that_are_not_of_the_form_change_nothing(
    session: Session,
    browser: FlaskClient,
    provider: Provider,
    create_application: Make,
    section: str,
) -> None:
    application = create_application(provider=provider)
    smuggled = {
        "state": "listed",
        "tier": "tier1",
        "kind": "renewal",
        "organisation_id": "1",
        "provider_id": "1",
        "region_code": "110000",
        "number": "SQ-1",
        "submitted_at": "2020-01-01",
        "handler_id": "1",
        "due_on": "2030-01-01",
        "draft": "{}",
        "explanations": "x",
        "id": "9",
    }
    guarded = "id state kind organisation_id provider_id region_code number submitted_at"
    before = {
        name: getattr(application, name) for name in [*guarded.split(), "handler_id", "due_on"]
    }
    data = {**smuggled, **FORMS[section], "version": "1"}
    path = f"/my/applications/{application.number}"
    for address in (f"{path}/edit/{section}", f"{path}/autosave/{section}"):
        browser.post(address, data=data)
    session.refresh(application)
    assert {name: getattr(application, name) for name in before} == before
    assert draft_of(application).explanations == {}


def test_the_form_saves_a_section_and_goes_on_to_the_next(
    session: Session, browser: FlaskClient, provider: Provider, create_application: Make
) -> None:
    application = create_application(provider=provider)
    path = f"/my/applications/{application.number}/edit"
    answer = browser.post(f"{path}/track", data={**FORMS["track"], "version": "1"})
    assert answer.location == f"{path}/cases"
    [case] = provider.cases
    answer = browser.post(
        f"{path}/cases",
        data={
            f"case_{case.id}-chosen": "y",
            f"case_{case.id}-accepted_on": "2026-03-01",
            f"case_{case.id}-on_time": "yes",
            f"case_{case.id}-first_pass": "no",
            f"case_{case.id}-client_rating": "5",
            f"case_{case.id}-note": "见附件第3页",
            "version": "2",
        },
    )
    assert answer.location == f"{path}/statements"
    session.refresh(application)
    assert draft_of(application).cases == (
        CaseFacts(
            case.id,
            accepted_on="2026-03-01",
            on_time=True,
            first_pass=False,
            client_rating=5,
            note="见附件第3页",
        ),
    )
    stale = browser.post(f"{path}/track", data={"track": "OPC", "version": "1"})
    assert stale.status_code == 409
    assert "王经理" in stale.text


def test_a_day_no_acceptance_can_have_is_refused_with_what_was_typed(
    browser: FlaskClient, provider: Provider, create_application: Make
) -> None:
    application = create_application(provider=provider)
    [case] = provider.cases
    data = {f"case_{case.id}-chosen": "y", f"case_{case.id}-accepted_on": "2999-01-01"}
    answer = browser.post(
        f"/my/applications/{application.number}/edit/cases", data={**data, "version": "1"}
    )
    assert answer.status_code == 422
    assert "验收日不能晚于今天" in answer.text
    assert "2999-01-01" in answer.text


def test_autosave_keeps_what_is_sound_and_says_what_is_not(
    session: Session, browser: FlaskClient, provider: Provider, create_application: Make
) -> None:
    application = create_application(provider=provider)
    path = f"/my/applications/{application.number}/autosave/statements"
    answer = browser.post(path, data={"text_team": "五人", "version": "1"})
    assert answer.json is not None
    assert answer.json["fields"] == {"version": "2"}
    session.refresh(application)
    assert draft_of(application).statements["team"] == "五人"
    stale = browser.post(
        path,
        data={"text_team": "六人", "version": "1"},
        headers={"Accept": "application/json"},
    )
    assert stale.status_code == 409
    session.refresh(application)
    assert draft_of(application).statements["team"] == "五人"
    unsigned = f"/my/applications/{application.number}/autosave/declarations"
    assert browser.post(unsigned, data={"version": "2"}).status_code == 404


@pytest.mark.parametrize(
    "section", ["track", "cases", "statements", "materials", "declarations", "check"]
)
def test_every_section_has_its_page(
    browser: FlaskClient, provider: Provider, create_application: Make, section: str
) -> None:
    application = create_application(provider=provider)
    path = f"/my/applications/{application.number}/edit"
    page = browser.get(f"{path}/{section}")
    assert page.status_code == 200
    assert application.number in page.text
    assert browser.get(path).status_code == 302


def test_sections_that_are_not_there_answer_404(
    browser: FlaskClient, provider: Provider, create_application: Make
) -> None:
    path = f"/my/applications/{create_application(provider=provider).number}"
    for address in (f"{path}/edit/none", f"{path}/snapshots/1", f"{path}/supplement"):
        assert browser.get(address).status_code == 404
    assert browser.post(f"{path}/edit/materials", data={}).status_code == 404


def test_a_case_dropped_from_the_profile_is_dropped_from_the_draft(
    session: Session,
    browser: FlaskClient,
    provider: Provider,
    create_application: Make,
) -> None:
    application = create_application(provider=provider)
    assert ProfileDraft().cases == ()
    provider.cases.clear()
    session.commit()
    page = browser.get(f"/my/applications/{application.number}/edit/cases")
    assert "资料里还没有案例" in page.text
