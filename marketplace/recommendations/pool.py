"""The pool of candidates: every provider that is or was in the directory, read once a change.

Listed and unlisted ones alike, because “why not this firm?” must have an answer for each: placed
and excluded together are the pool. The pool is kept per process and renewed when the database
says that a provider, a listing or the day has changed; only what changed is read again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from ..accounts.models import Organisation
from ..catalogue.models import Listing
from ..matching.facts import ProviderFacts
from ..matching.lexicon import Lexicon, load_lexicon
from ..matching.prepared import Prepared, prepare
from ..providers.models import Provider
from ..search.results import Lineup
from .facts import provider_facts

AT_ONCE = 500
Mark = tuple[Any, ...]


@dataclass(frozen=True)
class Pool:
    """The candidates of a day: their facts, the same compiled for ranking, and their documents.

    `marks` holds for each provider, by its id in the database, what changes when it does.
    """

    stamp: Mark
    marks: Mapping[int, Mark]
    facts: tuple[ProviderFacts, ...]
    prepared: Prepared
    lexicon: Lexicon
    lineup: Lineup

    def __len__(self) -> int:
        return len(self.facts)

    @cached_property
    def by_id(self) -> Mapping[str, ProviderFacts]:
        """The facts by provider id."""
        return {item.provider_id: item for item in self.facts}


_lock = threading.Lock()
_kept: dict[str, Pool] = {}


def get_pool(session: Session, today: date) -> Pool:
    """Return the candidates as of now; what has not changed is not read again."""
    place = str(session.get_bind().engine.url)  # type: ignore[union-attr]
    stamp = _stamp(session, today)
    kept = _kept.get(place)
    if kept is not None and kept.stamp == stamp:
        return kept
    with _lock:
        kept = _kept.get(place)
        if kept is None or kept.stamp != stamp:
            kept = _kept[place] = _renewed(session, today, stamp, kept)
        return kept


def _stamp(session: Session, today: date) -> Mark:
    """Return what changes whenever a candidate does: versions only ever grow."""
    row = session.execute(
        select(
            func.count(Listing.id),
            func.sum(Provider.version),
            func.sum(Listing.version),
            func.sum(Organisation.version),
            func.max(Listing.updated_at),
            func.max(Provider.updated_at),
            func.max(Provider.id),
        )
        .select_from(Listing)
        .join(Provider, Provider.id == Listing.provider_id)
        .join(Organisation, Organisation.id == Provider.organisation_id)
        .where(Provider.published)
    ).one()
    return (today, *row)


def _marks(session: Session, today: date) -> dict[int, Mark]:
    """Return what changes when one candidate does, by provider, in the order of the pool."""
    rows = session.execute(
        select(
            Provider.id,
            Provider.version,
            Provider.updated_at,
            Listing.id,
            Listing.version,
            Listing.updated_at,
            Listing.valid_from <= today,
            Organisation.id,
            Organisation.version,
        )
        .select_from(Listing)
        .join(Provider, Provider.id == Listing.provider_id)
        .join(Organisation, Organisation.id == Provider.organisation_id)
        .where(Provider.published)
        .order_by(Provider.id)
    )
    return {row[0]: tuple(row) for row in rows}


def _renewed(session: Session, today: date, stamp: Mark, former: Pool | None) -> Pool:
    marks = _marks(session, today)
    known: dict[int, ProviderFacts] = {}
    if former is not None:
        told = zip(former.marks.items(), former.facts, strict=True)
        known = {key: facts for (key, mark), facts in told if marks.get(key) == mark}
    known.update(_read(session, today, [key for key in marks if key not in known]))
    # One withdrawn between the two readings is left out; the next look finds the stamp changed.
    marks = {key: mark for key, mark in marks.items() if key in known}
    facts = tuple(known[key] for key in marks)
    lexicon = load_lexicon()
    prepared = prepare(facts, lexicon)
    return Pool(stamp, marks, facts, prepared, lexicon, Lineup(prepared.unit_refs))


def _read(
    session: Session, today: date, provider_ids: Sequence[int]
) -> Iterator[tuple[int, ProviderFacts]]:
    for start in range(0, len(provider_ids), AT_ONCE):
        chosen = provider_ids[start : start + AT_ONCE]
        rows = session.execute(
            select(Provider, Listing)
            .join(Listing, Listing.provider_id == Provider.id)
            .where(Provider.id.in_(chosen))
            .options(selectinload(Provider.offerings), selectinload(Provider.cases))
        )
        for provider, listing in rows:
            yield provider.id, provider_facts(provider, listing, today)
