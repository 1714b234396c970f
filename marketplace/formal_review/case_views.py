"""The page of one application, and everything staff do there."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..applications.models import Application
from ..db import db, now
from ..errors import InvalidInput
from ..web.filters import beijing_today
from ..web.viewer import current_viewer
from . import services
from .blueprint import room
from .case_page import case_context, plain_forms
from .forms import AskForm, ExtendForm, RejectForm, VersionedForm
from .queries import get_case, get_check, get_file

REVIEW = "unit:application:review"


def _asked(number: str) -> Application:
    return get_case(db.session, current_viewer(), number)


def _page(application: Application, status: int = 200, **more: Any) -> ResponseReturnValue:
    """Show the case; `more` are forms to show again, what to open, and what went wrong."""
    context = case_context(db.session, current_viewer(), application, beijing_today(now()))
    forms = plain_forms(db.session, current_viewer(), application)
    opened = {"do": request.args.get("do", ""), "problem": None}
    page = render_template(
        "pages/formal_review/case.html", **{**context, **forms, **opened, **more}
    )
    return page, status


def _done(application: Application, words: str, anchor: str = "") -> ResponseReturnValue:
    flash(words, "success")
    return redirect(
        url_for("formal_review.case", number=application.number, _anchor=anchor or None), 303
    )


def _version() -> int:
    return VersionedForm().seen_version


@room.get("/desk/applications/<number>", permission="unit:application:view")
def case(number: str) -> ResponseReturnValue:
    """Show one application with everything to decide it by."""
    return _page(_asked(number))


@room.post("/desk/applications/<number>/checks/<code>", permission=REVIEW)
def decide(number: str, code: str) -> ResponseReturnValue:
    """Say whether what a rule left open is accepted."""
    application = _asked(number)
    check = get_check(db.session, application, code)
    note = request.form.get("note", "").strip()[:1000]
    try:
        services.decide_check(
            db.session,
            current_viewer(),
            check,
            request.form.get("decision", ""),
            note,
            seen_version=_version(),
        )
    except InvalidInput as problem:
        return _page(application, 422, problem=problem, noted={code: note})
    return _done(application, _("%(code)s已认定。", code=code), "rules")


@room.post("/desk/applications/<number>/recheck", permission=REVIEW)
def recheck(number: str) -> ResponseReturnValue:
    """Run the rules again on what was handed in."""
    application = _asked(number)
    changed = services.run_checks(db.session, application, current_viewer())
    words = _("已按现行规则重新核对。") if changed else _("已重新核对，判定没有变化。")
    return _done(application, words, "rules")


@room.post("/desk/applications/<number>/pass", permission=REVIEW)
def let_pass(number: str) -> ResponseReturnValue:
    """Pass the application on to expert review."""
    application = _asked(number)
    try:
        services.pass_formal(db.session, current_viewer(), application, seen_version=_version())
    except InvalidInput as problem:
        return _page(application, 422, problem=problem)
    return _done(application, _("%(number)s已通过形式审查，转专家评审。", number=number))


@room.post("/desk/applications/<number>/supplement", permission=REVIEW)
def ask(number: str) -> ResponseReturnValue:
    """Ask the provider for what is missing."""
    application, form = _asked(number), AskForm()
    problem = None
    if form.validate():
        try:
            services.ask_supplement(
                db.session,
                current_viewer(),
                application,
                str(form.words.data),
                form.to_items(),
                seen_version=form.seen_version,
            )
            return _done(application, _("已要求%(number)s补正，并通知企业。", number=number))
        except InvalidInput as refused:
            problem = refused
    return _page(application, 422, ask=form, do="ask", problem=problem)


@room.post("/desk/applications/<number>/extend", permission=REVIEW)
def extend(number: str) -> ResponseReturnValue:
    """Give the provider more days, once."""
    application, form = _asked(number), ExtendForm()
    problem = None
    if form.validate():
        try:
            services.extend_supplement(
                db.session,
                current_viewer(),
                application,
                form.days.data or 0,
                str(form.reason.data),
            )
            return _done(application, _("补正期限已延长，并通知企业。"))
        except InvalidInput as refused:
            problem = refused
    return _page(application, 422, extend=form, do="extend", problem=problem)


@room.post("/desk/applications/<number>/reject", permission="unit:application:reject")
def reject(number: str) -> ResponseReturnValue:
    """Refuse to accept the application, with the rules quoted."""
    application, form = _asked(number), RejectForm()
    problem = None
    if form.validate():
        try:
            services.reject(
                db.session,
                current_viewer(),
                application,
                str(form.words.data or ""),
                seen_version=form.seen_version,
            )
            return _done(application, _("%(number)s不予受理，已通知企业。", number=number))
        except InvalidInput as refused:
            problem = refused
    return _page(application, 422, reject=form, do="reject", problem=problem)


@room.post("/desk/applications/<number>/handler", permission=REVIEW)
def assign(number: str) -> ResponseReturnValue:
    """Give the case to somebody of the office."""
    application = _asked(number)
    services.assign_handler(
        db.session,
        current_viewer(),
        application,
        _number_in("handler"),
        seen_handler_id=_number_in("seen_handler"),
    )
    return _done(application, _("经手人已更改。"))


def _number_in(name: str) -> int | None:
    text = request.form.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidInput("请从名单中选择经手人。", "经手人没有变化。")
    return int(text)


@room.post("/desk/applications/<number>/files/<int:file_id>/check", permission=REVIEW)
def verify(number: str, file_id: int) -> ResponseReturnValue:
    """Say how far a file was verified."""
    application = _asked(number)
    row = get_file(db.session, application, file_id)
    services.verify_file(
        db.session,
        current_viewer(),
        row,
        request.form.get("checked", ""),
        seen_checked=request.form.get("seen", ""),
    )
    return _done(application, _("“%(name)s”的核实程度已更新。", name=row.file.filename), "evidence")
