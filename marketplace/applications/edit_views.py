"""The application form: begun from a call, a page a section, autosave, handing in."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..calls.queries import get_call
from ..db import db, now
from ..errors import DuijieError, InvalidInput, NotFound
from ..evidence.services import limits_of
from ..web.filters import BEIJING
from ..web.viewer import current_viewer
from . import services
from .asking import Asked, asked_of
from .blueprint import room
from .checks import faults_before_submission
from .drafts import ApplicationDraft
from .editing import cards, case_mark, first_open, material_rows, section_url, task_items
from .errors import EditedMeanwhile, Fault, Faulty, NotEditable
from .forms import SectionForm, form_of, seen_version, wrong_labels
from .models import Application
from .policy import may_edit
from .queries import get_own_application
from .sections import sections_for


@room.post("/calls/<int:call_id>/apply", permission="own:application:edit")
def start(call_id: int) -> ResponseReturnValue:
    """Begin an application under a call and go to its first section."""
    viewer = current_viewer()
    call = get_call(db.session, viewer, call_id)
    application = services.start_application(db.session, viewer, call)
    flash(
        _(
            "申请%(number)s已建立，已带入资料和上一次的说明，请核对后补充。",
            number=application.number,
        ),
        "success",
    )
    return redirect(section_url(application, "track"), 303)


def editable(number: str) -> Application:
    """Return an own application that may be filled in now, or raise why not."""
    viewer = current_viewer()
    application = get_own_application(db.session, viewer, number)
    if not may_edit(viewer, application):
        raise NotEditable(
            "这份申请现在不能修改。",
            "申请没有变化。",
            "已提交的内容以快照为准；需要更正的请联系经办人。",
        )
    return application


def faults_of(application: Application, asked: Asked) -> tuple[Fault, ...]:
    """Return what keeps the application from being handed in."""
    return faults_before_submission(
        ApplicationDraft.from_body(application.draft),
        asked,
        application.call.tracks,
        {item.item for item in application.files},
    )


@room.get("/my/applications/<number>/edit", permission="own:application:edit")
def edit(number: str) -> ResponseReturnValue:
    """Go on where most is missing: to the first section that is not done."""
    application = get_own_application(db.session, current_viewer(), number)
    if not may_edit(current_viewer(), application):
        flash(_("这份申请已提交，现在不能修改；办到哪一步见下。"), "info")
        return redirect(url_for("applications.show", number=number))
    if application.state == "supplement":
        return redirect(url_for("applications.supplement", number=number))
    asked = asked_of(db.session, application)
    section = first_open(application, asked, faults_of(application, asked))
    return redirect(section_url(application, section))


@room.get(
    "/my/applications/<number>/edit/<section>",
    permission="own:application:edit",
    endpoint="section",
)
def show_section(number: str, section: str) -> ResponseReturnValue:
    """Show one section of the form, open, among the others."""
    application = editable(number)
    _known(application, section)
    asked = asked_of(db.session, application)
    return editor(application, section, asked, form_of(section, application, asked))


def _known(application: Application, section: str) -> None:
    if section not in {item.code for item in sections_for(application.state)}:
        raise NotFound("没有这一项，或现在不能修改。", next_step="请从填写进度里选择。")


def editor(
    application: Application,
    section: str,
    asked: Asked,
    form: SectionForm | None,
    *,
    problem: DuijieError | None = None,
    conflict: EditedMeanwhile | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Return the page of a section, with what went wrong if something did."""
    faults = faults_of(application, asked)
    tasks, done = task_items(application, asked, faults, section)
    page = render_template(
        "pages/applications/edit.html",
        application=application,
        call=application.call,
        asked=asked,
        section=section,
        form=form,
        tasks=tasks,
        done=done,
        place=next(i for i, item in enumerate(tasks, 1) if item["current"]),
        cards=cards(application, asked, section),
        faults=[
            (fault.text, section_url(application, fault.section, fault.anchor)) for fault in faults
        ],
        cases=[(case, *case_mark(case)) for case in application.provider.cases],
        materials=material_rows(application, asked),
        limits=limits_of(db.session),
        problem=problem,
        conflict=conflict,
    )
    return page, status


@room.post("/my/applications/<number>/edit/<section>", permission="own:application:edit")
def save(number: str, section: str) -> ResponseReturnValue:
    """Keep one section and go on to the next, or go away."""
    application = editable(number)
    _known(application, section)
    asked = asked_of(db.session, application)
    form = form_of(section, application, asked)
    if form is None:
        raise NotFound("这一项不用保存。", next_step="请从填写进度里选择。")
    if not form.validate():
        return editor(application, section, asked, form, status=422)
    try:
        services.save_section(
            db.session, current_viewer(), application, section, form.to_values(), form.seen_version
        )
    except EditedMeanwhile as stale:
        form.version.data = str(application.version)
        return editor(application, section, asked, form, conflict=stale, status=409)
    except InvalidInput as problem:
        return editor(application, section, asked, form, problem=problem, status=422)
    return redirect(_after_saving(application, section), 303)


def _after_saving(application: Application, section: str) -> str:
    if "later" in request.form:
        flash(_("已保存，可以从这里继续。"), "success")
        return url_for("applications.show", number=application.number)
    codes = [item.code for item in sections_for(application.state)]
    place = codes.index(section) + 1
    if place == len(codes):
        return url_for("applications.supplement", number=application.number)
    return section_url(application, codes[place])


@room.post("/my/applications/<number>/autosave/<section>", permission="own:application:edit")
def autosave(number: str, section: str) -> ResponseReturnValue:
    """Keep what of a section is sound, for autosave.js; a stale save is refused as 409."""
    application = editable(number)
    asked = asked_of(db.session, application)
    form = form_of(section, application, asked)
    if form is None or section == "declarations":
        raise NotFound("这一项不自动保存。", next_step="请用页面上的按钮保存。")
    form.validate()
    version = services.save_section(
        db.session, current_viewer(), application, section, form.to_values(), form.seen_version
    )
    told = now().astimezone(BEIJING).strftime("%H:%M")
    wrong = wrong_labels(form)
    if wrong:
        told = _("%(at)s，“%(names)s”有误未保存", at=told, names="”“".join(wrong))
    return jsonify(saved_at=told, fields={"version": str(version)})


@room.post("/my/applications/<number>/submit", permission="own:application:submit")
def submit(number: str) -> ResponseReturnValue:
    """Hand the application in; what is missing is shown on the last section."""
    viewer = current_viewer()
    application = get_own_application(db.session, viewer, number)
    try:
        services.submit_application(
            db.session, viewer, application, seen_version=seen_version(request.form)
        )
    except Faulty:
        asked = asked_of(db.session, application)
        return editor(application, "check", asked, None, status=422)
    flash(_("申请%(number)s已提交，下面是接下来的安排。", number=number), "success")
    return redirect(url_for("applications.show", number=number), 303)
