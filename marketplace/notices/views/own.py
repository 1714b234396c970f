"""The company's side: objections it is asked about, and its one appeal."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...applications.models import Application
from ...db import database_now, db
from ...errors import DuijieError
from ...rules.queries import get_rules
from ...web.filters import beijing_today
from ...web.paging import asked_page, page_of_rows
from ...web.viewer import current_viewer
from ..answers import answer_to_company
from ..appeal_queries import appeal_of, get_own_application, window_of
from ..blueprint import room
from ..forms import AnswerForm, uploads_of, whole_number
from ..lifecycle import APPEAL_STATES, APPEAL_TONES, OBJECTION_STATES, OBJECTION_TONES
from ..models import Objection
from ..objection_queries import company_files, get_own_objection, own_objections
from ..period import end_of
from ..policy import may_appeal
from ..queries import notice_rules
from ..services import answer_objection, file_appeal
from ..tiers import tier_names
from .shown import due_state, file_store

ANSWER, APPEAL = "own:objection:answer", "own:appeal:file"


@room.get("/my/objections/", permission=ANSWER)
def my_objections() -> ResponseReturnValue:
    """List the objections the company was asked about."""
    page = page_of_rows(db.session, own_objections(current_viewer()), asked_page())
    today = beijing_today(database_now(db.session))  # type: ignore[arg-type]
    rows = [
        {
            "number": item.number,
            "notice": item.entry.notice.title,
            "state": (OBJECTION_STATES[item.state], OBJECTION_TONES[item.state]),
            "due_on": item.answer_due_on if item.state == "admitted" else None,
            "due_state": due_state(item.answer_due_on, today),
        }
        for item in page.items
    ]
    return render_template("pages/notices/my_objections.html", page=page, rows=rows)


@room.get("/my/objections/<number>", permission=ANSWER)
def my_objection(number: str) -> ResponseReturnValue:
    """Show the gist of an objection and the form to answer it."""
    found = get_own_objection(db.session, current_viewer(), number)
    return _objection_page(found, AnswerForm(formdata=None, version=found.version))


def _objection_page(
    found: Objection, form: AnswerForm, problem: DuijieError | None = None
) -> ResponseReturnValue:
    at = database_now(db.session)  # type: ignore[arg-type]
    today = beijing_today(at)
    in_time = found.answer_due_on is not None and at < end_of(found.answer_due_on)
    page = render_template(
        "pages/notices/my_objection.html",
        objection=found,
        notice=found.entry.notice,
        state=(OBJECTION_STATES[found.state], OBJECTION_TONES[found.state]),
        may_answer=found.state == "admitted" and in_time,
        is_late=found.state == "admitted" and not in_time,
        files=company_files(found),
        form=form,
        problem=problem,
        answer=answer_to_company(found, tier_names(db.session, today)),
        most=notice_rules(db.session, today).body["files_per_objection"],
    )
    return page, problem.status if problem else 422 if form.errors else 200


@room.post("/my/objections/<number>", permission=ANSWER)
def answer(number: str) -> ResponseReturnValue:
    """Take in the company's answer."""
    viewer = current_viewer()
    found, form = get_own_objection(db.session, viewer, number), AnswerForm()
    if not form.validate_on_submit():
        return _objection_page(found, form)
    try:
        answer_objection(
            db.session,
            viewer,
            found,
            form.text.data,
            uploads_of(form.files.data),
            file_store(),
            seen_version=whole_number(form.version.data),
        )
    except DuijieError as error:
        return _objection_page(found, form, error)
    flash(_("答复已提交，经办人核查后作出决定。"), "success")
    return redirect(url_for("notices.my_objection", number=number), 303)


@room.get("/my/applications/<number>/appeal", permission=APPEAL)
def appeal(number: str) -> ResponseReturnValue:
    """Show the form of an appeal; once filed, the appeal and its answer."""
    application = get_own_application(db.session, current_viewer(), number)
    return _appeal_page(application, AnswerForm(formdata=None, version=application.version))


def _appeal_page(
    application: Application, form: AnswerForm, problem: DuijieError | None = None
) -> ResponseReturnValue:
    viewer = current_viewer()
    at = database_now(db.session)  # type: ignore[arg-type]
    today = beijing_today(at)
    filed, window = appeal_of(db.session, application.id), window_of(db.session, application)
    possible = may_appeal(viewer, application.organisation_id, application.state)
    page = render_template(
        "pages/notices/appeal.html",
        application=application,
        appeal=filed,
        is_overdue=filed is not None and filed.due_on is not None and filed.due_on < today,
        state=(APPEAL_STATES[filed.state], APPEAL_TONES[filed.state]) if filed else None,
        window=window,
        possible=possible,
        in_time=window.is_open(at),
        form=form,
        problem=problem,
        days=get_rules(db.session, "application_flow", today).body,
        most=notice_rules(db.session, today).body["files_per_objection"],
        application_url=_application_url(application.number),
    )
    return page, problem.status if problem else 422 if form.errors else 200


def _application_url(number: str) -> str | None:
    endpoint = "applications.show"
    known = endpoint in current_app.view_functions
    return url_for(endpoint, number=number) if known else None


@room.post("/my/applications/<number>/appeal", permission=APPEAL)
def submit_appeal(number: str) -> ResponseReturnValue:
    """File the appeal."""
    viewer = current_viewer()
    application, form = get_own_application(db.session, viewer, number), AnswerForm()
    if not form.validate_on_submit():
        return _appeal_page(application, form)
    try:
        uploads = uploads_of(form.files.data)
        file_appeal(db.session, viewer, application, form.text.data, uploads, file_store())
    except DuijieError as error:
        return _appeal_page(application, form, error)
    flash(_("申诉已提交，由原决定人以外的人员复核。"), "success")
    return redirect(url_for("notices.appeal", number=number), 303)
