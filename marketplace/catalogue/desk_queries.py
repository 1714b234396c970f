"""The staff's reads of the directory: every provider with its standing, and what ends soon.

The directory is public and providers serve everywhere, so all staff may look at every published
provider; whose listing a unit must look after is the narrower question `in_charge` answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager

from ..accounts.models import Organisation
from ..permissions import Viewer
from ..providers.models import Case, Provider
from .models import Listing

COUNTY_DIGITS: Final = 6
"""A unit whose region has all six digits is a district office."""

STANDINGS: Final = (
    "valid",
    "ending",
    "rectification",
    "suspended",
    "expired",
    "withdrawn",
    "removed",
    "unlisted",
)
"""How a provider stands in the directory; `ending` is part of `valid`."""


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What staff asked for: a standing ("" is all), words, and only the unit's own region."""

    standing: str = ""
    words: str = ""
    own_region: bool = False


def in_charge(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition that the viewer's unit looks after the provider's listing.

    A district office looks after those registered in its district, the bureau above it after
    all, wherever they are registered: being listed asks for no local registration.
    """
    if viewer.region_prefix is None or not viewer.may("unit:provider:view"):
        return false()
    if len(viewer.region_prefix) < COUNTY_DIGITS:
        return true()
    return in_region(viewer)


def in_region(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition that the provider is registered in the region of the viewer's unit."""
    return Organisation.region_code.startswith(viewer.region_prefix or "?", autoescape=True)


def _standing(code: str, today: date, ends_by: date) -> ColumnElement[bool]:
    running = and_(Listing.state == "valid", Listing.valid_to >= today)
    conditions = {
        "valid": running,
        "ending": and_(running, Listing.valid_to <= ends_by),
        "expired": or_(
            Listing.state == "expired", and_(Listing.state == "valid", Listing.valid_to < today)
        ),
        "unlisted": Listing.id.is_(None),
    }
    return conditions.get(code, Listing.state == code)


def _published() -> Select[tuple[Provider, Listing]]:
    return (
        select(Provider, Listing)
        .join(Provider.organisation)
        .outerjoin(Listing, Listing.provider_id == Provider.id)
        .where(or_(Provider.published, Listing.id.is_not(None)))
    )


def _asked(
    statement: Select[tuple[Provider, Listing]], viewer: Viewer, wanted: DeskFilter
) -> Select[tuple[Provider, Listing]]:
    for word in wanted.words.split()[:4]:
        columns = [Organisation.name, Organisation.uscc]
        if any(sign.isdigit() for sign in word):
            # Every batch number names the bureau: without a digit nearly all would match.
            columns.append(Listing.batch_number)
        statement = statement.where(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
        )
    return statement.where(in_region(viewer)) if wanted.own_region else statement


def desk_providers(
    viewer: Viewer, wanted: DeskFilter, today: date, ends_by: date
) -> Select[tuple[Provider, Listing]]:
    """Return the statement of the providers asked for: the first to end first, unlisted last."""
    statement = _asked(_published(), viewer, wanted)
    if wanted.standing in STANDINGS:
        statement = statement.where(_standing(wanted.standing, today, ends_by))
    return statement.options(contains_eager(Provider.organisation)).order_by(
        Listing.valid_to.is_(None), Listing.valid_to, Provider.sort_key, Provider.id
    )


def count_standings(
    session: Session, viewer: Viewer, wanted: DeskFilter, today: date, ends_by: date
) -> dict[str, int]:
    """Return how many providers one would see on choosing each standing, and "" for all."""
    counts = [func.count().filter(_standing(code, today, ends_by)) for code in STANDINGS]
    row = session.execute(
        _asked(_published(), viewer, wanted).with_only_columns(func.count(), *counts)
    ).one()
    return dict(zip(("", *STANDINGS), row, strict=True))


def count_proven_cases(session: Session, provider_ids: list[int]) -> Mapping[int, int]:
    """Return, by provider, how many cases were checked or accepted."""
    rows = session.execute(
        select(Case.provider_id, func.count())
        .where(Case.provider_id.in_(provider_ids), Case.verification != "declared")
        .group_by(Case.provider_id)
    )
    return dict(rows.all())


def ending_listings(viewer: Viewer, today: date, days: int) -> Select[tuple[Provider, Listing]]:
    """Return the statement of listings the unit looks after that end within so many days."""
    return desk_providers(
        viewer, DeskFilter(standing="ending"), today, today + timedelta(days=days)
    ).where(in_charge(viewer))
