"""All pages of needs, imported so that they are registered."""

from . import desk_views, disclosure_views, edit_views, own_views, public_views
from .blueprint import room

__all__ = [
    "desk_views",
    "disclosure_views",
    "edit_views",
    "own_views",
    "public_views",
    "room",
]
