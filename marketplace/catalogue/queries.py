"""Reads of the catalogue: who is listed, what can be browsed by, and with how many each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from ..accounts.models import Organisation
from ..errors import NotFound
from ..permissions import Viewer
from ..providers.models import Provider, ProviderFacet
from ..providers.queries import WHOLE
from .models import Listing

FACETS = ("tier", "stage", "scene", "industry", "evidence", "deployment", "type", "region")
TRACKS = ("综合", "专业", "产品", "OPC")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a visitor asked for: chosen codes by facet, and the search words."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def without(self, facet: str) -> Filter:
        """Return the filter with one facet left open, which is what that facet is counted in."""
        return Filter(
            self.words, {key: codes for key, codes in self.chosen.items() if key != facet}
        )

    def dropping(self, facet: str, code: str) -> Filter:
        """Return the filter with one chosen code taken away."""
        kept = tuple(item for item in self.chosen.get(facet, ()) if item != code)
        return Filter(self.words, {**self.chosen, facet: kept})


def is_listed(today: date) -> ColumnElement[bool]:
    """Return the condition that a listing is in force: valid state, today within its dates."""
    return and_(Listing.state == "valid", Listing.valid_from <= today, Listing.valid_to >= today)


def listed_providers(today: date) -> Select[tuple[int]]:
    """Return the statement of the ids of all listed, published providers."""
    return (
        select(Provider.id)
        .join(Listing, Listing.provider_id == Provider.id)
        .where(Provider.published, is_listed(today))
    )


def is_listed_organisation(session: Session, organisation_id: int | None, today: date) -> bool:
    """Whether the organisation's provider is listed today."""
    if organisation_id is None:
        return False
    statement = listed_providers(today).where(Provider.organisation_id == organisation_id)
    return bool(session.scalar(select(exists(statement))))


def _matching(today: date, wanted: Filter, found: Sequence[int] | None) -> Select[tuple[int]]:
    """Return the ids of listed providers that fit; `found` restricts to search hits."""
    statement = listed_providers(today)
    for facet, codes in wanted.chosen.items():
        if not codes:
            continue
        if facet == "tier":
            statement = statement.where(Listing.tier.in_(codes))
            continue
        statement = statement.where(
            exists().where(
                ProviderFacet.provider_id == Provider.id,
                ProviderFacet.facet == facet,
                ProviderFacet.code.in_(codes),
            )
        )
    if found is not None:
        statement = statement.where(Provider.id.in_(found))
    return statement


def find_ids(
    session: Session, today: date, wanted: Filter, found: Sequence[int] | None = None
) -> set[int]:
    """Return the ids of all listed providers that fit the filter."""
    return set(session.scalars(_matching(today, wanted, found)))


def count_facets(
    session: Session, today: date, wanted: Filter, found: Sequence[int] | None = None
) -> dict[str, dict[str, int]]:
    """Return, by facet and code, how many providers one would see on choosing that code.

    Each facet is counted with the choices of all other facets in force but not its own, so that
    ticking a second code of the same facet widens the list as its number says.
    """
    counts: dict[str, dict[str, int]] = {}
    for facet in FACETS:
        ids = _matching(today, wanted.without(facet), found).scalar_subquery()
        if facet == "tier":
            rows = session.execute(
                select(Listing.tier, func.count())
                .where(Listing.provider_id.in_(ids))
                .group_by(Listing.tier)
            )
        else:
            rows = session.execute(
                select(ProviderFacet.code, func.count())
                .where(ProviderFacet.facet == facet, ProviderFacet.provider_id.in_(ids))
                .group_by(ProviderFacet.code)
            )
        counts[facet] = dict(rows.all())
    return counts


def search_names(session: Session, words: str) -> list[int]:
    """Find published providers by plain text, for when the index is away.

    Each word must stand in the name, the summary or the profile; slower and unranked.
    """
    statement = select(Provider.id).join(Organisation).where(Provider.published)
    for word in words.split()[:8]:
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        statement = statement.where(
            Organisation.name.ilike(pattern, escape="\\")
            | Provider.summary.ilike(pattern, escape="\\")
            | Provider.profile.ilike(pattern, escape="\\")
        )
    return list(session.scalars(statement.order_by(Provider.sort_key)))


def listings_of(session: Session, provider_ids: Iterable[int]) -> dict[int, Listing]:
    """Return the listings of these providers, by provider id."""
    rows = session.scalars(select(Listing).where(Listing.provider_id.in_(list(provider_ids))))
    return {row.provider_id: row for row in rows}


def get_shown_provider(
    session: Session, provider_id: int, viewer: Viewer, today: date
) -> tuple[Provider, Listing | None, bool]:
    """Return a provider, its listing, and whether it is listed today.

    Visitors see published providers that are or were in the directory; members see their own
    at any time, staff every published one. Raises NotFound for everything else.
    """
    provider = session.scalar(select(Provider).where(Provider.id == provider_id).options(*WHOLE))
    listing = session.scalar(select(Listing).where(Listing.provider_id == provider_id))
    if provider is not None:
        own = viewer.organisation_id == provider.organisation_id
        shown = provider.published and (listing is not None or viewer.is_staff)
        if own or shown:
            listed = bool(
                session.scalar(
                    select(listed_providers(today).where(Provider.id == provider_id).exists())
                )
            )
            return provider, listing, listed
    raise NotFound(
        "没有这家服务商，或它还没有入库。",
        next_step="请从服务商目录重新查找。",
    )
