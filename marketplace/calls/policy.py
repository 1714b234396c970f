"""Who may do what with a call, and when it takes applications; pure rules."""

from __future__ import annotations

from datetime import datetime

from ..permissions import Viewer
from .lifecycle import CALL_LIFECYCLE
from .models import Call


def is_open(call: Call, at: datetime) -> bool:
    """Whether the call takes applications at that instant of the database's clock.

    The period decides: opens_at ≤ at < closes_at; a second late is late. The state only tells
    whether the call is published and not cancelled, because the worker moves it a little later.
    """
    return call.state in {"planned", "open"} and call.opens_at <= at < call.closes_at


def is_public(call: Call) -> bool:
    """Whether everybody may read the call: it was published once."""
    return call.published_at is not None


def is_handled_call(viewer: Viewer, call: Call) -> bool:
    """Whether the call belongs to the region the viewer's unit serves."""
    return viewer.may("unit:call:view") and viewer.serves(call.region_code)


def may_edit_call(viewer: Viewer, call: Call) -> bool:
    """Whether the viewer may change the call's words: only while it is a draft."""
    return call.state == "draft" and viewer.may("unit:call:edit") and is_handled_call(viewer, call)


def may_extend_call(viewer: Viewer, call: Call) -> bool:
    """Whether the viewer may put the call's end off: only before it."""
    return (
        call.state in {"planned", "open"}
        and viewer.may("unit:call:publish")
        and is_handled_call(viewer, call)
    )


def may_take(viewer: Viewer, call: Call, name: str) -> bool:
    """Whether the viewer may take the call along a transition."""
    transition = CALL_LIFECYCLE.transition(name)
    return (
        call.state in transition.sources
        and viewer.may(transition.permission)
        and is_handled_call(viewer, call)
    )
