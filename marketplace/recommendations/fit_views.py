"""Pages of the reverse of a recommendation: the needs that fit one provider, and the letters about them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..catalogue.queries import get_shown_provider, is_listed_organisation
from ..db import db, now, only_reading
from ..errors import NotFound
from ..permissions import PUBLIC
from ..providers.models import Provider
from ..providers.queries import find_provider_of
from ..taxonomy.queries import Taxonomy, get_taxonomy
from ..web.filters import beijing_today
from ..web.paging import asked_page, page_of_list
from ..web.viewer import current_viewer
from .blueprint import room
from .fit_queries import (
    BANDS,
    FITTING,
    find_by_token,
    find_subscription,
    is_subscribed,
    list_fits,
)
from .fit_services import subscribe, unsubscribe
from .fit_shown import choose_fits, show_bands, show_filters, show_fit
from .list_views import make_recommender

MINE = "own:provider:view"
PAGE_SIZE = 10


def _page(provider: Provider, taxonomy: Taxonomy) -> dict[str, Any]:
    """Return what the page shows: the fits chosen by industry and scene, told for this page only."""
    recommender = make_recommender(taxonomy)
    fits = list_fits(db.session, recommender, current_viewer(), provider)
    chosen = {name: request.args.get(name, "")[:8] for name in ("band", "industry", "scene")}
    chosen["band"] = chosen["band"] if chosen["band"] in BANDS else FITTING
    page = page_of_list(choose_fits(fits, chosen), asked_page(), PAGE_SIZE)
    return {
        "provider": provider,
        "page": page,
        "total": len(fits),
        "fitting": sum(fit.band == FITTING for fit in fits),
        "bands": show_bands(fits, chosen),
        "cards": [show_fit(recommender, fit, provider.id) for fit in page.items],
        "filters": show_filters(fits, chosen, taxonomy),
        "chosen": chosen,
    }


@room.get("/my/fits/", permission=MINE)
def my_fits() -> ResponseReturnValue:
    """Show the provider the published needs that fit it, why, and what its profile lacks for them."""
    viewer = current_viewer()
    provider = find_provider_of(db.session, viewer.organisation_id)
    today = beijing_today(now())
    if provider is None or not is_listed_organisation(db.session, viewer.organisation_id, today):
        return render_template("pages/recommendations/my_fits.html", provider=None)
    return render_template(
        "pages/recommendations/my_fits.html",
        subscribed=is_subscribed(db.session, viewer, provider),
        **_page(provider, get_taxonomy(db.session)),
    )


@room.post("/my/fits/subscription", permission=MINE)
def subscribe_to_fits() -> ResponseReturnValue:
    """Have a letter a day about new fits."""
    viewer = current_viewer()
    provider = find_provider_of(db.session, viewer.organisation_id)
    if provider is None:
        raise NotFound("贵单位还没有服务商资料。", next_step="请先填写并发布资料。")
    with only_reading(db.session):
        recommender = make_recommender(get_taxonomy(db.session))
        fits = list_fits(db.session, recommender, viewer, provider)
    seen = [fit.need.number for fit in fits if fit.band == FITTING]
    subscribe(db.session, viewer, provider, seen)
    flash(_("已订阅。有新增对口需求时，每天最多一封邮件。"), "success")
    return redirect(url_for("recommendations.my_fits"), 303)


@room.post("/my/fits/subscription/stop", permission=MINE)
def unsubscribe_from_fits() -> ResponseReturnValue:
    """Stop the viewer's own letters about new fits."""
    kept = find_subscription(db.session, current_viewer())
    if kept is not None:
        unsubscribe(db.session, current_viewer(), kept)
    flash(_("已停止，不再发送新增对口需求的邮件。"), "success")
    return redirect(url_for("recommendations.my_fits"), 303)


@room.get("/fits/stop/<token>", permission=PUBLIC)
def confirm_stop(token: str) -> ResponseReturnValue:
    """Ask before the letters stop: mail programs open links by themselves."""
    if find_by_token(db.session, token) is None:
        return _stopped()
    return render_template("pages/recommendations/stop.html", token=token)


def _stopped() -> ResponseReturnValue:
    """Say the same of a link already used and of one that never was: it tells nothing of anybody."""
    return render_template("pages/recommendations/stop.html", token=None), 410


@room.post("/fits/stop/<token>", permission=PUBLIC)
def stop(token: str) -> ResponseReturnValue:
    """Stop the letters from the link in one of them, without signing in."""
    kept = find_by_token(db.session, token)
    if kept is None:
        return _stopped()
    unsubscribe(db.session, current_viewer(), kept)
    flash(_("已停止，不再发送新增对口需求的邮件。"), "success")
    return redirect(url_for("home.index"), 303)


@room.get("/desk/providers/<int:provider_id>/fits", permission="unit:recommendation:view")
def provider_fits(provider_id: int) -> ResponseReturnValue:
    """Show staff the needs they may see that fit a provider."""
    today = beijing_today(now())
    provider, _listing, listed = get_shown_provider(
        db.session, provider_id, current_viewer(), today
    )
    return render_template(
        "pages/recommendations/provider_fits.html",
        is_listed=listed,
        **_page(provider, get_taxonomy(db.session)),
    )
