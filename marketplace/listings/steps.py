"""The one way a listing moves: guard, atomic step, audit entry, letters, index task."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from ..audit.services import record
from ..catalogue.models import Listing
from ..db import now
from ..errors import Conflict, NotPermitted
from ..lifecycle import take_step
from ..outbox.services import enqueue
from ..permissions import Viewer
from .letters import tell_about
from .lifecycle import LISTING_LIFECYCLE, SYSTEM
from .policy import may_take


def take(
    session: Session,
    actor: Viewer | None,
    listing: Listing,
    name: str,
    *,
    seen_version: int | None = None,
    by_decision: bool = False,
    tells: str | None = None,
    **values: Any,
) -> None:
    """Move a listing along one transition with everything that belongs to it, or raise.

    `by_decision` says that a decision of two people stands behind it, or the clock: only then
    are the system's arrows open. `tells` overrides who gets a letter. Raises NotPermitted, or
    Conflict when somebody moved the listing first.
    """
    transition = LISTING_LIFECYCLE.transition(name)
    allowed = (
        by_decision or actor is None
        if transition.permission == SYSTEM
        else actor is not None and may_take(actor, listing.provider, name)
    )
    if not allowed:
        raise NotPermitted(
            "您不能对这家服务商办理这一步。", "在库状态没有变化。", "请由有权办理的人员办理。"
        )
    before = {"state": listing.state, "tier": listing.tier}
    take_step(
        session,
        LISTING_LIFECYCLE,
        listing,
        name,
        seen_version=seen_version,
        updated_at=now(),
        **values,
    )
    after_change(session, actor, listing, name, before)
    whom = transition.tells if tells is None else tells
    tell_about(session, listing.provider, name, whom, listing=listing)


def change(session: Session, listing: Listing, seen_version: int, **values: Any) -> None:
    """Set values of a valid listing that stays where it is; Conflict when it moved meanwhile."""
    session.flush()
    result = session.execute(
        update(Listing)
        .where(Listing.id == listing.id, Listing.state == "valid", Listing.version == seen_version)
        .values(version=Listing.version + 1, updated_at=now(), **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(listing)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            "这家服务商的在库状态刚刚被他人改过。",
            "您的这次操作没有生效。",
            "请刷新页面查看最新状态后再办理。",
        )


def after_change(
    session: Session, actor: Viewer | None, listing: Listing, name: str, before: dict[str, str]
) -> None:
    """Record a change and let the index compare itself, so that catalogue and matcher follow."""
    record(
        session,
        actor,
        f"listing.{name}",
        ("listing", listing.id),
        provider_id=listing.provider_id,
        before=before,
        after={"state": listing.state, "tier": listing.tier},
    )
    enqueue(session, "index", provider_id=listing.provider_id)
