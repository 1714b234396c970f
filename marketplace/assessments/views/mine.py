"""An expert's lists: the reviews given to them, and their own interests."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db, now
from ...errors import InvalidInput, NotFound
from ...web.filters import beijing_today
from ...web.viewer import current_viewer
from ...workdays.promises import days_left
from ..blueprint import room
from ..forms import InterestForm
from ..lifecycle import SEAT_STATES, SEAT_TONES
from ..models import Expert, Seat
from ..queries import find_agreement, find_expert_of, own_seats
from ..services.interests import record_interest
from ..vocabulary import INTEREST_NAMES


@room.get("/my/reviews/", permission="own:assessment:view")
def mine() -> ResponseReturnValue:
    """Show the reviews given to the viewer, those to be done first."""
    today = beijing_today(now())
    rows = [
        {
            "seat": seat,
            "task": _task(seat),
            "days": days_left(today, seat.due_on) if seat.due_on else None,
        }
        for seat in own_seats(db.session, current_viewer())
    ]
    return render_template(
        "pages/assessments/mine.html",
        open_rows=[row for row in rows if row["task"]],
        other_rows=[row for row in rows if not row["task"]],
        states=SEAT_STATES,
        tones=SEAT_TONES,
        expert=find_expert_of(db.session, current_viewer()),
    )


def _task(seat: Seat) -> str:
    """Return what the expert has to do now, or nothing."""
    if seat.application.state != "expert_review":
        return ""
    if seat.state == "asked":
        return _("签署回避声明")
    if seat.state == "scoring":
        return _("评分")
    agreement = find_agreement(db.session, seat.application)
    waits = agreement is not None and agreement.state == "final" and seat.confirmed_at is None
    return _("确认合议结果") if waits and seat.state == "submitted" else ""


@room.get("/my/reviews/interests", permission="own:assessment:view")
def my_interests() -> ResponseReturnValue:
    """Show the viewer's own interests, and the form for another."""
    return _page(InterestForm(formdata=None))


@room.post("/my/reviews/interests", permission="own:assessment:score")
def add_my_interest() -> ResponseReturnValue:
    """Record an interest of one's own."""
    expert, form = _own_row(), InterestForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        record_interest(db.session, current_viewer(), expert, form.to_draft())
    except InvalidInput as problem:
        form.organisation.errors = [*form.organisation.errors, _refusal(problem)]
        return _page(form, status=422)
    flash(_("已登记。今后抽取专家时，与这家单位有关的申请会自动避开您。"), "success")
    return redirect(url_for("assessments.my_interests"), 303)


def _refusal(problem: InvalidInput) -> str:
    return f"{problem.what}{problem.next_step}"


def _own_row() -> Expert:
    expert = find_expert_of(db.session, current_viewer())
    if expert is None:
        raise NotFound("您还没有加入专家库。", next_step="请联系邀请您的人办理入库。")
    return expert


def _page(form: InterestForm, status: int = 200) -> ResponseReturnValue:
    expert = find_expert_of(db.session, current_viewer())
    page = render_template(
        "pages/assessments/interests.html",
        expert=expert,
        form=form,
        names=INTEREST_NAMES,
        today=beijing_today(now()),
    )
    return page, status
