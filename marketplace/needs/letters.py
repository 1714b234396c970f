"""Letters about a need: to its owner's people and to the office that handles it.

A letter names the number and what is to be done, never a word of the need: mail leaves the site.
The words are the rule set `need_letters`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from ..accounts.addressing import addresses_of_members, addresses_of_office
from ..accounts.mail import queue_letter
from ..db import now
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from .lifecycle import NEED_LIFECYCLE
from .models import Need


def tell_about(session: Session, need: Need, name: str, due: date | None) -> int:
    """Queue the letters of a transition; return how many. Without its words none goes out."""
    letters = get_rules(session, "need_letters", beijing_today(now())).body["letters"].get(name, {})
    day = due.isoformat() if due else "近日"
    sent = 0
    for whom in NEED_LIFECYCLE.transition(name).tells.split():
        words = letters.get(whom)
        if words is None:
            continue
        for address in _addresses(session, need, whom):
            queue_letter(
                session,
                address,
                words["subject"].format(number=need.number, due=day),
                words["body"].format(number=need.number, due=day),
            )
            sent += 1
    return sent


def _addresses(session: Session, need: Need, whom: str) -> Iterable[str]:
    if whom == "owner":
        return addresses_of_members(session, need.organisation_id)
    return addresses_of_office(session, need.region_code, "unit:need:triage")
