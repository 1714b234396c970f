"""The editor of a draft; what was written is read for fairness whenever it is saved."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import database_now, db, now
from ..errors import Conflict
from ..rubrics.queries import rubric_in_force
from ..rules.queries import get_rules
from ..taxonomy.queries import get_taxonomy
from ..web.filters import BEIJING, beijing_today
from ..web.viewer import current_viewer
from .blueprint import room
from .checks import fairness_of, faults_of, rubric_choices
from .desk_views import desk_url
from .forms import CallForm, material_rows, seen_version
from .materials import TRACKS
from .models import Call
from .policy import may_edit_call
from .queries import get_desk_call
from .services import draft_call, edit_call
from .tabs import vetting_tabs

EDIT = "unit:call:edit"


@room.get("/desk/calls/new", permission=EDIT)
def new() -> ResponseReturnValue:
    """Show an empty call with the materials usually asked for."""
    return _editor(_form(_blank()))


@room.post("/desk/calls/new", permission=EDIT)
def create() -> ResponseReturnValue:
    """Begin a draft, or add a row for a material."""
    form = _form()
    if "add_material" in request.form:
        form.add_material()
        return _editor(form)
    if not form.validate_on_submit():
        return _editor(form, status=422)
    call = draft_call(db.session, current_viewer(), form.to_draft())
    _tell_saved(call)
    return redirect(url_for("calls.edit", call_id=call.id), 303)


@room.get("/desk/calls/<int:call_id>/edit", permission=EDIT)
def edit(call_id: int) -> ResponseReturnValue:
    """Show a draft to be changed, with what was found in its words."""
    call = _draft(call_id)
    return _editor(_form(_written(call)), call)


@room.post("/desk/calls/<int:call_id>/edit", permission=EDIT)
def save(call_id: int) -> ResponseReturnValue:
    """Keep a draft, or add a row for a material."""
    call = _draft(call_id)
    form = _form()
    if "add_material" in request.form:
        form.add_material()
        return _editor(form, call)
    if not form.validate_on_submit():
        return _editor(form, call, status=422)
    edit_call(db.session, current_viewer(), call, form.to_draft(), seen_version=seen_version(form))
    _tell_saved(call)
    return redirect(url_for("calls.edit", call_id=call_id), 303)


def _tell_saved(call: Call) -> None:
    found = fairness_of(db.session, call)
    if any(item.definite for item in found):
        flash(_("拟稿已保存。有条件不符合公平竞争要求，改写后才能发布。"), "conflict")
    else:
        flash(_("拟稿已保存。"), "success")


def _draft(call_id: int) -> Call:
    viewer = current_viewer()
    call = get_desk_call(db.session, viewer, call_id)
    if not may_edit_call(viewer, call):
        raise Conflict(
            "这次征集已经发布或取消，内容不再改动。",
            "征集没有变化。",
            "截止前可以延长期限；确有必要可以取消后重新发布。",
        )
    return call


def _form(values: dict[str, Any] | None = None) -> CallForm:
    form = CallForm(data=values)
    form.offer(get_taxonomy(db.session), rubric_choices(db.session))
    return form


def _blank() -> dict[str, Any]:
    """Return what a new call starts from: periods by rule, the rubric in force, the materials."""
    today = beijing_today(now())
    flow = get_rules(db.session, "call_flow", today).body
    opens_at = datetime.combine(today + timedelta(days=1), time(9), BEIJING)
    closes_on = today + timedelta(days=1 + flow["default_days"])
    materials = get_rules(db.session, "call_materials", today).body["materials"]
    return {
        "tracks": list(TRACKS),
        "opens_at": opens_at,
        "closes_at": datetime.combine(closes_on, time(17), BEIJING),
        "review_by": closes_on + timedelta(days=flow["review_days"]),
        "rubric_number": rubric_in_force(db.session, opens_at.date()).number,
        "site_check_percent": flow["site_check_percent"],
        "materials": material_rows(materials),
    }


def _written(call: Call) -> dict[str, Any]:
    names = ("title", "batch", "summary", "conditions", "industry_codes", "scene_ids", "tracks")
    names += ("opens_at", "closes_at", "review_by", "rubric_number", "site_check_percent")
    names += ("contact", "version")
    values = {name: getattr(call, name) for name in names}
    return {**values, "materials": material_rows(call.materials)}


def _editor(form: CallForm, call: Call | None = None, status: int = 200) -> ResponseReturnValue:
    findings = fairness_of(db.session, call) if call else ()
    page = render_template(
        "pages/calls/edit.html",
        form=form,
        call=call,
        findings=findings,
        faults=faults_of(db.session, call, database_now(db.session)) if call else [],
        desk_url=desk_url(call) if call else None,
        may_publish=call is not None and current_viewer().may("unit:call:publish"),
        tabs=vetting_tabs("calls"),
    )
    return page, status
