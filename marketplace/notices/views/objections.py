"""The desk's page of one objection, and the steps taken from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import database_now, db
from ...errors import InvalidInput
from ...web.filters import beijing_today, show_moment
from ...web.forms import options
from ...web.viewer import current_viewer
from ..answers import answer_to_company, answer_to_objector
from ..blueprint import room
from ..forms import DecisionForm, ReasonForm, whole_number
from ..lifecycle import OBJECTION_STATES, OBJECTION_TONES
from ..models import Objection
from ..objection_queries import get_desk_objection, verified_ids
from ..policy import blocked_outcomes, may_decide_objection, may_read_identity
from ..services import (
    Identity,
    add_finding,
    admit_objection,
    ask_company,
    decide_objection,
    mark_verified,
    read_identity,
    refuse_objection,
    release_file,
)
from ..tiers import lower_tiers, tier_names
from .shown import due_state

HANDLE = "unit:objection:handle"
DECIDE = "unit:objection:decide"
IDENTIFY = "unit:objection:identify"


def _found(number: str) -> Objection:
    return get_desk_objection(db.session, current_viewer(), number)


@room.get("/desk/objections/<number>", permission=HANDLE)
def objection(number: str) -> ResponseReturnValue:
    """Show one objection with everything to decide it by, but who objected."""
    return _page(_found(number))


def _page(
    found: Objection,
    *,
    decision: DecisionForm | None = None,
    problem: InvalidInput | None = None,
    identity: Identity | None = None,
) -> ResponseReturnValue:
    viewer = current_viewer()
    today = beijing_today(database_now(db.session))  # type: ignore[arg-type]
    tiers = tier_names(db.session, today)
    form = decision or DecisionForm(formdata=None, version=found.version)
    lower = lower_tiers(db.session, found.entry.tier, today)
    form.after_tier.choices = options([("", _("请选择")), *lower.items()])
    page = render_template(
        "pages/notices/objection.html",
        objection=found,
        entry=found.entry,
        notice=found.entry.notice,
        state=(OBJECTION_STATES[found.state], OBJECTION_TONES[found.state]),
        due_state=due_state(found.due_on, today),
        tier=(found.entry.tier, tiers.get(found.entry.tier)),
        verified=bool(verified_ids(db.session, [found.id])),
        findings=_findings(found),
        form=form,
        reason_form=ReasonForm(formdata=None, version=found.version),
        blocked=blocked_outcomes(found, today, lower),
        chosen=form.outcome.data or "",
        lower=lower,
        may_decide=may_decide_objection(viewer, found),
        may_identify=may_read_identity(viewer, found),
        problem=problem,
        identity=identity,
        answers=(answer_to_objector(found, tiers), answer_to_company(found, tiers)),
    )
    return page, 422 if problem or form.errors else 200


def _findings(found: Objection) -> list[dict[str, str]]:
    return [
        {
            "at": show_moment(datetime.fromisoformat(item["at"])),
            "who": item["by"],
            "text": item["text"],
        }
        for item in found.findings
    ]


def _step(number: str, act: Callable[[Objection, int], Any], done: str) -> ResponseReturnValue:
    """Take a step with what was posted, and come back to the page."""
    found = _found(number)
    act(found, whole_number(request.form.get("version")))
    flash(done, "success")
    return redirect(url_for("notices.objection", number=number), 303)


def _text() -> str:
    text = request.form.get("text", "").strip()
    if len(text) > 4000:
        raise InvalidInput("文字超过4000字。", "没有保存。", "请缩短后重新提交。")
    return text


@room.post("/desk/objections/<number>/admit", permission=HANDLE)
def admit(number: str) -> ResponseReturnValue:
    """Admit an objection under a gist."""
    return _step(
        number,
        lambda found, seen: admit_objection(
            db.session, current_viewer(), found, _text(), seen_version=seen
        ),
        _("异议已受理。下一步请企业答复，并开始核查。"),
    )


@room.post("/desk/objections/<number>/refuse", permission=HANDLE)
def refuse(number: str) -> ResponseReturnValue:
    """Decline to admit an objection."""
    return _step(
        number,
        lambda found, seen: refuse_objection(
            db.session, current_viewer(), found, _text(), seen_version=seen
        ),
        _("异议不予受理，理由已可凭查询码查看。"),
    )


@room.post("/desk/objections/<number>/ask", permission=HANDLE)
def ask(number: str) -> ResponseReturnValue:
    """Ask the company to answer."""
    return _step(
        number,
        lambda found, seen: ask_company(db.session, current_viewer(), found, seen_version=seen),
        _("已请企业答复；企业只看得到要点和您提供的材料。"),
    )


@room.post("/desk/objections/<number>/findings", permission=HANDLE)
def find(number: str) -> ResponseReturnValue:
    """Add a finding."""
    return _step(
        number,
        lambda found, seen: add_finding(
            db.session, current_viewer(), found, _text(), seen_version=seen
        ),
        _("核查情况已记下。"),
    )


@room.post("/desk/objections/<number>/release", permission=HANDLE)
def release(number: str) -> ResponseReturnValue:
    """Let the company see a file of the objector, or no longer."""
    released = request.form.get("released") == "yes"
    file_id = whole_number(request.form.get("file"))
    return _step(
        number,
        lambda found, seen: release_file(
            db.session, current_viewer(), found, file_id, released=released, seen_version=seen
        ),
        _("材料已提供给企业。") if released else _("材料不再提供给企业。"),
    )


@room.post("/desk/objections/<number>/decision", permission=DECIDE)
def decide(number: str) -> ResponseReturnValue:
    """Decide an objection."""
    found, form = _found(number), DecisionForm()
    if not form.validate_on_submit():
        return _page(found, decision=form)
    try:
        decide_objection(
            db.session,
            current_viewer(),
            found,
            form.outcome.data or "",
            form.text.data,
            after_tier=form.after_tier.data,
            seen_version=whole_number(form.version.data),
        )
    except InvalidInput as error:
        return _page(found, decision=form, problem=error)
    flash(_("决定已作出，答复异议人和企业的两稿已生成。"), "success")
    return redirect(url_for("notices.objection", number=number), 303)


@room.post("/desk/objections/<number>/identity", permission=IDENTIFY)
def identify(number: str) -> ResponseReturnValue:
    """Show who objected on this one answer, and record who read it and why."""
    found = _found(number)
    try:
        identity = read_identity(db.session, current_viewer(), found, _text())
    except InvalidInput as error:
        return _page(found, problem=error)
    return _page(found, identity=identity)


@room.post("/desk/objections/<number>/verified", permission=IDENTIFY)
def verify(number: str) -> ResponseReturnValue:
    """Note that the identity was checked."""
    return _step(
        number,
        lambda found, _seen: mark_verified(db.session, current_viewer(), found),
        _("已标为身份核验无误。"),
    )
