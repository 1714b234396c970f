"""The steps of a call, each asked on a page of its own: publish, extend, cancel, begin review."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import database_now, db
from ..errors import Conflict, InvalidInput
from ..web.filters import show_moment
from ..web.viewer import current_viewer
from .blueprint import room
from .checks import fairness_of, faults_of
from .desk_views import desk_url
from .forms import CancelForm, ExtendForm, PublishForm, seen_version
from .lifecycle import CALL_LIFECYCLE
from .models import Call
from .policy import may_extend_call
from .queries import get_desk_call
from .services import cancel_call, extend_call, move_call, publish_call
from .shown import period_words

PUBLISH = "unit:call:publish"


def _call_for(call_id: int, name: str) -> Call:
    """Return a call that can take the transition; Conflict when it is past that."""
    call = get_desk_call(db.session, current_viewer(), call_id)
    if call.state not in CALL_LIFECYCLE.transition(name).sources:
        raise _past()
    return call


def _past() -> Conflict:
    return Conflict(
        "这次征集已不在可以这样办理的状态。", "征集没有变化。", "请回到征集页面查看最新状态。"
    )


@room.get("/desk/calls/<int:call_id>/publish", permission=PUBLISH)
def confirm_publish(call_id: int) -> ResponseReturnValue:
    """Ask before a call is published: what will happen, and whether its words are fair."""
    call = _call_for(call_id, "publish")
    return _publish_page(call, PublishForm(data={"version": call.version}))


@room.post("/desk/calls/<int:call_id>/publish", permission=PUBLISH)
def publish(call_id: int) -> ResponseReturnValue:
    """Publish a call."""
    call = _call_for(call_id, "publish")
    form = PublishForm()
    if not form.validate_on_submit():
        return _publish_page(call, form, status=422)
    try:
        publish_call(
            db.session,
            current_viewer(),
            call,
            seen_version=seen_version(form),
            confirmation=form.confirmation.data or "",
        )
    except InvalidInput as problem:
        return _publish_page(call, form, problem=problem, status=422)
    flash(_("征集已发布，编号%(number)s。", number=call.number), "success")
    return redirect(desk_url(call), 303)


def _publish_page(
    call: Call, form: PublishForm, *, problem: InvalidInput | None = None, status: int = 200
) -> ResponseReturnValue:
    at = database_now(db.session)
    findings = fairness_of(db.session, call)
    page = render_template(
        "pages/calls/publish.html",
        call=call,
        form=form,
        desk_url=desk_url(call),
        period=period_words(call),
        opens_now=call.opens_at <= at,
        faults=faults_of(db.session, call, at),
        blocking=[item for item in findings if item.definite],
        doubtful=[item for item in findings if not item.definite],
        problem=problem,
    )
    return page, status


@room.get("/desk/calls/<int:call_id>/extend", permission=PUBLISH)
def confirm_extend(call_id: int) -> ResponseReturnValue:
    """Ask for the later end and its reason."""
    call = _extendable(call_id)
    return _extend_page(call, ExtendForm(data={"version": call.version}))


def _extendable(call_id: int) -> Call:
    viewer = current_viewer()
    call = get_desk_call(db.session, viewer, call_id)
    if not may_extend_call(viewer, call) or call.closes_at <= database_now(db.session):
        raise _past()
    return call


def _extend_page(call: Call, form: ExtendForm, status: int = 200) -> ResponseReturnValue:
    return (
        render_template(
            "pages/calls/extend.html",
            call=call,
            form=form,
            desk_url=desk_url(call),
            closes_at=show_moment(call.closes_at),
        ),
        status,
    )


@room.post("/desk/calls/<int:call_id>/extend", permission=PUBLISH)
def extend(call_id: int) -> ResponseReturnValue:
    """Put the end off."""
    call = _extendable(call_id)
    form = ExtendForm()
    if form.validate_on_submit():
        try:
            extend_call(
                db.session,
                current_viewer(),
                call,
                form.closes_at.moment,
                form.reason.data,
                seen_version=seen_version(form),
            )
        except InvalidInput as problem:
            form.closes_at.errors = [problem.what]
        else:
            flash(_("截止时间已延至%(at)s。", at=show_moment(call.closes_at)), "success")
            return redirect(desk_url(call), 303)
    return _extend_page(call, form, 422)


@room.get("/desk/calls/<int:call_id>/cancel", permission=PUBLISH)
def confirm_cancel(call_id: int) -> ResponseReturnValue:
    """Ask before a call is called off."""
    call = _call_for(call_id, "cancel")
    return _cancel_page(call, CancelForm(data={"version": call.version}))


@room.post("/desk/calls/<int:call_id>/cancel", permission=PUBLISH)
def cancel(call_id: int) -> ResponseReturnValue:
    """Call a call off."""
    call = _call_for(call_id, "cancel")
    form = CancelForm()
    if not form.validate_on_submit():
        return _cancel_page(call, form, 422)
    cancel_call(
        db.session, current_viewer(), call, form.reason.data, seen_version=seen_version(form)
    )
    flash(_("征集《%(title)s》已取消。", title=call.title), "success")
    return redirect(desk_url(call), 303)


def _cancel_page(call: Call, form: CancelForm, status: int = 200) -> ResponseReturnValue:
    return (
        render_template("pages/calls/cancel.html", call=call, form=form, desk_url=desk_url(call)),
        status,
    )


@room.post("/desk/calls/<int:call_id>/review", permission="unit:application:review")
def begin_review(call_id: int) -> ResponseReturnValue:
    """Move a closed call to its review."""
    call = _call_for(call_id, "review")
    if request.form.get("version") != str(call.version):
        raise _past()
    move_call(db.session, current_viewer(), call, "review")
    flash(_("征集已转入评审。"), "success")
    return redirect(desk_url(call), 303)


def step_urls(call: Call) -> list[tuple[str, str, str]]:
    """Return (word, address, tone) of the steps the viewer may take now, the main one first."""
    viewer = current_viewer()
    steps = []
    if call.state == "draft" and viewer.may("unit:call:edit"):
        steps.append((_("修改"), url_for("calls.edit", call_id=call.id), "outline-primary"))
    if not viewer.may(PUBLISH):
        return steps
    if call.state == "draft":
        publish_url = url_for("calls.confirm_publish", call_id=call.id)
        steps.insert(0, (_("发布…"), publish_url, "primary"))
    if may_extend_call(viewer, call) and call.closes_at > database_now(db.session):
        extend_url = url_for("calls.confirm_extend", call_id=call.id)
        steps.append((_("延长期限…"), extend_url, "outline-primary"))
    if call.state in CALL_LIFECYCLE.transition("cancel").sources:
        cancel_url = url_for("calls.confirm_cancel", call_id=call.id)
        steps.append((_("取消…"), cancel_url, "outline-danger"))
    return steps
