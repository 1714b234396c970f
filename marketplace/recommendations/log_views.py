"""The log of a run on the work side: whom it showed, what became of them, and recording it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db, now
from ..errors import InvalidInput, NotFound, NotNow
from ..permissions import Viewer
from ..web.filters import beijing_today
from ..web.forms import options, tried_at
from ..web.viewer import current_viewer
from .blueprint import room
from .models import RecommendationRun, RunEvent
from .queries import get_run, get_tier_names, names_of_people, names_of_providers
from .run_log import (
    INVITED,
    KIND_NAMES,
    RECORD,
    UNDONE,
    last_of_each,
    list_events,
    list_impressions,
    may_record,
    may_see_log,
    record_outcome,
    standing_events,
    undo_outcome,
)
from .weight_forms import OutcomeForm, UndoForm

TONES = {
    "accepted": "ok",
    "contracted": "ok",
    "failed": "bad",
    "declined": "mute",
    "silent": "mute",
}


def _run(number: str) -> RecommendationRun:
    saved = get_run(db.session, current_viewer(), number)
    if not may_see_log(current_viewer(), saved.need):
        raise NotFound("没有这次运行记录，或它不对您公开。", next_step="请核对运行号。")
    return saved


@room.get("/desk/runs/<number>/log", permission="unit:recommendation:view")
def run_log(number: str) -> ResponseReturnValue:
    """Show whom a run recommended and what became of each, with the form to record more."""
    saved = _run(number)
    return _page(saved, _form(saved, posted=False), 200)


def _form(saved: RecommendationRun, posted: bool) -> OutcomeForm:
    form = OutcomeForm() if posted else OutcomeForm(formdata=None)
    if not posted:
        form.happened_on.data, form.kind.data = beijing_today(now()), INVITED
    placed = [int(item["provider_id"]) for item in saved.result["placed"]]
    names = names_of_providers(db.session, placed)
    form.provider.choices = options((str(key), names[key]) for key in placed if key in names)
    return form


def _page(
    saved: RecommendationRun,
    form: OutcomeForm,
    status: int,
    refused: tuple[int, UndoForm] | None = None,
) -> ResponseReturnValue:
    """Return the page; `refused`: the event that was not taken back and the form that says why."""
    viewer: Viewer = current_viewer()
    events = list_events(db.session, viewer, saved)
    impressions = list_impressions(db.session, saved)
    last, standing = last_of_each(events), {item.id for item in standing_events(events)}
    shown = {item.provider_id for item in impressions}
    names = names_of_providers(db.session, [*shown, *(event.provider_id for event in events)])
    page = render_template(
        "pages/recommendations/log.html",
        saved=saved,
        need=saved.need,
        shown=[(item, last.get(item.provider_id)) for item in impressions],
        beyond=[event for key, event in last.items() if key not in shown],
        events=[_event(event, standing) for event in events],
        undoing=_undoing(last.values(), refused),
        undo_refused=refused[1] if refused else None,
        names=names,
        people=names_of_people(db.session, (event.by_id for event in events)),
        kinds=KIND_NAMES,
        tones=TONES,
        tiers=get_tier_names(db.session),
        form=form,
        may_record=may_record(viewer, saved.need),
    )
    return page, status


def _undoing(
    events: Iterable[RunEvent], refused: tuple[int, UndoForm] | None
) -> dict[int, UndoForm]:
    """Return the form that takes each of these events back, by the event's id."""
    forms = {event.id: UndoForm(formdata=None) for event in events}
    if refused:
        forms[refused[0]] = refused[1]
    for event_id, form in forms.items():
        form.note.id = f"note-{event_id}"
    return forms


def _event(event: RunEvent, standing: set[int]) -> dict[str, Any]:
    return {
        "row": event,
        "word": _("撤回") if event.kind == UNDONE else KIND_NAMES[event.kind],
        "undone": event.kind != UNDONE and event.id not in standing,
    }


@room.post("/desk/runs/<number>/log", permission=RECORD)
def record_event(number: str) -> ResponseReturnValue:
    """Record what became of one provider of the run."""
    saved = _run(number)
    form = _form(saved, posted=True)
    event = form.validate_on_submit() and tried_at(
        form,
        {NotNow: "kind", InvalidInput: "happened_on"},
        lambda: record_outcome(
            db.session,
            current_viewer(),
            saved,
            form.provider.data,
            form.kind.data,
            form.happened_on.data,  # type: ignore[arg-type]
            form.note.data or "",
        ),
    )
    if not event:
        return _page(saved, form, 422)
    flash(_("已登记：%(kind)s。", kind=KIND_NAMES[event.kind]), "success")
    return redirect(url_for("recommendations.run_log", number=number), 303)


@room.post("/desk/runs/<number>/log/<int:event_id>/undo", permission=RECORD)
def undo_event(number: str, event_id: int) -> ResponseReturnValue:
    """Take the last event of a provider back."""
    saved, form = _run(number), UndoForm()
    if not form.validate_on_submit():
        return _page(saved, _form(saved, posted=False), 422, (event_id, form))
    undo_outcome(db.session, current_viewer(), saved, event_id, form.note.data or "")
    flash(_("已撤回，原来的一条留在记录里。"), "success")
    return redirect(url_for("recommendations.run_log", number=number), 303)
