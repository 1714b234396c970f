"""Reads of listings and decisions; whose they are is part of the query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, column, or_, select, table
from sqlalchemy.orm import Session

from ..accounts.models import Organisation
from ..catalogue.desk_queries import in_charge
from ..catalogue.models import Listing
from ..errors import NotFound
from ..permissions import Viewer
from ..providers.models import Provider
from ..rules.queries import get_rules
from .models import ListingDecision
from .tiers import RUNNING, tier_codes


def listing_rules(session: Session, on: date) -> dict[str, Any]:
    """Return the periods of a listing in force that day."""
    return get_rules(session, "listing_rules", on).body


def known_tiers(session: Session, on: date) -> list[str]:
    """Return the codes of the tiers, highest first."""
    return tier_codes(get_rules(session, "tiers", on).body)


def listing_of(session: Session, provider_id: int) -> Listing | None:
    """Return the provider's listing, whatever its state; None when it never had one."""
    return session.scalar(select(Listing).where(Listing.provider_id == provider_id))


def held_tier(listing: Listing | None) -> str | None:
    """Return the tier a provider holds now; None for one not, or no longer, in the directory."""
    return listing.tier if listing is not None and listing.state in RUNNING else None


def may_apply(session: Session, provider_id: int, today: date) -> str:
    """Return why the provider may not apply now, in a sentence; empty when it may."""
    listing = listing_of(session, provider_id)
    if listing is None:
        return ""
    if listing.state == "removed" and listing.reapply_after and today < listing.reapply_after:
        return _("已移出目录，%(day)s起方可再次申报。", day=listing.reapply_after.isoformat())
    if listing.state == "suspended":
        return _("在库资格暂停期间不能申报，恢复后再报。")
    if listing.state == "rectification":
        return _("限期整改期间不能申报，整改完成后再报。")
    return ""


def get_desk_provider(session: Session, viewer: Viewer, provider_id: int) -> Provider:
    """Return a provider whose listing the viewer's unit looks after; NotFound for any other."""
    provider = session.scalar(
        select(Provider)
        .join(Provider.organisation)
        .where(Provider.id == provider_id, in_charge(viewer))
    )
    if provider is None:
        raise NotFound("没有这家服务商，或不归您的单位管理。", next_step="请从服务商列表重新进入。")
    return provider


def get_decision(session: Session, viewer: Viewer, decision_id: int) -> ListingDecision:
    """Return a decision about a provider the viewer's unit looks after; NotFound for any other."""
    decision = session.scalar(_of_unit(viewer).where(ListingDecision.id == decision_id))
    if decision is None:
        raise NotFound("没有这份决定，或不归您的单位办理。", next_step="请从待核准列表重新进入。")
    return decision


def _of_unit(viewer: Viewer) -> Select[tuple[ListingDecision]]:
    return (
        select(ListingDecision)
        .join(Provider, ListingDecision.provider_id == Provider.id)
        .join(Organisation, Provider.organisation_id == Organisation.id)
        .where(in_charge(viewer), _known_to(viewer))
    )


_APPLICATION = table("application", column("id"), column("region_code"))
"""The room of applications lies above this one; all that is asked of it is whose they are."""


def _known_to(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition that the viewer may know of a decision.

    What is decided on an application is known to the office of its call alone until it is in
    force; looking after the provider gives no view of another office's review.
    """
    region = _APPLICATION.c.region_code
    served = select(_APPLICATION.c.id).where(
        or_(region.is_(None), region.startswith(viewer.region_prefix or "-"))
    )
    return or_(
        ListingDecision.application_id.is_(None),
        ListingDecision.in_force_on.is_not(None),
        ListingDecision.application_id.in_(served),
    )


def desk_decisions(viewer: Viewer, states: Sequence[str] = ()) -> Select[tuple[ListingDecision]]:
    """Return the statement of the unit's decisions, those that wait longest first."""
    statement = _of_unit(viewer)
    if states:
        statement = statement.where(ListingDecision.state.in_(states))
    return statement.order_by(ListingDecision.proposed_at, ListingDecision.id)


def list_decisions(session: Session, provider_id: int) -> Sequence[ListingDecision]:
    """Return all decisions about a provider, newest first."""
    return session.scalars(
        select(ListingDecision)
        .where(ListingDecision.provider_id == provider_id)
        .order_by(ListingDecision.id.desc())
    ).all()


def list_desk_decisions(
    session: Session, viewer: Viewer, provider_id: int
) -> Sequence[ListingDecision]:
    """Return the decisions about a provider that the viewer's unit may know of, newest first."""
    return session.scalars(
        _of_unit(viewer)
        .where(ListingDecision.provider_id == provider_id)
        .order_by(ListingDecision.id.desc())
    ).all()


def list_decisions_on(session: Session, application_id: int) -> Sequence[ListingDecision]:
    """Return all decisions on one application, newest first."""
    return session.scalars(
        select(ListingDecision)
        .where(ListingDecision.application_id == application_id)
        .order_by(ListingDecision.id.desc())
    ).all()


def decision_in_force(session: Session, provider_id: int) -> ListingDecision | None:
    """Return the decision the provider's present tier or removal rests on."""
    return session.scalar(
        select(ListingDecision)
        .where(ListingDecision.provider_id == provider_id, ListingDecision.state == "in_force")
        .order_by(ListingDecision.in_force_on.desc(), ListingDecision.id.desc())
        .limit(1)
    )


def latest_scores(session: Session, provider_ids: Sequence[int]) -> Mapping[int, ListingDecision]:
    """Return, by provider, the newest scored decision in force."""
    rows = session.scalars(
        select(ListingDecision)
        .where(
            ListingDecision.provider_id.in_(provider_ids),
            ListingDecision.state == "in_force",
            ListingDecision.total.is_not(None),
        )
        .order_by(ListingDecision.id)
    )
    return {row.provider_id: row for row in rows}


def due_rechecks(viewer: Viewer, today: date) -> Select[tuple[Listing]]:
    """Return the statement of valid listings of the unit whose annual re-check is due."""
    return (
        select(Listing)
        .join(Provider, Listing.provider_id == Provider.id)
        .join(Organisation, Provider.organisation_id == Organisation.id)
        .where(
            in_charge(viewer),
            Listing.state == "valid",
            Listing.valid_to >= today,
            Listing.recheck_on <= today,
        )
        .order_by(Listing.recheck_on, Listing.id)
    )
