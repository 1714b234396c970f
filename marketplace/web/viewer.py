"""Who is looking at this request; the accounts room tells, through the factory."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, g, has_request_context

from ..permissions import VISITING, Viewer

ViewerLoader = Callable[[], Viewer]


def install_viewer_loader(app: object, loader: ViewerLoader) -> None:
    """Let `loader` answer who is looking, once per request."""
    app.extensions["duijie.viewer"] = loader  # type: ignore[attr-defined]


def see_nobody() -> None:
    """Take whoever is looking for a visitor, for the rest of this request.

    For the page that says the database is away: it must not ask the database who is looking,
    neither here nor through Flask-Login, which keeps its answer beside ours.
    """
    g.viewer = VISITING
    g._login_user = None


def current_viewer() -> Viewer:
    """Return who is looking; a visitor when nobody signed in or outside a request."""
    if not has_request_context():
        return VISITING
    if "viewer" not in g:
        loader: ViewerLoader | None = current_app.extensions.get("duijie.viewer")
        g.viewer = loader() if loader else VISITING
    viewer: Viewer = g.viewer
    return viewer
