"""The pages of the room: each module registers its own on the blueprint."""

from ..blueprint import room
from . import decide, desk, editing, public, replays

__all__ = ["decide", "desk", "editing", "public", "replays", "room"]
