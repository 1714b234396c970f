"""Letters about objections and appeals: to the desk and to the company, never to the objector.

The objector's address stays in its own table: who objected follows by the lookup code. A letter
names the number and what is to be done; the words are the rule set `notice_letters`.
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


def tell_office(
    session: Session,
    region_code: str | None,
    permission: str,
    name: str,
    number: str,
    due: date | None,
) -> int:
    """Queue a letter to who holds the permission in the office nearby; return how many."""
    addresses = addresses_of_office(session, region_code, permission)
    return _tell(session, addresses, name, number, due)


def tell_company(
    session: Session, organisation_id: int, name: str, number: str, due: date | None = None
) -> int:
    """Queue a letter to the people of an organisation; return how many."""
    return _tell(session, addresses_of_members(session, organisation_id), name, number, due)


def _tell(
    session: Session, addresses: Iterable[str], name: str, number: str, due: date | None
) -> int:
    body = get_rules(session, "notice_letters", beijing_today(now())).body
    words = body["letters"][name]
    day = due.isoformat() if due else ""
    sent = 0
    for address in addresses:
        queue_letter(
            session,
            address,
            words["subject"].replace("{number}", number).replace("{due}", day),
            words["body"].replace("{number}", number).replace("{due}", day),
        )
        sent += 1
    return sent
