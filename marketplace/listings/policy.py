"""Who may do what with a listing or a decision; pure rules over the viewer and the rows."""

from __future__ import annotations

from ..catalogue.desk_queries import COUNTY_DIGITS
from ..permissions import Viewer
from ..providers.models import Provider
from .lifecycle import LISTING_LIFECYCLE, SYSTEM
from .models import ListingDecision


def is_owner(viewer: Viewer, provider: Provider) -> bool:
    """Whether the viewer acts for the provider's organisation."""
    return viewer.organisation_id is not None and viewer.organisation_id == provider.organisation_id


def looks_after(viewer: Viewer, provider: Provider) -> bool:
    """Whether the viewer's unit looks after the provider's listing.

    A district office looks after those registered there, the bureau above it after all (the
    same rule as `catalogue.desk_queries.in_charge`).
    """
    if viewer.region_prefix is None or not viewer.may("unit:decision:view"):
        return False
    if len(viewer.region_prefix) < COUNTY_DIGITS:
        return True
    return (provider.organisation.region_code or "").startswith(viewer.region_prefix)


def may_take(viewer: Viewer, provider: Provider, name: str) -> bool:
    """Whether the viewer's permission and place let them take a listing's step, state aside."""
    permission = LISTING_LIFECYCLE.transition(name).permission
    if permission == SYSTEM or not viewer.may(permission):
        return False
    if permission.startswith("own:"):
        return is_owner(viewer, provider)
    return looks_after(viewer, provider)


def may_propose(viewer: Viewer, provider: Provider, *, on_application: bool) -> bool:
    """Whether the viewer may propose a decision; applications belong to the office of the call."""
    if not viewer.may("unit:decision:propose"):
        return False
    return on_application or looks_after(viewer, provider)


def may_decide(viewer: Viewer, decision: ListingDecision) -> bool:
    """Whether the viewer may approve or return it: a second person, never who proposed it."""
    if not viewer.may("unit:decision:approve") or viewer.user_id == decision.proposed_by_id:
        return False
    return decision.application_id is not None or looks_after(viewer, decision.provider)
