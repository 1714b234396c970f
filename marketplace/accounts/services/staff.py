"""What the system and the security administrator do: units, granting, withdrawing, locking.

The one who invites does not grant, nobody grants to oneself, and the last active administrator
of a kind can be neither locked nor stripped.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ...audit.services import record
from ...db import serialise_writers
from ...errors import Conflict, InvalidInput, NotFound, NotPermitted
from ...permissions import INVITED_ROLES, Viewer
from ..models import Invitation, Role, Unit, User, roles_users
from ..policy import ADMIN_ROLES, may_grant
from .invitations import hold_role
from .lockout import forget_failures


def grant_role(session: Session, actor: Viewer, invitation_id: int, at: datetime) -> User:
    """Grant what an accepted invitation asked for."""
    invitation = _pending(session, invitation_id)
    if not may_grant(actor.user_id, invitation.created_by_id, invitation.accepted_by_id):
        raise NotPermitted(
            "邀请人和被授权人本人都不能授权。", "没有授权。", "请由另一位安全管理员办理。"
        )
    _decide(session, invitation_id, granted_at=at, granted_by_id=actor.user_id)
    user = _get_user(session, invitation.accepted_by_id)
    hold_role(session, user, invitation.role, invitation.unit_id)
    record(session, actor, "staff.granted", ("user", user.id), role=invitation.role)
    return user


def refuse_role(session: Session, actor: Viewer, invitation_id: int, at: datetime) -> None:
    """Refuse what an accepted invitation asked for; the account stays without the role."""
    invitation = _pending(session, invitation_id)
    _decide(session, invitation_id, refused_at=at)
    record(
        session,
        actor,
        "staff.refused",
        ("user", invitation.accepted_by_id),
        role=invitation.role,
    )


def withdraw_role(session: Session, actor: Viewer, user_id: int, role: str) -> None:
    """Take a role away; it is gone with the person's next page."""
    serialise_writers(session)
    user = _get_user(session, user_id)
    if user.id == actor.user_id:
        raise InvalidInput("不能收回自己的岗位。", "没有改动。", "请由另一位安全管理员办理。")
    row = next((held for held in user.roles if held.name == role), None)
    if row is None:
        raise Conflict("该人员已不在这个岗位。", "没有改动。", "请刷新页面查看最新情况。")
    _keep_one(session, user, {role})
    user.roles.remove(row)
    if not {held.name for held in user.roles} & INVITED_ROLES:
        user.unit_id = None
    record(session, actor, "staff.withdrawn", ("user", user.id), role=role)


def lock_account(session: Session, actor: Viewer, user_id: int, reason: str) -> None:
    """Lock an account: it cannot sign in, and where it is signed in, it is out at once."""
    serialise_writers(session)
    user = _get_user(session, user_id)
    if user.id == actor.user_id:
        raise InvalidInput("不能停用自己的账号。", "没有改动。", "请由另一位安全管理员办理。")
    if not user.active:
        raise Conflict("该账号已经停用。", "没有改动。", "请刷新页面查看最新情况。")
    _keep_one(session, user, {held.name for held in user.roles})
    user.active = False
    user.fs_uniquifier = secrets.token_hex(32)
    record(session, actor, "account.locked", ("user", user.id), reason=reason)


def unlock_account(session: Session, actor: Viewer, user_id: int) -> None:
    """Let an account sign in again, after a lock or after too many failures."""
    user = _get_user(session, user_id)
    if user.email.endswith("@erased.invalid"):
        raise InvalidInput("该账号已由本人注销，不能恢复。", "没有改动。", "请对方重新注册。")
    user.active = True
    session.flush()
    forget_failures(session, user.id)
    session.expire(user)
    record(session, actor, "account.unlocked", ("user", user_id))


def reset_two_factor(session: Session, actor: Viewer, user_id: int) -> None:
    """Switch two-step sign-in off for a person who lost phone and recovery codes."""
    user = _get_user(session, user_id)
    if user.id == actor.user_id:
        raise InvalidInput("不能这样重置自己的两步验证。", "没有改动。", "请在“我的账号”中办理。")
    user.tf_primary_method = user.tf_totp_secret = user.tf_phone_number = None
    user.mf_recovery_codes, user.tf_last_counter = None, None
    user.fs_uniquifier = secrets.token_hex(32)
    record(session, actor, "account.two_factor_reset", ("user", user.id))


def create_unit(
    session: Session, actor: Viewer, name: str, region_code: str, parent_id: int | None
) -> Unit:
    """Add a bureau or a district office."""
    unit = Unit(
        key=f"unit-{secrets.token_hex(6)}",
        name=name,
        region_code=region_code,
        parent_id=parent_id,
    )
    session.add(unit)
    session.flush()
    record(session, actor, "unit.created", ("unit", unit.id), name=name, region=region_code)
    return unit


def change_unit(session: Session, actor: Viewer, unit_id: int, name: str, region_code: str) -> None:
    """Rename a unit or change the region it serves, which bounds what its people see."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound("没有这个单位。")
    before = {"name": unit.name, "region": unit.region_code}
    unit.name, unit.region_code = name, region_code
    record(
        session,
        actor,
        "unit.changed",
        ("unit", unit.id),
        before=before,
        after={"name": name, "region": region_code},
    )


def _pending(session: Session, invitation_id: int) -> Invitation:
    invitation = session.get(Invitation, invitation_id)
    if invitation is None or invitation.accepted_at is None or invitation.organisation_id:
        raise NotFound("没有这条待授权的记录。")
    return invitation


def _decide(session: Session, invitation_id: int, **values: object) -> None:
    """Write the decision once: of two who press at once, the second gets Conflict."""
    done = session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.granted_at.is_(None),
            Invitation.refused_at.is_(None),
        )
        .values(**values)
    )
    if done.rowcount != 1:
        raise Conflict("这条申请刚刚已经办结。", "没有改动。", "请刷新页面查看最新情况。")


def _keep_one(session: Session, user: User, roles: set[str]) -> None:
    for role in sorted(roles & ADMIN_ROLES):
        others = session.scalar(
            select(func.count(User.id))
            .join(roles_users, roles_users.c.user_id == User.id)
            .join(Role, Role.id == roles_users.c.role_id)
            .where(Role.name == role, User.active, User.id != user.id)
        )
        if not others:
            raise InvalidInput(
                "这是该管理员岗位上最后一个可用的账号。",
                "没有改动。",
                "请先让另一人到岗，再办理这一位。",
            )


def _get_user(session: Session, user_id: int | None) -> User:
    user = session.get(User, user_id) if user_id is not None else None
    if user is None:
        raise NotFound("没有这个账号。")
    return user
