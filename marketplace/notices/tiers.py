"""The tiers by name and order, from the rule set `tiers`."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..rules.queries import get_rules


def tier_names(session: Session, on: date) -> dict[str, str]:
    """Return the names of the tiers, highest first."""
    return {
        str(tier["code"]): _(tier["name"]) for tier in get_rules(session, "tiers", on).body["tiers"]
    }


def lower_tiers(session: Session, code: str, on: date) -> dict[str, str]:
    """Return the tiers below one, highest first; none below the lowest or an unknown one."""
    names = tier_names(session, on)
    codes = list(names)
    if code not in names:
        return {}
    return {below: names[below] for below in codes[codes.index(code) + 1 :]}
