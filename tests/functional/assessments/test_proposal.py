"""From the agreed score to a tier: two people, one step at a time, never without valid sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import Application
from marketplace.assessments.drafts import ProposalDraft, VisitDraft
from marketplace.assessments.models import Agreement, Interest, SiteCheck
from marketplace.assessments.queries import find_site_check, seats_of
from marketplace.assessments.services.proposing import (
    approve_tier,
    find_proposal,
    propose_tier,
    send_back_tier,
)
from marketplace.assessments.services.site_checks import draw_site_checks, record_visit
from marketplace.assessments.tiers import outcome_of
from marketplace.db import now
from marketplace.errors import Conflict, InvalidInput, NotPermitted
from marketplace.listings.models import ListingDecision
from marketplace.needs.errors import Blocked
from marketplace.web.filters import beijing_today

Make = Callable[..., Any]

GATES = ("dishonest", "accident", "violation")
DECLINE = ProposalDraft("decline", None, "合议58.3分，未达到入库最低线60分。")


@pytest.fixture
def curator(create_user: Make, reviewer: User) -> User:
    """A second person of the bureau, who may approve."""
    return create_user(role="curator", unit=reviewer.unit, display_name="吴主任")


@pytest.fixture
def agreed(session: Session, create_agreement: Make) -> Agreement:
    """A confirmed agreement whose total was signed as 82.0."""
    agreement = create_agreement("confirmed")
    agreement.total, agreement.tier = 82.0, "tier2"
    session.commit()
    return agreement


def grant(tier: str = "tier2") -> ProposalDraft:
    """Return a proposal of that tier."""
    return ProposalDraft("grant", tier, "合议82.0分。", "一级须90分。")


def propose(session: Session, who: User, agreement: Agreement, draft: ProposalDraft) -> Any:
    """Propose with all gates checked."""
    made = propose_tier(session, viewer_of(who), agreement.application, draft, gates=GATES)
    session.commit()
    return made


def test_an_outcome_lists_every_indicator_and_names_where_most_was_lost(
    session: Session, create_agreement: Make
) -> None:
    agreement = create_agreement("confirmed")
    outcome = outcome_of(session, agreement.application, agreement)
    assert outcome.total == 58.3
    assert outcome.options == [("decline", None)]
    assert len(outcome.scores) == 14
    assert round(sum(item["points"] for item in outcome.scores), 1) == 58.3
    assert outcome.reasons.splitlines() == [
        "合议58.3分，未达到入库最低线60分。",
        "失分较多：核实的指标改善5/15、近24月验收项目1.3/10、复购推广0/5。",
    ]


def test_a_proposal_keeps_scores_reasons_and_what_the_next_tier_asks(
    session: Session, reviewer: User, agreed: Agreement
) -> None:
    decision = propose(session, reviewer, agreed, grant())
    assert agreed.application.state == "proposed"
    assert (decision.kind, decision.before_tier, decision.after_tier) == ("grant", None, "tier2")
    assert (decision.total, decision.rubric_number, decision.track) == (82.0, "2026.1", "专业")
    assert (decision.reasons, decision.next_tier) == ("合议82.0分。", "一级须90分。")
    assert len(decision.scores) == 14


@pytest.mark.parametrize(
    "draft",
    [
        ProposalDraft("grant", "tier1", "够好"),
        ProposalDraft("promote", "tier2", "够好"),
        ProposalDraft("grant", None, "够好"),
        ProposalDraft("grant", "gold", "够好"),
        ProposalDraft("grant", "tier2", "  "),
    ],
)
def test_a_tier_the_total_does_not_reach_or_without_reasons_is_refused(
    session: Session, reviewer: User, agreed: Agreement, draft: ProposalDraft
) -> None:
    with pytest.raises(InvalidInput):
        propose_tier(session, viewer_of(reviewer), agreed.application, draft, gates=GATES)
    session.rollback()
    assert session.scalars(select(ListingDecision)).all() == []
    assert agreed.application.state == "agreed"


def test_every_gate_is_checked_before_a_tier_but_not_before_a_refusal(
    session: Session, reviewer: User, agreed: Agreement
) -> None:
    with pytest.raises(InvalidInput) as told:
        propose_tier(session, viewer_of(reviewer), agreed.application, grant(), gates=GATES[:2])
    assert told.value.what == "准入条件还没有逐项核对：近三年没有重大违法违规记录。"
    decision = propose_tier(
        session,
        viewer_of(reviewer),
        agreed.application,
        ProposalDraft("decline", None, "列入严重失信主体名单。"),
    )
    assert decision.kind == "decline"


def test_who_proposed_does_not_approve_and_a_second_person_does(
    session: Session, reviewer: User, curator: User, agreed: Agreement
) -> None:
    decision = propose(session, reviewer, agreed, grant())
    application = agreed.application
    with pytest.raises(NotPermitted):
        approve_tier(
            session, viewer_of(reviewer), application, "", seen_version=application.version
        )
    approve_tier(session, viewer_of(curator), application, "同意", seen_version=application.version)
    session.commit()
    assert (application.state, decision.state) == ("approved", "approved")
    assert (decision.decided_by_id, decision.decided_words) == (curator.id, "同意")


def test_an_approved_refusal_ends_the_application_with_its_reasons(
    session: Session, reviewer: User, curator: User, create_agreement: Make
) -> None:
    agreement = create_agreement("confirmed")
    application = agreement.application
    decision = propose(session, reviewer, agreement, DECLINE)
    approve_tier(session, viewer_of(curator), application, "同意", seen_version=application.version)
    session.commit()
    assert (application.state, decision.state) == ("not_listed", "in_force")
    assert application.decisions[-1].reason == DECLINE.reasons


def test_a_proposal_sent_back_can_be_made_anew(
    session: Session, reviewer: User, curator: User, agreed: Agreement
) -> None:
    application = agreed.application
    decision = propose(session, reviewer, agreed, grant())
    with pytest.raises(InvalidInput):
        send_back_tier(
            session, viewer_of(curator), application, " ", seen_version=application.version
        )
    send_back_tier(
        session, viewer_of(curator), application, "理由再写细", seen_version=application.version
    )
    session.commit()
    assert (application.state, decision.state) == ("agreed", "returned")
    assert find_proposal(session, application) is None
    propose(session, reviewer, agreed, grant("tier3"))
    assert application.state == "proposed"


def test_a_page_seen_before_a_colleague_acted_approves_nothing(
    session: Session, reviewer: User, curator: User, agreed: Agreement
) -> None:
    application = agreed.application
    propose(session, reviewer, agreed, grant())
    with pytest.raises(Conflict):
        approve_tier(
            session, viewer_of(curator), application, "", seen_version=application.version - 1
        )


@pytest.mark.parametrize("state", ["open", "final"])
def test_without_every_signature_nothing_is_proposed(
    session: Session, reviewer: User, create_agreement: Make, state: str
) -> None:
    agreement = create_agreement(state)
    with pytest.raises(Blocked):
        propose_tier(session, viewer_of(reviewer), agreement.application, DECLINE)


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_interest_found_later_stops_the_proposal_and_the_approval(
    session: Session, reviewer: User, curator: User, agreed: Agreement, when: str
) -> None:
    application = agreed.application
    if when == "after":
        propose(session, reviewer, agreed, grant())
    seat = seats_of(session, application)[0]
    session.add(
        Interest(
            expert_id=seat.expert_id,
            organisation_id=application.organisation_id,
            kind="contract",
            until=date(2099, 1, 1),
        )
    )
    session.commit()
    if when == "after":
        with pytest.raises(Blocked):
            approve_tier(
                session, viewer_of(curator), application, "", seen_version=application.version
            )
    else:
        with pytest.raises(Blocked):
            propose_tier(session, viewer_of(reviewer), application, grant(), gates=GATES)


@pytest.fixture
def agreed_call(session: Session, create_call: Make, create_application: Make) -> Any:
    """A call with eleven agreed applications."""
    call = create_call()
    for _place in range(11):
        create_application("agreed", call=call)
    return call


def states(session: Session, call: Any) -> list[str]:
    """Return the states of the call's applications."""
    return sorted(session.scalars(select(Application.state).where(Application.call_id == call.id)))


