"""The staff's side: the queue of the region, one need with everything to decide it by."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from ..audit.queries import list_trail
from ..db import db, now
from ..permissions import Viewer
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from ..web.paging import asked_page, page_of_rows
from ..web.viewer import current_viewer
from . import services
from .advice import advise
from .blueprint import room
from .checks import faults_of_mask
from .correcting import CorrectionForm
from .disclosure import LEVEL_NAMES
from .duplicates import Candidate, find_alike
from .editing import full_view
from .errors import Blocked, Faulty
from .fields import seen_version
from .lifecycle import STATES, TONES
from .models import Need
from .policy import may_edit_mask, may_set_disclosure, may_take
from .previews import preview_of
from .progress import due_of, trail_items
from .public_views import recommendations_url
from .quality import score_need
from .queries import (
    count_desk_states,
    desk_needs,
    get_desk_need,
    get_masker,
    list_decisions,
    list_near,
)
from .steps import flow_rules
from .triage import decide, draft_return, options_for

WAITING = ("submitted", "diagnosis", "accepted")
_TABS = ("waiting", "submitted", "returned", "diagnosis", "accepted", "internal", "published")
_TABS += ("expired", "withdrawn", "merged")
MOST_QUEUED = 500


@room.get("/desk/needs/", permission="unit:need:view")
def desk() -> ResponseReturnValue:
    """Show the queue of the region, longest waiting first."""
    viewer, today = current_viewer(), beijing_today(now())
    state = request.args.get("state", "waiting")
    states = WAITING if state == "waiting" else (state,) if state in STATES else ()
    words = request.args.get("q", "").strip()[:60]
    statement = desk_needs(viewer, states, words)
    page = page_of_rows(db.session, statement, asked_page(), 30)
    counts = count_desk_states(db.session, viewer)
    return render_template(
        "pages/needs/desk.html",
        page=page,
        rows=_rows(page.items, today),
        tabs=[_tab(code, state, counts) for code in _TABS],
        words=words,
        today=today,
    )


def _tab(code: str, current: str, counts: dict[str, int]) -> tuple[str, int, str, bool, None]:
    name = _("待办") if code == "waiting" else str(STATES[code])
    count = sum(counts.get(item, 0) for item in (WAITING if code == "waiting" else (code,)))
    return name, count, url_for("needs.desk", state=code), code == current, None


def _rows(needs: Any, today: Any) -> list[dict[str, Any]]:
    flow = flow_rules(db.session, today)
    masker = get_masker(db.session, today)
    rules = get_rules(db.session, "need_quality", today).body
    return [
        {
            "need": full_view(need, masker),
            "tone": TONES.get(need.state, "mute"),
            "score": score_need(need, rules).score,
            "due": due_of(need, list_decisions(db.session, need), flow),
            "waited": (today - beijing_today(need.submitted_at)).days,
            "level": str(LEVEL_NAMES[need.disclosure]),
        }
        for need in needs
    ]


@room.get("/desk/needs/<number>", permission="unit:need:view")
def triage(number: str) -> ResponseReturnValue:
    """Show one need with everything to decide it by."""
    return _triage(get_desk_need(db.session, current_viewer(), number))


def _triage(
    need: Need,
    status: int = 200,
    *,
    correction: CorrectionForm | None = None,
    problem: Exception | None = None,
) -> ResponseReturnValue:
    viewer, today = current_viewer(), beijing_today(now())
    masker = get_masker(db.session, today)
    flow = flow_rules(db.session, today)
    quality = score_need(need, get_rules(db.session, "need_quality", today).body)
    decisions = list_decisions(db.session, need)
    page = render_template(
        "pages/needs/triage.html",
        need=full_view(need, masker),
        need_id=need.id,
        tone=TONES.get(need.state, "mute"),
        level=str(LEVEL_NAMES[need.disclosure]),
        due=due_of(need, decisions, flow),
        today=today,
        preview=preview_of(need, masker, originals=True),
        quality=quality,
        advice=advise(need, masker, today, flow["must_haves"]),
        options=options_for(viewer, need, quality, faults_of_mask(need, masker), flow),
        drafted=draft_return(quality),
        decisions=decisions,
        duplicates=_duplicates(viewer, need, flow),
        mergeable=may_take(viewer, need, "merge"),
        correction=correction or _correction(viewer, need, masker.taxonomy),
        trail=trail_items(list_trail(db.session, "need", need.id)),
        queue=_place_in_queue(viewer, need),
        recommendations_url=recommendations_url(viewer, need),
        disclosure_url=_disclosure_url(viewer, need),
        problem=problem,
        merged_into=_number_of(need.merged_into_id),
    )
    return page, status


def _disclosure_url(viewer: Viewer, need: Need) -> str | None:
    if not may_set_disclosure(viewer, need):
        return None
    return url_for("needs.desk_disclosure", number=need.number)


def _number_of(need_id: int | None) -> str | None:
    return db.session.scalar(select(Need.number).where(Need.id == need_id)) if need_id else None


def _correction(viewer: Viewer, need: Need, taxonomy: Any) -> CorrectionForm | None:
    if not may_edit_mask(viewer, need):
        return None
    form = CorrectionForm(obj=need, data={"version": str(need.version)})
    form.prepare(need, taxonomy, viewer.region_prefix)
    return form


def _duplicates(viewer: Viewer, need: Need, flow: dict[str, Any]) -> list[dict[str, Any]]:
    if need.state in {"withdrawn", "merged", "expired"}:
        return []
    near = list_near(db.session, viewer, need)
    return [
        _candidate(item, flow["duplicate_alike"])
        for item in find_alike(need, near, flow["duplicate_at"])
    ]


def _candidate(item: Candidate, alike: float) -> dict[str, Any]:
    very = item.likeness >= alike
    word = _("很像") if very else _("略像")
    return {
        "title": f"{item.need.number} {item.need.title}",
        "url": url_for("needs.triage", number=item.need.number),
        "note": f"{item.need.company_name}，{STATES[item.need.state]}",
        "closeness": f"{item.likeness:.2f} {word}",
        "tone": "dup" if very else "mute",
        "same": "、".join(item.same) or "—",
        "different": "、".join(item.different) or "—",
        "actions": [(_("并入%(number)s", number=item.need.number[-4:]), "into", item.need.number)],
    }


def _place_in_queue(viewer: Viewer, need: Need) -> dict[str, Any] | None:
    """Return where the need stands among those of its state, with its neighbours' addresses."""
    statement = desk_needs(viewer, (need.state,)).with_only_columns(Need.number)
    numbers = list(db.session.scalars(statement.limit(MOST_QUEUED)))
    if need.number not in numbers or len(numbers) < 2:
        return None
    place = numbers.index(need.number)
    before = numbers[place - 1] if place else None
    after = numbers[place + 1] if place + 1 < len(numbers) else None
    return {
        "place": place + 1,
        "total": len(numbers),
        "before": url_for("needs.triage", number=before) if before else None,
        "after": url_for("needs.triage", number=after) if after else None,
    }


