"""Letters about an application: to the provider's people, to the handler, to the office.

A letter names the number and what is to be done, never a word of what was handed in or decided:
mail leaves the site. The words are the rule set `application_letters`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.addressing import addresses_of_members, addresses_of_office
from ..accounts.mail import queue_letter
from ..accounts.models import User
from ..db import now
from ..rules.queries import get_rules
from ..web.filters import beijing_today, show_moment
from .lifecycle import APPLICATION_LIFECYCLE
from .models import Application
from .progress import OVER


def tell_about(session: Session, application: Application, name: str, due: date | None) -> int:
    """Queue the letters of a transition; return how many. Without its words none goes out."""
    body = get_rules(session, "application_letters", beijing_today(now())).body
    letters = body["letters"].get(name, {})
    day = due.isoformat() if due else "近日"
    sent = 0
    for whom in APPLICATION_LIFECYCLE.transition(name).tells.split():
        words = letters.get(whom)
        if words is None:
            continue
        for address in _addresses(session, application, whom):
            queue_letter(
                session,
                address,
                words["subject"].replace("{number}", application.number).replace("{due}", day),
                words["body"].replace("{number}", application.number).replace("{due}", day),
            )
            sent += 1
    return sent


def tell_applicants(session: Session, payloads: Sequence[Mapping[str, Any]]) -> None:
    """Queue the letters of changed calls: of a later end to who still fills in, of an end to all."""
    body = get_rules(session, "application_letters", beijing_today(now())).body
    for payload in payloads:
        words = body["letters"][payload["step"]]["owner"]
        running = Application.state.not_in(OVER)
        if payload["step"] == "extend_call":
            running = Application.state == "draft"
        concerned = select(Application).where(Application.call_id == payload["call_id"], running)
        for application in session.scalars(concerned.order_by(Application.id)):
            filled = {
                "{number}": application.number,
                "{due}": show_moment(application.call.closes_at),
            }
            for address in addresses_of_members(session, application.organisation_id):
                queue_letter(
                    session, address, _fill(words["subject"], filled), _fill(words["body"], filled)
                )


def _fill(words: str, values: Mapping[str, str]) -> str:
    for place, value in values.items():
        words = words.replace(place, value)
    return words


def _addresses(session: Session, application: Application, whom: str) -> Iterable[str]:
    if whom == "owner":
        return addresses_of_members(session, application.organisation_id)
    if whom == "handler" and application.handler_id is not None:
        handler = session.get(User, application.handler_id)
        return [handler.email] if handler is not None and handler.active else []
    return addresses_of_office(session, application.region_code, "unit:application:review")
