"""Who may do what in a formal review; pure rules over the viewer and the row."""

from __future__ import annotations

from ..applications.models import Application
from ..applications.policy import is_handled_by
from ..permissions import Viewer


def may_review(viewer: Viewer, application: Application) -> bool:
    """Whether the viewer may judge, ask for supplements, pass and assign, state aside."""
    return viewer.may("unit:application:review") and is_handled_by(viewer, application)


def may_reject(viewer: Viewer, application: Application) -> bool:
    """Whether the viewer may refuse to accept the application, state aside."""
    return viewer.may("unit:application:reject") and is_handled_by(viewer, application)
