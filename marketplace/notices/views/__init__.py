"""The pages of the room: public ones, the desk's, and the company's own."""

from typing import Any

from ..blueprint import room
from . import appeals, desk, files, objecting, objections, own, public, publishing
from .offers import appeal_offer

__all__ = [
    "appeals",
    "desk",
    "files",
    "objecting",
    "objections",
    "own",
    "public",
    "publishing",
    "room",
]


@room.record
def _answer_applications(state: Any) -> None:
    """Let the applications room, which stands below, offer the appeal on its page."""
    state.app.extensions["duijie.appeal_offer"] = appeal_offer
