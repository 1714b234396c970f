"""What an edition says of one provider: plain values made from its profile and its listing.

Clients of cases appear as their provider lets anybody see them; a masked client's name is never
read here. Texts are written out in full, so that a row reads the same however names change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from ..catalogue.models import Listing
from ..catalogue.queries import is_listed, listings_of
from ..catalogue.shown import DEPLOYMENT_FACETS, STATE_NAMES, show_service_regions, tier_names
from ..listings.models import ListingDecision
from ..listings.queries import known_tiers, latest_scores
from ..providers.models import Case, Offering, Provider
from ..providers.queries import list_whole
from ..rules.queries import get_rules
from ..taxonomy.queries import PROVIDER_TYPE_NAMES, Taxonomy, get_taxonomy
from ..workdays.months import add_months

MOST_INDUSTRIES, MOST_CASES, MOST_PRODUCTS = 3, 3, 5
_WITHIN_MONTHS = 24
_PROOF = ("accepted", "checked", "declared")


def listed_in_order(session: Session, today: date) -> Select[tuple[int]]:
    """Return the statement of all providers listed today: by tier, then by name."""
    tiers = known_tiers(session, today)
    rank = case({code: place for place, code in enumerate(tiers)}, value=Listing.tier, else_=99)
    return (
        select(Provider.id)
        .join(Listing, Listing.provider_id == Provider.id)
        .where(Provider.published, is_listed(today))
        .order_by(rank, Provider.sort_key, Provider.id)
    )


def directory_rows(
    session: Session, provider_ids: Sequence[int], today: date
) -> dict[int, dict[str, Any]]:
    """Return the row of each provider as it would be frozen now, in this order."""
    taxonomy = get_taxonomy(session)
    tiers = tier_names(get_rules(session, "tiers", today).body)
    providers = {item.id: item for item in list_whole(session, provider_ids)}
    listings, scores = listings_of(session, provider_ids), latest_scores(session, provider_ids)
    return {
        key: {
            **_identity(providers[key], listings[key], taxonomy, tiers),
            **_ability(providers[key], taxonomy),
            **_proof(providers[key], taxonomy, today, scores.get(key)),
            **_terms(providers[key], listings[key], taxonomy),
        }
        for key in provider_ids
        if key in providers and key in listings
    }


def _identity(
    provider: Provider, listing: Listing, taxonomy: Taxonomy, tiers: Mapping[str, str]
) -> dict[str, Any]:
    organisation = provider.organisation
    return {
        "name": organisation.name,
        "uscc": organisation.uscc,
        "place": taxonomy.region_path(organisation.region_code),
        "local_office": provider.address_hint,
        "types": "、".join(PROVIDER_TYPE_NAMES.get(code, code) for code in provider.type_codes),
        "tier": listing.tier,
        "tier_name": tiers.get(listing.tier, listing.tier),
        "track": listing.track,
        "batch_number": listing.batch_number,
        "valid_from": listing.valid_from.isoformat(),
        "valid_to": listing.valid_to.isoformat(),
    }


def _ability(provider: Provider, taxonomy: Taxonomy) -> dict[str, Any]:
    stages = {stage for scene in provider.scene_ids for stage in taxonomy.stages_of(scene)}
    named = [stage.name for code, stage in taxonomy.stages.items() if code in stages]
    industries = provider.industry_codes[:MOST_INDUSTRIES]
    return {
        "industries": "、".join(taxonomy.industry_name(code) for code in industries),
        "stages": "、".join(named),
        "scenes": "、".join(taxonomy.scene_name(code) for code in provider.scene_ids),
        "products": "；".join(_product(item) for item in provider.offerings[:MOST_PRODUCTS]),
    }


def _product(offering: Offering) -> str:
    if not offering.filing_number:
        return offering.name
    return _("%(name)s（备案号%(number)s）", name=offering.name, number=offering.filing_number)


def _proof(
    provider: Provider, taxonomy: Taxonomy, today: date, decision: ListingDecision | None
) -> dict[str, Any]:
    best = sorted(
        provider.cases,
        key=lambda item: (_PROOF.index(item.verification), -(item.year or 0), item.id),
    )
    since = add_months(today, -_WITHIN_MONTHS)
    recent = [
        item
        for item in provider.cases
        if item.verification == "accepted"
        and item.year
        and (item.year, item.month or 12) >= (since.year, since.month)
    ]
    scores = decision.scores if decision else []
    satisfaction = next((item for item in scores if item.get("code") == "satisfaction"), None)
    return {
        "cases": "；".join(_case(item) for item in best[:MOST_CASES]),
        "accepted_24_months": len(recent),
        "satisfaction": str(satisfaction.get("basis", "")) if satisfaction else "",
        "certificates": "；".join(
            item.name
            for item in provider.certificates
            if item.valid_to is None or item.valid_to >= today
        ),
    }


def _case(item: Case) -> str:
    proof = {"accepted": _("平台验收"), "checked": _("材料核验"), "declared": _("企业申报")}
    when = _("%(year)s年", year=item.year) if item.year else ""
    figures = [_figure(metric) for metric in item.metrics[:2]]
    parts = [item.client_shown, when, *figures, proof[item.verification]]
    return "，".join(part for part in parts if part)


def _figure(metric: Mapping[str, Any]) -> str:
    before, after = str(metric.get("before") or ""), str(metric.get("after") or "")
    unit = str(metric.get("unit") or "")
    values = f"{before}{unit}→{after}{unit}" if before else f"{after}{unit}"
    return f"{metric.get('name', '')}{values}"


def _terms(provider: Provider, listing: Listing, taxonomy: Taxonomy) -> dict[str, Any]:
    marks = [code for code in ("offline", "xinchuang") if getattr(provider, code)]
    area = [show_service_regions(provider.service_regions, taxonomy), provider.onsite_hours]
    return {
        "price": provider.price_note,
        "deployments": "、".join(
            str(DEPLOYMENT_FACETS[code]) for code in [*provider.deployments, *marks]
        ),
        "service_area": "，".join(part for part in area if part),
        "contact": f"{provider.contact_department} {provider.contact_phone}".strip(),
        "state": str(STATE_NAMES[listing.state][0]),
        "verified_on": listing.verified_on.isoformat() if listing.verified_on else "",
    }


def digest_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 (hex) of the canonical JSON of the rows in their order."""
    text = json.dumps(list(rows), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
