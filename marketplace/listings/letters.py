"""Letters about a listing: to the provider's people and to the office that looks after it.

A letter names what is to be done and by when; scores and reasons are read on the site only.
The words are the rule set `listing_letters`.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ..accounts.addressing import addresses_of_members, addresses_of_office
from ..accounts.mail import queue_letter
from ..catalogue.models import Listing
from ..catalogue.shown import tier_names
from ..db import now
from ..providers.models import Provider
from ..rules.queries import get_rules
from ..web.filters import beijing_today


def tell_about(
    session: Session,
    provider: Provider,
    name: str,
    whom: str,
    *,
    listing: Listing | None = None,
    permission: str = "unit:listing:change",
    **words: str,
) -> int:
    """Queue the letters of `name` to those named in `whom` (provider, desk); return how many.

    `permission` says who of the office is meant, `words` fill further places of the texts.
    """
    today = beijing_today(now())
    letters = get_rules(session, "listing_letters", today).body["letters"].get(name, {})
    places = {**_places(session, provider, listing, today), **words}
    sent = 0
    for reader in whom.split():
        text = letters.get(reader)
        if text is None:
            continue
        if reader == "provider":
            addresses = addresses_of_members(session, provider.organisation_id)
        else:
            region = provider.organisation.region_code
            addresses = addresses_of_office(session, region, permission)
        subject, body = (_filled(text[part], places) for part in ("subject", "body"))
        for address in addresses:
            queue_letter(session, address, subject, body)
            sent += 1
    return sent


def _places(
    session: Session, provider: Provider, listing: Listing | None, today: date
) -> dict[str, str]:
    places = {"name": provider.organisation.name}
    if listing is not None:
        names = tier_names(get_rules(session, "tiers", today).body)
        places |= {
            "tier": names.get(listing.tier, listing.tier),
            "valid_to": listing.valid_to.isoformat(),
            "due": listing.due_on.isoformat() if listing.due_on else "",
        }
    return places


def _filled(text: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        text = text.replace("{" + name + "}", value)
    return text
