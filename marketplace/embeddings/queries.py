"""Reads: which texts have a vector in force, which wait for one, and how the computing stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ..needs.disclosure import LEVELS, PUBLIC, is_seen
from ..needs.lifecycle import OPEN_STATES
from ..needs.models import Need
from ..providers.models import Case, Offering, Provider
from .faults import FAULTS
from .models import CASE, KINDS, NEED, OFFERING, PROFILE, EmbeddingState, TextVector
from .settings import ADDRESS, OFF

ENDED_STATES = ("withdrawn", "expired", "merged")
"""Needs nobody looks for providers for."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How the computing stands: texts done and left by kind, the last fault in words, the next attempt."""

    kind: str
    space: str
    host: str
    done: dict[str, int]
    left: dict[str, int]
    fault: Any
    fault_detail: str
    fault_at: datetime | None
    next_at: datetime | None
    computed_at: datetime | None

    @property
    def is_on(self) -> bool:
        """Whether vectors are computed and used at all."""
        return bool(self.space)

    @property
    def leaves_house(self) -> bool:
        """Whether texts are sent to an address."""
        return self.kind == ADDRESS

    @property
    def done_count(self) -> int:
        """How many texts have their vector."""
        return sum(self.done.values())

    @property
    def left_count(self) -> int:
        """How many texts wait for one."""
        return sum(self.left.values())


def find_state(session: Session) -> EmbeddingState | None:
    """Return the source in force; None when there is none."""
    state = session.get(EmbeddingState, 1)
    return state if state is not None and state.space else None


def get_progress(session: Session) -> Progress:
    """Return how the computing stands, for pages and the terminal."""
    state = session.get(EmbeddingState, 1) or EmbeddingState(kind=OFF, space="", host="", fault="")
    done, left = {}, {}
    if state.space:
        for kind in KINDS:
            wanted = _wanted(kind, state.kind == ADDRESS)
            whole = session.scalar(_count(wanted)) or 0
            left[kind] = session.scalar(_count(_waiting(wanted, kind, state.space))) or 0
            done[kind] = whole - left[kind]
    return Progress(
        kind=state.kind,
        space=state.space,
        host=state.host,
        done=done,
        left=left,
        fault=FAULTS.get(state.fault, ""),
        fault_detail=state.fault_detail or "",
        fault_at=state.fault_at,
        next_at=state.next_at,
        computed_at=state.computed_at,
    )


def list_waiting(
    session: Session, kind: str, state: EmbeddingState, most: int, offset: int = 0
) -> list[int]:
    """Return ids of texts of a kind that have no vector of their present version, in order."""
    subject, _version = _columns(kind)
    waiting = _waiting(_wanted(kind, state.kind == ADDRESS), kind, state.space)
    return list(session.scalars(waiting.order_by(subject).limit(most).offset(offset)))


def count_waiting(session: Session, kind: str, state: EmbeddingState) -> int:
    """Return how many texts of a kind have no vector of their present version."""
    wanted = _wanted(kind, state.kind == ADDRESS)
    return session.scalar(_count(_waiting(wanted, kind, state.space))) or 0


def current_vectors(kind: str, space: str) -> Select[Any]:
    """Return the statement of (vector id, subject id) of the vectors that show the present version of their text."""
    subject, version = _columns(kind)
    return _subjects(kind, TextVector.id, subject).join(
        TextVector, _is_vector_of(kind, space, subject, version)
    )


def _columns(kind: str) -> tuple[InstrumentedAttribute[int], InstrumentedAttribute[int]]:
    """Return the columns that name a text of a kind and its version."""
    if kind == NEED:
        return Need.id, Need.version
    subject = {PROFILE: Provider.id, OFFERING: Offering.id, CASE: Case.id}[kind]
    return subject, Provider.version


def _subjects(kind: str, *columns: Any) -> Select[Any]:
    statement = select(*columns)
    if kind == NEED:
        return statement.select_from(Need)
    if kind == PROFILE:
        return statement.select_from(Provider)
    table = {OFFERING: Offering, CASE: Case}[kind]
    return statement.select_from(table).join(Provider, Provider.id == table.provider_id)


def _wanted(kind: str, leaves_house: bool) -> Select[Any]:
    """Return the statement of the ids of texts of a kind that should have a vector.

    Where they leave the house, only needs that the public may read by their state and disclosure.
    """
    subject, _version = _columns(kind)
    statement = _subjects(kind, subject)
    if kind != NEED:
        return statement.where(Provider.published)
    if not leaves_house:
        return statement.where(Need.state.not_in(("draft", *ENDED_STATES)))
    levels = [level for level in LEVELS if is_seen(level, PUBLIC)]
    return statement.where(Need.state.in_(OPEN_STATES), Need.disclosure.in_(levels))


def _waiting(wanted: Select[Any], kind: str, space: str) -> Select[Any]:
    subject, version = _columns(kind)
    return wanted.outerjoin(TextVector, _is_vector_of(kind, space, subject, version)).where(
        TextVector.id.is_(None)
    )


def _is_vector_of(
    kind: str,
    space: str,
    subject: InstrumentedAttribute[int],
    version: InstrumentedAttribute[int],
) -> ColumnElement[bool]:
    return and_(
        TextVector.space == space,
        TextVector.kind == kind,
        TextVector.subject_id == subject,
        TextVector.version == version,
    )


def _count(statement: Select[Any]) -> Select[tuple[int]]:
    return select(func.count()).select_from(statement.subquery())
