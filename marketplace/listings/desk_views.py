"""The desk's page of one listing: how it stands, what was decided, what can be done now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..catalogue.models import Listing
from ..catalogue.shown import state_shown, tier_names
from ..db import db, now
from ..errors import NotFound
from ..permissions import Viewer
from ..providers.models import Provider
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from ..web.viewer import current_viewer
from .blueprint import room
from .drafts import DecisionDraft
from .forms import ProposeForm, RedLineForm, StepForm
from .lifecycle import DECISION_KINDS
from .models import ListingDecision
from .policy import may_propose, may_take
from .queries import get_desk_provider, held_tier, known_tiers, list_desk_decisions, listing_of
from .red_lines import propose_red_line, red_lines
from .services import (
    propose_decision,
    record_recheck,
    rectify_listing,
    restore_listing,
    resume_listing,
    suspend_listing,
)
from .shown import ShownDecision, no_proposal, no_step, show_decision, show_steps

VERBS = {"restore": restore_listing, "suspend": suspend_listing, "resume": resume_listing}


def shown_decisions(
    decisions: list[ListingDecision], viewer: Viewer, today: date
) -> list[ShownDecision]:
    """Return decisions with the names of tiers and red lines in force today."""
    tiers = tier_names(get_rules(db.session, "tiers", today).body)
    lines = {code: line.name for code, line in red_lines(db.session, today).items()}
    return [show_decision(item, tiers, lines, viewer) for item in decisions]


def whole(text: str | None) -> int:
    """Return a posted version; 0, which no row has, for anything that is no number."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@room.get("/desk/listings/<int:provider_id>", permission="unit:decision:view")
def show(provider_id: int) -> ResponseReturnValue:
    """Show how a provider's listing stands and what can be done with it."""
    return listing_page(get_desk_provider(db.session, current_viewer(), provider_id))


def listing_page(provider: Provider, status: int = 200, **forms: Any) -> ResponseReturnValue:
    """Return the desk's page of a listing; `forms` are those that came back with errors."""
    viewer, today = current_viewer(), beijing_today(now())
    listing = listing_of(db.session, provider.id)
    tiers = tier_names(get_rules(db.session, "tiers", today).body)
    decisions = list(list_desk_decisions(db.session, viewer, provider.id))
    held = held_tier(listing)
    steps = show_steps(listing, may_take(viewer, provider, "suspend")) if listing else []
    may = may_propose(viewer, provider, on_application=False)
    return (
        render_template(
            "pages/listings/show.html",
            provider=provider,
            listing=listing,
            tier=(listing.tier, tiers.get(listing.tier, listing.tier)) if listing else None,
            state=state_shown(listing, today) if listing else None,
            is_recheck_due=_recheck_due(listing, today),
            decisions=shown_decisions(decisions, viewer, today),
            steps=steps,
            no_step=no_step(listing, steps) if listing else "",
            step_form=forms.get("step_form") or _step_form(listing),
            no_proposal=no_proposal(held, may),
            red_line_form=_red_line_form(forms.get("red_line_form"), today),
            propose_form=_propose_form(forms.get("propose_form"), held, tiers),
        ),
        status,
    )


def _recheck_due(listing: Listing | None, today: date) -> bool:
    return bool(
        listing and listing.state == "valid" and listing.recheck_on and listing.recheck_on <= today
    )


def _step_form(listing: Listing | None) -> StepForm:
    return StepForm(formdata=None, version=listing.version if listing else 0)


def _red_line_form(tried: RedLineForm | None, today: date) -> RedLineForm:
    form = tried or RedLineForm(formdata=None)
    after = {"downgrade": _("降一级"), "remove": _("移出")}
    form.code.choices = [
        (code, _("%(name)s（%(after)s）", name=line.name, after=after[line.consequence]))
        for code, line in red_lines(db.session, today).items()
    ]
    return form


def _propose_form(
    tried: ProposeForm | None, held: str | None, tiers: Mapping[str, str]
) -> ProposeForm:
    form = tried or ProposeForm(formdata=None)
    form.kind.choices = [(kind, str(DECISION_KINDS[kind])) for kind in ("downgrade", "remove")]
    codes = list(tiers)
    lower = codes[codes.index(held) + 1 :] if held in codes else []
    form.after_tier.choices = [("", _("（移出时不选）")), *((code, tiers[code]) for code in lower)]
    return form


@room.post("/desk/listings/<int:provider_id>/step", permission="unit:listing:change")
def step(provider_id: int) -> ResponseReturnValue:
    """Rectify, restore, suspend, resume, or record a re-check."""
    viewer = current_viewer()
    provider = get_desk_provider(db.session, viewer, provider_id)
    listing, form = listing_of(db.session, provider_id), StepForm()
    if listing is None:
        raise NotFound("这家服务商没有入库。", "没有保存任何内容。")
    if not form.validate_on_submit():
        return listing_page(provider, 422, step_form=form)
    reason, seen, name = form.reason.data, whole(form.version.data), form.step.data
    if name == "rectify":
        rectify_listing(db.session, viewer, listing, reason, form.due_on.data, seen_version=seen)
    elif name == "recheck":
        record_recheck(db.session, viewer, listing, reason, seen_version=seen)
    elif name in VERBS:
        VERBS[name](db.session, viewer, listing, reason, seen_version=seen)
    else:
        raise NotFound("没有这一步。", "在库状态没有变化。", "请从服务商在库页面办理。")
    flash(_("已办理，目录和推荐随即更新。"), "success")
    return redirect(url_for("listings.show", provider_id=provider_id), 303)


@room.post("/desk/listings/<int:provider_id>/red-line", permission="unit:decision:propose")
def red_line(provider_id: int) -> ResponseReturnValue:
    """Propose what a red line costs a provider."""
    viewer = current_viewer()
    provider = get_desk_provider(db.session, viewer, provider_id)
    form = _red_line_form(RedLineForm(), beijing_today(now()))
    if not form.validate_on_submit():
        return listing_page(provider, 422, red_line_form=form)
    propose_red_line(db.session, viewer, provider_id, form.code.data, form.facts.data)
    flash(_("已提出，第二人核准后立即生效。"), "success")
    return redirect(url_for("listings.show", provider_id=provider_id), 303)


@room.post("/desk/listings/<int:provider_id>/decisions", permission="unit:decision:propose")
def propose(provider_id: int) -> ResponseReturnValue:
    """Propose a downgrade or a removal."""
    viewer, today = current_viewer(), beijing_today(now())
    provider = get_desk_provider(db.session, viewer, provider_id)
    listing = listing_of(db.session, provider_id)
    held = held_tier(listing)
    tiers = {code: code for code in known_tiers(db.session, today)}
    form = _propose_form(ProposeForm(), held, tiers)
    if not form.validate_on_submit():
        return listing_page(provider, 422, propose_form=form)
    removes = form.kind.data == "remove"
    propose_decision(
        db.session,
        viewer,
        DecisionDraft(
            provider_id=provider_id,
            application_id=None,
            kind=form.kind.data,
            before_tier=held,
            after_tier=None if removes else (form.after_tier.data or None),
            track=listing.track if listing else "",
            total=None,
            scores=(),
            rubric_number="",
            reasons=form.reasons.data,
            next_tier="",
            reapply_after=form.reapply_after.data if removes else None,
        ),
    )
    flash(_("已提出，第二人核准后立即生效。"), "success")
    return redirect(url_for("listings.show", provider_id=provider_id), 303)
