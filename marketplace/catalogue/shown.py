"""What the catalogue's pages show: plain values made from rows, ready for templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ..providers.models import Case, Offering, Provider
from ..providers.vocabulary import DEPLOYMENTS, OFFERING_KINDS, ORGANISATION_KINDS
from ..search.passages import Piece, highlight, snippet
from ..taxonomy.queries import PROVIDER_TYPE_NAMES, Taxonomy
from ..web.filters import show_budget
from .models import Listing

STATE_NAMES = {
    "valid": (lazy_gettext("在库有效"), "ok"),
    "rectification": (lazy_gettext("限期整改"), "warn"),
    "suspended": (lazy_gettext("暂停"), "bad"),
    "expired": (lazy_gettext("已过期"), "mute"),
    "withdrawn": (lazy_gettext("已退出"), "mute"),
    "removed": (lazy_gettext("已移出"), "bad"),
}
NOT_YET = (lazy_gettext("尚未生效"), "mute")
DEPLOYMENT_FACETS = {
    **DEPLOYMENTS,
    "offline": lazy_gettext("断网可用"),
    "xinchuang": lazy_gettext("信创适配"),
}
EVIDENCE_FACETS = {
    "accepted": lazy_gettext("有平台验收案例"),
    "checked": lazy_gettext("有材料核验案例"),
}


def state_shown(listing: Listing, today: date) -> tuple[Any, str]:
    """Return the name and tone of a listing's state on that day, which its dates may overrule."""
    if listing.state == "valid" and today < listing.valid_from:
        return NOT_YET
    lapsed = listing.state == "valid" and listing.valid_to < today
    return STATE_NAMES["expired" if lapsed else listing.state]


@dataclass(frozen=True, slots=True)
class ShownProvider:
    """One result of the catalogue."""

    id: int
    name: str
    kinds: str
    tier: tuple[str, str] | None
    hit: list[Piece]
    tags: list[str]
    place: str
    valid_to: date | None
    facts: list[tuple[str, str, str]]


def tier_names(rules: dict[str, Any]) -> dict[str, str]:
    """Return the names of the tiers, highest first, from the rule set `tiers`."""
    return {tier["code"]: _(tier["name"]) for tier in rules["tiers"]}


def show_provider(
    provider: Provider,
    listing: Listing,
    taxonomy: Taxonomy,
    tiers: dict[str, str],
    words: str = "",
    ref: str | None = None,
) -> ShownProvider:
    """Return the result card of a provider; with `words`, the passage that was hit."""
    accepted = sum(case.verification == "accepted" for case in provider.cases)
    checked = sum(case.verification == "checked" for case in provider.cases)
    tags = [taxonomy.scene_name(code) for code in provider.scene_ids[:2]]
    tags += [taxonomy.industry_name(code) for code in provider.industry_codes[:2]]
    tags += [str(DEPLOYMENT_FACETS["offline"])] if provider.offline else []
    tags += [str(DEPLOYMENT_FACETS["xinchuang"])] if provider.xinchuang else []
    return ShownProvider(
        id=provider.id,
        name=provider.organisation.name,
        kinds="、".join(PROVIDER_TYPE_NAMES.get(code, code) for code in provider.type_codes[:2]),
        tier=(listing.tier, tiers.get(listing.tier, listing.tier)),
        hit=_hit(provider, words, ref),
        tags=tags,
        place=provider.address_hint or taxonomy.region_path(provider.organisation.region_code),
        valid_to=listing.valid_to,
        facts=[
            (_("平台验收案例"), str(accepted), _("项")),
            (_("材料核验案例"), str(checked), _("项")),
            (_("产品与方案"), str(len(provider.offerings)), _("项")),
        ],
    )


def _hit(provider: Provider, words: str, ref: str | None) -> list[Piece]:
    """Return the passage that answers the words, or the summary when there are none."""
    if not words:
        return [(provider.summary, False)]
    text = provider.summary
    for item in (*provider.cases, *provider.offerings):
        if ref == f"{'case' if isinstance(item, Case) else 'offering'}:{item.id}":
            text = f"{item.title}。{item.story}" if isinstance(item, Case) else _told(item)
    if ref == f"profile:{provider.id}" and not any(hit for _piece, hit in highlight(text, words)):
        text = provider.profile
    return snippet(text, words, 96)


def _told(offering: Offering) -> str:
    return f"{offering.name}。{offering.summary}"


def _metric_change(before: str, after: str, unit: str) -> str:
    """Return the change in words when both figures are plain numbers: 1.6 → 0.3 % is −1.3个百分点."""
    try:
        difference = float(after) - float(before)
    except ValueError:
        return ""
    amount = f"{abs(difference):.4f}".rstrip("0").rstrip(".")
    if not difference:
        return _("持平")
    measure = _("个百分点") if unit == "%" else unit
    down = _("下降%(amount)s%(unit)s", amount=amount, unit=measure)
    return down if difference < 0 else _("提高%(amount)s%(unit)s", amount=amount, unit=measure)


def show_case(case: Case, taxonomy: Taxonomy) -> dict[str, Any]:
    """Return what the case card takes."""
    about = [taxonomy.industry_name(case.industry_code), taxonomy.scene_name(case.scene_id)]
    notes = {
        "accepted": _(
            "项目在平台登记并由甲方验收，验收编号%(number)s。", number=case.acceptance_number
        ),
        "checked": _("经办人核对过合同或验收材料；该项目不在平台登记。"),
        "declared": _("仅有企业自述，未核验。"),
    }
    when = _("%(year)s年%(month)s月", year=case.year, month=case.month) if case.month else ""
    return {
        "title": case.title,
        "client": "，".join([case.client_shown, " · ".join(part for part in about if part)]),
        "when": when or (_("%(year)s年", year=case.year) if case.year else ""),
        "level": case.verification,
        "text": case.story,
        "metrics": [_metric(metric) for metric in case.metrics],
        "note": notes[case.verification],
        "id": f"case-{case.id}",
    }


def _metric(metric: dict[str, Any]) -> tuple[str, str, str, str]:
    before, after, unit = (str(metric.get(key) or "") for key in ("before", "after", "unit"))
    return (
        str(metric.get("name", "")),
        f"{before}{unit}" if before else "",
        f"{after}{unit}",
        _metric_change(before, after, unit),
    )


def show_offering(offering: Offering) -> dict[str, Any]:
    """Return what the offering row takes."""
    price = show_budget(offering.price_min_yuan, offering.price_max_yuan)
    return {
        "kind": OFFERING_KINDS.get(offering.kind, offering.kind),
        "name": offering.name,
        "text": offering.summary,
        "price": "，".join(part for part in (offering.price_basis, price) if part),
        "level": offering.verification,
        "id": f"offering-{offering.id}",
    }


def show_certificates(provider: Provider, today: date) -> list[tuple[str, str, str, bool]]:
    """Return (name, validity, mark, expired) of each certificate."""
    return [
        (
            item.name,
            _("有效至%(day)s", day=item.valid_to.isoformat()) if item.valid_to else "",
            item.verification,
            bool(item.valid_to and item.valid_to < today),
        )
        for item in provider.certificates
    ]


def show_service_regions(codes: Sequence[str], taxonomy: Taxonomy) -> str:
    """Return the regions served, in words."""
    return "、".join(taxonomy.region_name(code) for code in codes)


def organisation_kind(provider: Provider) -> str:
    """Return the kind of organisation in words."""
    return str(ORGANISATION_KINDS.get(provider.organisation.kind, ""))
