"""Reads of the candidates: what tells one state of the database from another, and their facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import Session, selectinload

from ..accounts.models import Organisation
from ..catalogue.models import Listing
from ..matching.facts import ProviderFacts
from ..providers.models import Provider
from .facts import provider_facts

AT_ONCE = 500
MARK_BYTES = 16
Marks = tuple[NDArray[np.int64], NDArray[np.uint8]]


def get_stamp(session: Session, today: date) -> str:
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
    return _said(today, *row)


def get_marks(session: Session, today: date) -> Marks:
    """Return the candidates' ids, rising, and for each what changes when it does."""
    rows = session.execute(
        select(
            Provider.id,
            Provider.version,
            # Compared and not shown: as the database gives them.
            type_coerce(Provider.updated_at, String).label("provider_updated"),
            Listing.id,
            Listing.version,
            type_coerce(Listing.updated_at, String).label("listing_updated"),
            Listing.valid_from <= today,
            Organisation.id,
            Organisation.version,
        )
        .select_from(Listing)
        .join(Provider, Provider.id == Listing.provider_id)
        .join(Organisation, Organisation.id == Provider.organisation_id)
        .where(Provider.published)
        .order_by(Provider.id)
    ).all()
    marks = b"".join(
        hashlib.blake2b(_said(*row).encode(), digest_size=MARK_BYTES).digest() for row in rows
    )
    keys = np.array([row[0] for row in rows], dtype=np.int64)
    return keys, np.frombuffer(marks, dtype=np.uint8).reshape(-1, MARK_BYTES)


def _said(*values: Any) -> str:
    return " ".join(map(str, values))


def list_facts(
    session: Session, today: date, provider_ids: Sequence[int], told: list[int]
) -> Iterator[ProviderFacts]:
    """Read the facts of some candidates; their ids are put into `told` as they come."""
    for start in range(0, len(provider_ids), AT_ONCE):
        chosen = provider_ids[start : start + AT_ONCE]
        rows = session.execute(
            select(Provider, Listing)
            .join(Listing, Listing.provider_id == Provider.id)
            .where(Provider.id.in_(chosen))
            .order_by(Provider.id)
            .options(selectinload(Provider.offerings), selectinload(Provider.cases))
        )
        for provider, listing in rows:
            told.append(provider.id)
            yield provider_facts(provider, listing, today)
