"""Letters of expert review: to one expert, or to the office that arranges or chairs it.

A letter names the number and a date, never the applicant, a score or a word of the review: mail
leaves the site. The words are the rule set `assessment_letters`.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ..accounts.addressing import addresses_of_office
from ..accounts.mail import queue_letter
from ..applications.models import Application
from ..db import now
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from .models import Seat


def tell_expert(session: Session, seat: Seat, name: str, due: date | None = None) -> None:
    """Queue a letter to the expert of a seat."""
    user = seat.expert.user
    if user.active:
        _write(session, user.email, name, seat.application.number, due or seat.due_on)


def tell_office(
    session: Session, application: Application, name: str, permission: str, due: date | None = None
) -> None:
    """Queue a letter to those of the nearest office who hold the permission."""
    for address in addresses_of_office(session, application.region_code, permission):
        _write(session, address, name, application.number, due or application.due_on)


def _write(session: Session, address: str, name: str, number: str, due: date | None) -> None:
    rules = get_rules(session, "assessment_letters", beijing_today(now()))
    words = rules.body["letters"][name]
    day = due.isoformat() if due else "近日"
    subject, body = (
        str(words[part]).replace("{number}", number).replace("{due}", day)
        for part in ("subject", "body")
    )
    queue_letter(session, address, subject, body)
