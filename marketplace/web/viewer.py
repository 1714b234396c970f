"""Who is looking at this request; the accounts room tells, through the factory."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, g, has_request_context

from ..permissions import VISITING, Viewer

ViewerLoader = Callable[[], Viewer]


def install_viewer_loader(app: object, loader: ViewerLoader) -> None:
    """Let `loader` answer who is looking, once per request."""
    app.extensions["duijie.viewer"] = loader  # type: ignore[attr-defined]


def current_viewer() -> Viewer:
    """Return who is looking; a visitor when nobody signed in or outside a request."""
    if not has_request_context():
        return VISITING
    if "viewer" not in g:
        loader: ViewerLoader | None = current_app.extensions.get("duijie.viewer")
        g.viewer = loader() if loader else VISITING
    viewer: Viewer = g.viewer
    return viewer
