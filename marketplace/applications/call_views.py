"""The desk's page of one call: where its applications stand, by track and state."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..audit.queries import list_trail
from ..calls.checks import fairness_of, faults_of
from ..calls.lifecycle import STATES as CALL_STATES
from ..calls.lifecycle import TONES as CALL_TONES
from ..calls.materials import TRACKS
from ..calls.models import Call
from ..calls.policy import may_take
from ..calls.queries import get_desk_call
from ..calls.shown import material_notes, next_step, period_words, scope_words
from ..calls.step_views import step_urls
from ..calls.tabs import vetting_tabs
from ..db import database_now, db
from ..taxonomy.queries import get_taxonomy
from ..web.viewer import current_viewer
from .blueprint import room
from .call_counts import count_by_track, count_drafts
from .lifecycle import STATES


@room.get("/desk/calls/<int:call_id>", permission="unit:call:view", endpoint="call")
def show_call(call_id: int) -> ResponseReturnValue:
    """Show one call as the desk handles it."""
    viewer = current_viewer()
    call = get_desk_call(db.session, viewer, call_id)
    at = database_now(db.session)
    counts = count_by_track(db.session, call)
    is_draft = call.state == "draft"
    return render_template(
        "pages/calls/desk_show.html",
        call=call,
        state=str(CALL_STATES[call.state]),
        tone=CALL_TONES[call.state],
        period=period_words(call),
        next=next_step(call, at),
        scope=scope_words(call, get_taxonomy(db.session)),
        materials=material_notes(call),
        total=sum(counts.values()),
        drafts=count_drafts(db.session, call),
        matrix=_matrix(call, counts),
        steps=step_urls(call),
        may_begin_review=may_take(viewer, call, "review"),
        faults=faults_of(db.session, call, at) if is_draft else [],
        findings=fairness_of(db.session, call) if is_draft else (),
        extensions=_extensions(call),
        tabs=vetting_tabs("calls"),
    )


def _matrix(call: Call, counts: dict[tuple[str, str], int]) -> dict[str, Any]:
    """Return the table of tracks × states, without states nobody is in."""
    states = [code for code in STATES if any(state == code for _track, state in counts)]
    found = {track for track, _state in counts} - set(TRACKS)
    tracks = [track for track in (*TRACKS, *sorted(found)) if track in {*call.tracks, *found}]
    rows = [
        {
            "label": track or _("未选赛道"),
            "url": _queue_url(call, track=track),
            "cells": [
                (
                    counts.get((track, state), 0),
                    _queue_url(call, track=track, state=state),
                    0,
                )
                for state in states
            ],
            "now": -1,
            "next": sum(counts.get((track, state), 0) for state in states),
        }
        for track in tracks
    ]
    return {"heads": [str(STATES[state]) for state in states], "rows": rows}


def _queue_url(call: Call, **values: str) -> str | None:
    if "formal_review.desk" not in current_app.view_functions:
        return None
    return url_for("formal_review.desk", call=call.id, **values)


def _extensions(call: Call) -> list[dict[str, Any]]:
    """Return when the end was put off, and why, from the audit log."""
    return [
        {"at": entry.at, "who": entry.actor_name, "reason": entry.detail["reason"]}
        for entry in list_trail(db.session, "call", call.id)
        if entry.action == "call.extended"
    ]
