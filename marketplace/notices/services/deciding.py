"""Decide an objection: dismissed, partly upheld with a lower tier, or upheld."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ...applications.steps import take
from ...audit.services import record
from ...db import database_now, now
from ...errors import InvalidInput, NotPermitted
from ...lifecycle import take_step
from ...listings.services import void_decision
from ...needs.errors import Blocked
from ...permissions import Viewer
from ...web.filters import beijing_today
from ..letters import tell_company
from ..lifecycle import ENTRY_LIFECYCLE, OBJECTION_LIFECYCLE, OPEN_OBJECTIONS, OUTCOMES, STEP_TO
from ..models import Objection
from ..policy import blocked_outcomes, may_decide_objection
from ..tiers import lower_tiers
from .settling import settle_after


def decide_objection(
    session: Session,
    actor: Viewer,
    objection: Objection,
    outcome: str,
    reason: str,
    *,
    after_tier: str | None = None,
    seen_version: int,
) -> None:
    """Decide an objection with its consequences for this one entry; others are not touched.

    `dismissed` leaves the entry as it was; `partly` sends the application back to be proposed
    at `after_tier`, and on notice again; `upheld` ends it. Raises Blocked while the company has
    not been heard, InvalidInput without a reason or with a tier that is not lower.
    """
    if not may_decide_objection(actor, objection):
        raise NotPermitted("您不能决定这件异议。", "异议没有变化。", "请由有权限的审核人员办理。")
    _refuse_unfit(session, objection, outcome, reason, after_tier)
    take_step(
        session,
        OBJECTION_LIFECYCLE,
        objection,
        STEP_TO[outcome],
        seen_version=seen_version,
        reason=reason.strip(),
        after_tier=after_tier if outcome == "partly" else None,
        decided_at=now(),
        decided_by_id=actor.user_id,
    )
    _follow(session, actor, objection)
    number = objection.number
    record(session, actor, f"objection.{outcome}", ("objection", objection.id), number=number)
    if objection.answer_due_on is not None:
        organisation_id = objection.entry.provider.organisation_id
        tell_company(session, organisation_id, "objection_decided", number)


def _refuse_unfit(
    session: Session, objection: Objection, outcome: str, reason: str, after_tier: str | None
) -> None:
    """Raise when the decision cannot be taken like this, whoever takes it."""
    if outcome not in OUTCOMES:
        raise InvalidInput("没有选择决定。", "异议没有变化。", "请选择一项。")
    if not reason.strip():
        raise InvalidInput("没有写明理由。", "异议没有变化。", "答复异议人和企业都用这段话。")
    today = beijing_today(database_now(session))
    lower = lower_tiers(session, objection.entry.tier, today)
    # Somebody who decided first is told by the step below, as a conflict.
    is_open = objection.state in OPEN_OBJECTIONS
    if is_open and (blocked := blocked_outcomes(objection, today, lower).get(outcome)):
        raise Blocked(_("%(why)s。", why=blocked), "异议没有变化。", "请按提示办理后再决定。")
    if outcome == "partly" and after_tier not in lower:
        raise InvalidInput("没有选择改定的等级。", "异议没有变化。", "请选择低于拟定等级的一级。")


def _follow(session: Session, actor: Viewer, objection: Objection) -> None:
    """Take the steps that follow from the decision for entry, decision and application."""
    if objection.state == "dismissed":
        settle_after(session, objection)
        return
    entry = objection.entry
    partly = objection.state == "partly"
    name = "regrade" if partly else "leave_out"
    take_step(session, ENTRY_LIFECYCLE, entry, name, settled_at=now())
    if entry.decision is not None and entry.decision.state == "approved":
        void_decision(session, actor, entry.decision)
    # Who withdrew meanwhile is out already.
    if entry.application is not None and entry.application.state == "notice":
        name = "regrade" if partly else "uphold_objection"
        take(session, actor, entry.application, name, reason=objection.reason)
