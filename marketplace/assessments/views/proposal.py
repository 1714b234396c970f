"""The desk's page where a tier is proposed by one person and decided by another."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...applications.lifecycle import STATES, TONES
from ...applications.models import Application
from ...db import db
from ...errors import InvalidInput
from ...formal_review.queries import get_case
from ...listings.lifecycle import DECISION_KINDS, DECISION_STATES, DECISION_TONES
from ...needs.errors import Blocked
from ...web.forms import options
from ...web.viewer import current_viewer
from ..blueprint import room
from ..forms import OpinionForm, ProposalForm, whole_number
from ..models import Agreement
from ..policy import may_decide_tier, may_propose_tier
from ..queries import find_site_check
from ..services.proposing import (
    approve_tier,
    decisions_of,
    find_proposal,
    get_signed_agreement,
    propose_tier,
    send_back_tier,
)
from ..tabs import review_steps
from ..tiers import Outcome, outcome_of, tier_names


@room.get("/desk/applications/<number>/proposal", permission="unit:decision:view")
def proposal(number: str) -> ResponseReturnValue:
    """Show what the agreed score leads to, the proposal that waits, and those before it."""
    return _page(get_case(db.session, current_viewer(), number))


def _page(
    application: Application,
    form: ProposalForm | None = None,
    opinion: OpinionForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    viewer = current_viewer()
    agreement, why_not = _signed(application)
    outcome = outcome_of(db.session, application, agreement) if agreement else None
    waiting = find_proposal(db.session, application)
    names = tier_names(db.session)
    proposing = (
        outcome is not None
        and application.state == "agreed"
        and may_propose_tier(viewer, application)
    )
    page = render_template(
        "pages/assessments/proposal.html",
        application=application,
        state=(STATES[application.state], TONES[application.state]),
        steps=review_steps(application, "proposal"),
        agreement=agreement,
        why_not=why_not,
        outcome=outcome,
        tier_names=names,
        check=find_site_check(db.session, application),
        form=(form or _form(outcome, application)) if proposing and outcome else None,
        waiting=waiting,
        may_decide=waiting is not None and may_decide_tier(viewer, application, waiting),
        opinion=opinion or OpinionForm(formdata=None, version=application.version),
        decisions=decisions_of(db.session, application),
        kinds=DECISION_KINDS,
        decision_states=DECISION_STATES,
        decision_tones=DECISION_TONES,
    )
    return page, status


def _signed(application: Application) -> tuple[Agreement | None, str]:
    try:
        return get_signed_agreement(db.session, application), ""
    except Blocked as problem:
        return None, f"{problem.what}{problem.next_step}"


def _form(outcome: Outcome, application: Application, *, posted: bool = False) -> ProposalForm:
    first_kind, first_tier = outcome.options[0]
    form = (
        ProposalForm()
        if posted
        else ProposalForm(
            formdata=None,
            version=application.version,
            option=_code(first_kind, first_tier),
            reasons=outcome.reasons,
            next_tier=outcome.next_tier,
        )
    )
    names = tier_names(db.session)
    form.option.choices = options(
        (
            _code(kind, tier),
            f"{DECISION_KINDS[kind]}：{names[tier]}" if tier else str(DECISION_KINDS[kind]),
        )
        for kind, tier in outcome.options
    )
    form.gates.choices = options(outcome.rubric.scheme.gates)
    return form


def _code(kind: str, tier: str | None) -> str:
    return f"{kind}:{tier}" if tier else kind


@room.post("/desk/applications/<number>/proposal", permission="unit:decision:propose")
def propose(number: str) -> ResponseReturnValue:
    """Propose a tier, or a refusal."""
    viewer = current_viewer()
    application = get_case(db.session, viewer, number)
    agreement = get_signed_agreement(db.session, application)
    form = _form(outcome_of(db.session, application, agreement), application, posted=True)
    if not form.validate_on_submit():
        return _page(application, form, status=422)
    try:
        propose_tier(
            db.session,
            viewer,
            application,
            form.to_draft(),
            gates=form.gates.data or (),
            seen_version=whole_number(form.version.data),
        )
    except InvalidInput as problem:
        form.gates.errors = [*form.gates.errors, f"{problem.what}{problem.next_step}"]
        return _page(application, form, status=422)
    flash(_("已拟定，待第二人核准。"), "success")
    return redirect(url_for("assessments.proposal", number=number), 303)


@room.post("/desk/applications/<number>/proposal/approve", permission="unit:decision:approve")
def approve(number: str) -> ResponseReturnValue:
    """Approve as the second person."""
    application = get_case(db.session, current_viewer(), number)
    form = OpinionForm()
    if not form.validate_on_submit():
        return _page(application, opinion=form, status=422)
    seen = whole_number(form.version.data)
    approve_tier(db.session, current_viewer(), application, form.text.data or "", seen_version=seen)
    done = application.state == "approved"
    flash(_("已核准，可以列入公示。") if done else _("已核准不予入库，已通知申报单位。"), "success")
    return redirect(url_for("assessments.proposal", number=number), 303)


@room.post("/desk/applications/<number>/proposal/send-back", permission="unit:decision:approve")
def send_back(number: str) -> ResponseReturnValue:
    """Send the proposal back as the second person."""
    application = get_case(db.session, current_viewer(), number)
    form = OpinionForm()
    words = (form.text.data or "").strip()
    if not form.validate_on_submit() or not words:
        form.text.errors = [*form.text.errors, _("退回须写明要重新考虑什么")]
        return _page(application, opinion=form, status=422)
    seen = whole_number(form.version.data)
    send_back_tier(db.session, current_viewer(), application, words, seen_version=seen)
    flash(_("已退回重拟。"), "success")
    return redirect(url_for("assessments.proposal", number=number), 303)
