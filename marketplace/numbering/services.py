"""Take the next number of a series: without gaps and without two alike."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from ..db import serialise_writers
from ..web.filters import beijing_today

_NEXT = text(
    "INSERT INTO number_sequence (series, last) VALUES (:series, 1)"
    " ON CONFLICT (series) DO UPDATE SET last = number_sequence.last + 1 RETURNING last"
)


def next_in_series(session: Session, series: str) -> int:
    """Take the next number of a series, starting at 1.

    The counter's row stays locked until the transaction ends, so that a number is given back
    when the transaction fails and nobody meanwhile gets a later one: hence no gaps.
    """
    serialise_writers(session)
    session.flush()
    return int(session.execute(_NEXT, {"series": series}).scalar_one())


def next_yearly_number(session: Session, prefix: str, at: datetime, digits: int = 4) -> str:
    """Take the next number of a yearly series: ('SQ', …) → 'SQ-2026-0001'; the year is Beijing's."""
    series = f"{prefix}-{beijing_today(at).year}"
    return f"{series}-{next_in_series(session, series):0{digits}d}"
