"""The queue of decisions that wait for a second person, and of re-checks that are due."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db, now
from ..errors import InvalidInput
from ..web.filters import beijing_today
from ..web.paging import asked_page, page_of_rows
from ..web.viewer import current_viewer
from .blueprint import room
from .desk_views import shown_decisions, whole
from .forms import DecideForm
from .queries import desk_decisions, due_rechecks, get_decision
from .services import approve_decision, return_decision

MOST_RECHECKS = 50


@room.get("/desk/decisions/", permission="unit:decision:view")
def decisions() -> ResponseReturnValue:
    """Show what waits for a second person, and whose annual re-check is due."""
    viewer, today = current_viewer(), beijing_today(now())
    page = page_of_rows(db.session, desk_decisions(viewer, ("proposed",)), asked_page())
    rechecks = db.session.scalars(due_rechecks(viewer, today).limit(MOST_RECHECKS)).all()
    return render_template(
        "pages/listings/decisions.html",
        page=page,
        decisions=shown_decisions(list(page.items), viewer, today),
        queue_url=_queue_url,
        rechecks=[
            {
                "provider_id": item.provider_id,
                "name": item.provider.organisation.name,
                "verified_on": item.verified_on,
                "recheck_on": item.recheck_on,
                "days_over": (today - item.recheck_on).days if item.recheck_on else 0,
            }
            for item in rechecks
        ],
    )


def _queue_url(name: str) -> str | None:
    """Return where a proposal on an application is decided: its row in the queue."""
    if "formal_review.desk" not in current_app.view_functions:
        return None
    return url_for("formal_review.desk", state="proposed", q=name)


@room.post("/desk/decisions/<int:decision_id>", permission="unit:decision:approve")
def decide(decision_id: int) -> ResponseReturnValue:
    """Approve a proposal, which puts it in force, or return it."""
    viewer, form = current_viewer(), DecideForm()
    decision = get_decision(db.session, viewer, decision_id)
    if decision.application_id is not None:
        raise InvalidInput(
            "这份决定随入库申请核准，不在这里办理。",
            "决定没有变化。",
            "请在“入库与评价”中打开该申请办理。",
        )
    answer, seen = request.form.get("answer", ""), whole(form.version.data)
    if answer not in {"approve", "return"} or not form.validate_on_submit():
        raise InvalidInput("没有选择核准或退回。", "决定没有变化。", "请选择后再提交。")
    verb = approve_decision if answer == "approve" else return_decision
    verb(db.session, viewer, decision, form.words.data or "", seen_version=seen)
    words = _("已核准，立即生效。") if answer == "approve" else _("已退回，原因已记下。")
    flash(words, "success")
    return redirect(url_for("listings.decisions"), 303)
