"""All pages of the board, imported so that they are registered."""

from . import administration, taxonomy, workbench
from .blueprint import room

__all__ = ["administration", "room", "taxonomy", "workbench"]
