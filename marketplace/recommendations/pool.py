"""The pool of candidates: every provider that is or was in the directory, read once a change.

Listed and unlisted ones alike, because “why not this firm?” must have an answer for each: placed
and excluded together are the pool. The pool is kept per process and renewed when the database
says that a provider, a listing or the day has changed.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..catalogue.models import Listing
from ..matching.facts import ProviderFacts
from ..matching.lexicon import Lexicon, load_lexicon
from ..matching.prepared import Prepared, prepare
from ..providers.models import Provider
from ..providers.queries import WHOLE
from .facts import provider_facts


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates of a day: their facts, and the same compiled for ranking."""

    stamp: tuple[Any, ...]
    facts: tuple[ProviderFacts, ...]
    prepared: Prepared
    lexicon: Lexicon

    def __len__(self) -> int:
        return len(self.facts)


_lock = threading.Lock()
_kept: dict[str, Pool] = {}


def _stamp(session: Session, today: date) -> tuple[Any, ...]:
    """Return what changes whenever a candidate does: versions only ever grow."""
    row = session.execute(
        select(
            func.count(Listing.id),
            func.sum(Provider.version),
            func.sum(Listing.version),
            func.max(Listing.updated_at),
            func.max(Provider.updated_at),
            func.max(Provider.id),
        )
        .select_from(Listing)
        .join(Provider, Provider.id == Listing.provider_id)
        .where(Provider.published)
    ).one()
    return (today, *row)


def get_pool(session: Session, today: date) -> Pool:
    """Return the candidates as of now; rebuilt only when something changed."""
    place = str(session.get_bind().engine.url)  # type: ignore[union-attr]
    stamp = _stamp(session, today)
    kept = _kept.get(place)
    if kept is not None and kept.stamp == stamp:
        return kept
    facts = tuple(_read(session, today))
    lexicon = load_lexicon()
    pool = Pool(stamp, facts, prepare(facts, lexicon), lexicon)
    with _lock:
        _kept[place] = pool
    return pool


def _read(session: Session, today: date) -> list[ProviderFacts]:
    rows = session.execute(
        select(Provider, Listing)
        .join(Listing, Listing.provider_id == Provider.id)
        .where(Provider.published)
        .options(*WHOLE)
        .order_by(Provider.id)
    )
    return [provider_facts(provider, listing, today) for provider, listing in rows]
