"""The desk's pages of notices: all of the region, a draft to fill, a notice that runs or ran."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...calls.models import Call
from ...db import database_now, db
from ...errors import NotFound
from ...web.filters import beijing_today
from ...web.forms import options
from ...web.paging import asked_page, page_of_rows
from ...web.viewer import current_viewer
from ..appeal_queries import desk_appeals
from ..blueprint import room
from ..drafts import NoticeDraft
from ..forms import CallForm, NoticeForm, whole_number
from ..lifecycle import (
    APPEAL_STATES,
    APPEAL_TONES,
    ENTRY_STATES,
    ENTRY_TONES,
    NOTICE_STATES,
    NOTICE_TONES,
    OBJECTION_STATES,
    OBJECTION_TONES,
    OPEN_OBJECTIONS,
)
from ..models import PublicNotice
from ..objection_queries import desk_objections, verified_ids
from ..policy import may_edit_notice, may_publish_notice
from ..queries import (
    calls_ready,
    count_desk_states,
    count_entries,
    count_open_objections,
    desk_notices,
    get_desk_notice,
    is_running,
    list_entries_of,
    notice_problems,
    notice_rules,
    ready_applications,
)
from ..services import draft_notice, edit_notice
from ..tiers import tier_names
from .outlook import outlook_of
from .shown import due_state, is_over, shown_period

VIEW, EDIT = "unit:notice:view", "unit:notice:edit"
_MOST_WAITING = 50


@room.get("/desk/notices/", permission=VIEW, endpoint="desk")
def desk() -> ResponseReturnValue:
    """Show the notices of the region, and the objections and appeals that wait."""
    viewer, state = current_viewer(), request.args.get("state", "")
    states = (state,) if state in NOTICE_STATES else ()
    page = page_of_rows(db.session, desk_notices(viewer, states), asked_page())
    counts = count_desk_states(db.session, viewer)
    chips = [(_("全部"), sum(counts.values()), url_for("notices.desk"), not states, None)]
    chips += [
        (str(word), counts.get(code, 0), url_for("notices.desk", state=code), state == code, None)
        for code, word in NOTICE_STATES.items()
    ]
    objections = db.session.scalars(
        desk_objections(viewer, OPEN_OBJECTIONS).limit(_MOST_WAITING)
    ).all()
    appeals = db.session.scalars(desk_appeals(viewer, ("open",)).limit(_MOST_WAITING)).all()
    today = beijing_today(database_now(db.session))  # type: ignore[arg-type]
    return render_template(
        "pages/notices/desk.html",
        page=page,
        chips_shown=chips,
        states=NOTICE_STATES,
        tones=NOTICE_TONES,
        counts=count_entries(db.session, [notice.id for notice in page.items]),
        objections=objection_rows(objections, today),
        appeals=[{"appeal": item, "due_state": due_state(item.due_on, today)} for item in appeals],
        appeal_states=APPEAL_STATES,
        appeal_tones=APPEAL_TONES,
        may_create=viewer.may(EDIT),
        handles=viewer.may("unit:objection:handle"),
    )


def objection_rows(objections: Any, today: Any) -> list[dict[str, Any]]:
    """Return objections as the tables of the desk show them: never who objected."""
    verified = verified_ids(db.session, [item.id for item in objections])
    return [
        {
            "number": item.number,
            "company": item.entry.name,
            "gist": item.gist,
            "standing": _("单位") if item.standing == "sealed" else _("实名"),
            "verified": item.id in verified,
            "due_on": item.due_on,
            "due_state": due_state(item.due_on, today) if item.state in OPEN_OBJECTIONS else "",
            "state": (OBJECTION_STATES[item.state], OBJECTION_TONES[item.state]),
            "answer_due_on": item.answer_due_on if item.state == "admitted" else None,
        }
        for item in objections
    ]


@room.get("/desk/notices/new", permission=EDIT)
def new() -> ResponseReturnValue:
    """Ask for which call a notice is drafted."""
    return _new_page(CallForm())


def _new_page(form: CallForm, status: int = 200) -> ResponseReturnValue:
    ready = calls_ready(db.session, current_viewer())
    form.call.choices = options(
        (call.id, _("%(title)s，待公示%(n)s家", title=call.title, n=count)) for call, count in ready
    )
    return render_template("pages/notices/new.html", form=form, ready=ready), status


@room.post("/desk/notices/new", permission=EDIT)
def create() -> ResponseReturnValue:
    """Begin a notice with all the applications of the call that are ready."""
    viewer, form = current_viewer(), CallForm()
    ready = {call.id: call for call, _count in calls_ready(db.session, viewer)}
    form.call.choices = options((key, call.title) for key, call in ready.items())
    if not form.validate_on_submit():
        return _new_page(form, 422)
    call: Call = ready[form.call.data]
    today = beijing_today(database_now(db.session))  # type: ignore[arg-type]
    draft = NoticeDraft(
        title=_("%(batch)s拟入库服务商名单公示", batch=call.batch or call.title),
        contact=call.contact,
        working_days=notice_rules(db.session, today).body["working_days_least"],
        application_ids=tuple(
            application.id
            for application, _decision in ready_applications(db.session, viewer, call.id)
        ),
    )
    notice = draft_notice(db.session, viewer, call, draft)
    flash(_("已拟好，名单中是这个征集全部待公示的申请，请核对。"), "success")
    return redirect(url_for("notices.edit", notice_id=notice.id), 303)


@room.get("/desk/notices/<int:notice_id>", permission=VIEW)
def edit(notice_id: int) -> ResponseReturnValue:
    """Show a notice as the desk handles it: a draft to fill in, or how it stands."""
    notice = get_desk_notice(db.session, current_viewer(), notice_id)
    if notice.state == "draft" and notice.kind == "listing":
        return draft_page(notice, _notice_form(notice))
    return notice_page(notice)


def _notice_form(notice: PublicNotice) -> NoticeForm:
    form = NoticeForm(obj=notice)
    ready = ready_applications(db.session, current_viewer(), notice.call_id or 0)
    tiers = tier_names(db.session, beijing_today(database_now(db.session)))  # type: ignore[arg-type]
    form.applications.choices = options(
        (
            application.id,
            f"{application.organisation.name}　{tiers.get(decision.after_tier or '', '')}　"
            f"{application.number}",
        )
        for application, decision in ready
    )
    if request.method == "GET":
        form.applications.data = [
            entry.application_id for entry in notice.entries if entry.application_id
        ]
    return form


def draft_page(notice: PublicNotice, form: NoticeForm, status: int = 200) -> ResponseReturnValue:
    """Return the page of a draft."""
    viewer = current_viewer()
    today = beijing_today(database_now(db.session))  # type: ignore[arg-type]
    return (
        render_template(
            "pages/notices/draft.html",
            notice=notice,
            form=form,
            problems=notice_problems(db.session, notice),
            least=notice_rules(db.session, today).body["working_days_least"],
            may_edit=may_edit_notice(viewer, notice),
            may_publish=may_publish_notice(viewer, notice),
            state=(NOTICE_STATES[notice.state], NOTICE_TONES[notice.state]),
        ),
        status,
    )


@room.post("/desk/notices/<int:notice_id>", permission=EDIT)
def save(notice_id: int) -> ResponseReturnValue:
    """Keep the head of a draft and who stands in it."""
    viewer = current_viewer()
    notice = get_desk_notice(db.session, viewer, notice_id)
    if not may_edit_notice(viewer, notice):
        raise NotFound("这份公示已经发布，不能再改。", next_step="请回到公示页面查看。")
    form = _notice_form(notice)
    if not form.validate_on_submit():
        return draft_page(notice, form, 422)
    seen = whole_number(form.version.data)
    edit_notice(db.session, viewer, notice, form.to_draft(), seen_version=seen)
    flash(_("拟稿已保存。"), "success")
    return redirect(url_for("notices.edit", notice_id=notice_id), 303)


def notice_page(notice: PublicNotice) -> ResponseReturnValue:
    """Return the page of a notice that is up or was, and of an edition's draft."""
    viewer = current_viewer()
    at = database_now(db.session)  # type: ignore[arg-type]
    today, running = beijing_today(at), is_running(notice, at)
    entries = list_entries_of(db.session, notice)
    held = count_open_objections(db.session, [entry.id for entry in entries])
    rules = notice_rules(db.session, today).body
    tiers = tier_names(db.session, today)
    objections = db.session.scalars(desk_objections(viewer, notice_id=notice.id)).all()
    may_publish = may_publish_notice(viewer, notice)
    return render_template(
        "pages/notices/notice.html",
        notice=notice,
        state=(NOTICE_STATES[notice.state], NOTICE_TONES[notice.state]),
        running=running,
        period=shown_period(db.session, notice, today, running=running),
        objections=objection_rows(objections, today),
        handles=viewer.may("unit:objection:handle"),
        open_count=sum(held.values()),
        outlook=outlook_of(notice, entries, held, rules["working_days_least"]),
        rows=[
            {
                "name": entry.name,
                "tier": (entry.tier, tiers.get(entry.tier)),
                "held": held.get(entry.id, 0),
                "state": (ENTRY_STATES[entry.state], ENTRY_TONES[entry.state]),
                "number": entry.application.number if entry.application else "",
            }
            for entry in entries
        ],
        rules=rules,
        may_publish=may_publish,
        may_cancel=may_publish and not is_over(notice, at) and notice.state != "cancelled",
        may_list=may_publish
        and any(item.state == "settled" for item in entries)
        and notice.kind == "listing",
        waits_for_worker=notice.state == "published" and not running,
    )
