"""The desk's pages of rubrics: all versions, and one of them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...accounts.models import User
from ...catalogue.shown import tier_names
from ...db import db, now
from ...needlists.forms import whole_number
from ...rules.queries import get_rules
from ...web.filters import beijing_today
from ...web.viewer import current_viewer
from ..blueprint import room
from ..lifecycle import EDIT, STATES, TONES
from ..models import Rubric
from ..policy import may_edit, may_replay, may_withdraw
from ..queries import (
    SHIPPED_NUMBER,
    get_draft,
    latest_replay,
    list_rubrics,
    rubric_in_force,
    shipped_body,
)
from ..services import draft_rubric, what_keeps_from_submitting, withdraw_rubric
from ..sheet import weight_groups

VIEW = "unit:rubric:view"


def tiers_shown() -> dict[str, str]:
    """Return the names of the tiers in force today, highest first."""
    return tier_names(get_rules(db.session, "tiers", beijing_today(now())).body)


def name_of(user_id: int | None) -> str:
    """Return the name of a person of the bureau; empty for nobody."""
    user = db.session.get(User, user_id) if user_id else None
    return user.display_name if user else ""


@room.get("/desk/rubrics/", permission=VIEW)
def index() -> ResponseReturnValue:
    """List the versions, with the one in force and the drafts."""
    rubrics = list_rubrics(db.session)
    return render_template(
        "pages/rubrics/index.html",
        rubrics=rubrics,
        people={item.id: name_of(item.submitted_by_id or item.created_by_id) for item in rubrics},
        current=rubric_in_force(db.session, beijing_today(now())),
        shipped=shipped_body(),
        shipped_number=SHIPPED_NUMBER,
        states=STATES,
        tones=TONES,
        today=beijing_today(now()),
        may_draft=current_viewer().may(EDIT),
    )


@room.post("/desk/rubrics/", permission=EDIT)
def draft() -> ResponseReturnValue:
    """Begin the next version as a copy of an approved one."""
    based_on = request.form.get("based_on", "").strip()[:20]
    rubric = draft_rubric(db.session, current_viewer(), based_on)
    flash(_("%(number)s草案已建好，可以修改了。", number=rubric.number), "success")
    return redirect(url_for("rubrics.edit", number=rubric.number), 303)


@room.get("/desk/rubrics/<number>", permission=VIEW)
def show(number: str) -> ResponseReturnValue:
    """Show one version: its table of points, guidance, lines, and where it stands."""
    if number == SHIPPED_NUMBER:
        return _page(None, shipped_body())
    rubric = get_draft(db.session, number)
    return _page(rubric, rubric.body)


def _page(rubric: Rubric | None, body: dict[str, object]) -> str:
    viewer, today = current_viewer(), beijing_today(now())
    open_draft = rubric is not None and rubric.state == "draft"
    return render_template(
        "pages/rubrics/show.html",
        rubric=rubric,
        number=rubric.number if rubric else SHIPPED_NUMBER,
        body=body,
        groups=weight_groups(body, {}),
        tiers=tiers_shown(),
        current=rubric_in_force(db.session, today),
        states=STATES,
        tones=TONES,
        today=today,
        keeps=what_keeps_from_submitting(db.session, rubric) if rubric and open_draft else [],
        run=latest_replay(db.session, rubric) if rubric else None,
        submitter=name_of(rubric.submitted_by_id) if rubric else "",
        approver=name_of(rubric.approved_by_id) if rubric else "",
        may_draft=viewer.may(EDIT),
        may_edit=bool(rubric and may_edit(viewer, rubric)),
        may_replay=bool(rubric and may_replay(viewer, rubric)),
        may_withdraw=bool(rubric and may_withdraw(viewer, rubric)),
    )


@room.post("/desk/rubrics/<number>/withdraw", permission=EDIT)
def withdraw(number: str) -> ResponseReturnValue:
    """Give a draft up."""
    rubric = get_draft(db.session, number)
    seen = whole_number(request.form.get("version"))
    withdraw_rubric(db.session, current_viewer(), rubric, seen_version=seen)
    flash(_("%(number)s草案已撤销，编号不再使用。", number=number), "success")
    return redirect(url_for("rubrics.index"), 303)
