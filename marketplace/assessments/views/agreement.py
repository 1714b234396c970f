"""The desk's page of the agreement: open, work it out, make it final, return a sheet."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...applications.models import Application
from ...db import db, now
from ...errors import Conflict, DuijieError, InvalidInput
from ...formal_review.queries import get_case
from ...needs.errors import Blocked
from ...web.filters import BEIJING, beijing_today
from ...web.forms import options
from ...web.viewer import current_viewer
from ...workdays.promises import days_left
from ..agreement_page import agreement_context
from ..blueprint import room
from ..conflicts import panel_problem
from ..forms import ReturnForm, agreed_marks_of, whole_number
from ..lifecycle import AGREEMENT_STATES, AGREEMENT_TONES, SEAT_STATES, SEAT_TONES
from ..marks import judged_of
from ..models import Agreement
from ..policy import may_chair
from ..queries import find_agreement, get_seat_of, seats_of
from ..services.agreeing import finalise_agreement, open_agreement, save_agreement
from ..services.seats import return_seat
from ..sheets import rubric_of
from ..tabs import review_steps
from ..tiers import tier_names


@room.get("/desk/applications/<number>/agreement", permission="unit:assessment:view")
def agreement(number: str) -> ResponseReturnValue:
    """Show the agreement; before it is opened only who has submitted, never a point."""
    return _page(get_case(db.session, current_viewer(), number))


def _page(
    application: Application,
    typed: Mapping[str, str] | None = None,
    problem: DuijieError | None = None,
) -> ResponseReturnValue:
    viewer, today = current_viewer(), beijing_today(now())
    found = find_agreement(db.session, application)
    chairs = may_chair(viewer, application)
    page = render_template(
        "pages/assessments/agreement.html",
        application=application,
        agreement=found,
        state=(AGREEMENT_STATES[found.state], AGREEMENT_TONES[found.state]) if found else None,
        shown=agreement_context(db.session, found, typed) if found and chairs else None,
        steps=review_steps(application, "agreement"),
        seats=seats_of(db.session, application),
        seat_states=SEAT_STATES,
        seat_tones=SEAT_TONES,
        tier_names=tier_names(db.session),
        rubric=rubric_of(db.session, application),
        why_not=panel_problem(db.session, application),
        days_left=days_left(today, application.due_on) if application.due_on else None,
        may_chair=chairs,
        problem=problem,
    )
    return page, problem.status if problem else 200


@room.post("/desk/applications/<number>/agreement/open", permission="unit:assessment:chair")
def begin(number: str) -> ResponseReturnValue:
    """Open the agreement."""
    application = get_case(db.session, current_viewer(), number)
    open_agreement(db.session, current_viewer(), application)
    flash(_("合议已开始，各份评分按代号列出。"), "success")
    return redirect(url_for("assessments.agreement", number=number), 303)


@room.post("/desk/applications/<number>/agreement", permission="unit:assessment:chair")
def save_agreed(number: str) -> ResponseReturnValue:
    """Keep what was agreed so far, and make it final if asked; refused values stay as typed."""
    application = get_case(db.session, current_viewer(), number)
    found = _open(application)
    try:
        _save(found)
    except (InvalidInput, Conflict) as problem:
        return _page(application, request.form, problem)
    if request.form.get("then") == "finalise":
        return redirect(url_for("assessments.confirm_final", number=number), 303)
    flash(_("合议内容已保存，还没有定稿。"), "success")
    return redirect(url_for("assessments.agreement", number=number), 303)


def _save(found: Agreement) -> None:
    application = found.application
    judged = judged_of(rubric_of(db.session, application).scheme, application.track)
    save_agreement(
        db.session,
        current_viewer(),
        found,
        agreed_marks_of(request.form, [item.code for item in judged]),
        request.form.get("minutes", ""),
        seen_version=whole_number(request.form.get("version")),
    )


@room.post("/desk/applications/<number>/agreement/autosave", permission="unit:assessment:chair")
def autosave_agreed(number: str) -> ResponseReturnValue:
    """Keep what was agreed so far, for autosave.js."""
    found = _open(get_case(db.session, current_viewer(), number))
    _save(found)
    told = now().astimezone(BEIJING).strftime("%H:%M:%S")
    return jsonify(saved_at=told, fields={"version": str(found.version)})


@room.get("/desk/applications/<number>/agreement/final", permission="unit:assessment:chair")
def confirm_final(number: str) -> ResponseReturnValue:
    """Say what making it final does, and ask."""
    application = get_case(db.session, current_viewer(), number)
    found = find_agreement(db.session, application)
    if found is None or found.state != "open":
        return redirect(url_for("assessments.agreement", number=number))
    return render_template(
        "pages/assessments/final.html",
        application=application,
        agreement=found,
        shown=agreement_context(db.session, found),
        why_not=panel_problem(db.session, application),
    )


@room.post("/desk/applications/<number>/agreement/final", permission="unit:assessment:chair")
def finalise(number: str) -> ResponseReturnValue:
    """Make the agreement final."""
    application = get_case(db.session, current_viewer(), number)
    seen = whole_number(request.form.get("version"))
    finalise_agreement(db.session, current_viewer(), _open(application), seen_version=seen)
    flash(_("合议已定稿，已请各位专家确认。"), "success")
    return redirect(url_for("assessments.agreement", number=number), 303)


def _open(application: Application) -> Agreement:
    found = find_agreement(db.session, application)
    if found is None:
        raise Blocked("合议还没有开始，或已退回重评。", "没有保存任何内容。", "请先开始合议。")
    return found


@room.get("/desk/applications/<number>/agreement/return", permission="unit:assessment:chair")
def ask_return(number: str) -> ResponseReturnValue:
    """Ask which sheet goes back and why."""
    application = get_case(db.session, current_viewer(), number)
    return _return_page(application, _return_form(application, fresh=True))


@room.post("/desk/applications/<number>/agreement/return", permission="unit:assessment:chair")
def send_sheet_back(number: str) -> ResponseReturnValue:
    """Return a sheet to its expert."""
    application = get_case(db.session, current_viewer(), number)
    form = _return_form(application)
    if not form.validate_on_submit():
        return _return_page(application, form, 422)
    seat = get_seat_of(db.session, application, whole_number(form.seat.data))
    return_seat(db.session, current_viewer(), seat, form.text.data, seen_version=seat.version)
    flash(_("已退回专家%(letter)s重评。", letter=seat.letter), "success")
    return redirect(url_for("assessments.agreement", number=number), 303)


def _return_form(application: Application, *, fresh: bool = False) -> ReturnForm:
    form = ReturnForm(formdata=None) if fresh else ReturnForm()
    form.seat.choices = options(
        (str(seat.id), _("专家%(letter)s", letter=seat.letter))
        for seat in seats_of(db.session, application)
        if seat.state == "submitted"
    )
    return form


def _return_page(
    application: Application, form: ReturnForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template("pages/assessments/return.html", application=application, form=form)
    return page, status
