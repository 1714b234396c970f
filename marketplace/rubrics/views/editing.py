"""The editor of a draft, and putting it before a second person."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db
from ...errors import Conflict, NotPermitted
from ...needlists.forms import whole_number
from ...rules.shape import with_leaves
from ...web.viewer import current_viewer
from ..blueprint import room
from ..faults import faults
from ..forms import DraftForm
from ..lifecycle import EDIT
from ..models import Rubric
from ..policy import may_edit
from ..queries import get_draft
from ..services import edit_rubric, submit_rubric
from ..sheet import edits_of, track_totals, value_of, weight_groups
from ..shown import path_words, setting_words
from .desk import tiers_shown


def _get_editable(number: str) -> Rubric:
    rubric = get_draft(db.session, number)
    if not may_edit(current_viewer(), rubric):
        raise NotPermitted(
            "这份评价标准现在不能修改。",
            "评价标准没有变化。",
            "已提请核准的须先退回；已核准的请另起草案。",
        )
    return rubric


@room.get("/desk/rubrics/<number>/edit", permission=EDIT)
def edit(number: str) -> ResponseReturnValue:
    """Show the editor of a draft."""
    rubric = _get_editable(number)
    form = DraftForm(
        data={
            "version": rubric.version,
            "note": rubric.note,
            "effective_on": rubric.effective_on,
        }
    )
    return _page(rubric, form, {}, faults(rubric.body))


def _page(rubric: Rubric, form: DraftForm, edits: dict[str, str], wrong: list[str]) -> str:
    body = rubric.body
    groups = weight_groups(body, edits)
    return render_template(
        "pages/rubrics/edit.html",
        rubric=rubric,
        body=body,
        form=form,
        groups=groups,
        totals=track_totals(groups),
        wrong=wrong,
        tiers=tiers_shown(),
        value_of=lambda path: value_of(body, edits, path),
        settings=[
            (path, word)
            for path, word in setting_words().items()
            if path.startswith(("figures.", "fairness.", "step"))
        ],
    )


@room.post("/desk/rubrics/<number>/edit", permission=EDIT)
def save(number: str) -> ResponseReturnValue:
    """Keep a draft; numbers that are none are shown again, everything else is kept, faults too."""
    rubric = _get_editable(number)
    form, edits = DraftForm(), edits_of(rubric.body, request.form)
    body, wrong = _edited(rubric, edits)
    if body is None or not form.validate_on_submit():
        return _page(rubric, form, edits, wrong), 422
    try:
        edit_rubric(
            db.session,
            current_viewer(),
            rubric,
            body,
            form.note.data or "",
            form.effective_on.data,
            seen_version=whole_number(form.version.data),
        )
    except Conflict:
        return _after_conflict(rubric, form, edits), 409
    left = len(faults(body))
    told = _("草案已保存，还有%(n)s处须改正。", n=left) if left else _("草案已保存。")
    flash(told, "info" if left else "success")
    return redirect(url_for("rubrics.edit" if left else "rubrics.show", number=number), 303)


def _after_conflict(rubric: Rubric, form: DraftForm, edits: dict[str, str]) -> str:
    """Return the page with what was typed, to be saved over what somebody else saved."""
    db.session.refresh(rubric)
    form.version.data = rubric.version
    told = _("他人刚保存了这份草案，您的修改没有写入；所填都在页面上，核对后再保存会盖过对方的。")
    return _page(rubric, form, edits, [told])


def _edited(rubric: Rubric, edits: dict[str, str]) -> tuple[dict[str, Any] | None, list[str]]:
    try:
        return with_leaves(rubric.body, edits), []
    except ValueError as error:
        what = path_words(str(error), rubric.body, tiers_shown())
        return None, [_("“%(what)s”要填数字，其余所填内容都在页面上。", what=what)]


@room.post("/desk/rubrics/<number>/submit", permission=EDIT)
def submit(number: str) -> ResponseReturnValue:
    """Put a draft before a second person."""
    rubric = get_draft(db.session, number)
    seen = whole_number(request.form.get("version"))
    submit_rubric(db.session, current_viewer(), rubric, seen_version=seen)
    flash(_("已提请核准。核准须由另一人办理，并先试算。"), "success")
    return redirect(url_for("rubrics.replay", number=number), 303)