@room.post("/desk/needs/<number>/decide", permission="unit:need:triage")
def decide_need(number: str) -> ResponseReturnValue:
    """Take the reviewer's decision."""
    viewer = current_viewer()
    need = get_desk_need(db.session, viewer, number)
    code, reason = request.form.get("decision", ""), request.form.get("reason", "").strip()
    try:
        decision = decide(db.session, viewer, need, code, reason[:4000], seen_version(request.form))
    except (Blocked, Faulty) as problem:
        db.session.expire(need)
        return _triage(need, 422, problem=problem)
    flash(_("%(number)s：%(label)s，已办理。", number=number, label=decision.label), "success")
    return redirect(url_for("needs.triage", number=number), 303)


@room.post("/desk/needs/<number>/correct", permission="unit:need:edit")
def correct(number: str) -> ResponseReturnValue:
    """Put mask texts and classification right."""
    viewer = current_viewer()
    need = get_desk_need(db.session, viewer, number)
    form = CorrectionForm()
    masker = get_masker(db.session, beijing_today(now()))
    form.prepare(need, masker.taxonomy, viewer.region_prefix)
    if not form.validate():
        return _triage(need, 422, correction=form)
    try:
        services.correct_need(
            db.session, viewer, need, form.to_values(), seen_version=form.seen_version
        )
    except Faulty as faulty:
        for fault in faulty.faults:
            field = form._fields[fault.anchor]
            field.errors = [*field.errors, fault.text]
        return _triage(need, 422, correction=form)
    flash(_("%(number)s的公众版与分类已更正。", number=number), "success")
    return redirect(url_for("needs.triage", number=number), 303)


@room.post("/desk/needs/<number>/merge", permission="unit:need:triage")
def merge(number: str) -> ResponseReturnValue:
    """Close the need as a duplicate of another one."""
    viewer = current_viewer()
    need = get_desk_need(db.session, viewer, number)
    into = get_desk_need(db.session, viewer, request.form.get("into", ""))
    services.merge_need(db.session, viewer, need, into, seen_version=seen_version(request.form))
    flash(_("%(number)s已并入%(into)s。", number=number, into=into.number), "success")
    return redirect(url_for("needs.triage", number=into.number), 303)
