"""The blueprint of this room; its pages stand in several modules."""

from __future__ import annotations

from ..web.routes import Room

room = Room("recommendations", __name__)
