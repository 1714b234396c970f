"""How many applications a call has, by track and state."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..calls.models import Call
from .models import Application

HANDED_IN = Application.submitted_at.is_not(None)
"""Drafts are the provider's own business: the bureau knows how many there are, not whose."""


def count_by_track(session: Session, call: Call) -> dict[tuple[str, str], int]:
    """Return how many applications of the call stand at each (track, state), drafts left out."""
    rows = session.execute(
        select(Application.track, Application.state, func.count())
        .where(Application.call_id == call.id, HANDED_IN)
        .group_by(Application.track, Application.state)
    )
    return {(track, state): count for track, state, count in rows}


def count_drafts(session: Session, call: Call) -> int:
    """Return how many applications of the call are being filled in and not handed in yet."""
    return (
        session.scalar(
            select(func.count(Application.id)).where(
                Application.call_id == call.id, Application.state == "draft"
            )
        )
        or 0
    )
