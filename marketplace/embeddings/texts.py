"""The texts that are embedded, and which of them may leave the house."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..catalogue.indexing import documents_of
from ..db import now
from ..needs.disclosure import PUBLIC
from ..needs.matched import matched_lines
from ..needs.models import Need
from ..needs.queries import get_masker
from ..needs.shown import ShownNeed
from ..providers.models import Case, Offering
from ..providers.queries import list_whole
from ..search.documents import Document
from ..web.filters import beijing_today
from .models import CASE, NEED, OFFERING, PROFILE

MOST_CHARACTERS = 3000
"""Longer texts are cut: models read 512 to 8,192 tokens, and the beginning says what it is about."""

Texts = dict[int, tuple[int, str]]


def texts_of(session: Session, kind: str, ids: Iterable[int], *, leaves_house: bool) -> Texts:
    """Return texts by the id of their row, each with the version it shows.

    Of needs the whole text, or, if it `leaves_house`, what anybody may read on the public side; those the public may
    not know of are left out. Of providers what is public, which is all there is.
    """
    if kind == NEED:
        return _public_needs(session, ids) if leaves_house else _whole_needs(session, ids)
    found: Texts = {}
    wanted = {f"{kind}:{key}": key for key in ids}
    for provider in list_whole(session, _providers_of(session, kind, wanted.values())):
        for document in documents_of(provider):
            if (key := wanted.get(document.ref)) is not None:
                found[key] = (document.version, document_text(document))
    return found


def document_text(document: Document) -> str:
    """Return what is embedded of a provider's text; its name says nothing of what it does."""
    parts = (document.title if document.kind != PROFILE else "", document.body)
    return _cut("\n".join(part for part in parts if part) or document.title)


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _providers_of(session: Session, kind: str, ids: Iterable[int]) -> set[int]:
    if kind == PROFILE:
        return set(ids)
    table = {OFFERING: Offering, CASE: Case}[kind]
    return set(session.scalars(select(table.provider_id).where(table.id.in_(list(ids)))))


def _whole_needs(session: Session, ids: Iterable[int]) -> Texts:
    needs = session.scalars(select(Need).where(Need.id.in_(list(ids))))
    return {need.id: (need.version, _cut(_whole(need))) for need in needs}


def _whole(need: Need) -> str:
    goals: list[Mapping[str, object]] = list(need.goals or ())
    indicators = [str(goal.get("indicator") or "") for goal in goals]
    lines = (need.title, *matched_lines(need, need.pain, indicators))
    return "\n".join(line for line in lines if line)


def _public_needs(session: Session, ids: Iterable[int]) -> Texts:
    """Return what anybody may read: by `masking`, the one place that decides it."""
    masker = get_masker(session, beijing_today(now()))
    found: Texts = {}
    for need in session.scalars(select(Need).where(Need.id.in_(list(ids)))):
        shown = masker.show(need, PUBLIC)
        if shown is not None:
            found[need.id] = (need.version, _cut(_public(shown)))
    return found


def _public(shown: ShownNeed) -> str:
    parts = (shown.title, shown.text, *(goal.indicator for goal in shown.goals))
    return "\n".join(part for part in parts if part)


def need_text(title: str, description: str) -> str:
    """Return what is embedded of a need known only by title and description."""
    return _cut(f"{title}\n{description}")


def _cut(text: str) -> str:
    # A source may refuse an empty text; a full stop says as little.
    return text[:MOST_CHARACTERS].strip() or "。"
