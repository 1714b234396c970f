"""What the desk does with an edition: each a POST from the edition's page."""

from __future__ import annotations

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db
from ..errors import NotFound
from ..web.viewer import current_viewer
from .blueprint import room
from .desk_views import edition_page
from .forms import AddendumForm, LeaveOutForm, PublishForm
from .models import Edition
from .public_views import edition_folder
from .queries import get_desk_edition
from .services import (
    add_addendum,
    freeze_edition,
    leave_out,
    publish_edition,
    put_on_notice,
    take_in,
    take_off_notice,
    unfreeze_edition,
)

STEPS = {
    "freeze": freeze_edition,
    "unfreeze": unfreeze_edition,
    "put_on_notice": put_on_notice,
    "take_off_notice": take_off_notice,
}


def _whole(text: str | None) -> int:
    """Return a posted number; 0, which no row has, for anything that is none."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _get(edition_id: int) -> Edition:
    return get_desk_edition(db.session, current_viewer(), edition_id)


def _back(edition_id: int) -> ResponseReturnValue:
    return redirect(url_for("editions.edit", edition_id=edition_id), 303)


@room.post("/desk/editions/<int:edition_id>/step", permission="unit:edition:edit")
def step(edition_id: int) -> ResponseReturnValue:
    """Freeze, unfreeze, put on notice or take off it."""
    edition, name = _get(edition_id), request.form.get("step", "")
    if name not in STEPS:
        raise NotFound("没有这一步。", "目录没有变化。", "请从目录页面办理。")
    seen = _whole(request.form.get("version"))
    STEPS[name](db.session, current_viewer(), edition, seen_version=seen)
    words = {
        "freeze": _("已冻结。收录内容固定，可以送公示。"),
        "unfreeze": _("已解冻，可以改动收录范围。"),
        "put_on_notice": _("公示已拟好，请到“公示”中发布。"),
        "take_off_notice": _("已退回冻结状态，可以解冻重编。"),
    }
    flash(words[name], "success")
    return _back(edition_id)


@room.post("/desk/editions/<int:edition_id>/leave-out", permission="unit:edition:edit")
def leave(edition_id: int) -> ResponseReturnValue:
    """Leave a provider out of a draft."""
    edition, form = _get(edition_id), LeaveOutForm()
    if not form.reason.validate(form) or not form.provider_id.data:
        return edition_page(edition, 422, leave_out_form=form)
    leave_out(
        db.session,
        current_viewer(),
        edition,
        form.provider_id.data,
        form.reason.data,
        seen_version=_whole(form.version.data),
    )
    flash(_("本期不收录这家服务商，原因已记下。"), "success")
    return _back(edition_id)


@room.post("/desk/editions/<int:edition_id>/take-in", permission="unit:edition:edit")
def take_again(edition_id: int) -> ResponseReturnValue:
    """Take a provider that was left out into a draft again."""
    provider_id, seen = (_whole(request.form.get(name)) for name in ("provider_id", "version"))
    take_in(db.session, current_viewer(), _get(edition_id), provider_id, seen_version=seen)
    flash(_("已重新收录。"), "success")
    return _back(edition_id)


@room.post("/desk/editions/<int:edition_id>/publish", permission="unit:edition:publish")
def publish(edition_id: int) -> ResponseReturnValue:
    """Publish an edition under the 文号 typed."""
    edition, form = _get(edition_id), PublishForm()
    if not form.validate_on_submit():
        return edition_page(edition, 422, publish_form=form)
    publish_edition(
        db.session,
        current_viewer(),
        edition,
        form.number.data,
        form.valid_from.data,
        form.valid_to.data,
        edition_folder(),
        author=current_app.config["BUREAU_NAME"],
        seen_version=_whole(form.version.data),
    )
    flash(_("已发布。四种文件已生成并存档，此后内容不再改动。"), "success")
    return _back(edition_id)


@room.post("/desk/editions/<int:edition_id>/addendum", permission="unit:edition:publish")
def append(edition_id: int) -> ResponseReturnValue:
    """Add a correction to a published edition."""
    edition, form = _get(edition_id), AddendumForm()
    if not form.validate_on_submit():
        return edition_page(edition, 422, addendum_form=form)
    addendum = add_addendum(db.session, current_viewer(), edition, form.text.data)
    flash(_("补遗第%(n)s号已公开。", n=addendum.ordinal), "success")
    return _back(edition_id)
