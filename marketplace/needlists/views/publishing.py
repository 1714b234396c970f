"""Publishing a list, taking it back, appending to it: each asks once more before it acts."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db
from ...errors import NotFound
from ...web.viewer import current_viewer
from ..blueprint import room
from ..forms import ReasonForm, whole_number
from ..models import NeedList
from ..queries import get_desk_list, list_problems
from ..services.publishing import OPENLY, append_to_list, publish_list, withdraw_list


@room.get("/desk/lists/<int:list_id>/publish", permission="unit:needlist:publish")
def confirm_publish(list_id: int) -> ResponseReturnValue:
    """Say what publishing will do, row by disclosure, and ask."""
    viewer = current_viewer()
    need_list = _in_state(list_id, "draft")
    levels = [entry.need.disclosure for entry in need_list.entries]
    return render_template(
        "pages/needlists/publish.html",
        need_list=need_list,
        total=len(levels),
        openly=sum(level in OPENLY for level in levels),
        listed=levels.count("listed"),
        bureau=levels.count("bureau"),
        problems=list_problems(db.session, viewer, need_list),
        prefix=current_app.config["DOC_PREFIX"],
    )


@room.post("/desk/lists/<int:list_id>/publish", permission="unit:needlist:publish")
def publish(list_id: int) -> ResponseReturnValue:
    """Publish a draft."""
    need_list = get_desk_list(db.session, current_viewer(), list_id)
    publish_list(
        db.session,
        current_viewer(),
        need_list,
        prefix=current_app.config["DOC_PREFIX"],
        seen_version=whole_number(request.form.get("version")),
    )
    flash(_("清单已发布，文号：%(number)s", number=need_list.number), "success")
    return redirect(url_for("needlists.show", list_id=list_id), 303)


@room.get("/desk/lists/<int:list_id>/withdraw", permission="unit:needlist:publish")
def confirm_withdraw(list_id: int) -> ResponseReturnValue:
    """Say what withdrawing will do, and ask for the reason."""
    need_list = _in_state(list_id, "published")
    form = ReasonForm(formdata=None, version=need_list.version)
    return render_template("pages/needlists/withdraw.html", need_list=need_list, form=form)


@room.post("/desk/lists/<int:list_id>/withdraw", permission="unit:needlist:publish")
def withdraw(list_id: int) -> ResponseReturnValue:
    """Withdraw a published list."""
    need_list = get_desk_list(db.session, current_viewer(), list_id)
    form = ReasonForm()
    if not form.validate_on_submit():
        page = render_template("pages/needlists/withdraw.html", need_list=need_list, form=form)
        return page, 422
    withdraw_list(
        db.session,
        current_viewer(),
        need_list,
        form.text.data,
        seen_version=whole_number(form.version.data),
    )
    flash(_("清单已撤回，公开页面只保留文号和原因。"), "success")
    return redirect(url_for("needlists.edit", list_id=list_id), 303)


@room.post("/desk/lists/<int:list_id>/addenda", permission="unit:needlist:publish")
def append(list_id: int) -> ResponseReturnValue:
    """Append a correction to a published list."""
    need_list = get_desk_list(db.session, current_viewer(), list_id)
    form = ReasonForm()
    text = form.text.data if form.validate_on_submit() else ""
    addendum = append_to_list(
        db.session,
        current_viewer(),
        need_list,
        text,
        seen_version=whole_number(form.version.data),
    )
    flash(_("附录%(ordinal)s已发布。", ordinal=addendum.ordinal), "success")
    return redirect(url_for("needlists.edit", list_id=list_id), 303)


def _in_state(list_id: int, state: str) -> NeedList:
    need_list = get_desk_list(db.session, current_viewer(), list_id)
    if need_list.state != state:
        raise NotFound(
            "这份清单已不在可以这样办理的状态。", next_step="请从清单列表重新进入，查看最新状态。"
        )
    return need_list
