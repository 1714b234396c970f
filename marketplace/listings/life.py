"""Verbs on a listing that need no second person: rectification, suspension, re-check, withdrawal."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import Membership
from ..accounts.policy import may_hand_over
from ..catalogue.models import Listing
from ..db import database_now
from ..errors import InvalidInput, NotPermitted
from ..permissions import Viewer
from ..web.filters import beijing_today
from ..workdays.months import add_months
from .policy import is_owner, may_take
from .queries import listing_rules
from .steps import after_change, change, take


def rectify_listing(
    session: Session,
    actor: Viewer,
    listing: Listing,
    reason: str,
    due_on: date | None,
    *,
    seen_version: int,
) -> None:
    """Ask the provider to put something right by a day; it is not in the catalogue meanwhile.

    Raises InvalidInput without a reason, or for a day that is not ahead or too far (six months
    by the rule set `listing_rules`).
    """
    today = beijing_today(database_now(session))
    latest = add_months(today, int(listing_rules(session, today)["rectification_months"]))
    if due_on is None or not today < due_on <= latest:
        raise InvalidInput(
            _("整改期限应在明天至%(day)s之间。", day=latest.isoformat()),
            "在库状态没有变化。",
            "请改填整改期限。",
        )
    _take_with_reason(
        session, actor, listing, "rectify", reason, seen_version=seen_version, due_on=due_on
    )


def restore_listing(
    session: Session, actor: Viewer, listing: Listing, reason: str, *, seen_version: int
) -> None:
    """Let a listing be valid again after its rectification."""
    _take_with_reason(
        session, actor, listing, "restore", reason, seen_version=seen_version, due_on=None
    )


def suspend_listing(
    session: Session, actor: Viewer, listing: Listing, reason: str, *, seen_version: int
) -> None:
    """Suspend a listing: out of the catalogue at once, until it is resumed."""
    _take_with_reason(
        session, actor, listing, "suspend", reason, seen_version=seen_version, due_on=None
    )


def resume_listing(
    session: Session, actor: Viewer, listing: Listing, reason: str, *, seen_version: int
) -> None:
    """End a suspension."""
    _take_with_reason(
        session, actor, listing, "resume", reason, seen_version=seen_version, due_on=None
    )


def _take_with_reason(
    session: Session,
    actor: Viewer,
    listing: Listing,
    name: str,
    reason: str,
    *,
    seen_version: int,
    due_on: date | None,
) -> None:
    if not reason.strip():
        raise InvalidInput("没有写明理由。", "在库状态没有变化。", "理由会给服务商看，请写具体。")
    take(
        session,
        actor,
        listing,
        name,
        seen_version=seen_version,
        reason=reason.strip(),
        due_on=due_on,
    )


def withdraw_listing(
    session: Session, actor: Viewer, listing: Listing, reason: str, *, seen_version: int
) -> None:
    """Leave the directory at the provider's own wish; only the owner of its account may."""
    if not may_withdraw(session, actor, listing):
        raise NotPermitted(
            "只有本单位账号的所有者可以申请退出目录。",
            "在库状态没有变化。",
            "请由账号所有者登录后办理。",
        )
    take(
        session,
        actor,
        listing,
        "withdraw",
        seen_version=seen_version,
        reason=reason.strip() or _("服务商自愿退出"),
        due_on=None,
    )


def may_withdraw(session: Session, actor: Viewer, listing: Listing) -> bool:
    """Whether the actor may take the listing out: the owner among the organisation's people."""
    if not is_owner(actor, listing.provider) or not may_take(actor, listing.provider, "withdraw"):
        return False
    member_role = session.scalar(
        select(Membership.role).where(
            Membership.user_id == actor.user_id,
            Membership.organisation_id == actor.organisation_id,
        )
    )
    return member_role is not None and may_hand_over(member_role)


def record_recheck(
    session: Session, actor: Viewer, listing: Listing, words: str, *, seen_version: int
) -> None:
    """Record that the annual re-check found nothing amiss; the next falls due a year on.

    What was found amiss opens a rectification instead (`rectify_listing`).
    """
    if not may_take(actor, listing.provider, "rectify"):
        raise NotPermitted(
            "您不能登记这家服务商的年度核验。", "没有保存任何内容。", "请由审核人员办理。"
        )
    if not words.strip():
        raise InvalidInput("没有写明核验了什么。", "核验没有登记。", "请写明核验的方式和结果。")
    today = beijing_today(database_now(session))
    months = int(listing_rules(session, today)["recheck_months"])
    before = {"state": listing.state, "tier": listing.tier}
    change(
        session,
        listing,
        seen_version,
        verified_on=today,
        recheck_on=add_months(today, months),
        reason=words.strip(),
    )
    after_change(session, actor, listing, "rechecked", before)
