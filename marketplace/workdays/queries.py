"""The working calendar in force, from the rule set `holidays`."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ..rules.queries import get_rules
from .reckoning import WorkCalendar


def get_calendar(session: Session, on: date) -> WorkCalendar:
    """Return the working calendar as entered on that day."""
    return WorkCalendar.from_rules(get_rules(session, "holidays", on).body)
