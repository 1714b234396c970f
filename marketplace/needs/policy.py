"""Who may do what with one need; pure rules over the viewer and the row."""

from __future__ import annotations

from ..permissions import Viewer
from .disclosure import LISTED, OWNER, PUBLIC, STAFF, is_seen
from .lifecycle import EDITABLE_STATES, NEED_LIFECYCLE, ON_BEHALF, OPEN_STATES, SYSTEM
from .models import Need


def is_owner(viewer: Viewer, need: Need) -> bool:
    """Whether the need belongs to the organisation the viewer acts for."""
    return (
        viewer.organisation_id is not None
        and viewer.organisation_id == need.organisation_id
        and viewer.may("own:need:view")
    )


def is_handled_by(viewer: Viewer, need: Need) -> bool:
    """Whether the viewer's unit handles the need; drafts are nobody's but the owner's."""
    return (
        viewer.may("unit:need:view")
        and viewer.serves(need.region_code)
        and need.submitted_at is not None
    )


def reader_of(viewer: Viewer, need: Need, *, listed: bool) -> str | None:
    """Return which kind of reader the viewer is of this need; None when it does not exist for them.

    `listed` says whether the viewer's organisation is a provider in the directory today.
    """
    if is_owner(viewer, need):
        return OWNER
    if is_handled_by(viewer, need):
        return STAFF
    if need.state not in OPEN_STATES:
        return None
    reader = LISTED if listed else PUBLIC
    return reader if is_seen(need.disclosure, reader) else None


def may_take(viewer: Viewer, need: Need, name: str) -> bool:
    """Whether the viewer's permission and place let them take the transition, state aside."""
    permission = NEED_LIFECYCLE.transition(name).permission
    if permission == SYSTEM:
        return False
    if permission.startswith("own:"):
        if is_owner(viewer, need) and viewer.may(permission):
            return True
        permission = ON_BEHALF.get(name, SYSTEM)
    return viewer.may(permission) and is_handled_by(viewer, need)


def renewal_of(need: Need) -> str:
    """Return the transition that renews the need: onto the public side only if it was there.

    `published_at` is empty for a need that staff have not published, or no longer publish.
    """
    if need.published_at is None or need.disclosure == "bureau":
        return "renew_internal"
    return "renew"


def may_edit(viewer: Viewer, need: Need) -> bool:
    """Whether the viewer may edit the need's text now."""
    return is_owner(viewer, need) and viewer.may("own:need:edit") and need.state in EDITABLE_STATES


def may_edit_mask(viewer: Viewer, need: Need) -> bool:
    """Whether the viewer may put the mask texts and the classification right for the owner."""
    return (
        viewer.may("unit:need:edit")
        and is_handled_by(viewer, need)
        and need.state in {"submitted", "accepted", "internal", "published"}
    )


def may_set_disclosure(viewer: Viewer, need: Need) -> bool:
    """Whether the viewer may change who sees the need: its owner, or staff in its owner's name."""
    if need.state not in {*EDITABLE_STATES, "submitted", "accepted", "internal", "published"}:
        return False
    if is_owner(viewer, need) and viewer.may("own:need:edit"):
        return True
    return viewer.may("unit:need:triage") and is_handled_by(viewer, need)


def may_see_recommendations(viewer: Viewer, need: Need) -> bool:
    """Whether the viewer may see the providers ranked for this need."""
    if is_owner(viewer, need):
        return viewer.may("own:recommendation:view")
    return viewer.may("unit:recommendation:view") and is_handled_by(viewer, need)
