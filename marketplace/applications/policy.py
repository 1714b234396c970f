"""Who may do what with an application; pure rules over the viewer and the row."""

from __future__ import annotations

from ..permissions import Viewer
from .lifecycle import APPLICATION_LIFECYCLE, SYSTEM
from .models import Application


def is_owner(viewer: Viewer, application: Application) -> bool:
    """Whether the application belongs to the organisation the viewer acts for."""
    return (
        viewer.organisation_id is not None
        and viewer.organisation_id == application.organisation_id
        and viewer.may("own:application:view")
    )


def is_handled_by(viewer: Viewer, application: Application) -> bool:
    """Whether the viewer's unit handles the application; drafts are nobody's but the owner's."""
    return (
        viewer.may("unit:application:view")
        and viewer.serves(application.region_code)
        and application.submitted_at is not None
    )


def may_take(viewer: Viewer, application: Application, name: str) -> bool:
    """Whether the viewer's permission and place let them take the transition, state aside."""
    permission = APPLICATION_LIFECYCLE.transition(name).permission
    if permission == SYSTEM or not viewer.may(permission):
        return False
    if permission.startswith("own:"):
        return is_owner(viewer, application)
    return is_handled_by(viewer, application)


def may_edit(viewer: Viewer, application: Application) -> bool:
    """Whether the viewer may fill in the application now: its owner, in a draft or a supplement."""
    return (
        is_owner(viewer, application)
        and viewer.may("own:application:edit")
        and application.state in {"draft", "supplement"}
    )
