"""The one letter of this room that belongs to no transition: more time for a supplement."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ..accounts.addressing import addresses_of_members
from ..accounts.mail import queue_letter
from ..applications.models import Application
from ..db import now
from ..rules.queries import get_rules
from ..web.filters import beijing_today


def tell_of_extension(session: Session, application: Application, due: date) -> int:
    """Queue the letters to the provider's people; return how many."""
    letters = get_rules(session, "application_letters", beijing_today(now())).body["letters"]
    words = letters.get("extend_supplement", {}).get("owner")
    if words is None:
        return 0

    def filled(text: str) -> str:
        return text.replace("{number}", application.number).replace("{due}", due.isoformat())

    addresses = addresses_of_members(session, application.organisation_id)
    for address in addresses:
        queue_letter(session, address, filled(words["subject"]), filled(words["body"]))
    return len(addresses)
