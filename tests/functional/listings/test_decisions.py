"""Tier decisions: two people, one tier at a time, red lines at once, and what they put in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.models import AuditEntry
from marketplace.catalogue.queries import listed_providers
from marketplace.db import now
from marketplace.errors import Conflict, InvalidInput, NotPermitted
from marketplace.listings.queries import listing_of, may_apply
from marketplace.listings.red_lines import propose_red_line
from marketplace.listings.services import (
    approve_decision,
    propose_decision,
    put_in_force,
    return_decision,
    void_decision,
)
from marketplace.outbox.models import OutboxTask
from marketplace.web.filters import beijing_today
from tests.fixtures.listings import draft_of

Make = Callable[..., Any]
DAY = date(2026, 11, 12)


def test_a_grant_in_force_lists_the_provider_for_two_years(
    session: Session, create_provider: Make, decide: Make
) -> None:
    provider = create_provider(tier=None)
    decision = decide(provider, "grant")
    assert decision.state == "approved"
    assert listing_of(session, provider.id) is None
    listing = put_in_force(session, None, decision, batch_number="苏江工信〔2026〕31号", today=DAY)
    session.commit()
    assert listing is not None
    assert (listing.tier, listing.track, listing.state) == ("tier2", "专业", "valid")
    assert (listing.valid_from, listing.valid_to) == (DAY, date(2028, 11, 11))
    assert (listing.verified_on, listing.recheck_on) == (DAY, date(2027, 11, 12))
    assert listing.batch_number == "苏江工信〔2026〕31号"
    assert (decision.state, decision.in_force_on) == ("in_force", DAY)
    assert session.scalar(
        select(func.count()).select_from(OutboxTask).where(OutboxTask.topic == "index")
    )


def test_who_proposed_may_not_approve(
    session: Session, create_provider: Make, reviewer: User
) -> None:
    actor = viewer_of(reviewer)
    decision = propose_decision(session, actor, draft_of(create_provider(tier=None), "grant"))
    with pytest.raises(NotPermitted):
        approve_decision(session, actor, decision, "同意", seen_version=1)


def test_the_database_refuses_one_person_for_both(
    session: Session, create_provider: Make, reviewer: User
) -> None:
    actor = viewer_of(reviewer)
    decision = propose_decision(session, actor, draft_of(create_provider(tier=None), "grant"))
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(
            text("UPDATE listing_decision SET decided_by_id = :who WHERE id = :row"),
            {"who": reviewer.id, "row": decision.id},
        )
    session.rollback()


def test_a_promotion_of_two_tiers_is_refused(
    session: Session, create_provider: Make, reviewer: User
) -> None:
    provider = create_provider(tier="tier3")
    draft = draft_of(provider, "promote", before_tier="tier3", after_tier="tier1")
    with pytest.raises(InvalidInput, match="升级每次只能升一级"):
        propose_decision(session, viewer_of(reviewer), draft)


def test_a_promotion_in_force_begins_a_new_period(
    session: Session, create_provider: Make, decide: Make
) -> None:
    provider = create_provider(tier="tier3")
    decision = decide(provider, "promote", before_tier="tier3", after_tier="tier2")
    put_in_force(session, None, decision, batch_number="第二批", today=DAY)
    listing = listing_of(session, provider.id)
    assert listing is not None
    assert (listing.tier, listing.valid_to) == ("tier2", date(2028, 11, 11))


def test_a_decision_overtaken_by_a_downgrade_is_not_put_in_force(
    session: Session, create_provider: Make, decide: Make
) -> None:
    provider = create_provider(tier="tier2")
    promotion = decide(provider, "promote", before_tier="tier2", after_tier="tier1")
    decide(provider, "downgrade", before_tier="tier2", after_tier="tier3")
    with pytest.raises(Conflict, match="已不适用"):
        put_in_force(session, None, promotion, batch_number="", today=DAY)
    session.rollback()
    listing = listing_of(session, provider.id)
    assert listing is not None
    assert listing.tier == "tier3"


def test_a_red_line_takes_effect_with_the_second_approval(
    session: Session, create_provider: Make, reviewer: User, second: User, create_user: Make
) -> None:
    provider = create_provider(tier="tier2")
    create_user(organisation=provider.organisation)
    today = beijing_today(now())
    decision = propose_red_line(
        session, viewer_of(reviewer), provider.id, "fabrication", "两件案例的验收单系伪造。"
    )
    session.commit()
    assert provider.id in session.scalars(listed_providers(today)).all()
    approve_decision(session, viewer_of(second), decision, "属实", seen_version=1)
    session.commit()
    assert provider.id not in session.scalars(listed_providers(today)).all()
    listing = listing_of(session, provider.id)
    assert listing is not None
    assert (listing.state, decision.state) == ("removed", "in_force")
    assert listing.reapply_after is not None
    assert listing.reapply_after.year == today.year + 2
    assert "案例、业绩或材料造假查实" in listing.reason
    assert may_apply(session, provider.id, today).startswith("已移出目录")
    assert may_apply(session, provider.id, listing.reapply_after) == ""
    subjects = session.scalars(select(MailMessage.subject)).all()
    assert [subject for subject in subjects if "移出目录" in subject]


def test_a_red_line_that_costs_a_tier_costs_the_place_of_the_lowest(
    session: Session, create_provider: Make, reviewer: User
) -> None:
    actor = viewer_of(reviewer)
    high, low = create_provider(tier="tier1"), create_provider(tier="cultivation")
    first = propose_red_line(session, actor, high.id, "fee", "以等级名义收费三笔。")
    last = propose_red_line(session, actor, low.id, "fee", "以等级名义收费三笔。")
    assert (first.kind, first.after_tier) == ("downgrade", "tier2")
    assert (last.kind, last.after_tier) == ("remove", None)


def test_a_decline_leaves_no_listing(session: Session, create_provider: Make, decide: Make) -> None:
    provider = create_provider(tier=None)
    decision = decide(provider, "decline", after_tier=None)
    assert decision.state == "in_force"
    assert listing_of(session, provider.id) is None


def test_two_of_one_kind_do_not_wait_at_once(
    session: Session, create_provider: Make, reviewer: User
) -> None:
    provider = create_provider(tier=None)
    propose_decision(session, viewer_of(reviewer), draft_of(provider, "grant"))
    with pytest.raises(Conflict):
        propose_decision(session, viewer_of(reviewer), draft_of(provider, "grant"))


def test_a_returned_or_void_decision_cannot_be_put_in_force(
    session: Session, create_provider: Make, reviewer: User, second: User, decide: Make
) -> None:
    provider = create_provider(tier=None)
    decision = propose_decision(session, viewer_of(reviewer), draft_of(provider, "grant"))
    return_decision(session, viewer_of(second), decision, "理由不具体", seen_version=1)
    other = decide(create_provider(tier=None), "grant")
    void_decision(session, None, other)
    for row in (decision, other):
        with pytest.raises(Conflict):
            put_in_force(session, None, row, batch_number="", today=DAY)
    actions = session.scalars(select(AuditEntry.action)).all()
    assert "decision.returned" in actions
    assert "decision.voided" in actions


def test_a_removed_provider_is_not_listed_again_before_its_day(
    session: Session, create_provider: Make, decide: Make
) -> None:
    provider = create_provider(tier="tier3")
    decide(provider, "remove", before_tier="tier3", after_tier=None, reapply_after=DAY)
    grant = decide(provider, "grant", after_tier="tier1")
    with pytest.raises(Conflict, match="起方可再次入库"):
        put_in_force(session, None, grant, batch_number="", today=date(2026, 11, 11))
    session.rollback()
    listing = put_in_force(session, None, grant, batch_number="", today=DAY)
    assert listing is not None
    assert (listing.state, listing.reapply_after) == ("valid", None)


def test_a_district_reaches_only_its_own_providers(
    session: Session, create_provider: Make, create_user: Make, create_unit: Make
) -> None:
    district = create_user(role="reviewer", unit=create_unit("370702"))
    provider = create_provider(tier="tier2")
    with pytest.raises(NotPermitted):
        propose_red_line(session, viewer_of(district), provider.id, "fee", "收费三笔。")
