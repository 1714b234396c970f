"""Public pages: all calls, and one call with how to apply."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from ..db import database_now, db
from ..errors import NotFound
from ..permissions import PROVIDER, PUBLIC, Viewer
from ..rubrics.queries import get_rubric
from ..rules.queries import get_rules
from ..taxonomy.queries import Taxonomy, get_taxonomy
from ..web.filters import beijing_today, show_date
from ..web.paging import asked_page, page_of_rows
from ..web.viewer import current_viewer
from .blueprint import room
from .desk_views import desk_url
from .models import Call
from .policy import is_handled_call, is_open, is_public
from .queries import get_call, list_open_calls, list_planned_calls, past_calls
from .shown import (
    days_left,
    material_notes,
    next_step,
    period_words,
    public_state,
    scope_words,
    way_through,
)


@room.get("/calls/", permission=PUBLIC)
def browse() -> ResponseReturnValue:
    """Show the open calls, the planned ones and the past."""
    at = database_now(db.session)
    taxonomy = get_taxonomy(db.session)
    page = page_of_rows(db.session, past_calls(db.session), asked_page())
    return render_template(
        "pages/calls/browse.html",
        open_calls=[_card(call, at, taxonomy) for call in list_open_calls(db.session)],
        planned=[_card(call, at, taxonomy) for call in list_planned_calls(db.session)],
        past=[_card(call, at, taxonomy) for call in page.items],
        page=page,
        notices_url=_url("notices.browse"),
        editions_url=_url("editions.browse"),
    )


def _card(call: Call, at: datetime, taxonomy: Taxonomy) -> dict[str, Any]:
    industries, scenes = scope_words(call, taxonomy)
    word, tone = public_state(call, at)
    return {
        "url": url_for("calls.show", call_id=call.id),
        "title": call.title,
        "number": call.number,
        "batch": call.batch,
        "scope": [*industries, *scenes],
        "tracks": call.tracks,
        "period": period_words(call),
        "opens_on": show_date(call.opens_at),
        "closes_on": show_date(call.closes_at),
        "left": days_left(call, at),
        "next": next_step(call, at),
        "state": word,
        "tone": tone,
    }


@room.get("/calls/<int:call_id>", permission=PUBLIC)
def show(call_id: int) -> ResponseReturnValue:
    """Show one call."""
    viewer = current_viewer()
    call = get_call(db.session, viewer, call_id)
    at = database_now(db.session)
    today = beijing_today(at)
    statements = get_rules(db.session, "call_flow", today).body["statements"]
    notice_days = get_rules(db.session, "notice_rules", today).body["working_days_least"]
    promised = get_rules(db.session, "application_flow", today).body["days_after"]
    taxonomy = get_taxonomy(db.session)
    return render_template(
        "pages/calls/show.html",
        call=call,
        card=_card(call, at, taxonomy),
        is_open=is_open(call, at),
        is_planned=is_public(call) and call.state == "planned" and at < call.opens_at,
        scope=scope_words(call, taxonomy),
        materials=material_notes(call),
        steps=way_through(call, at, promised, notice_days),
        statements=statements,
        rubric=_rubric(call),
        apply=_how_to_apply(viewer, call),
        desk_url=desk_url(call) if is_handled_call(viewer, call) else None,
        notices_url=_url("notices.browse"),
    )


def _rubric(call: Call) -> tuple[str, str | None]:
    """Return what the rubric is called and where to read it."""
    try:
        label = get_rubric(db.session, call.rubric_number).label
    except NotFound:
        label = ""
    return f"{call.rubric_number} {label}".strip(), _url("rubrics.public")


def _how_to_apply(viewer: Viewer, call: Call) -> dict[str, Any]:
    """Return what the viewer can do to apply; nothing is shown where the page is not there."""
    start = _url("applications.start", call_id=call.id)
    return {
        "url": start if PROVIDER in viewer.roles else None,
        "mine_url": _url("applications.mine") if PROVIDER in viewer.roles else None,
        "sign_in_url": url_for("security.login", next=url_for("calls.show", call_id=call.id)),
        "register_url": _url("accounts.register"),
        "is_signed_in": viewer.is_signed_in,
    }


def _url(endpoint: str, **values: Any) -> str | None:
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
