"""Who may do what with an edition; pure rules over the viewer and the row."""

from __future__ import annotations

from ..permissions import Viewer
from .lifecycle import EDITION_LIFECYCLE, SYSTEM
from .models import Edition


def is_handled_edition(viewer: Viewer, edition: Edition) -> bool:
    """Whether the edition belongs to the region the viewer's unit serves."""
    return viewer.may("unit:edition:view") and viewer.serves(edition.region_code)


def may_take(viewer: Viewer, edition: Edition, name: str) -> bool:
    """Whether the viewer's permission and place let them take the step, state aside."""
    permission = EDITION_LIFECYCLE.transition(name).permission
    return permission != SYSTEM and viewer.may(permission) and is_handled_edition(viewer, edition)


def may_edit(viewer: Viewer, edition: Edition) -> bool:
    """Whether the viewer may change which providers the draft takes in."""
    return (
        edition.state == "draft"
        and viewer.may("unit:edition:edit")
        and is_handled_edition(viewer, edition)
    )


def may_append(viewer: Viewer, edition: Edition) -> bool:
    """Whether the viewer may add an addendum to editions like this one."""
    return viewer.may("unit:edition:publish") and is_handled_edition(viewer, edition)
