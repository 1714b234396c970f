"""Verbs on tier decisions: proposed by one person, approved by a second, then put in force.

Every verb runs inside the caller's transaction. What happens to a listing without a decision
stands in `life`, what the clock does in `timers`; the verbs of `life` are offered from here.
"""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import database_now, now
from ..errors import Conflict, InvalidInput, NotFound, NotPermitted
from ..lifecycle import take_step
from ..permissions import Viewer
from ..providers.models import Provider
from ..web.filters import beijing_today
from .drafts import DecisionDraft
from .letters import tell_about
from .life import (
    record_recheck,
    rectify_listing,
    restore_listing,
    resume_listing,
    suspend_listing,
    withdraw_listing,
)
from .lifecycle import DECISION_LIFECYCLE
from .models import ListingDecision
from .policy import may_decide, may_propose
from .putting import put_in_force
from .queries import held_tier, known_tiers, listing_of
from .tiers import fault_of_change

__all__ = [
    "approve_decision",
    "propose_decision",
    "put_in_force",
    "record_recheck",
    "rectify_listing",
    "restore_listing",
    "resume_listing",
    "return_decision",
    "suspend_listing",
    "void_decision",
    "withdraw_listing",
]

AT_ONCE = frozenset({"decline", "downgrade", "remove"})
"""Kinds that need no public notice: in force with the second person's approval."""


def propose_decision(session: Session, actor: Viewer, draft: DecisionDraft) -> ListingDecision:
    """Propose a decision for a second person to approve.

    Raises InvalidInput without reasons or when the tier may not change so (more than one tier
    up, a kind that does not fit), Conflict while another of its kind waits, NotPermitted.
    """
    provider = session.get(Provider, draft.provider_id)
    if provider is None:
        raise NotFound("没有这家服务商。", "没有保存任何内容。")
    if not may_propose(actor, provider, on_application=draft.application_id is not None):
        raise NotPermitted(
            "您不能对这家服务商提出定级或移出决定。", "没有保存任何内容。", "请由审核人员提出。"
        )
    if not draft.reasons.strip():
        raise InvalidInput("没有写明理由。", "决定没有提出。", "理由会给服务商看，请写具体。")
    _refuse_unfit(session, draft.kind, provider.id, draft.before_tier, draft.after_tier)
    decision = ListingDecision(
        **{**asdict(draft), "scores": list(draft.scores), "reasons": draft.reasons.strip()},
        proposed_by_id=actor.user_id,
        proposed_at=now(),
    )
    try:
        with session.begin_nested():
            session.add(decision)
            session.flush()
    except IntegrityError:
        raise Conflict(
            "这家服务商已有一份同类决定等待核准。", "没有保存新的决定。", "请先核准或退回那一份。"
        ) from None
    _record(session, actor, decision, "proposed")
    if decision.application_id is None:
        tell_about(
            session, provider, "decision_proposed", "desk", permission="unit:decision:approve"
        )
    return decision


def _refuse_unfit(
    session: Session, kind: str, provider_id: int, before: str | None, after: str | None
) -> None:
    held = held_tier(listing_of(session, provider_id))
    if kind == "decline":
        # Declining says nothing about a place the provider may hold already.
        held = before
    fault = fault_of_change(known_tiers(session, beijing_today(now())), kind, held, before, after)
    if fault:
        raise InvalidInput(fault, "没有保存任何改动。", "请按服务商现在的状态重新提出。")


def approve_decision(
    session: Session, actor: Viewer, decision: ListingDecision, words: str, *, seen_version: int
) -> None:
    """Approve as the second person; a downgrade, removal or refusal is in force at once.

    Raises NotPermitted for who proposed it, Conflict when somebody decided first.
    """
    _decide(session, actor, decision, "approve", words, seen_version)
    if decision.kind in AT_ONCE:
        put_in_force(
            session, actor, decision, batch_number="", today=beijing_today(database_now(session))
        )


def return_decision(
    session: Session, actor: Viewer, decision: ListingDecision, words: str, *, seen_version: int
) -> None:
    """Send a proposal back as the second person, with words that say why."""
    if not words.strip():
        raise InvalidInput("没有写明退回原因。", "决定没有退回。", "请写明要改什么。")
    _decide(session, actor, decision, "return", words, seen_version)


def _decide(
    session: Session,
    actor: Viewer,
    decision: ListingDecision,
    name: str,
    words: str,
    seen_version: int,
) -> None:
    if not may_decide(actor, decision):
        raise NotPermitted(
            "提出决定的人不能自己核准，须由第二人办理。"
            if actor.user_id == decision.proposed_by_id
            else "您不能核准或退回这份决定。",
            "决定没有变化。",
            "请由另一位有核准权限的人员办理。",
        )
    take_step(
        session,
        DECISION_LIFECYCLE,
        decision,
        name,
        seen_version=seen_version,
        decided_by_id=actor.user_id,
        decided_at=now(),
        decided_words=words.strip(),
    )
    _record(session, actor, decision, "approved" if name == "approve" else "returned")


def void_decision(session: Session, actor: Viewer | None, decision: ListingDecision) -> None:
    """Void a decision not yet in force, because what it rests on was withdrawn or changed."""
    take_step(session, DECISION_LIFECYCLE, decision, "void")
    _record(session, actor, decision, "voided")


def _record(session: Session, actor: Viewer | None, decision: ListingDecision, what: str) -> None:
    record(
        session,
        actor,
        f"decision.{what}",
        ("listing_decision", decision.id),
        provider_id=decision.provider_id,
        kind=decision.kind,
        before_tier=decision.before_tier,
        after_tier=decision.after_tier,
    )
