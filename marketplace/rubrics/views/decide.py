"""The second person's decision on a draft: approve it, or send it back."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db
from ...needlists.forms import whole_number
from ...web.viewer import current_viewer
from ..blueprint import room
from ..forms import OpinionForm, ReturnForm
from ..lifecycle import APPROVE
from ..queries import get_draft
from ..services import approve_rubric, return_rubric
from .replays import BACK, replay_page


@room.post("/desk/rubrics/<number>/approve", permission=APPROVE)
def approve(number: str) -> ResponseReturnValue:
    """Approve a draft as the second person."""
    rubric, form = get_draft(db.session, number), OpinionForm()
    if not form.validate_on_submit():
        return replay_page(rubric, form, ReturnForm(None, prefix=BACK), 422)
    seen = whole_number(form.version.data)
    approve_rubric(db.session, current_viewer(), rubric, form.to_opinion(), seen_version=seen)
    flash(_("%(number)s已核准，%(day)s起生效。", number=number, day=rubric.effective_on), "success")
    return redirect(url_for("rubrics.show", number=number), 303)


@room.post("/desk/rubrics/<number>/return", permission=APPROVE, endpoint="send_back")
def send_back(number: str) -> ResponseReturnValue:
    """Send a draft back with a reason."""
    rubric, form = get_draft(db.session, number), ReturnForm(prefix=BACK)
    if not form.validate_on_submit():
        return replay_page(rubric, OpinionForm(formdata=None), form, 422)
    seen = whole_number(form.version.data)
    return_rubric(db.session, current_viewer(), rubric, form.reason.data or "", seen_version=seen)
    flash(_("%(number)s已退回修改。", number=number), "success")
    return redirect(url_for("rubrics.show", number=number), 303)
