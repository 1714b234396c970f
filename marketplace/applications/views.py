"""The pages of the room: each module registers its own on the blueprint."""

from . import call_views, edit_views, file_views, own_views, supplement_views
from .blueprint import room

__all__ = ["call_views", "edit_views", "file_views", "own_views", "room", "supplement_views"]
