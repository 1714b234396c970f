"""The rubric in force, for anybody to read."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from ...db import db, now
from ...permissions import PUBLIC
from ...web.filters import beijing_today
from ..blueprint import room
from ..queries import rubric_in_force
from ..sheet import weight_groups
from .desk import tiers_shown


@room.get("/rubric/", permission=PUBLIC, endpoint="public")
def public() -> ResponseReturnValue:
    """Show what is scored, how, and which total gives which tier."""
    current = rubric_in_force(db.session, beijing_today(now()))
    return render_template(
        "pages/rubrics/public.html",
        current=current,
        body=current.body,
        groups=weight_groups(current.body, {}),
        tiers=tiers_shown(),
    )
