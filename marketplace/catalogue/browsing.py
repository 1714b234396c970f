"""One page of the catalogue: filter, facets with counts, order, and the results in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..providers.models import Case, Provider
from ..rules.queries import get_rules
from ..search.index import SearchIndex
from ..taxonomy.queries import PROVIDER_TYPE_NAMES, Taxonomy
from .finding import Found, find_providers
from .models import Listing
from .queries import Filter, count_facets, find_ids
from .shown import DEPLOYMENT_FACETS, EVIDENCE_FACETS, tier_names

FACET_TITLES = {
    "tier": lazy_gettext("等级"),
    "stage": lazy_gettext("环节"),
    "scene": lazy_gettext("场景"),
    "industry": lazy_gettext("行业"),
    "evidence": lazy_gettext("依据"),
    "deployment": lazy_gettext("部署要求"),
    "type": lazy_gettext("类别"),
    "region": lazy_gettext("注册地"),
}
OPEN_FACETS = frozenset({"tier", "scene", "industry", "evidence", "deployment"})
SHOWN_OPTIONS = 8


@dataclass(frozen=True, slots=True)
class FacetShown:
    """One facet: options (code, name, count, chosen); `rest` are those folded away."""

    name: str
    title: str
    options: list[tuple[str, str, int, bool]]
    rest: list[tuple[str, str, int, bool]]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Browsed:
    """The ids that fit, in order, and what stands beside them."""

    ids: list[int]
    facets: list[FacetShown]
    chips: list[tuple[str, str, str]]
    listed: int
    found: Found | None


def code_names(session: Session, taxonomy: Taxonomy, today: date) -> dict[str, dict[str, str]]:
    """Return, by facet, the names of all codes in their natural order."""
    return {
        "tier": tier_names(get_rules(session, "tiers", today).body),
        "stage": {stage.id: stage.slogan for stage in taxonomy.stages.values()},
        "scene": {scene.id: scene.name for scene in taxonomy.scenes.values()},
        "industry": {item.code: item.name for item in taxonomy.industries.values()},
        "evidence": {code: str(name) for code, name in EVIDENCE_FACETS.items()},
        "deployment": {code: str(name) for code, name in DEPLOYMENT_FACETS.items()},
        "type": PROVIDER_TYPE_NAMES,
        "region": {code: region.name for code, region in taxonomy.regions.items()},
    }


def browse(
    session: Session,
    index: SearchIndex,
    taxonomy: Taxonomy,
    today: date,
    wanted: Filter,
    sort: str,
) -> Browsed:
    """Return what a visitor with this filter sees."""
    found = find_providers(session, index, wanted.words)
    hits = found.ids if found is not None else None
    fitting = find_ids(session, today, wanted, hits)
    counts = count_facets(session, today, wanted, hits)
    names = code_names(session, taxonomy, today)
    return Browsed(
        ids=_in_order(session, fitting, sort, found, names["tier"]),
        facets=[_facet(facet, names[facet], counts[facet], wanted) for facet in FACET_TITLES],
        chips=[
            (facet, code, names[facet].get(code, code))
            for facet, codes in wanted.chosen.items()
            for code in codes
        ],
        listed=len(find_ids(session, today, Filter())),
        found=found,
    )


def _facet(facet: str, names: dict[str, str], counts: dict[str, int], wanted: Filter) -> FacetShown:
    chosen = wanted.chosen.get(facet, ())
    options = [
        (code, name, counts.get(code, 0), code in chosen)
        for code, name in names.items()
        if counts.get(code) or code in chosen or facet in {"tier", "evidence", "deployment"}
    ]
    if facet in {"scene", "industry", "region", "type"}:
        options.sort(key=lambda option: (-option[3], -option[2], option[0]))
    cut = max(SHOWN_OPTIONS, sum(option[3] for option in options))
    return FacetShown(
        name=facet,
        title=str(FACET_TITLES[facet]),
        options=options[:cut],
        rest=options[cut:],
        is_open=facet in OPEN_FACETS or bool(chosen),
    )


def _in_order(
    session: Session,
    fitting: set[int],
    sort: str,
    found: Found | None,
    tiers: dict[str, str],
) -> list[int]:
    """Return the fitting ids in the order asked for; ties by pinyin of the name."""
    if sort == "best" and found is not None:
        return [provider_id for provider_id in found.ids if provider_id in fitting]
    rank = {code: place for place, code in enumerate(tiers)}
    rows: Sequence[Any] = session.execute(
        select(Provider.id, Provider.sort_key, Listing.tier, func.count(Case.id))
        .join(Listing, Listing.provider_id == Provider.id)
        .outerjoin(Case, (Case.provider_id == Provider.id) & (Case.verification != "declared"))
        .where(Provider.id.in_(fitting))
        .group_by(Provider.id, Provider.sort_key, Listing.tier)
    ).all()
    orders = {
        "name": lambda row: (row[1], row[0]),
        "cases": lambda row: (-row[3], row[1], row[0]),
        "tier": lambda row: (rank.get(row[2], len(rank)), row[1], row[0]),
    }
    return [row[0] for row in sorted(rows, key=orders.get(sort, orders["tier"]))]
