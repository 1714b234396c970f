"""How near a need is to the providers of a pool by its kept vector: one product, no model.

The vectors of a pool lie in memory as one matrix, a row a text; when texts change, only their rows are read again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..matching.semantics import Rows, cosines_of, in_steps, semantic_of
from ..needs.models import Need
from .models import CASE, NEED, OFFERING, PROFILE, TextVector
from .queries import current_vectors, find_state
from .vectors import Floats, unpack

AT_ONCE = 500
DIGITS = 4
PATIENCE_SECONDS = 5.0
Stamp = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PoolTexts:
    """The texts of a pool by reference, each provider's first, and what changes when they do."""

    refs: Sequence[str]
    starts: NDArray[np.int32]
    stamp: str


@dataclass(frozen=True, eq=False)
class Matrix:
    """The vectors of a pool's texts: ids of the rows kept (0: none), and the rows, zeros where there is none.

    `made_at` is a reading of the monotonic clock.
    """

    stamp: Stamp
    ids: NDArray[np.int64]
    rows: Rows
    made_at: float

    @cached_property
    def held(self) -> NDArray[np.bool_]:
        """Which texts have a vector."""
        return self.ids > 0


_lock = threading.Lock()
_kept: dict[str, Matrix] = {}


def nearness_of(session: Session, need: Need, texts: PoolTexts) -> Floats | None:
    """Return how near each provider of a pool is to a need, 0 to 1; None when there is nothing to tell it by.

    Rounded, so that a copy kept in decimals is the same number.
    """
    return nearness_of_many(session, [need.number], texts)[0]


def nearness_of_many(
    session: Session, numbers: Sequence[str], texts: PoolTexts
) -> list[Floats | None]:
    """Return the same for many needs, by their numbers, in their order."""
    state = find_state(session)
    vectors = _vectors_of(session, numbers, state.space) if state is not None else {}
    if state is None or not vectors:
        return [None] * len(numbers)
    matrix = _matrix(session, state.space, texts)
    return [_nearness(matrix, vectors.get(number), texts.starts) for number in numbers]


def _nearness(matrix: Matrix, vector: Floats | None, starts: NDArray[np.int32]) -> Floats | None:
    if vector is None or matrix.rows.values.shape[1] != vector.size:
        return None
    values = semantic_of(cosines_of(matrix.rows, vector), matrix.held, starts)
    return (
        None if values is None else np.round(values.astype(np.float64), DIGITS).astype(np.float32)
    )


def _vectors_of(session: Session, numbers: Sequence[str], space: str) -> dict[str, Floats]:
    """Return the vectors of needs as they are now, by number."""
    rows = session.execute(
        select(Need.number, TextVector.body, TextVector.dimension)
        .join(TextVector, TextVector.subject_id == Need.id)
        .where(
            Need.number.in_(numbers),
            TextVector.space == space,
            TextVector.kind == NEED,
            TextVector.version == Need.version,
        )
    )
    return {number: unpack([body], dimension)[0] for number, body, dimension in rows}


def _matrix(session: Session, space: str, texts: PoolTexts) -> Matrix:
    place = str(session.get_bind().engine.url)  # type: ignore[union-attr]
    # Ids only grow and no row changes: the greatest tells whether anything was added.
    newest = session.scalar(select(func.max(TextVector.id)))
    stamp = (space, texts.stamp, len(texts.refs), newest)
    kept = _kept.get(place)
    if kept is not None and _serves(kept, stamp):
        return kept
    with _lock:
        kept = _kept.get(place)
        if kept is None or not _serves(kept, stamp):
            kept = _kept[place] = _read(session, space, texts.refs, stamp, kept)
        return kept


def _serves(kept: Matrix, stamp: Stamp) -> bool:
    """Whether a matrix may be used: as it is, or for a while although vectors have been added to the same texts.

    While thousands are being computed, not every request shall lay them out anew.
    """
    return kept.stamp == stamp or (
        kept.stamp[:-1] == stamp[:-1] and time.monotonic() - kept.made_at < PATIENCE_SECONDS
    )


def _read(
    session: Session, space: str, refs: Sequence[str], stamp: Stamp, former: Matrix | None
) -> Matrix:
    """Lay the vectors of a pool out, reading only rows the former matrix has not."""
    place_of = {ref: place for place, ref in enumerate(refs)}
    ids = np.zeros(len(refs), dtype=np.int64)
    for kind in (PROFILE, OFFERING, CASE):
        for vector_id, subject_id in session.execute(current_vectors(kind, space)):
            place = place_of.get(f"{kind}:{subject_id}")
            if place is not None:
                ids[place] = vector_id
    dimension = session.scalar(
        select(TextVector.dimension).where(TextVector.space == space).limit(1)
    )
    rows = Rows(
        np.zeros((len(refs), dimension or 0), dtype=np.int16), np.zeros(len(refs), np.float32)
    )
    missing = _copied(former, ids, rows) if former is not None else np.flatnonzero(ids)
    for start in range(0, missing.size, AT_ONCE):
        places = missing[start : start + AT_ONCE]
        bodies_of = select(TextVector.id, TextVector.body).where(
            TextVector.id.in_(ids[places].tolist()), TextVector.dimension == dimension
        )
        found: dict[int, bytes] = dict(session.execute(bodies_of).all())
        # One replaced between the two readings counts as absent; the next look finds the stamp changed.
        there = np.array([key in found for key in ids[places].tolist()], dtype=np.bool_)
        if there.any():
            bodies = [found[key] for key in ids[places[there]].tolist()]
            found_rows = in_steps(unpack(bodies, int(dimension or 0)))
            rows.values[places[there]], rows.steps[places[there]] = found_rows
        ids[places[~there]] = 0
    return Matrix(stamp, ids, rows, time.monotonic())


def _copied(former: Matrix, ids: NDArray[np.int64], rows: Rows) -> NDArray[np.intp]:
    """Copy the rows a former matrix has; return the places of those it has not."""
    if former.rows.values.shape[1] != rows.values.shape[1]:
        return np.flatnonzero(ids)
    order = np.argsort(former.ids, kind="stable")
    known = former.ids[order]
    at = np.minimum(np.searchsorted(known, ids), max(known.size - 1, 0))
    same = (ids > 0) & (known[at] == ids) if known.size else np.zeros(ids.size, dtype=np.bool_)
    before = order[at[same]]
    rows.values[same], rows.steps[same] = former.rows.values[before], former.rows.steps[before]
    return np.flatnonzero((ids > 0) & ~same)
