"""The desk's pages of the expert pool: all of it, and one person with their interests."""

from __future__ import annotations

from dataclasses import fields

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...calls.tabs import vetting_tabs
from ...db import db, now
from ...errors import InvalidInput
from ...taxonomy.queries import get_taxonomy
from ...web.filters import beijing_today
from ...web.paging import asked_page, page_of_rows
from ...web.viewer import current_viewer
from ..blueprint import room
from ..drafts import ExpertDraft
from ..forms import EndForm, ExpertForm, InterestForm, whole_number
from ..models import Expert
from ..policy import may_edit_experts
from ..queries import (
    addable_users,
    count_experts,
    count_running_seats,
    expert_statement,
    get_expert,
    get_interest,
)
from ..services.experts import add_expert, edit_expert, set_expert_active
from ..services.interests import end_interest, record_interest
from ..vocabulary import INTEREST_NAMES


@room.get("/desk/experts/", permission="unit:assessment:view", endpoint="experts")
def experts() -> ResponseReturnValue:
    """Show the pool."""
    words = request.args.get("q", "").strip()[:60]
    page = page_of_rows(db.session, expert_statement(words), asked_page())
    counts = count_experts(db.session)
    return render_template(
        "pages/assessments/experts.html",
        page=page,
        words=words,
        counts=counts,
        running=count_running_seats(db.session, [expert.id for expert in page.items]),
        taxonomy=get_taxonomy(db.session),
        tabs=vetting_tabs("experts"),
        may_edit=may_edit_experts(current_viewer()),
    )


@room.get("/desk/experts/new", permission="unit:expert:edit")
def new_expert() -> ResponseReturnValue:
    """Show the empty form of a person to take into the pool."""
    return render_template("pages/assessments/expert_new.html", form=_form())


@room.post("/desk/experts/new", permission="unit:expert:edit")
def add() -> ResponseReturnValue:
    """Take a person into the pool."""
    form = _form()
    if not form.validate_on_submit():
        return render_template("pages/assessments/expert_new.html", form=form), 422
    expert = add_expert(db.session, current_viewer(), whole_number(form.user.data), form.to_draft())
    flash(_("已加入专家库，请核对利害关系。"), "success")
    return redirect(url_for("assessments.expert", expert_id=expert.id), 303)


@room.get("/desk/experts/<int:expert_id>", permission="unit:assessment:view")
def expert(expert_id: int) -> ResponseReturnValue:
    """Show one person of the pool."""
    return _page(get_expert(db.session, expert_id))


def _page(
    row: Expert,
    form: ExpertForm | None = None,
    interest_form: InterestForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "pages/assessments/expert.html",
        expert=row,
        form=form or _form(row),
        interest_form=interest_form or InterestForm(formdata=None),
        end_form=EndForm(formdata=None),
        names=INTEREST_NAMES,
        taxonomy=get_taxonomy(db.session),
        today=beijing_today(now()),
        running=count_running_seats(db.session, [row.id]).get(row.id, 0),
        may_edit=may_edit_experts(current_viewer()),
    )
    return page, status


@room.post("/desk/experts/<int:expert_id>", permission="unit:expert:edit")
def edit(expert_id: int) -> ResponseReturnValue:
    """Keep what is known of a person."""
    row = get_expert(db.session, expert_id)
    form = _form(row)
    if not form.validate_on_submit():
        return _page(row, form, status=422)
    seen = whole_number(form.version.data)
    edit_expert(db.session, current_viewer(), row, form.to_draft(), seen_version=seen)
    flash(_("专家资料已保存。"), "success")
    return redirect(url_for("assessments.expert", expert_id=expert_id), 303)


@room.post("/desk/experts/<int:expert_id>/active", permission="unit:expert:edit")
def set_active(expert_id: int) -> ResponseReturnValue:
    """Let a person pause, or take reviews again."""
    row = get_expert(db.session, expert_id)
    active = request.form.get("active") == "y"
    seen = whole_number(request.form.get("version"))
    set_expert_active(db.session, current_viewer(), row, active, seen_version=seen)
    flash(_("已恢复参加抽取。") if active else _("已暂停，今后抽取时不列入。"), "success")
    return redirect(url_for("assessments.expert", expert_id=expert_id), 303)


@room.post("/desk/experts/<int:expert_id>/interests", permission="unit:expert:edit")
def add_interest(expert_id: int) -> ResponseReturnValue:
    """Record an interest of a person."""
    row, form = get_expert(db.session, expert_id), InterestForm()
    if not form.validate_on_submit():
        return _page(row, interest_form=form, status=422)
    try:
        record_interest(db.session, current_viewer(), row, form.to_draft())
    except InvalidInput as problem:
        told = f"{problem.what}{problem.next_step}"
        form.organisation.errors = [*form.organisation.errors, told]
        return _page(row, interest_form=form, status=422)
    flash(_("利害关系已登记。"), "success")
    return redirect(url_for("assessments.expert", expert_id=expert_id), 303)


@room.post(
    "/desk/experts/<int:expert_id>/interests/<int:interest_id>/end",
    permission="unit:expert:edit",
)
def end(expert_id: int, interest_id: int) -> ResponseReturnValue:
    """Let an interest stand no longer than a day."""
    row = get_expert(db.session, expert_id)
    interest, form = get_interest(db.session, row, interest_id), EndForm()
    if not form.validate_on_submit():
        raise InvalidInput("没有填写日期。", "登记没有变化。", "请填写回避到哪一天为止。")
    end_interest(db.session, current_viewer(), interest, form.until.data)
    flash(_("已更新回避的期限。"), "success")
    return redirect(url_for("assessments.expert", expert_id=expert_id), 303)


def _form(row: Expert | None = None) -> ExpertForm:
    taxonomy = get_taxonomy(db.session)
    if row is None:
        form = ExpertForm()
    else:
        known = {item.name: getattr(row, item.name) for item in fields(ExpertDraft)}
        form = ExpertForm(data={**known, "version": row.version})
    return form.offer(
        [(str(user.id), user.display_name or user.email) for user in addable_users(db.session)]
        if row is None
        else (),
        [(code, item.name) for code, item in taxonomy.industries.items()],
        [(code, item.name) for code, item in taxonomy.scenes.items()],
    )
