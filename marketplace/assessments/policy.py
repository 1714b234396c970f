"""Who may do what in expert review; pure rules over the viewer and the row."""

from __future__ import annotations

from ..applications.models import Application
from ..applications.policy import is_handled_by
from ..listings.models import ListingDecision
from ..permissions import Viewer
from .models import Expert, Seat


def is_seated(viewer: Viewer, seat: Seat) -> bool:
    """Whether the seat is the viewer's own."""
    return (
        viewer.user_id is not None
        and viewer.may("own:assessment:view")
        and seat.expert.user_id == viewer.user_id
    )


def may_score(viewer: Viewer, seat: Seat) -> bool:
    """Whether the viewer may act on the seat as its expert, state aside."""
    return is_seated(viewer, seat) and viewer.may("own:assessment:score")


def may_open_snapshot(viewer: Viewer, seat: Seat) -> bool:
    """Whether the viewer may read what was handed in: after declaring, until the review is over."""
    return (
        is_seated(viewer, seat)
        and seat.state in {"scoring", "submitted"}
        and seat.application.state == "expert_review"
    )


def may_arrange(viewer: Viewer, application: Application) -> bool:
    """Whether the viewer may draw experts and site checks, and see who was drawn."""
    return viewer.may("unit:assessment:arrange") and is_handled_by(viewer, application)


def may_chair(viewer: Viewer, application: Application) -> bool:
    """Whether the viewer may lead the agreement on the application."""
    return viewer.may("unit:assessment:chair") and is_handled_by(viewer, application)


def may_edit_experts(viewer: Viewer) -> bool:
    """Whether the viewer may keep the pool and record interests."""
    return viewer.may("unit:expert:edit")


def is_that_expert(viewer: Viewer, expert: Expert) -> bool:
    """Whether the viewer is that person of the pool."""
    return viewer.user_id == expert.user_id and viewer.may("own:assessment:view")


def may_propose_tier(viewer: Viewer, application: Application) -> bool:
    """Whether the viewer may propose a tier for the application."""
    return viewer.may("unit:decision:propose") and is_handled_by(viewer, application)


def may_decide_tier(viewer: Viewer, application: Application, decision: ListingDecision) -> bool:
    """Whether the viewer may approve or send back: a second person, never who proposed."""
    return (
        viewer.may("unit:decision:approve")
        and is_handled_by(viewer, application)
        and viewer.user_id != decision.proposed_by_id
    )
