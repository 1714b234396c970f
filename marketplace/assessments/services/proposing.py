"""Verbs of the tier: proposed by one person from the agreed score, decided by another."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...applications.models import Application
from ...applications.steps import take
from ...audit.services import record
from ...errors import InvalidInput, NotPermitted
from ...listings.drafts import DecisionDraft
from ...listings.models import ListingDecision
from ...listings.services import approve_decision, propose_decision, return_decision
from ...needs.errors import Blocked
from ...permissions import Viewer
from ..conflicts import panel_problem
from ..drafts import ProposalDraft
from ..letters import tell_office
from ..models import Agreement
from ..policy import may_decide_tier, may_propose_tier
from ..queries import find_agreement
from ..tiers import outcome_of


def find_proposal(session: Session, application: Application) -> ListingDecision | None:
    """Return the decision that waits for a second person, or None."""
    return session.scalar(
        select(ListingDecision)
        .where(
            ListingDecision.application_id == application.id, ListingDecision.state == "proposed"
        )
        .order_by(ListingDecision.id.desc())
        .limit(1)
    )


def decisions_of(session: Session, application: Application) -> Sequence[ListingDecision]:
    """Return all decisions on the application, newest first."""
    return session.scalars(
        select(ListingDecision)
        .where(ListingDecision.application_id == application.id)
        .order_by(ListingDecision.id.desc())
    ).all()


def get_signed_agreement(session: Session, application: Application) -> Agreement:
    """Return the agreement a tier can rest on; Blocked when it is not signed or no longer holds."""
    agreement = find_agreement(session, application)
    if agreement is None or agreement.state != "confirmed":
        raise Blocked(
            "还没有专家确认过的合议结果。", "没有拟定等级。", "请先完成合议，由专家各自确认。"
        )
    if problem := panel_problem(session, application):
        raise Blocked(
            _("合议结果不能再作为依据：%(why)s。", why=problem),
            "申请没有变化。",
            "请由组长退回重评，补足有效评分后再办。",
        )
    return agreement


def propose_tier(
    session: Session,
    actor: Viewer,
    application: Application,
    draft: ProposalDraft,
    *,
    gates: Collection[str] = (),
    seen_version: int | None = None,
) -> ListingDecision:
    """Propose what the agreed total leads to, or something lower with reasons; never higher.

    `gates` are the codes of the gates of the rubric that were checked and hold: all of them for
    anything but a refusal. Raises InvalidInput, Blocked, or Conflict.
    """
    if not may_propose_tier(actor, application):
        raise NotPermitted("您不能为这份申请拟定等级。", "申请没有变化。", "请由审核人员办理。")
    agreement = get_signed_agreement(session, application)
    outcome = outcome_of(session, application, agreement)
    if (draft.kind, draft.after_tier) not in outcome.options:
        raise InvalidInput(
            "拟定的等级与合议总分不符，或一次升了不止一级。",
            "没有拟定等级。",
            "请从列出的选项中选择。",
        )
    open_gates = [text for code, text in outcome.rubric.scheme.gates if code not in gates]
    if draft.kind != "decline" and open_gates:
        raise InvalidInput(
            _("准入条件还没有逐项核对：%(gates)s。", gates="；".join(open_gates)),
            "没有拟定等级。",
            "核对无误后逐项勾选；有一项不符合的，拟定不予入库。",
        )
    take(session, actor, application, "propose", seen_version=seen_version)
    decision = propose_decision(
        session,
        actor,
        DecisionDraft(
            provider_id=application.provider_id,
            application_id=application.id,
            kind=draft.kind,
            before_tier=outcome.before,
            after_tier=draft.after_tier,
            track=application.track,
            total=outcome.total,
            scores=outcome.scores,
            rubric_number=outcome.rubric.number,
            reasons=draft.reasons,
            next_tier=draft.next_tier.strip() or outcome.next_tier,
        ),
    )
    record(
        session,
        actor,
        "assessment.gates_checked",
        ("application", application.id),
        gates=sorted(gates),
        agreement=agreement.id,
    )
    tell_office(session, application, "proposed", "unit:decision:approve")
    return decision


def approve_tier(
    session: Session, actor: Viewer, application: Application, words: str, *, seen_version: int
) -> ListingDecision:
    """Approve the proposal as the second person; a refusal ends the application.

    Of two who press at once one approves, the other gets Conflict.
    """
    decision = _waiting(session, actor, application)
    get_signed_agreement(session, application)
    declined = decision.kind == "decline"
    take(
        session,
        actor,
        application,
        "decline" if declined else "approve",
        seen_version=seen_version,
        reason=decision.reasons if declined else words,
    )
    approve_decision(session, actor, decision, words, seen_version=decision.version)
    return decision


def send_back_tier(
    session: Session, actor: Viewer, application: Application, words: str, *, seen_version: int
) -> ListingDecision:
    """Send the proposal back as the second person, with words that say why."""
    decision = _waiting(session, actor, application)
    if not words.strip():
        raise InvalidInput("没有写明退回原因。", "申请没有变化。", "请写明要重新考虑什么。")
    take(session, actor, application, "send_back", seen_version=seen_version, reason=words)
    return_decision(session, actor, decision, words, seen_version=decision.version)
    return decision


def _waiting(session: Session, actor: Viewer, application: Application) -> ListingDecision:
    decision = find_proposal(session, application)
    if decision is None:
        raise Blocked(
            "没有等待核准的拟定等级。", "申请没有变化。", "可能已由他人办理，请刷新页面查看。"
        )
    if not may_decide_tier(actor, application, decision):
        raise NotPermitted(
            "核准须由拟定人以外的第二人办理。", "申请没有变化。", "请由另一位审核人员或管理员核准。"
        )
    return decision
