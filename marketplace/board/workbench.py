"""The workbench: what waits, since when, and until when; counts one can follow."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from .blueprint import room


@room.get("/desk/", permission="unit:workbench:view")
def workbench() -> ResponseReturnValue:
    """Show what waits for this unit."""
    return render_template("pages/board/workbench.html")
