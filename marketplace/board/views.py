"""All pages of the board, imported so that they are registered."""

from . import taxonomy, workbench
from .blueprint import room

__all__ = ["room", "taxonomy", "workbench"]
