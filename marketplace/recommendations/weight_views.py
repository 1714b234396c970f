"""Pages of weight sets: all of them, the comparison of two, the proposal and its decision."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from ..db import db
from ..errors import NotFound
from ..needs.models import Need
from ..needs.policy import may_see_recommendations
from ..taxonomy.queries import get_taxonomy
from ..web.forms import options, tried
from ..web.viewer import current_viewer
from .blueprint import room
from .comparing import compare_weights, get_comparison, list_comparisons, list_measures
from .models import WeightComparison, WeightEvent
from .queries import get_tier_names, names_of_people, names_of_providers
from .switching import ReasonTooShort, may_switch
from .weight_forms import CompareForm, WordsForm
from .weight_sets import (
    APPROVE,
    PROPOSE,
    VIEW,
    decide_switch,
    get_known_set,
    list_events,
    list_known_sets,
    may_approve,
    name_in_force,
    open_proposal,
    propose_switch,
)
from .weight_shown import count_moves, other_settings, show_figures, show_moves, show_points

DECISIONS = {"approve": "approved", "refuse": "refused", "withdraw": "withdrawn"}


@room.get("/desk/weights/", permission=VIEW)
def weights() -> ResponseReturnValue:
    """List the weight sets, which is in force and how it came to be."""
    return _index(CompareForm(formdata=None), 200)


def _index(form: CompareForm, status: int) -> ResponseReturnValue:
    known, in_force = list_known_sets(db.session), name_in_force(db.session)
    _fill(form)
    if not form.is_submitted():
        form.before.data = in_force
        form.after.data = next((item.name for item in known if item.name != in_force), None)
    events = list_events(db.session)
    page = render_template(
        "pages/recommendations/weights.html",
        known=known,
        in_force=in_force,
        form=form,
        may_compare=current_viewer().may(PROPOSE),
        comparisons=list_comparisons(db.session),
        events=events,
        waiting=open_proposal(db.session),
        people=names_of_people(db.session, (item.by_id for item in events)),
    )
    return page, status


def _fill(form: CompareForm) -> None:
    names = [(item.name, item.name) for item in list_known_sets(db.session)]
    form.before.choices = form.after.choices = options(names)


@room.post("/desk/weights/comparisons", permission=PROPOSE)
def compare() -> ResponseReturnValue:
    """Have two weight sets compared over the open needs of the office."""
    form = CompareForm()
    _fill(form)
    made = form.validate_on_submit() and tried(
        form,
        "after",
        lambda: compare_weights(db.session, current_viewer(), form.before.data, form.after.data),
    )
    if not made:
        return _index(form, 422)
    return redirect(url_for("recommendations.comparison", comparison_id=made.id), 303)


@room.get("/desk/weights/comparisons/<int:comparison_id>", permission=VIEW)
def comparison(comparison_id: int) -> ResponseReturnValue:
    """Show two weight sets side by side: points, figures, whose order changes and why."""
    return _comparison(get_comparison(db.session, comparison_id), WordsForm(formdata=None), 200)


def _comparison(found: WeightComparison, form: WordsForm, status: int) -> ResponseReturnValue:
    viewer, session = current_viewer(), db.session
    before, after = (get_known_set(session, name) for name in (found.before_name, found.after_name))
    movers = {int(row["provider_id"]) for item in found.moves for row in item["rows"]}
    moves = show_moves(found, _visible_needs(found), names_of_providers(session, movers))
    proposal, in_force = open_proposal(session), name_in_force(session)
    mine = proposal is not None and proposal.comparison_id == found.id
    page = render_template(
        "pages/recommendations/comparison.html",
        comparison=found,
        before=before,
        after=after,
        in_force=in_force,
        points=show_points(before.weights, after.weights),
        settings=other_settings(before.weights, after.weights, get_tier_names(session)),
        figures=show_figures(
            list_measures(session, before.name), list_measures(session, after.name)
        ),
        told=_progress(found),
        region=get_taxonomy(session).region_path(found.region_prefix.ljust(6, "0")),
        moves=moves,
        counts=count_moves(moves),
        proposal=proposal if mine else None,
        proposer=names_of_people(session, [proposal.by_id]).get(proposal.by_id or 0, "")
        if proposal
        else "",
        may_propose=_is_open_to_proposal(found, proposal, in_force)
        and may_switch(session, viewer, PROPOSE),
        may_approve=proposal is not None and mine and may_approve(session, viewer, proposal),
        may_withdraw=proposal is not None and mine and proposal.by_id == viewer.user_id,
        form=form,
    )
    return page, status


def _is_open_to_proposal(
    found: WeightComparison, proposal: WeightEvent | None, in_force: str
) -> bool:
    ready = found.finished_at is not None and found.before_name == in_force
    return ready and proposal is None and found.after_name != in_force


def _visible_needs(found: WeightComparison) -> dict[int, Need]:
    """Return the needs compared that this viewer may see recommendations of."""
    wanted = [item["need_id"] for item in found.moves]
    rows = db.session.scalars(select(Need).where(Need.id.in_(wanted)))
    viewer = current_viewer()
    return {need.id: need for need in rows if may_see_recommendations(viewer, need)}


@room.get("/desk/weights/comparisons/<int:comparison_id>/progress.json", permission=VIEW)
def comparison_progress(comparison_id: int) -> ResponseReturnValue:
    """Tell how far the worker is, for the page that waits."""
    return jsonify(_progress(get_comparison(db.session, comparison_id)))


def _progress(found: WeightComparison) -> dict[str, Any]:
    facts = [
        _("已对比%(done)s条需求，共%(total)s条", done=found.done, total=found.total),
        _("可以关闭页面，稍后回来查看"),
    ]
    finished = found.finished_at is not None
    return {"done": found.done, "total": found.total, "facts": facts, "finished": finished}


@room.post("/desk/weights/comparisons/<int:comparison_id>/propose", permission=PROPOSE)
def propose(comparison_id: int) -> ResponseReturnValue:
    """Propose the second set of a comparison to another person."""
    found, form = get_comparison(db.session, comparison_id), WordsForm()
    if not form.validate_on_submit() or not tried(
        form,
        "words",
        lambda: propose_switch(db.session, current_viewer(), found, form.words.data or ""),
        ReasonTooShort,
    ):
        return _comparison(found, form, 422)
    flash(_("已提请启用%(name)s，等另一人核准。", name=found.after_name), "success")
    return redirect(url_for("recommendations.comparison", comparison_id=found.id), 303)


@room.post(
    "/desk/weights/proposals/<int:event_id>/<any(approve, refuse, withdraw):way>",
    permission=APPROVE,
)
def decide(event_id: int, way: str) -> ResponseReturnValue:
    """Approve, refuse or withdraw a proposal."""
    proposal = db.session.get(WeightEvent, event_id)
    if proposal is None or proposal.kind != "proposed":
        raise NotFound("没有这项提请。", next_step="请从权重一览进入。")
    form, session, viewer = WordsForm(), db.session, current_viewer()
    if not form.validate_on_submit() or not tried(
        form,
        "words",
        lambda: decide_switch(session, viewer, proposal, DECISIONS[way], form.words.data or ""),
        ReasonTooShort,
    ):
        return _comparison(get_comparison(session, proposal.comparison_id or 0), form, 422)
    told = {
        "approve": _(
            "%(name)s已启用，此后的推荐按它计算；以前的运行不变。", name=proposal.weights_name
        ),
        "refuse": _("已退回，现行权重不变。"),
        "withdraw": _("已撤回提请，现行权重不变。"),
    }
    flash(told[way], "success")
    return redirect(url_for("recommendations.weights"), 303)
