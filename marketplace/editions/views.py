"""The pages of the room: each module registers its own on the blueprint."""

from . import desk_views, public_views, step_views, verify_views
from .blueprint import room

__all__ = ["desk_views", "public_views", "room", "step_views", "verify_views"]
