"""Who may do what with a rubric; pure rules over the viewer and the row."""

from __future__ import annotations

from ..permissions import Viewer
from .lifecycle import APPROVE, EDIT
from .models import Rubric


def may_edit(viewer: Viewer, rubric: Rubric) -> bool:
    """Whether the viewer may change the draft and submit it."""
    return rubric.state == "draft" and viewer.may(EDIT)


def may_withdraw(viewer: Viewer, rubric: Rubric) -> bool:
    """Whether the viewer may give the draft up."""
    return rubric.state in {"draft", "submitted"} and viewer.may(EDIT)


def may_replay(viewer: Viewer, rubric: Rubric) -> bool:
    """Whether the viewer may run the draft over everybody: who writes it or decides on it."""
    running = rubric.state in {"draft", "submitted"}
    return running and (viewer.may(EDIT) or viewer.may(APPROVE))


def may_decide(viewer: Viewer, rubric: Rubric) -> bool:
    """Whether the viewer may approve the draft or send it back: never the one who submitted it."""
    return (
        rubric.state == "submitted"
        and viewer.may(APPROVE)
        and viewer.user_id is not None
        and viewer.user_id != rubric.submitted_by_id
    )
