"""The pages of the room: each module registers its own on the blueprint."""

from ..blueprint import room

__all__ = ["room"]
