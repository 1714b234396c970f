"""Reads of people and organisations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, selectinload

from ..audit.models import AuditEntry
from ..errors import NotFound
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
from .consents import CONSENT_TEXTS, ConsentText
from .models import Consent, Invitation, MailMessage, Membership, Role, Unit, User


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


def get_user(session: Session, user_id: int | None) -> User:
    """Return the account; raises NotFound."""
    user = session.get(User, user_id) if user_id is not None else None
    if user is None:
        raise NotFound("没有这个账号。")
    return user


def get_usable_invitation(session: Session, digest: str, at: datetime) -> Invitation:
    """Return the invitation of that token while it can be accepted; raises NotFound."""
    invitation = session.scalar(
        select(Invitation).where(
            Invitation.token_digest == digest,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > at,
        )
    )
    if invitation is None:
        raise NotFound(
            "这份邀请不存在，或者已经用过、撤销、过期。",
            next_step="请联系邀请您的人重新发出邀请。",
        )
    return invitation


def get_invitation(session: Session, invitation_id: int) -> Invitation:
    """Return the invitation; raises NotFound."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise NotFound("没有这份邀请。")
    return invitation


def list_open_invitations(
    session: Session, organisation_id: int | None, at: datetime
) -> Sequence[Invitation]:
    """Return what waits for an answer: of one organisation, or (None) all that staff sent."""
    statement = select(Invitation).where(
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > at,
    )
    if organisation_id is None:
        statement = statement.where(
            or_(Invitation.organisation_id.is_(None), Invitation.role == "owner")
        )
    else:
        statement = statement.where(Invitation.organisation_id == organisation_id)
    return session.scalars(statement.order_by(Invitation.expires_at)).all()


def list_pending_grants(session: Session) -> Sequence[Invitation]:
    """Return accepted invitations to the staff that nobody has decided on, oldest first."""
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_id.is_(None),
            Invitation.accepted_at.is_not(None),
            Invitation.granted_at.is_(None),
            Invitation.refused_at.is_(None),
        )
        .order_by(Invitation.accepted_at)
    ).all()


def list_members(session: Session, organisation_id: int) -> Sequence[Membership]:
    """Return the people of an organisation, the owner first."""
    return session.scalars(
        select(Membership)
        .where(Membership.organisation_id == organisation_id)
        .options(selectinload(Membership.user))
        .order_by(Membership.role.desc(), Membership.created_at)
    ).all()


def staff_statement() -> Select[tuple[User]]:
    """Return the statement of everybody who holds a role, by unit and name."""
    return (
        select(User)
        .where(User.roles.any(Role.id.is_not(None)))
        .options(selectinload(User.unit))
        .order_by(User.unit_id, User.display_name, User.id)
    )


def accounts_statement(text: str) -> Select[tuple[User]]:
    """Return the statement of accounts whose name or address contains the text."""
    statement = select(User).order_by(User.display_name, User.id)
    if text:
        statement = statement.where(
            or_(
                User.email.icontains(text, autoescape=True),
                User.display_name.icontains(text, autoescape=True),
            )
        )
    return statement


def list_units(session: Session) -> Sequence[Unit]:
    """Return the bureau's units, wider regions first."""
    return session.scalars(select(Unit).order_by(Unit.region_code, Unit.id)).all()


def is_of_site_office(session: Session, viewer: Viewer) -> bool:
    """Whether the viewer's unit is the site's office: its region lies in no other unit's.

    By region and not by who stands above whom, which nobody has to enter.
    """
    own = viewer.region_prefix
    if own is None:
        return False
    prefixes = {region_prefix(code) for code in session.scalars(select(Unit.region_code))}
    return not any(own != other and own.startswith(other) for other in prefixes)


def list_consents(session: Session, user_id: int) -> list[tuple[ConsentText, Consent | None]]:
    """Return each current text with the person's consent to it, None where none stands."""
    rows = {
        (row.kind, row.text_version): row
        for row in session.scalars(
            select(Consent).where(Consent.user_id == user_id, Consent.withdrawn_at.is_(None))
        )
    }
    return [(text, rows.get((text.kind, text.version))) for text in CONSENT_TEXTS]


def has_consent(session: Session, user_id: int, kind: str) -> bool:
    """Whether the person consents to the current text of that kind."""
    return any(
        row is not None for text, row in list_consents(session, user_id) if text.kind == kind
    )


def list_recent_sign_ins(session: Session, user_id: int) -> Sequence[AuditEntry]:
    """Return the last sign-ins and failed ones of an account, newest first."""
    return session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.subject_kind == "user",
            AuditEntry.subject_id == str(user_id),
            AuditEntry.action.in_(("account.signed_in", "account.sign_in_failed")),
        )
        .order_by(AuditEntry.id.desc())
        .limit(6)
    ).all()


def list_letters(session: Session, limit: int = 50) -> Sequence[MailMessage]:
    """Return the newest letters."""
    return session.scalars(select(MailMessage).order_by(MailMessage.id.desc()).limit(limit)).all()
