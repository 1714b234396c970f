"""Who may hold what: pure rules of roles, memberships and invitations; no rows, no web."""

from __future__ import annotations

from collections.abc import Collection

from ..permissions import AUDIT_ADMIN, INVITED_ROLES, SECURITY_ADMIN, SYSTEM_ADMIN

ADMIN_ROLES = frozenset({SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN})
"""The three administrators (三员), each of whom checks the other two."""


def find_clash(held: Collection[str], wanted: str) -> str | None:
    """Return the role already held that rules `wanted` out, or None.

    An administrator's role stands alone: neither another administrator's role nor any work on
    the bureau's rows goes with it (三员分离, GB/T 22239 安全管理中心).
    """
    for role in sorted(held):
        if role != wanted and {role, wanted} & ADMIN_ROLES and role in INVITED_ROLES:
            return role
    return None


def may_grant(granter_id: int | None, inviter_id: int | None, person_id: int | None) -> bool:
    """Whether this person may grant what was asked for: neither the one who invited nor oneself."""
    return granter_id is not None and granter_id not in {inviter_id, person_id}


def may_hand_over(member_role: str) -> bool:
    """Whether a member may invite, remove and hand over: the owner only."""
    return member_role == "owner"
