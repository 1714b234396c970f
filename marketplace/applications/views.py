"""The pages of the room: each module registers its own on the blueprint."""

from . import call_views
from .blueprint import room

__all__ = ["call_views", "room"]
