"""What the clock does to listings: expiry, rectifications that lapse, reminders before the end.

Days are those of Beijing at the database's own time; the worker calls these, each bears
repetition.
"""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..catalogue.models import Listing
from ..db import database_now
from ..web.filters import beijing_today
from .letters import tell_about
from .queries import listing_rules
from .steps import take
from .tiers import RUNNING


def look_after_listings(session: Session) -> int:
    """Do everything the clock does; return how many listings it touched."""
    return expire_due(session) + lapse_rectifications(session) + remind_ending(session)


def expire_due(session: Session) -> int:
    """Let listings expire whose last day has passed; return how many."""
    today = beijing_today(database_now(session))
    due = session.scalars(
        select(Listing).where(Listing.state.in_(RUNNING), Listing.valid_to < today)
    ).all()
    for listing in due:
        reason = _("有效期%(day)s届满", day=listing.valid_to.isoformat())
        take(session, None, listing, "expire", reason=reason, due_on=None)
    return len(due)


def lapse_rectifications(session: Session) -> int:
    """Suspend listings whose rectification was due before today; return how many."""
    today = beijing_today(database_now(session))
    due = session.scalars(
        select(Listing).where(Listing.state == "rectification", Listing.due_on < today)
    ).all()
    for listing in due:
        words = {"day": listing.due_on.isoformat() if listing.due_on else "", "why": listing.reason}
        reason = _("整改期限%(day)s届满未完成。原整改要求：%(why)s", **words)
        take(session, None, listing, "lapse_rectification", reason=reason, due_on=None)
    return len(due)


def remind_ending(session: Session) -> int:
    """Remind providers of the coming end of validity, once at each of the days of the rules.

    A day the worker missed is made up for on the next one. Returns how many were reminded.
    """
    today = beijing_today(database_now(session))
    days = sorted(int(count) for count in listing_rules(session, today)["reminder_days"])
    if not days:
        return 0
    ending = session.scalars(
        select(Listing).where(
            Listing.state == "valid",
            Listing.valid_to >= today,
            Listing.valid_to <= today + timedelta(days=days[-1]),
        )
    ).all()
    reminded = 0
    for listing in ending:
        if _is_due(listing, days, today):
            listing.reminded_on = today
            left = str((listing.valid_to - today).days)
            tell_about(session, listing.provider, "ending", "provider", listing=listing, days=left)
            reminded += 1
    session.flush()
    return reminded


def _is_due(listing: Listing, days: list[int], today: date) -> bool:
    """Whether the reminder of the period the listing is in has not gone out yet."""
    left = (listing.valid_to - today).days
    reached = next(count for count in days if left <= count)
    since = listing.valid_to - timedelta(days=reached)
    return listing.reminded_on is None or listing.reminded_on < since
