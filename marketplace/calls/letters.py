"""Letters about a call, to who drafted it and to the office; the words are a rule set."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..accounts.addressing import addresses_of_office
from ..accounts.mail import queue_letter
from ..accounts.models import User
from ..db import now
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from .lifecycle import CALL_LIFECYCLE
from .models import Call


def tell_about(session: Session, call: Call, name: str, *, but: int | None = None) -> int:
    """Queue the letters of a transition; return how many.

    `but` is whoever took the step: nobody is told of what they did themselves.
    """
    letters = get_rules(session, "call_letters", beijing_today(now())).body["letters"]
    sent = 0
    for whom in CALL_LIFECYCLE.transition(name).tells.split():
        words = letters[name][whom]
        for address in _addresses(session, call, whom, but):
            subject, body = (
                words[part].replace("{number}", call.number or "").replace("{title}", call.title)
                for part in ("subject", "body")
            )
            queue_letter(session, address, subject, body)
            sent += 1
    return sent


def _addresses(session: Session, call: Call, whom: str, but: int | None) -> list[str]:
    if whom == "office":
        return addresses_of_office(session, call.region_code, "unit:application:review")
    creator = session.get(User, call.created_by_id) if call.created_by_id else None
    known = creator is not None and creator.active and creator.id != but
    return [creator.email] if creator is not None and known else []
