"""The life of a listing: rectification, suspension, re-check, withdrawal, and the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, User
from marketplace.accounts.queries import viewer_of
from marketplace.catalogue.models import Listing
from marketplace.catalogue.queries import is_listed_organisation
from marketplace.db import database_now
from marketplace.errors import InvalidInput, NotPermitted
from marketplace.listings.queries import due_rechecks, listing_of, may_apply
from marketplace.listings.services import (
    record_recheck,
    rectify_listing,
    restore_listing,
    resume_listing,
    suspend_listing,
    withdraw_listing,
)
from marketplace.listings.timers import expire_due, lapse_rectifications, remind_ending
from marketplace.web.filters import beijing_today
from marketplace.workdays.months import add_months

Make = Callable[..., Any]


@pytest.fixture
def today(session: Session) -> date:
    return beijing_today(database_now(session))


@pytest.fixture
def listing(session: Session, create_provider: Make) -> Listing:
    found = listing_of(session, create_provider(tier="tier2").id)
    assert found is not None
    return found


def is_shown(session: Session, listing: Listing, today: date) -> bool:
    return is_listed_organisation(session, listing.provider.organisation_id, today)


def test_a_suspension_takes_the_provider_out_of_the_catalogue_at_once(
    session: Session, listing: Listing, reviewer: User, today: date
) -> None:
    actor = viewer_of(reviewer)
    assert is_shown(session, listing, today)
    suspend_listing(session, actor, listing, "投诉核查期间暂停。", seen_version=listing.version)
    assert not is_shown(session, listing, today)
    assert may_apply(session, listing.provider_id, today).startswith("在库资格暂停")
    resume_listing(session, actor, listing, "核查未发现问题。", seen_version=listing.version)
    assert is_shown(session, listing, today)


def test_a_suspended_provider_is_gone_from_the_browsing_page(
    client: Any, session: Session, listing: Listing, reviewer: User
) -> None:
    name = listing.provider.organisation.name
    assert name in client.get("/providers/").text
    suspend_listing(session, viewer_of(reviewer), listing, "核查。", seen_version=listing.version)
    session.commit()
    assert name not in client.get("/providers/").text


def test_a_rectification_may_last_six_months_and_not_a_day_more(
    session: Session, listing: Listing, reviewer: User, today: date
) -> None:
    actor, latest = viewer_of(reviewer), add_months(today, 6)
    for day in (None, today, latest + timedelta(days=1)):
        with pytest.raises(InvalidInput, match="整改期限应在明天至"):
            rectify_listing(session, actor, listing, "补交材料。", day, seen_version=1)
    rectify_listing(session, actor, listing, "补交安全测评。", latest, seen_version=1)
    assert (listing.state, listing.due_on) == ("rectification", latest)
    restore_listing(session, actor, listing, "材料已补齐。", seen_version=listing.version)
    assert (listing.state, listing.due_on) == ("valid", None)


def test_a_rectification_not_done_by_its_day_is_a_suspension_the_day_after(
    session: Session, listing: Listing, today: date
) -> None:
    listing.state, listing.due_on, listing.reason = "rectification", today, "补交安全测评"
    session.commit()
    assert lapse_rectifications(session) == 0
    listing.due_on = today - timedelta(days=1)
    session.commit()
    assert lapse_rectifications(session) == 1
    assert listing.state == "suspended"
    assert "补交安全测评" in listing.reason
    assert lapse_rectifications(session) == 0


def test_a_listing_expires_the_day_after_its_last_day(
    session: Session, listing: Listing, today: date
) -> None:
    listing.valid_to = today
    session.commit()
    assert expire_due(session) == 0
    assert is_shown(session, listing, today)
    assert not is_shown(session, listing, today + timedelta(days=1))
    listing.valid_to = today - timedelta(days=1)
    session.commit()
    assert expire_due(session) == 1
    assert listing.state == "expired"


@pytest.mark.parametrize(
    ("days_left", "reminded_at", "expected"),
    [
        (91, None, 0),
        (90, None, 1),
        (89, 90, 0),
        (31, 89, 0),
        (30, 90, 1),
        (28, 31, 1),
        (28, 30, 0),
        (7, 30, 1),
        (6, 7, 0),
        (0, 8, 1),
    ],
)
def test_reminders_go_out_once_at_each_of_the_days(
    session: Session,
    listing: Listing,
    create_user: Make,
    today: date,
    days_left: int,
    reminded_at: int | None,
    expected: int,
) -> None:
    create_user(organisation=listing.provider.organisation)
    listing.valid_to = today + timedelta(days=days_left)
    if reminded_at is not None:
        listing.reminded_on = listing.valid_to - timedelta(days=reminded_at)
    session.commit()
    assert remind_ending(session) == expected
    assert remind_ending(session) == 0
    letters = session.scalars(select(MailMessage.body)).all()
    assert len(letters) == expected
    assert all(f"还有{days_left}天" in body for body in letters)


def test_a_recheck_confirms_for_a_year(
    session: Session, listing: Listing, reviewer: User, today: date
) -> None:
    actor = viewer_of(reviewer)
    listing.recheck_on = today
    session.commit()
    assert session.scalars(due_rechecks(actor, today)).all() == [listing]
    record_recheck(session, actor, listing, "核对验收单三件。", seen_version=listing.version)
    assert (listing.verified_on, listing.recheck_on) == (today, add_months(today, 12))
    assert session.scalars(due_rechecks(actor, today)).all() == []


def test_only_the_owner_of_the_account_withdraws(
    session: Session, listing: Listing, create_user: Make, create_organisation: Make, today: date
) -> None:
    organisation = listing.provider.organisation
    stranger = create_organisation(is_provider=True, is_manufacturer=False)
    for other in (
        create_user(organisation=organisation, member_role="editor"),
        create_user(organisation=stranger),
    ):
        with pytest.raises(NotPermitted):
            withdraw_listing(session, viewer_of(other), listing, "", seen_version=listing.version)
    owner = create_user(organisation=organisation)
    withdraw_listing(session, viewer_of(owner), listing, "业务调整", seen_version=listing.version)
    assert listing.state == "withdrawn"
    assert may_apply(session, listing.provider_id, today) == ""


def test_a_clerk_may_not_suspend(session: Session, listing: Listing, clerk: User) -> None:
    with pytest.raises(NotPermitted):
        suspend_listing(session, viewer_of(clerk), listing, "核查。", seen_version=1)
