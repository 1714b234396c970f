"""The desk's pages of appeals: all of the region, and one with its decision."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...applications.lifecycle import STATES
from ...applications.queries import get_desk_application
from ...db import database_now, db, now
from ...errors import InvalidInput
from ...web.filters import beijing_today
from ...web.paging import asked_page, page_of_rows
from ...web.viewer import current_viewer
from ..appeal_queries import appeal_of, desk_appeals, get_desk_appeal, window_of
from ..blueprint import room
from ..forms import DecisionForm, whole_number
from ..lifecycle import APPEAL_STATES, APPEAL_TONES
from ..models import Appeal
from ..policy import may_decide_appeal
from ..services import decide_appeal
from .shown import due_state

VIEW = "unit:notice:view"


@room.get("/desk/appeals/", permission=VIEW)
def desk_appeals_list() -> ResponseReturnValue:
    """List the appeals of the region."""
    viewer, state = current_viewer(), request.args.get("state", "")
    states = (state,) if state in APPEAL_STATES else ()
    page = page_of_rows(db.session, desk_appeals(viewer, states), asked_page())
    today = beijing_today(database_now(db.session))  # type: ignore[arg-type]
    chips = [(_("全部"), None, url_for("notices.desk_appeals_list"), not states, None)]
    chips += [
        (str(word), None, url_for("notices.desk_appeals_list", state=code), state == code, None)
        for code, word in APPEAL_STATES.items()
    ]
    return render_template(
        "pages/notices/appeals.html",
        page=page,
        chips_shown=chips,
        rows=[{"appeal": item, "due_state": due_state(item.due_on, today)} for item in page.items],
        states=APPEAL_STATES,
        tones=APPEAL_TONES,
        against=STATES,
    )


@room.get("/desk/applications/<number>/appeal", permission=VIEW)
def case_appeal(number: str) -> ResponseReturnValue:
    """Lead from an application to its appeal; without one, say until when one may come."""
    application = get_desk_application(db.session, current_viewer(), number)
    found = appeal_of(db.session, application.id)
    if found is not None:
        return redirect(url_for("notices.desk_appeal", number=found.number), 303)
    return render_template(
        "pages/notices/no_appeal.html",
        application=application,
        window=window_of(db.session, application),
        negative=application.state in {"rejected", "not_listed"},
        today=beijing_today(now()),
    )


@room.get("/desk/appeals/<number>", permission=VIEW)
def desk_appeal(number: str) -> ResponseReturnValue:
    """Show one appeal beside the decision it is about."""
    found = get_desk_appeal(db.session, current_viewer(), number)
    return _page(found, DecisionForm(formdata=None, version=found.version))


def _page(
    found: Appeal, form: DecisionForm, problem: InvalidInput | None = None
) -> ResponseReturnValue:
    viewer = current_viewer()
    today = beijing_today(database_now(db.session))  # type: ignore[arg-type]
    page = render_template(
        "pages/notices/appeal_case.html",
        appeal=found,
        application=found.application,
        case_url=_case_url(found.application.number),
        against=STATES[found.against],
        window=window_of(db.session, found.application),
        state=(APPEAL_STATES[found.state], APPEAL_TONES[found.state]),
        due_state=due_state(found.due_on, today) if found.state == "open" else "",
        may_decide=may_decide_appeal(viewer, found),
        is_own_decision=viewer.user_id == found.against_id,
        form=form,
        chosen=form.outcome.data or "",
        problem=problem,
    )
    return page, 422 if problem or form.errors else 200


def _case_url(number: str) -> str | None:
    endpoint = "formal_review.case"
    known = endpoint in current_app.view_functions
    return url_for(endpoint, number=number) if known else None


@room.post("/desk/appeals/<number>", permission="unit:appeal:decide")
def answer_appeal(number: str) -> ResponseReturnValue:
    """Decide an appeal."""
    viewer, form = current_viewer(), DecisionForm()
    found = get_desk_appeal(db.session, viewer, number)
    if not form.validate_on_submit():
        return _page(found, form)
    if form.outcome.data not in {"upheld", "dismissed"}:
        problem = InvalidInput("没有选择决定。", "申诉没有变化。", "请选择一项。")
        return _page(found, form, problem)
    decide_appeal(
        db.session,
        viewer,
        found,
        form.text.data,
        upheld=form.outcome.data == "upheld",
        seen_version=whole_number(form.version.data),
    )
    flash(_("复核决定已作出，并已通知企业。"), "success")
    return redirect(url_for("notices.desk_appeal", number=number), 303)
