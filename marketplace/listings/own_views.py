"""The provider's own page of its listing: the tier explained, validity, leaving the directory."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..catalogue.models import Listing
from ..catalogue.shown import state_shown, tier_names
from ..db import db, now
from ..errors import InvalidInput, NotFound
from ..permissions import Viewer
from ..providers.queries import find_provider_of
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from ..web.viewer import current_viewer
from .blueprint import room
from .desk_views import shown_decisions, whole
from .forms import WithdrawForm
from .life import may_withdraw
from .queries import decision_in_force, latest_scores, list_decisions, listing_of, may_apply
from .services import withdraw_listing
from .shown import number_words, show_scores, what_next
from .tiers import RUNNING

_KNOWN_TO_PROVIDER = ("in_force",)


@room.get("/my/listing/", permission="own:listing:view")
def mine() -> ResponseReturnValue:
    """Show the provider how it stands, why, and what comes next."""
    viewer, today = current_viewer(), beijing_today(now())
    provider = find_provider_of(db.session, viewer.organisation_id)
    listing = listing_of(db.session, provider.id) if provider else None
    if provider is None or listing is None:
        return render_template("pages/listings/mine.html", listing=None)
    scored = latest_scores(db.session, [provider.id]).get(provider.id)
    reason_not = may_apply(db.session, provider.id, today)
    tiers = tier_names(get_rules(db.session, "tiers", today).body)
    known = [
        item for item in list_decisions(db.session, provider.id) if item.state in _KNOWN_TO_PROVIDER
    ]
    return render_template(
        "pages/listings/mine.html",
        provider=provider,
        listing=listing,
        tier=(listing.tier, tiers.get(listing.tier, listing.tier)),
        state=state_shown(listing, today),
        next_words=what_next(listing, today, reason_not),
        whose="theirs" if listing.state == "suspended" else _whose(listing),
        basis=decision_in_force(db.session, provider.id),
        scored=scored,
        total=number_words(scored.total) if scored else "",
        groups=show_scores(scored.scores) if scored else [],
        decisions=shown_decisions(known, viewer, today),
        may_withdraw=may_withdraw(db.session, viewer, listing) and listing.state in RUNNING,
    )


def _whose(listing: Listing) -> str:
    return "mine" if listing.state == "rectification" else "nobody"


def _own_listing(viewer: Viewer) -> Listing:
    provider = find_provider_of(db.session, viewer.organisation_id)
    listing = listing_of(db.session, provider.id) if provider else None
    if listing is None:
        raise NotFound("贵单位还没有入库。", next_step="可以在征集开放时申报。")
    return listing


@room.get("/my/listing/withdraw", permission="own:listing:withdraw")
def confirm_withdraw() -> ResponseReturnValue:
    """Ask before the provider leaves the directory."""
    viewer = current_viewer()
    listing = _own_listing(viewer)
    return render_template(
        "pages/listings/withdraw.html",
        listing=listing,
        form=WithdrawForm(formdata=None, version=listing.version),
        may_withdraw=may_withdraw(db.session, viewer, listing) and listing.state in RUNNING,
    )


@room.post("/my/listing/withdraw", permission="own:listing:withdraw")
def withdraw() -> ResponseReturnValue:
    """Take the provider out of the directory at its own wish."""
    viewer, form = current_viewer(), WithdrawForm()
    listing = _own_listing(viewer)
    if not form.validate_on_submit():
        raise InvalidInput("退出原因过长。", "在库状态没有变化。", "请控制在500字以内。")
    seen = whole(form.version.data)
    withdraw_listing(db.session, viewer, listing, form.reason.data or "", seen_version=seen)
    flash(_("已退出服务商目录。以后可以重新申报。"), "success")
    return redirect(url_for("listings.mine"), 303)
