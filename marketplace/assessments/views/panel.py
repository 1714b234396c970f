"""The desk's page of a panel: who was drawn and how, and the site check of the application."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from ...applications.lifecycle import STATES, TONES
from ...applications.models import Application
from ...calls.queries import get_desk_call
from ...db import db, now
from ...errors import InvalidInput
from ...formal_review.queries import get_case
from ...web.filters import beijing_today
from ...web.viewer import current_viewer
from ...workdays.promises import days_left
from ..blueprint import room
from ..conflicts import least_experts, panel_problem
from ..forms import DrawForm, VisitForm, whole_number
from ..lifecycle import SEAT_STATES, SEAT_TONES
from ..models import Draw, Expert
from ..policy import may_arrange
from ..queries import draws_of, find_agreement, find_site_check, seats_of
from ..services.drawing import draw_panel, pool_of, replay_draw
from ..services.site_checks import draw_site_checks, record_visit, site_check_pool
from ..tabs import review_steps


@room.get("/desk/applications/<number>/panel", permission="unit:assessment:view")
def panel(number: str) -> ResponseReturnValue:
    """Show the panel of an application."""
    return _page(get_case(db.session, current_viewer(), number))


def _page(
    application: Application,
    draw_form: DrawForm | None = None,
    visit_form: VisitForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    viewer, today = current_viewer(), beijing_today(now())
    seats = seats_of(db.session, application)
    arranging = may_arrange(viewer, application)
    in_review = application.state == "expert_review"
    missing = least_experts(db.session) - sum(seat.state != "recused" for seat in seats)
    check = find_site_check(db.session, application)
    pool, to_draw = site_check_pool(db.session, application.call)
    page = render_template(
        "pages/assessments/panel.html",
        application=application,
        state=(STATES[application.state], TONES[application.state]),
        steps=review_steps(application, "panel"),
        seats=[(seat, days_left(today, seat.due_on) if seat.due_on else None) for seat in seats],
        seat_states=SEAT_STATES,
        seat_tones=SEAT_TONES,
        draws=[_shown(draw) for draw in draws_of(db.session, application)],
        pool=pool_of(db.session, application) if arranging and in_review else None,
        missing=max(0, missing),
        problem=panel_problem(db.session, application) if seats and in_review else "",
        agreement=find_agreement(db.session, application),
        may_arrange=arranging,
        draw_form=draw_form
        or DrawForm(formdata=None, seats=max(1, missing), seats_seen=len(seats)),
        check=check,
        site_pool=len(pool),
        site_to_draw=to_draw,
        visit_form=visit_form or VisitForm(formdata=None, version=application.version),
    )
    return page, status


def _shown(draw: Draw) -> dict[str, object]:
    ids = {*draw.pool, *(int(number) for number in draw.left_out)}
    names = {
        expert.id: expert.user.display_name
        for expert in db.session.scalars(select(Expert).where(Expert.id.in_(ids)))
    }
    return {
        "draw": draw,
        "holds": replay_draw(draw),
        "order": [names.get(number, str(number)) for number in draw.pool],
        "left_out": [
            (names.get(int(number), number), why) for number, why in draw.left_out.items()
        ],
        "filled_up": max(0, len(draw.drawn) - draw.fitting),
    }


@room.post("/desk/applications/<number>/panel/draw", permission="unit:assessment:arrange")
def draw(number: str) -> ResponseReturnValue:
    """Draw experts by lot."""
    viewer = current_viewer()
    application = get_case(db.session, viewer, number)
    form = DrawForm()
    if not form.validate_on_submit():
        return _page(application, draw_form=form, status=422)
    try:
        made = draw_panel(
            db.session,
            viewer,
            application,
            seats=form.seats.data,
            seats_seen=whole_number(form.seats_seen.data),
        )
    except InvalidInput as problem:
        form.seats.errors = [*form.seats.errors, f"{problem.what}{problem.next_step}"]
        return _page(application, draw_form=form, status=422)
    flash(_("已抽取%(count)s位专家，通知已发出。", count=len(made.drawn)), "success")
    return redirect(url_for("assessments.panel", number=number), 303)


@room.post("/desk/applications/<number>/site-check", permission="unit:assessment:arrange")
def visit(number: str) -> ResponseReturnValue:
    """Record what a site check found."""
    viewer = current_viewer()
    application = get_case(db.session, viewer, number)
    check = find_site_check(db.session, application)
    form = VisitForm()
    if check is None:
        raise InvalidInput("这份申请没有抽中现场核查。", "没有保存任何内容。")
    if not form.validate_on_submit():
        return _page(application, visit_form=form, status=422)
    seen = whole_number(form.version.data)
    try:
        record_visit(db.session, viewer, check, form.to_draft(), seen_version=seen)
    except InvalidInput as problem:
        form.visit_on.errors = [*form.visit_on.errors, problem.what]
        return _page(application, visit_form=form, status=422)
    flash(_("核查记录已保存，可以拟定等级。"), "success")
    return redirect(url_for("assessments.panel", number=number), 303)


@room.post("/desk/calls/<int:call_id>/site-checks", permission="unit:assessment:arrange")
def draw_checks(call_id: int) -> ResponseReturnValue:
    """Draw the site checks of a call; the page one came from is named by an application."""
    viewer = current_viewer()
    call = get_desk_call(db.session, viewer, call_id)
    made = draw_site_checks(db.session, viewer, call)
    numbers = "、".join(check.application.number for check in made)
    flash(_("已抽中现场核查：%(numbers)s。", numbers=numbers), "success")
    number = request.form.get("number") or made[0].application.number
    return redirect(url_for("assessments.panel", number=number), 303)
