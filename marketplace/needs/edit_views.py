"""The guided form: a page a section, autosave beside it, handing in at the end."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db, now
from ..errors import Conflict, NotFound
from ..rules.queries import get_rules
from ..web.filters import BEIJING, beijing_today
from ..web.viewer import current_viewer
from . import services
from .advice import advise
from .blueprint import room
from .checks import faults_before_submission
from .disclosure import LEVEL_MEANINGS, LEVEL_NAMES
from .editing import advice_in, cards, full_view, meter, section_url, task_items
from .errors import EditedMeanwhile, Fault, Faulty
from .fields import SectionForm, seen_version
from .forms import FORMS, form_of
from .models import Need
from .policy import may_edit
from .previews import preview_of
from .quality import score_need
from .queries import get_masker, get_own_need
from .sections import SECTIONS
from .steps import flow_rules

_CODES = tuple(section.code for section in SECTIONS)


@room.get("/my/needs/new", permission="own:need:edit")
def new() -> ResponseReturnValue:
    """Show the first section of a need that does not exist yet."""
    return _new_page(_blank_form())


def _blank_form() -> SectionForm:
    need = services.blank_draft(db.session, current_viewer())
    masker = get_masker(db.session, beijing_today(now()))
    return form_of("problem", need, masker.taxonomy)


def _new_page(form: SectionForm) -> str:
    return render_template("pages/needs/new.html", form=form, sections=SECTIONS)


@room.post("/my/needs/new", permission="own:need:edit")
def create() -> ResponseReturnValue:
    """Begin a draft with its first section and go on to the second."""
    form = _blank_form()
    if not form.validate() or not form.title.data:
        if not form.title.data:
            form.title.errors = [_("先写一个名称，之后可以改。")]
        return _new_page(form), 422
    need = services.start_draft(db.session, current_viewer(), form.to_values())
    flash(
        _("草稿%(number)s已建立，可以随时离开，之后从“我的需求”继续。", number=need.number),
        "success",
    )
    return redirect(section_url(need, "goals"), 303)


@room.get("/my/needs/<number>/edit", permission="own:need:edit")
def edit(number: str) -> ResponseReturnValue:
    """Go on where the draft still says least: to its first section that is not done."""
    need = _editable(number)
    today = beijing_today(now())
    quality = score_need(need, get_rules(db.session, "need_quality", today).body)
    open_ones = {item.section for item in quality.missing}
    section = next((code for code in _CODES if code in open_ones), _CODES[-1])
    return redirect(section_url(need, section))


@room.get("/my/needs/<number>/edit/<section>", permission="own:need:edit", endpoint="section")
def show_section(number: str, section: str) -> ResponseReturnValue:
    """Show one section of a draft, open, among the others."""
    need = _editable(number)
    if section not in _CODES:
        raise NotFound("没有这一项。", next_step="请从填写进度里选择。")
    return _editor(need, section, _form(need, section))


def _editable(number: str) -> Need:
    viewer = current_viewer()
    need = get_own_need(db.session, viewer, number)
    if not may_edit(viewer, need):
        raise Conflict(
            "这条需求现在不能修改。",
            "需求没有变化。",
            "已提交的可以先收回；已受理的请联系经办人退回。",
        )
    return need


def _form(need: Need, section: str) -> SectionForm | None:
    taxonomy = get_masker(db.session, beijing_today(now())).taxonomy
    return form_of(section, need, taxonomy) if section in FORMS else None


def _editor(
    need: Need,
    section: str,
    form: SectionForm | None,
    *,
    conflict: EditedMeanwhile | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    today = beijing_today(now())
    masker = get_masker(db.session, today)
    quality = score_need(need, get_rules(db.session, "need_quality", today).body)
    faults = faults_before_submission(need, masker, today)
    tasks, done = task_items(need, quality, faults, section)
    full = full_view(need, masker)
    advice = advise(need, masker, today, flow_rules(db.session, today)["must_haves"])
    page = render_template(
        "pages/needs/edit.html",
        need=full,
        updated_at=need.updated_at,
        section=section,
        place=_CODES.index(section) + 1,
        form=form,
        cards=cards(need, full, section),
        tasks=tasks,
        done=done,
        meter=meter(need, quality),
        quality=quality,
        advice=advice_in(advice, section),
        all_advice=advice,
        faults=[(fault.text, section_url(need, fault.section, fault.anchor)) for fault in faults],
        preview=preview_of(need, masker),
        levels={code: str(text) for code, text in LEVEL_MEANINGS.items()},
        level_name=str(LEVEL_NAMES[need.disclosure]),
        conflict=conflict,
    )
    return page, status


@room.post("/my/needs/<number>/edit/<section>", permission="own:need:edit")
def save(number: str, section: str) -> ResponseReturnValue:
    """Keep one section and go on to the next, or stay, or go away."""
    need = _editable(number)
    form = _form(need, section)
    if form is None:
        raise NotFound("没有这一项。")
    if "add_goal" in request.form:
        form.goals.append_entry()
        return _editor(need, section, form)
    if not form.validate():
        return _editor(need, section, form, status=422)
    try:
        services.save_section(
            db.session, current_viewer(), need, section, form.to_values(), form.seen_version
        )
    except EditedMeanwhile as stale:
        form.version.data = str(need.version)
        return _editor(need, section, form, conflict=stale, status=409)
    except Faulty as faulty:
        _put_errors(form, faulty.faults)
        return _editor(need, section, form, status=422)
    return redirect(_after_saving(need, section), 303)


def _put_errors(form: SectionForm, faults: Sequence[Fault]) -> None:
    for fault in faults:
        field = form._fields[fault.anchor]
        field.errors = [*field.errors, fault.text]


def _after_saving(need: Need, section: str) -> str:
    if "later" in request.form:
        flash(_("草稿已保存，可以从这里继续填写。"), "success")
        return url_for("needs.mine")
    if "stay" in request.form:
        return section_url(need, section, "preview")
    return section_url(need, _CODES[_CODES.index(section) + 1])


@room.post("/my/needs/<number>/autosave/<section>", permission="own:need:edit")
def autosave(number: str, section: str) -> ResponseReturnValue:
    """Keep what of a section is sound, for autosave.js; a stale save is refused as 409."""
    need = _editable(number)
    form = _form(need, section)
    if form is None:
        raise NotFound("没有这一项。")
    form.validate()
    values = form.to_values(sound_only=True)
    version = services.save_section(
        db.session, current_viewer(), need, section, values, form.seen_version
    )
    told = now().astimezone(BEIJING).strftime("%H:%M")
    wrong = [str(field.label.text) for field in form if field.errors and field.name != "goals"]
    if wrong:
        told = _("%(at)s，“%(names)s”有误未保存", at=told, names="”“".join(wrong))
    return jsonify(saved_at=told, fields={"version": str(version)})


@room.post("/my/needs/<number>/submit", permission="own:need:submit")
def submit(number: str) -> ResponseReturnValue:
    """Hand the need in for review."""
    viewer = current_viewer()
    need = get_own_need(db.session, viewer, number)
    try:
        services.submit_need(db.session, viewer, need, seen_version=seen_version(request.form))
    except Faulty:
        return _editor(need, "check", None, status=422)
    flash(_("需求%(number)s已提交，下面是接下来的安排。", number=need.number), "success")
    return redirect(url_for("needs.show", number=need.number), 303)
