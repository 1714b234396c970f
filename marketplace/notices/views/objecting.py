"""Object without an account, and follow the objection by its lookup code."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import database_now, db
from ...errors import DuijieError, InvalidInput, NotFound
from ...permissions import PUBLIC
from ...web.filters import beijing_today
from ...web.forms import options
from ..answers import answer_to_objector
from ..blueprint import room
from ..forms import ObjectionForm, uploads_of, whole_number
from ..lifecycle import OBJECTION_STATES, OBJECTION_TONES
from ..models import PublicNotice
from ..objection_queries import get_by_code
from ..queries import get_public_notice, is_running, list_entries_of, notice_rules
from ..services import file_objection
from ..tiers import tier_names
from .shown import file_store


def _form(notice: PublicNotice) -> ObjectionForm:
    form = ObjectionForm()
    entries = list_entries_of(db.session, notice)
    form.entry.choices = options(
        (entry.id, entry.name) for entry in entries if entry.state == "open"
    )
    return form


def _page(
    notice: PublicNotice, form: ObjectionForm, problem: DuijieError | None = None
) -> ResponseReturnValue:
    at = database_now(db.session)  # type: ignore[arg-type]
    page = render_template(
        "pages/notices/object.html",
        notice=notice,
        form=form,
        problem=problem,
        running=is_running(notice, at),
        rules=notice_rules(db.session, beijing_today(at)).body,
    )
    return page, problem.status if problem else 422 if form.errors else 200


@room.get("/notices/<int:notice_id>/objection", permission=PUBLIC, endpoint="object")
def object_(notice_id: int) -> ResponseReturnValue:
    """Show the form of an objection."""
    notice = get_public_notice(db.session, notice_id)
    form = _form(notice)
    if chosen := whole_number(request.args.get("entry")):
        form.entry.data = chosen
    return _page(notice, form)


@room.post("/notices/<int:notice_id>/objection", permission=PUBLIC)
def submit_objection(notice_id: int) -> ResponseReturnValue:
    """Take in an objection and show its lookup code, this one time."""
    notice = get_public_notice(db.session, notice_id)
    form = _form(notice)
    if not form.validate_on_submit():
        return _page(notice, form)
    if form.homepage.data:
        problem = InvalidInput(
            "提交没有通过检查。", "没有保存。", "请勿使用自动填表工具，重新填写后提交。"
        )
        return _page(notice, form, problem)
    entries = {entry.id: entry for entry in list_entries_of(db.session, notice)}
    try:
        objection, code = file_objection(
            db.session,
            entries[form.entry.data],
            form.to_draft(),
            uploads_of(form.files.data),
            file_store(),
        )
    except DuijieError as error:
        return _page(notice, form, error)
    return render_template(
        "pages/notices/received.html",
        notice=notice,
        number=objection.number,
        code=code,
        due_on=objection.due_on,
    )


@room.get("/notices/objections/", permission=PUBLIC)
def look_up() -> ResponseReturnValue:
    """Ask for a lookup code, or lead to what it belongs to."""
    code = request.args.get("code", "").strip()[:60]
    if not code:
        return render_template("pages/notices/look_up.html", code="", problem=None)
    try:
        get_by_code(db.session, code)
    except NotFound as error:
        return render_template("pages/notices/look_up.html", code=code, problem=error), 404
    return redirect(url_for("notices.follow", code=code))


@room.get("/notices/objections/<code>", permission=PUBLIC)
def follow(code: str) -> ResponseReturnValue:
    """Show whoever has the code how the objection stands, and the answer; not who objected."""
    if len(code) > 60:
        raise NotFound("没有这个查询码。", next_step="请核对后重试。")
    objection = get_by_code(db.session, code)
    today = beijing_today(database_now(db.session))  # type: ignore[arg-type]
    return render_template(
        "pages/notices/follow.html",
        objection=objection,
        notice=objection.entry.notice,
        company=objection.entry.name,
        answer=answer_to_objector(objection, tier_names(db.session, today)),
        state=(OBJECTION_STATES[objection.state], OBJECTION_TONES[objection.state]),
        steps=_steps(objection.state),
    )


def _steps(state: str) -> list[tuple[str, str]]:
    """Return the steps for `stepper`: received, looked into, decided."""
    reached = {"received": 0, "admitted": 1, "answered": 1}.get(state, 3)
    words = (_("受理审查"), _("核查"), _("答复"))
    return [
        (word, "done" if place < reached else "now" if place == reached else "later")
        for place, word in enumerate(words)
    ]
