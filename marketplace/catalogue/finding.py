"""Find providers by words: through the index, or through the database while the index is away."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ..search.errors import IndexUnavailable
from ..search.index import SearchIndex
from .queries import search_names

MOST_HITS = 2000


@dataclass(frozen=True, slots=True)
class Found:
    """Provider ids, best first, and the document that hit each.

    `partial`: no provider has all the words, so those with some are given. `degraded`: the
    index was away and the database answered.
    """

    ids: tuple[int, ...] = ()
    refs: dict[int, str] = field(default_factory=dict)
    partial: bool = False
    degraded: bool = False


def find_providers(session: Session, index: SearchIndex, words: str) -> Found | None:
    """Return the providers the words find, best first; None when no words were given.

    All words must stand somewhere among a provider's documents; when they do so nowhere, some
    are enough.
    """
    if not words.strip():
        return None
    try:
        hits = index.find(words, limit=MOST_HITS, require="all", group_by="provider_id")
        partial = not hits
        if partial:
            hits = index.find(words, limit=MOST_HITS, group_by="provider_id")
    except IndexUnavailable:
        return Found(ids=tuple(search_names(session, words)), degraded=True)
    return Found(
        ids=tuple(int(hit.provider_id) for hit in hits),
        refs={int(hit.provider_id): hit.ref for hit in hits},
        partial=partial and bool(hits),
    )
