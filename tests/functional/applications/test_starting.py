"""Beginning an application: under an open call, by a published provider, once at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.applications.drafts import ApplicationDraft, CaseFacts
from marketplace.applications.errors import Blocked, TooLate
from marketplace.applications.models import Application
from marketplace.applications.services import start_application, withdraw_application
from marketplace.calls.models import Call
from marketplace.catalogue.models import Listing
from marketplace.db import now
from marketplace.errors import Conflict, NotPermitted
from marketplace.permissions import VISITING, Viewer
from marketplace.providers.models import Provider

Calls = Callable[..., Call]


def listed(session: Session, provider: Provider, days_left: int, state: str = "valid") -> Listing:
    today = now().date()
    listing = Listing(
        provider_id=provider.id,
        tier="tier3",
        track="专业",
        state=state,
        valid_from=today - timedelta(days=400),
        valid_to=today + timedelta(days=days_left),
    )
    session.add(listing)
    session.commit()
    return listing


def test_a_draft_begins_with_number_call_and_region(
    session: Session, actor: Viewer, provider: Provider, create_call: Calls
) -> None:
    call = create_call()
    application = start_application(session, actor, call)
    assert application.number.startswith("SQ-")
    assert (application.state, application.kind) == ("draft", "first")
    assert application.organisation_id == provider.organisation_id
    assert application.region_code == call.region_code
    assert [item.case_id for item in ApplicationDraft.from_body(application.draft).cases] == [
        case.id for case in provider.cases
    ]


def test_the_latest_application_is_carried_over_but_not_its_signatures(
    session: Session, actor: Viewer, provider: Provider, create_call: Calls
) -> None:
    earlier = start_application(session, actor, create_call())
    facts = CaseFacts(provider.cases[0].id, accepted_on="2026-05-20", client_rating=5)
    earlier.draft = ApplicationDraft(
        track="专业",
        asked_tier="tier2",
        cases=(facts,),
        statements={"team": "三类人员齐备。"},
        declarations=("truthful",),
        explanations={"X-07": "说明"},
    ).as_body()
    session.commit()
    draft = ApplicationDraft.from_body(start_application(session, actor, create_call()).draft)
    assert (draft.track, draft.asked_tier) == ("专业", "tier2")
    assert draft.cases[0] == facts
    assert draft.statements == {"team": "三类人员齐备。"}
    assert (draft.declarations, draft.explanations) == ((), {})
    other = ApplicationDraft.from_body(
        start_application(session, actor, create_call(tracks=["OPC"])).draft
    )
    assert other.track == "OPC"


@pytest.mark.parametrize(
    ("days_left", "state", "kind"),
    [
        (400, "valid", "promotion"),
        (180, "valid", "renewal"),
        (-3, "expired", "renewal"),
        (400, "withdrawn", "first"),
    ],
)
def test_the_kind_follows_from_the_listing(
    session: Session,
    actor: Viewer,
    provider: Provider,
    create_call: Calls,
    days_left: int,
    state: str,
    kind: str,
) -> None:
    listed(session, provider, days_left, state)
    assert start_application(session, actor, create_call()).kind == kind


def test_a_removed_provider_waits_until_its_day(
    session: Session, actor: Viewer, provider: Provider, create_call: Calls
) -> None:
    listing = listed(session, provider, 100, "removed")
    listing.reapply_after = date(2099, 1, 1)
    session.commit()
    with pytest.raises(Blocked, match="2099-01-01"):
        start_application(session, actor, create_call())


def test_only_open_calls_take_applications(
    session: Session, actor: Viewer, create_call: Calls
) -> None:
    at = now()
    for call in (
        create_call(opens_at=at + timedelta(hours=1)),
        create_call(closes_at=at - timedelta(seconds=1)),
        create_call(state="cancelled"),
        create_call(state="closed"),
    ):
        with pytest.raises(TooLate):
            start_application(session, actor, call)


def test_only_published_providers_apply(
    session: Session, actor: Viewer, provider: Provider, create_call: Calls
) -> None:
    provider.published = False
    session.commit()
    with pytest.raises(Blocked):
        start_application(session, actor, create_call())
    with pytest.raises(NotPermitted):
        start_application(session, VISITING, create_call())


def test_a_second_application_under_a_call_waits_until_the_first_is_withdrawn(
    session: Session, actor: Viewer, create_call: Calls
) -> None:
    call = create_call()
    first = start_application(session, actor, call)
    with pytest.raises(Conflict, match=first.number):
        start_application(session, actor, call)
    withdraw_application(session, actor, first)
    assert start_application(session, actor, call).id != first.id


def test_the_button_of_a_call_begins_one_and_leads_to_its_first_section(
    session: Session, browser: FlaskClient, create_call: Calls
) -> None:
    call = create_call()
    answer = browser.post(f"/calls/{call.id}/apply", data={"state": "listed", "kind": "renewal"})
    application = session.scalars(select(Application)).one()
    assert answer.location == f"/my/applications/{application.number}/edit/track"
    assert (application.state, application.kind) == ("draft", "first")
    assert browser.post(f"/calls/{call.id}/apply").status_code == 409
    assert browser.post("/calls/987654/apply").status_code == 404
    assert session.scalar(select(func.count(Application.id))) == 1


def test_a_draft_of_a_call_does_not_exist_for_providers(
    browser: FlaskClient, create_call: Calls
) -> None:
    call = create_call(state="draft", published_at=None)
    assert browser.post(f"/calls/{call.id}/apply").status_code == 404
