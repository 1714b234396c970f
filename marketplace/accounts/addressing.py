"""Whom a letter goes to: an organisation's people, or the office that handles a region."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..permissions import GRANTS, region_prefix
from .models import Membership, Role, Unit, User


def addresses_of_members(session: Session, organisation_id: int | None) -> list[str]:
    """Return the addresses of an organisation's active, confirmed people."""
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


def addresses_of_office(session: Session, region_code: str | None, permission: str) -> list[str]:
    """Return who holds the permission in the nearest office: the district's before the city's.

    A row without a region goes to the widest office.
    """
    roles = [role for role, held in GRANTS.items() if permission in held]
    rows = session.execute(
        select(User.email, Unit.region_code)
        .join(Unit, User.unit_id == Unit.id)
        .where(User.active, User.roles.any(Role.name.in_(roles)))
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