def test_a_tenth_of_the_agreed_is_drawn_for_a_visit_rounded_up_and_only_once(
    session: Session, clerk: User, agreed_call: Any
) -> None:
    drawn = draw_site_checks(session, viewer_of(clerk), agreed_call, seed="s")
    session.commit()
    assert len(drawn) == 2
    assert states(session, agreed_call) == ["agreed"] * 9 + ["site_check"] * 2
    with pytest.raises(Blocked):
        draw_site_checks(session, viewer_of(clerk), agreed_call)


def test_a_call_without_site_checks_draws_none(
    session: Session, clerk: User, agreed_call: Any
) -> None:
    agreed_call.site_check_percent = 0
    session.commit()
    with pytest.raises(Blocked):
        draw_site_checks(session, viewer_of(clerk), agreed_call)


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_recorded_visit_brings_the_application_back_with_what_was_found(
    session: Session, clerk: User, agreed_call: Any, confirmed: bool
) -> None:
    check = draw_site_checks(session, viewer_of(clerk), agreed_call)[0]
    session.commit()
    application = check.application
    seen = application.version
    for draft in (
        VisitDraft(),
        VisitDraft(date(2026, 11, 1), "周经办", "属实"),
        VisitDraft(beijing_today(now()) + timedelta(days=3), "周经办", "属实", True),
    ):
        with pytest.raises(InvalidInput):
            record_visit(session, viewer_of(clerk), check, draft, seen_version=seen)
    visit = VisitDraft(date(2026, 11, 1), "周经办、孙审核", "现场与申报一致", confirmed)
    record_visit(session, viewer_of(clerk), check, visit, seen_version=seen)
    session.commit()
    assert application.state == "agreed"
    kept = find_site_check(session, application)
    assert kept is not None
    assert (kept.confirmed, kept.findings) == (confirmed, "现场与申报一致")
    assert session.scalar(select(func.count()).select_from(SiteCheck)) == 2
