"""Hand a person their data, and erase them: 个人信息保护法 第45条 (copy) and 第47条 (erasure).

What must stay by law stays: the audit log keeps its entries (网络安全法 第21条, six months and
more), and rows of the organisation stay with the organisation.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ...audit.models import AuditEntry
from ...audit.services import record
from ...errors import InvalidInput
from ...msgids import N_
from ...permissions import INVITED_ROLES, Viewer
from ..models import Consent, Invitation, MailMessage, Membership, User

ERASED_DOMAIN = "erased.invalid"


def find_obstacles(session: Session, user: User, open_rows: Sequence[str]) -> list[str]:
    """Return in words what must be settled before this account can go; empty when nothing.

    `open_rows` are what the person's organisation still has under way, told by upper rooms.
    """
    if any(role.name in INVITED_ROLES for role in user.roles):
        return [N_("您是主办单位工作人员，账号由安全管理员收回岗位后才能注销。")]
    membership = user.membership
    if membership is None or membership.role != "owner":
        return []
    members = session.scalar(
        select(func.count(Membership.id)).where(
            Membership.organisation_id == membership.organisation_id
        )
    )
    if (members or 0) > 1:
        return [N_("您是本单位的负责人，本单位还有其他成员。请先把负责人移交给其中一位。")]
    return list(open_rows)


def erase_person(
    session: Session, actor: Viewer, user: User, open_rows: Sequence[str], at: datetime
) -> None:
    """Erase the person from the account; raises InvalidInput while something is in the way."""
    obstacles = find_obstacles(session, user, open_rows)
    if obstacles:
        raise InvalidInput(obstacles[0], "账号没有注销，内容都在。", "处理完后再来办理。")
    record(session, actor, "account.erased", ("user", user.id))
    session.execute(
        delete(MailMessage).where(func.lower(MailMessage.recipient) == user.email.lower())
    )
    erased = f"{user.id}@{ERASED_DOMAIN}"
    session.execute(
        update(Invitation)
        .where(func.lower(Invitation.email) == user.email.lower())
        .values(email=erased, revoked_at=func.coalesce(Invitation.revoked_at, at))
    )
    session.execute(
        update(Consent)
        .where(Consent.user_id == user.id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    session.execute(delete(Membership).where(Membership.user_id == user.id))
    session.expire(user, ["membership"])
    user.email, user.display_name, user.phone = erased, "已注销用户", ""
    user.password, user.active, user.fs_uniquifier = None, False, secrets.token_hex(32)
    user.tf_primary_method = user.tf_totp_secret = user.tf_phone_number = None
    user.mf_recovery_codes, user.tf_last_counter = None, None
    session.flush()


def collect_data(session: Session, user: User) -> dict[str, Any]:
    """Return everything this room keeps about a person, ready for JSON; no secrets."""
    return {
        "account": _account(user),
        "organisation": _place(user.membership),
        "consents": _consents(session, user),
        "letters": _letters(session, user),
        "log": _log(session, user),
    }


def _account(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.display_name,
        "phone": user.phone,
        "opened_at": user.create_datetime.isoformat(),
        "confirmed_at": _moment(user.confirmed_at),
        "two_factor": bool(user.tf_primary_method),
        "roles": sorted(role.name for role in user.roles),
        "unit": user.unit.name if user.unit else None,
    }


def _place(membership: Membership | None) -> dict[str, Any] | None:
    if membership is None:
        return None
    return {
        "name": membership.organisation.name,
        "uscc": membership.organisation.uscc,
        "role": membership.role,
        "since": membership.created_at.isoformat(),
    }


def _consents(session: Session, user: User) -> list[dict[str, Any]]:
    rows = session.scalars(select(Consent).where(Consent.user_id == user.id).order_by(Consent.id))
    return [
        {
            "text": row.kind,
            "version": row.text_version,
            "given_at": row.given_at.isoformat(),
            "withdrawn_at": _moment(row.withdrawn_at),
        }
        for row in rows
    ]


def _letters(session: Session, user: User) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(MailMessage)
        .where(func.lower(MailMessage.recipient) == user.email.lower())
        .order_by(MailMessage.id)
    )
    return [{"subject": row.subject, "written_at": row.created_at.isoformat()} for row in rows]


def _log(session: Session, user: User) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(AuditEntry).where(AuditEntry.actor_id == user.id).order_by(AuditEntry.id)
    )
    return [
        {
            "at": row.at.isoformat(),
            "action": row.action,
            "subject": f"{row.subject_kind}:{row.subject_id}",
            "detail": row.detail,
        }
        for row in rows
    ]


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
