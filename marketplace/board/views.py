"""All pages of the board, imported so that they are registered."""

from typing import Any

from . import administration, finding, report, taxonomy, workbench
from .blueprint import room
from .open_rows import list_open_rows

__all__ = ["administration", "finding", "report", "room", "taxonomy", "workbench"]


@room.record
def _answer_accounts(state: Any) -> None:
    """Let the accounts room, which stands below, ask what an organisation has under way."""
    state.app.extensions["duijie.open_rows"] = list_open_rows
