"""The desk's list of calls. One call with its applications stands in the room `applications`."""

from __future__ import annotations

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import database_now, db
from ..web.paging import asked_page, page_of_rows
from ..web.viewer import current_viewer
from .blueprint import room
from .lifecycle import STATES, TONES
from .models import Call
from .queries import count_desk_states, desk_calls
from .shown import next_step, period_words
from .tabs import vetting_tabs


def desk_url(call: Call) -> str:
    """Return where the desk handles a call."""
    if "applications.call" in current_app.view_functions:
        return url_for("applications.call", call_id=call.id)
    return url_for("calls.show", call_id=call.id)


@room.get("/desk/calls/", permission="unit:call:view", endpoint="desk")
def desk() -> ResponseReturnValue:
    """Show the calls of the region, running ones first."""
    viewer = current_viewer()
    state = request.args.get("state", "")
    states = (state,) if state in STATES else ()
    page = page_of_rows(db.session, desk_calls(viewer, states), asked_page())
    counts = count_desk_states(db.session, viewer)
    at = database_now(db.session)
    chips = [(_("全部"), sum(counts.values()), url_for("calls.desk"), not states, None)]
    chips += [
        (str(word), counts.get(code, 0), url_for("calls.desk", state=code), state == code, None)
        for code, word in STATES.items()
        if counts.get(code) or state == code
    ]
    return render_template(
        "pages/calls/desk.html",
        page=page,
        rows=[
            {
                "call": call,
                "url": desk_url(call),
                "period": period_words(call),
                "next": next_step(call, at),
                "state": str(STATES[call.state]),
                "tone": TONES[call.state],
            }
            for call in page.items
        ],
        chips_shown=chips,
        tabs=vetting_tabs("calls"),
        is_filtered=bool(states),
        may_create=viewer.may("unit:call:edit"),
    )
