"""Letters about a need: to its owner's people and to the office that handles it.

A letter names the number and what is to be done, never a word of the need: mail leaves the site.
The words are the rule set `need_letters`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.mail import queue_letter
from ..accounts.models import Membership, Role, Unit, User
from ..db import now
from ..permissions import GRANTS, region_prefix
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
        return _members(session, need.organisation_id)
    return _office(session, need.region_code)


def _members(session: Session, organisation_id: int | None) -> list[str]:
    if organisation_id is None:
        return []
    return list(
        session.scalars(
            select(User.email)
            .join(Membership)
            .where(
                Membership.organisation_id == organisation_id,
                User.active,
                User.confirmed_at.is_not(None),
            )
            .order_by(User.id)
        )
    )


def _office(session: Session, region_code: str | None) -> list[str]:
    """Return the reviewers of the nearest office with any: the district's before the city's."""
    triage = [role for role, held in GRANTS.items() if "unit:need:triage" in held]
    rows = session.execute(
        select(User.email, Unit.region_code)
        .join(Unit, User.unit_id == Unit.id)
        .where(User.active, User.roles.any(Role.name.in_(triage)))
        .order_by(User.id)
    ).all()
    fitting = [
        (address, prefix)
        for address, code in rows
        if (region_code or "").startswith(prefix := region_prefix(code)) or region_code is None
    ]
    if not fitting:
        return []
    lengths = [len(prefix) for _address, prefix in fitting]
    nearest = min(lengths) if region_code is None else max(lengths)
    return [address for address, prefix in fitting if len(prefix) == nearest]
