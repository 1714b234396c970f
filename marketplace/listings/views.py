"""The pages of the room: each module registers its own on the blueprint."""

from . import decision_views, desk_views, own_views
from .blueprint import room

__all__ = ["decision_views", "desk_views", "own_views", "room"]
