"""Reads of calls. Drafts, and what was cancelled as a draft, exist for their region's staff alone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select
from sqlalchemy.orm import Session

from ..db import database_now
from ..errors import NotFound
from ..permissions import Viewer
from .models import Call
from .policy import is_handled_call, is_open, is_public

__all__ = [
    "count_desk_states",
    "desk_calls",
    "get_call",
    "get_desk_call",
    "is_open",
    "list_open_calls",
    "list_planned_calls",
    "past_calls",
]


def not_found() -> NotFound:
    """Return the one answer for calls that are not there and calls one may not know of."""
    return NotFound(
        "没有这次征集，或它尚未发布。", next_step="请核对网址，或从征集与公示重新进入。"
    )


def get_call(session: Session, viewer: Viewer, call_id: int) -> Call:
    """Return a call the viewer may read: everybody the published ones, also cancelled ones."""
    call = session.get(Call, call_id)
    if call is None or not (is_public(call) or is_handled_call(viewer, call)):
        raise not_found()
    return call


def get_desk_call(session: Session, viewer: Viewer, call_id: int) -> Call:
    """Return a call of the viewer's region; NotFound for all others."""
    call = session.get(Call, call_id)
    if call is None or not is_handled_call(viewer, call):
        raise not_found()
    return call


def list_open_calls(session: Session) -> Sequence[Call]:
    """Return the calls that take applications at this instant, the first to close first."""
    at = database_now(session)
    return session.scalars(
        select(Call)
        .where(Call.state.in_(("planned", "open")), Call.opens_at <= at, Call.closes_at > at)
        .order_by(Call.closes_at, Call.id)
    ).all()


def list_planned_calls(session: Session) -> Sequence[Call]:
    """Return the published calls that have not opened yet, the first to open first."""
    at = database_now(session)
    return session.scalars(
        select(Call)
        .where(Call.state == "planned", Call.opens_at > at)
        .order_by(Call.opens_at, Call.id)
    ).all()


def past_calls(session: Session) -> Select[tuple[Call]]:
    """Return the statement of the published calls that are over or cancelled, newest first."""
    at = database_now(session)
    return (
        select(Call)
        .where(
            Call.published_at.is_not(None),
            or_(Call.state.not_in(("draft", "planned", "open")), Call.closes_at <= at),
        )
        .order_by(Call.closes_at.desc(), Call.id.desc())
    )


def _handled(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.region_prefix is None or not viewer.may("unit:call:view"):
        return false()
    return or_(
        Call.region_code.is_(None),
        Call.region_code.startswith(viewer.region_prefix, autoescape=True),
    )


def desk_calls(viewer: Viewer, states: Sequence[str] = ()) -> Select[tuple[Call]]:
    """Return the statement of the calls of the viewer's region: running ones first, then newest."""
    over = case((Call.state.in_(("listed", "cancelled")), 1), else_=0)
    statement = select(Call).where(_handled(viewer)).order_by(over, Call.id.desc())
    return statement.where(Call.state.in_(states)) if states else statement


def count_desk_states(session: Session, viewer: Viewer) -> dict[str, int]:
    """Return how many calls of the viewer's region stand in each state."""
    rows = session.execute(
        select(Call.state, func.count()).where(_handled(viewer)).group_by(Call.state)
    )
    return dict(rows.all())
