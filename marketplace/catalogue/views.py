"""Pages of the catalogue: browse, one provider, export."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from flask import current_app, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ..db import db, now
from ..errors import NotFound
from ..permissions import PUBLIC
from ..providers.models import Provider
from ..providers.profiles import ProfileDraft
from ..providers.queries import find_draft, find_provider_of, list_whole
from ..providers.services import apply_profile
from ..rules.queries import get_rules
from ..taxonomy.queries import PROVIDER_TYPE_NAMES, get_taxonomy
from ..web.filters import beijing_today
from ..web.paging import asked_page, page_of_list
from ..web.viewer import current_viewer
from . import desk
from .blueprint import room
from .browsing import browse
from .exports import export_catalogue
from .forms import address_of, read_filter, read_sort
from .models import Listing
from .queries import get_shown_provider, listings_of
from .shown import (
    DEPLOYMENT_FACETS,
    organisation_kind,
    show_case,
    show_certificates,
    show_offering,
    show_provider,
    show_service_regions,
    state_shown,
    tier_names,
)

__all__ = ["desk", "room"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE_SIZE = 10
SORT_NAMES = {
    "best": lazy_gettext("相关程度"),
    "tier": lazy_gettext("等级"),
    "cases": lazy_gettext("核验案例数"),
    "name": lazy_gettext("名称"),
}


@room.get("/providers/", permission=PUBLIC, endpoint="browse")
def browse_page() -> ResponseReturnValue:
    """Browse and search the listed providers."""
    wanted = read_filter(request.args)
    sort = read_sort(request.args, wanted.words)
    today = beijing_today(now())
    taxonomy = get_taxonomy(db.session)
    browsed = browse(
        db.session, current_app.extensions["duijie.index"], taxonomy, today, wanted, sort
    )
    page = page_of_list(browsed.ids, asked_page(), PAGE_SIZE)
    providers = {provider.id: provider for provider in list_whole(db.session, page.items)}
    listings = listings_of(db.session, page.items)
    tiers = tier_names(get_rules(db.session, "tiers", today).body)
    refs = browsed.found.refs if browsed.found else {}
    return render_template(
        "pages/catalogue/browse.html",
        wanted=wanted,
        browsed=browsed,
        page=page,
        results=[
            show_provider(
                providers[key], listings[key], taxonomy, tiers, wanted.words, refs.get(key)
            )
            for key in page.items
        ],
        sort=sort,
        sorts=[
            (key, str(name)) for key, name in SORT_NAMES.items() if key != "best" or wanted.words
        ],
        chips=[
            (name, url_for("catalogue.browse", **address_of(wanted.dropping(facet, code), sort)))
            for facet, code, name in browsed.chips
        ],
        export_url=url_for("catalogue.export", **address_of(wanted, sort)),
        today=today,
    )


@room.get("/providers/export.xlsx", permission=PUBLIC)
def export() -> ResponseReturnValue:
    """Send the rows of the present filter as a workbook."""
    wanted = read_filter(request.args)
    today = beijing_today(now())
    taxonomy = get_taxonomy(db.session)
    browsed = browse(
        db.session,
        current_app.extensions["duijie.index"],
        taxonomy,
        today,
        wanted,
        read_sort(request.args, wanted.words),
    )
    tiers = tier_names(get_rules(db.session, "tiers", today).body)
    body = export_catalogue(db.session, browsed.ids, taxonomy, tiers, today)
    name = _("服务商目录_%(day)s.xlsx", day=today)
    return send_file(BytesIO(body), mimetype=XLSX, as_attachment=True, download_name=name)


@room.get("/providers/<int:provider_id>", permission=PUBLIC)
def show(provider_id: int) -> ResponseReturnValue:
    """Show one provider's public page."""
    today = beijing_today(now())
    provider, listing, is_listed = get_shown_provider(
        db.session, provider_id, current_viewer(), today
    )
    return _provider_page(provider, listing, is_listed, today)


@room.get("/my/provider/preview", permission="own:provider:view")
def preview() -> ResponseReturnValue:
    """Show the working copy as its public page would look, marks included."""
    today = beijing_today(now())
    own = find_provider_of(db.session, current_viewer().organisation_id)
    kept = find_draft(db.session, own) if own else None
    if own is None or kept is None:
        raise NotFound("没有未发布的草稿。", next_step="请回到资料页。")
    draft = ProfileDraft.from_body(kept.body)
    with db.session.no_autoflush:
        apply_profile(own, draft)
        listing = listings_of(db.session, [own.id]).get(own.id)
        page = _provider_page(own, listing, True, today, is_preview=True)
    db.session.rollback()
    return page


def _provider_page(
    provider: Provider,
    listing: Listing | None,
    is_listed: bool,
    today: date,
    is_preview: bool = False,
) -> str:
    taxonomy = get_taxonomy(db.session)
    tiers = tier_names(get_rules(db.session, "tiers", today).body)
    marks = [code for code in ("offline", "xinchuang") if getattr(provider, code)]
    state = None
    if listing:
        state = state_shown(listing, today)
    order = ("accepted", "checked", "declared")
    return render_template(
        "pages/catalogue/show.html",
        provider=provider,
        organisation=provider.organisation,
        listing=listing,
        is_listed=is_listed,
        is_preview=is_preview,
        tier=(listing.tier, tiers.get(listing.tier, listing.tier)) if listing else None,
        state=state,
        kinds=[PROVIDER_TYPE_NAMES.get(code, code) for code in provider.type_codes],
        organisation_kind=organisation_kind(provider),
        place=taxonomy.region_path(provider.organisation.region_code),
        industries=[taxonomy.industry_name(code) for code in provider.industry_codes],
        scenes=[taxonomy.scene_name(code) for code in provider.scene_ids],
        deployments=[str(DEPLOYMENT_FACETS[code]) for code in [*provider.deployments, *marks]],
        service_regions=show_service_regions(provider.service_regions, taxonomy),
        cases=[
            show_case(case, taxonomy)
            for case in sorted(provider.cases, key=lambda case: order.index(case.verification))
        ],
        offerings=[show_offering(offering) for offering in provider.offerings],
        certificates=show_certificates(provider, today),
    )
