"""The pages of the room: each module registers its own on the blueprint."""

from ..blueprint import room
from . import agreement, experts, mine, panel, proposal, score

__all__ = ["agreement", "experts", "mine", "panel", "proposal", "room", "score"]
