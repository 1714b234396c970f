"""Invite people to the staff or to an organisation, and let them accept.

The token travels by letter only; the table keeps its SHA-256. An invitation is used once.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ...audit.services import record
from ...errors import Conflict, InvalidInput, NotFound, NotPermitted
from ...permissions import INVITED_ROLES, Viewer
from ..models import Invitation, Membership, Organisation, Role, Unit, User
from ..policy import find_clash, may_hand_over

VALID_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invited:
    """The invitation and the token of its link, which is known only now."""

    invitation: Invitation
    token: str


def digest_token(token: str) -> str:
    """Return what the table keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite_staff(
    session: Session, actor: Viewer | None, email: str, role: str, unit_id: int | None, at: datetime
) -> Invited:
    """Ask a person to join the bureau in a role; nothing is granted by it.

    `actor` None means the server's command line, which may also leave out the unit.
    """
    if role not in INVITED_ROLES:
        raise InvalidInput("没有这个岗位。", "没有发出邀请。", "请从列表中选择岗位。")
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    if unit is None and actor is not None:
        raise InvalidInput("没有选择所属单位。", "没有发出邀请。", "请从列表中选择所属单位。")
    invited = _invite(session, actor, email, role, at, unit_id=unit.id if unit else None)
    record(
        session,
        actor,
        "staff.invited",
        ("invitation", invited.invitation.id),
        role=role,
        unit=unit.name if unit else None,
    )
    return invited


def invite_member(session: Session, actor: Viewer, email: str, at: datetime) -> Invited:
    """Let the owner of an organisation ask a person to join it as an editor."""
    own = get_own_membership(session, actor)
    invited = _invite(session, actor, email, "editor", at, organisation_id=own.organisation_id)
    record(session, actor, "member.invited", ("organisation", own.organisation_id))
    return invited


def invite_owner(session: Session, actor: Viewer, email: str, uscc: str, at: datetime) -> Invited:
    """Ask a person to take charge of an organisation that stands on the site without members."""
    organisation = session.scalar(select(Organisation).where(Organisation.uscc == uscc))
    if organisation is None:
        raise InvalidInput(
            "本站没有这个统一社会信用代码的单位。", "没有发出邀请。", "请该单位直接注册。"
        )
    if session.scalar(
        select(Membership.id).where(Membership.organisation_id == organisation.id).limit(1)
    ):
        raise InvalidInput(
            "该单位已有成员。", "没有发出邀请。", "请由该单位的负责人邀请，或由其移交负责人。"
        )
    invited = _invite(session, actor, email, "owner", at, organisation_id=organisation.id)
    record(session, actor, "member.owner_invited", ("organisation", organisation.id))
    return invited


def _invite(
    session: Session,
    actor: Viewer | None,
    email: str,
    role: str,
    at: datetime,
    *,
    unit_id: int | None = None,
    organisation_id: int | None = None,
) -> Invited:
    """Write the invitation; an open one to the same place is replaced by it."""
    session.execute(
        update(Invitation)
        .where(
            func.lower(Invitation.email) == email.lower(),
            Invitation.organisation_id.is_(None)
            if organisation_id is None
            else Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=email.lower(),
        role=role,
        unit_id=unit_id,
        organisation_id=organisation_id,
        token_digest=digest_token(token),
        created_at=at,
        expires_at=at + VALID_FOR,
        created_by_id=actor.user_id if actor else None,
    )
    session.add(invitation)
    session.flush()
    return Invited(invitation, token)


def revoke_invitation(
    session: Session, actor: Viewer, invitation: Invitation, at: datetime
) -> None:
    """Make an invitation void before it is accepted."""
    done = session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )
    if done.rowcount != 1:
        raise Conflict("这份邀请已被接受或撤销。", "没有改动。", "请刷新页面查看最新情况。")
    record(session, actor, "invitation.revoked", ("invitation", invitation.id))


def accept_invitation(session: Session, invitation: Invitation, user: User, at: datetime) -> None:
    """Use the invitation: a membership at once, or a place in the queue for the staff role.

    Raises NotFound when it is void by now, InvalidInput when this person may not take it.
    """
    _check_person(invitation, user)
    used = session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > at,
        )
        .values(accepted_at=at, accepted_by_id=user.id)
    )
    if used.rowcount != 1:
        raise NotFound("这份邀请已经失效。", next_step="请联系邀请您的人重新发出邀请。")
    actor = Viewer(user_id=user.id, display_name=user.display_name)
    if invitation.organisation_id is not None:
        _join(session, actor, invitation, user, at)
        return
    record(session, actor, "staff.joined", ("user", user.id), role=invitation.role)
    if invitation.created_by_id is None:
        hold_role(session, user, invitation.role, invitation.unit_id)
        invitation.granted_at = at
        record(session, None, "staff.granted", ("user", user.id), role=invitation.role)


def _check_person(invitation: Invitation, user: User) -> None:
    if user.email.lower() != invitation.email.lower():
        raise InvalidInput(
            "这份邀请发给的是另一个邮箱。", "邀请没有使用。", "请退出后，用收到邀请的邮箱登录。"
        )
    if user.membership is not None:
        raise InvalidInput(
            "您的账号已经属于一家单位，一个账号只能属于一家。",
            "邀请没有使用。",
            "请先由原单位移除您的账号，或换一个邮箱接受邀请。",
        )
    if invitation.organisation_id is not None and user.roles:
        raise InvalidInput(
            "您的账号是主办单位工作人员，不能加入企业或机构。",
            "邀请没有使用。",
            "请换一个邮箱接受邀请。",
        )


def _join(
    session: Session, actor: Viewer, invitation: Invitation, user: User, at: datetime
) -> None:
    session.add(
        Membership(
            user_id=user.id, organisation_id=invitation.organisation_id, role=invitation.role
        )
    )
    session.flush()
    session.expire(user)
    record(
        session,
        actor,
        "member.joined",
        ("organisation", invitation.organisation_id),
        user=user.id,
        role=invitation.role,
    )


def hold_role(session: Session, user: User, role: str, unit_id: int | None) -> None:
    """Add the role and set the unit; raises InvalidInput when it clashes with one held."""
    clash = find_clash({held.name for held in user.roles}, role)
    if clash is not None:
        raise InvalidInput(
            "系统、安全、审计三个管理员岗位各自独立，不能与任何其他岗位兼任。",
            "没有授权。",
            "请先收回原岗位，或另外邀请一人。",
        )
    row = session.scalar(select(Role).where(Role.name == role)) or Role(name=role)
    if row not in user.roles:
        user.roles.append(row)
    user.unit_id = unit_id if unit_id is not None else user.unit_id
    session.flush()


def get_own_membership(session: Session, actor: Viewer) -> Membership:
    """Return the actor's membership as owner; raises NotPermitted for everybody else."""
    own = session.scalar(select(Membership).where(Membership.user_id == actor.user_id))
    if own is None or not may_hand_over(own.role):
        raise NotPermitted(
            "只有本单位的负责人可以管理成员。", "没有任何改动。", "请联系本单位的负责人办理。"
        )
    return own
