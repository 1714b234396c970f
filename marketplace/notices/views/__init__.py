"""The pages of the room: public ones, the desk's, and the company's own."""

from ..blueprint import room
from . import appeals, desk, files, objecting, objections, own, public, publishing

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
