"""The pages of the room: each module registers its own on the blueprint."""

from . import case_views, desk_views
from .blueprint import room

__all__ = ["case_views", "desk_views", "room"]
