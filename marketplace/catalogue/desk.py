"""The staff's page of the directory: every provider, how it stands, until when; reads only."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from flask import render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from ..db import db, now
from ..permissions import Viewer
from ..providers.models import Provider
from ..rules.queries import get_rules
from ..taxonomy.queries import PROVIDER_TYPE_NAMES, Taxonomy, get_taxonomy
from ..web.addresses import known_args
from ..web.filters import beijing_today
from ..web.paging import asked_page, page_of_rows
from ..web.viewer import current_viewer
from .blueprint import room
from .desk_queries import (
    COUNTY_DIGITS,
    STANDINGS,
    DeskFilter,
    count_proven_cases,
    count_standings,
    desk_providers,
)
from .exports import export_desk
from .models import Listing
from .queries import listings_of
from .shown import STATE_NAMES, organisation_kind, tier_names

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE_SIZE = 20
MOST_EXPORTED = 20_000
STANDING_NAMES = {
    **{code: name for code, (name, _tone) in STATE_NAMES.items()},
    "ending": lazy_gettext("即将到期"),
    "unlisted": lazy_gettext("未入库"),
}


def read_desk_filter(args: MultiDict[str, str]) -> DeskFilter:
    """Return the filter an address asks for; an unknown standing means all."""
    standing = args.get("state", "")
    return DeskFilter(
        standing=standing if standing in STANDINGS else "",
        words=args.get("q", "").strip()[:60],
        own_region=args.get("own") == "1",
    )


@room.get("/desk/providers/", permission="unit:provider:view", endpoint="desk")
def desk_page() -> ResponseReturnValue:
    """Show all providers with their standing, those whose listing ends first on top."""
    viewer, wanted = current_viewer(), read_desk_filter(request.args)
    today = beijing_today(now())
    days = get_rules(db.session, "workbench", today).body["expiring_days"]
    ends_by = today + timedelta(days=days)
    page = page_of_rows(
        db.session, desk_providers(viewer, wanted, today, ends_by), asked_page(), PAGE_SIZE
    )
    counts = count_standings(db.session, viewer, wanted, today, ends_by)
    return render_template(
        "pages/catalogue/desk.html",
        page=page,
        rows=show_rows(list(page.items), today, days),
        tabs=[_tab(code, wanted, counts) for code in ("", *STANDINGS)],
        wanted=wanted,
        days=days,
        own_region=_own_region(viewer),
        export_url=url_for("catalogue.desk_export", **known_args("state", "q", "own")),
    )


@room.get("/desk/providers.xlsx", permission="unit:provider:view")
def desk_export() -> ResponseReturnValue:
    """Send the rows of the present filter as a workbook."""
    viewer, wanted = current_viewer(), read_desk_filter(request.args)
    today = beijing_today(now())
    days = get_rules(db.session, "workbench", today).body["expiring_days"]
    statement = desk_providers(viewer, wanted, today, today + timedelta(days=days))
    providers = list(db.session.scalars(statement.limit(MOST_EXPORTED)).unique())
    body = export_desk(show_rows(providers, today, days), today)
    name = _("服务商在库情况_%(day)s.xlsx", day=today)
    return send_file(BytesIO(body), mimetype=XLSX, as_attachment=True, download_name=name)


def _tab(
    code: str, wanted: DeskFilter, counts: dict[str, int]
) -> tuple[str, int, str, bool, str | None]:
    name = str(STANDING_NAMES[code]) if code else _("全部")
    url = url_for(
        "catalogue.desk",
        state=code or None,
        q=wanted.words or None,
        own="1" if wanted.own_region else None,
    )
    return name, counts[code], url, code == wanted.standing, None


def _own_region(viewer: Viewer) -> str:
    """Return the region a district office may narrow the page to; empty for wider units."""
    prefix = viewer.region_prefix or ""
    return get_taxonomy(db.session).region_name(prefix) if len(prefix) == COUNTY_DIGITS else ""


def show_rows(providers: list[Provider], today: date, days: int) -> list[dict[str, Any]]:
    """Return what page and workbook say of each provider."""
    ids = [provider.id for provider in providers]
    listings = listings_of(db.session, ids)
    cases = count_proven_cases(db.session, ids)
    taxonomy = get_taxonomy(db.session)
    tiers = tier_names(get_rules(db.session, "tiers", today).body)
    return [
        {
            **_standing(listings.get(item.id), tiers, today, days),
            "id": item.id,
            "name": item.organisation.name,
            "uscc": item.organisation.uscc,
            "kind": organisation_kind(item),
            "types": _types(item),
            "place": _place(item, taxonomy),
            "cases": cases.get(item.id, 0),
            "contact": f"{item.contact_department} {item.contact_phone}".strip(),
            "published": item.published,
        }
        for item in providers
    ]


def _types(provider: Provider) -> str:
    return "、".join(PROVIDER_TYPE_NAMES.get(code, code) for code in provider.type_codes)


def _place(provider: Provider, taxonomy: Taxonomy) -> str:
    return taxonomy.region_path(provider.organisation.region_code)


def _standing(
    listing: Listing | None, tiers: dict[str, str], today: date, days: int
) -> dict[str, Any]:
    if listing is None:
        return {
            "tier": None,
            "state": (STANDING_NAMES["unlisted"], "mute"),
            "valid_from": None,
            "valid_to": None,
            "left": None,
            "urgent": False,
            "batch": "",
            "track": "",
            "verified_on": None,
        }
    left = (listing.valid_to - today).days
    lapsed = listing.state == "valid" and left < 0
    return {
        "tier": (listing.tier, tiers.get(listing.tier, listing.tier)),
        "state": STATE_NAMES["expired" if lapsed else listing.state],
        "valid_from": listing.valid_from,
        "valid_to": listing.valid_to,
        "left": left if listing.state == "valid" and left >= 0 else None,
        "urgent": listing.state == "valid" and 0 <= left <= days,
        "batch": listing.batch_number,
        "track": listing.track,
        "verified_on": listing.verified_on,
    }
