"""Reads of people and organisations."""

from __future__ import annotations

from typing import Any

from ..permissions import (
    GRANTS,
    MANUFACTURER,
    PERSON,
    PROVIDER,
    VISITING,
    VISITOR,
    Viewer,
    region_prefix,
)


def viewer_of(user: Any) -> Viewer:
    """Return the viewer a signed-in user is; a visitor for anybody else.

    The roles of members follow from what their organisation is, those of the bureau's people
    from what an administrator granted.
    """
    if not getattr(user, "is_authenticated", False):
        return VISITING
    roles = {role.name for role in user.roles if role.name in GRANTS} | {VISITOR, PERSON}
    organisation = user.membership.organisation if user.membership else None
    if organisation is not None:
        roles |= {MANUFACTURER} if organisation.is_manufacturer else set()
        roles |= {PROVIDER} if organisation.is_provider else set()
    return Viewer(
        user_id=user.id,
        display_name=user.display_name or user.email,
        roles=frozenset(roles),
        organisation_id=organisation.id if organisation else None,
        unit_id=user.unit_id,
        region_prefix=region_prefix(user.unit.region_code) if user.unit else None,
    )
