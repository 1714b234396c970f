"""Verbs: adopt a source, compute a batch of vectors, clear away what is of no use any more.

For the worker and the terminal, never for a request. A batch is read in one transaction, computed outside any, and kept
in another, so that a slow source keeps no writer waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..db import now, read_only, serialise_writers
from .faults import EmbeddingFault
from .models import KINDS, NEED, EmbeddingState, TextVector
from .queries import count_waiting, current_vectors, find_state, list_waiting
from .settings import Settings
from .sources import Source
from .texts import Texts, digest_of, texts_of
from .vectors import Floats, pack

BATCH = 16
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)


class _Row(NamedTuple):
    """A vector to be kept."""

    subject_id: int
    version: int
    digest: str
    dimension: int
    body: bytes


@dataclass(frozen=True, slots=True)
class _Batch:
    """Texts of one kind that wait, those whose text is known from a former version set apart."""

    space: str
    kind: str
    anew: Texts
    copied: tuple[_Row, ...]
    dimension: int | None


def adopt_settings(session: Session, settings: Settings) -> None:
    """Make a source the one in force; vectors of another space are ignored from then on."""
    state = session.get(EmbeddingState, 1)
    asked = (settings.kind, settings.space, settings.host)
    if state is None:
        state = EmbeddingState(id=1)
        session.add(state)
    elif (state.kind, state.space, state.host) == asked:
        return
    state.kind, state.space, state.host = asked
    state.failures, state.fault, state.fault_detail = 0, "", ""
    state.fault_at = state.next_at = None
    session.flush()


def end_wait(session: Session) -> None:
    """Let the next attempt be made at once."""
    if (state := find_state(session)) is not None:
        state.next_at = None


def compute_batch(session: Session, source: Source, settings: Settings) -> int | None:
    """Compute and keep the vectors of some waiting texts; commit; return how many were kept.

    None says that there was nothing to do, or a fault; 0 that another process had been faster.

    When the source fails, what was kept stays, the fault is noted, and the next attempt waits: twice as long each time,
    a quarter of an hour at most, one text at a time and another each time, so that a single one that cannot be
    embedded holds up no other. Does nothing while it waits, or when another source is in force.
    """
    batch = _read_batch(session, settings)
    if batch is None:
        return None
    texts = [text for _version, text in batch.anew.values()]
    try:
        found = (
            source.embed(texts, query=batch.kind == NEED, dimension=batch.dimension)
            if texts
            else None
        )
    except EmbeddingFault as fault:
        _note_fault(session, settings, fault)
        return None
    return _keep(session, settings, batch, found)


def _read_batch(session: Session, settings: Settings) -> _Batch | None:
    """Read what to compute next; needs come first, for one is asked about at once."""
    token = read_only.set(True)
    try:
        state = find_state(session)
        if state is None or state.space != settings.space or state.kind != settings.kind:
            return None
        if state.next_at is not None and state.next_at > now():
            return None
        for kind, ids in _waiting(session, state):
            texts = texts_of(session, kind, ids, leaves_house=settings.leaves_house)
            if texts:
                return _sorted_out(session, state.space, kind, texts)
        return None
    finally:
        session.rollback()
        read_only.reset(token)


def _waiting(session: Session, state: EmbeddingState) -> Iterator[tuple[str, list[int]]]:
    """Give what waits, kind by kind; after a fault one text of all that wait, another each time."""
    counts = {kind: count_waiting(session, kind, state) for kind in KINDS}
    if not state.failures:
        for kind, count in counts.items():
            for start in range(0, count, BATCH):
                yield kind, list_waiting(session, kind, state, BATCH, start)
        return
    places = [(kind, place) for kind, count in counts.items() for place in range(count)]
    first = (state.failures - 1) % max(1, len(places))
    for kind, place in places[first:] + places[:first]:
        yield kind, list_waiting(session, kind, state, 1, place)


def _sorted_out(session: Session, space: str, kind: str, texts: Texts) -> _Batch:
    """Find texts that an earlier version had word for word: their vector is taken over."""
    digests = {key: digest_of(text) for key, (_version, text) in texts.items()}
    former = session.execute(
        select(TextVector.subject_id, TextVector.digest, TextVector.dimension, TextVector.body)
        .where(
            TextVector.space == space,
            TextVector.kind == kind,
            TextVector.subject_id.in_(list(texts)),
        )
        .order_by(TextVector.id)
    )
    copied = {
        key: _Row(key, texts[key][0], digest, dimension, body)
        for key, digest, dimension, body in former
        if digest == digests[key]
    }
    dimension = session.scalar(
        select(TextVector.dimension).where(TextVector.space == space).limit(1)
    )
    anew = {key: value for key, value in texts.items() if key not in copied}
    return _Batch(space, kind, anew, tuple(copied.values()), dimension)


def _keep(session: Session, settings: Settings, batch: _Batch, found: Floats | None) -> int:
    serialise_writers(session)
    state = find_state(session)
    if state is None or state.space != batch.space or state.kind != settings.kind:
        session.rollback()
        return 0
    made = [*batch.copied, *_rows(batch, found)]
    there = _there(session, batch, [row.subject_id for row in made])
    # Another process may have been faster.
    made = [row for row in made if (row.subject_id, row.version) not in there]
    at = now()
    session.add_all(
        TextVector(space=batch.space, kind=batch.kind, computed_at=at, **row._asdict())
        for row in made
    )
    session.flush()
    replaced = {row.subject_id for row in made}
    former = [vector_id for (key, _), vector_id in there.items() if key in replaced]
    session.execute(delete(TextVector).where(TextVector.id.in_(former)))
    state.computed_at, state.failures, state.next_at = at, 0, None
    state.fault, state.fault_detail, state.fault_at = "", "", None
    session.commit()
    return len(made)


def _rows(batch: _Batch, found: Floats | None) -> Iterator[_Row]:
    vectors = () if found is None else found
    for (key, (version, text)), vector in zip(batch.anew.items(), vectors, strict=True):
        yield _Row(key, version, digest_of(text), vector.size, pack(vector))


def _there(session: Session, batch: _Batch, subjects: list[int]) -> dict[tuple[int, int], int]:
    """Return (subject, version) → id of the vectors some texts have by now."""
    rows = session.execute(
        select(TextVector.subject_id, TextVector.version, TextVector.id).where(
            TextVector.space == batch.space,
            TextVector.kind == batch.kind,
            TextVector.subject_id.in_(subjects),
        )
    )
    return {(subject, version): vector_id for subject, version, vector_id in rows}


def _note_fault(session: Session, settings: Settings, fault: EmbeddingFault) -> None:
    state = find_state(session)
    if state is not None and state.space == settings.space:
        state.failures += 1
        state.fault, state.fault_detail, state.fault_at = fault.code, fault.detail, now()
        state.next_at = now() + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(state.failures - 1, 10))
    session.commit()


def clear_away(session: Session) -> int:
    """Delete vectors of texts that are gone or have changed, and, once all is computed, those of other spaces.

    Returns how many went. Without a source in force all go.
    """
    state = find_state(session)
    if state is None:
        return int(session.execute(delete(TextVector)).rowcount)
    gone = 0
    for kind in KINDS:
        current = current_vectors(kind, state.space).with_only_columns(TextVector.id)
        gone += session.execute(
            delete(TextVector).where(
                TextVector.space == state.space,
                TextVector.kind == kind,
                TextVector.id.not_in(current),
            )
        ).rowcount
    if not any(count_waiting(session, kind, state) for kind in KINDS):
        gone += session.execute(delete(TextVector).where(TextVector.space != state.space)).rowcount
    return gone
