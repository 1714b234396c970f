"""Putting an approved decision in force: the one place where a tier changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..audit.services import record
from ..catalogue.models import Listing
from ..db import now
from ..errors import Conflict
from ..lifecycle import take_step
from ..permissions import Viewer
from ..rules.queries import get_rules
from ..workdays.months import add_months
from .letters import tell_about
from .lifecycle import DECISION_LIFECYCLE
from .models import ListingDecision
from .queries import held_tier, known_tiers, listing_of, listing_rules
from .steps import after_change, take
from .tiers import fault_of_change


def put_in_force(
    session: Session,
    actor: Viewer | None,
    decision: ListingDecision,
    *,
    batch_number: str,
    today: date,
) -> Listing | None:
    """Let an approved decision take effect today; return the listing (None after a refusal).

    Grants create the listing or bring it back, promotions and renewals begin a new period of
    validity; `batch_number` is the 文号 or name of the batch. Raises Conflict when the decision
    is not approved, or the provider's standing changed so that it no longer fits.
    """
    take_step(session, DECISION_LIFECYCLE, decision, "put_in_force", in_force_on=today)
    record(
        session,
        actor,
        "decision.put_in_force",
        ("listing_decision", decision.id),
        provider_id=decision.provider_id,
        kind=decision.kind,
    )
    if decision.kind == "decline":
        return None
    listing = listing_of(session, decision.provider_id)
    _refuse_outdated(session, decision, listing, today)
    if decision.kind in {"downgrade", "remove"}:
        assert listing is not None
        _take_away(session, actor, decision, listing)
        return listing
    values = _new_period(session, decision, batch_number, today)
    tells = "" if decision.application_id is not None else "provider"
    if listing is None:
        return _create(session, actor, decision, values, tells)
    take(session, actor, listing, "renew", by_decision=True, tells=tells, **values)
    return listing


def _refuse_outdated(
    session: Session, decision: ListingDecision, listing: Listing | None, today: date
) -> None:
    fault = fault_of_change(
        known_tiers(session, today),
        decision.kind,
        held_tier(listing),
        decision.before_tier,
        decision.after_tier,
    )
    if not fault and listing is not None and decision.kind in {"grant", "promote", "renew"}:
        if listing.reapply_after and today < listing.reapply_after:
            fault = _("已移出目录，%(day)s起方可再次入库。", day=listing.reapply_after.isoformat())
        elif listing.state in {"rectification", "suspended"}:
            fault = _("服务商正在整改或暂停，恢复后才能升级或续期。")
    if fault:
        raise Conflict(fault, "决定没有生效。", "请作废这份决定，按现在的状态重新拟定。")


def _take_away(
    session: Session, actor: Viewer | None, decision: ListingDecision, listing: Listing
) -> None:
    if decision.kind == "downgrade":
        values: dict[str, Any] = {"tier": decision.after_tier, "reason": decision.reasons}
    else:
        values = {"reason": decision.reasons, "reapply_after": decision.reapply_after}
    take(session, actor, listing, decision.kind, by_decision=True, due_on=None, **values)


def _new_period(
    session: Session, decision: ListingDecision, batch_number: str, today: date
) -> dict[str, Any]:
    """Return what a grant, promotion or renewal sets; the last day is the eve of the anniversary."""
    years = int(get_rules(session, "application_flow", today).body["valid_years"])
    months = int(listing_rules(session, today)["recheck_months"])
    return {
        "tier": decision.after_tier,
        "track": decision.track,
        "batch_number": batch_number,
        "valid_from": today,
        "valid_to": add_months(today, 12 * years) - timedelta(days=1),
        "verified_on": today,
        "recheck_on": add_months(today, months),
        "reason": "",
        "due_on": None,
        "reapply_after": None,
        "reminded_on": None,
    }


def _create(
    session: Session,
    actor: Viewer | None,
    decision: ListingDecision,
    values: dict[str, Any],
    tells: str,
) -> Listing:
    listing = Listing(provider_id=decision.provider_id, updated_at=now(), **values)
    try:
        with session.begin_nested():
            session.add(listing)
            session.flush()
    except IntegrityError:
        raise Conflict(
            "这家服务商刚刚由另一份决定入库。", "决定没有生效。", "请刷新页面查看最新状态。"
        ) from None
    after_change(session, actor, listing, "renew", {"state": "", "tier": ""})
    tell_about(session, listing.provider, "renew", tells, listing=listing)
    return listing
