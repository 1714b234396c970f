"""Tables of people and the bodies they act for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from ..db import Base, database_now, db, now

roles_users = Table(
    "roles_users",
    Base.metadata,
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(db.Model, RoleMixin):  # type: ignore[name-defined, misc]
    """A role's name; what it may do stands in `permissions.GRANTS`."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))
    permissions: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))


class Unit(db.Model):  # type: ignore[name-defined, misc]
    """A bureau or district office; its region bounds the rows its people handle."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    region_code: Mapped[str] = mapped_column(String(6))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class Organisation(db.Model):  # type: ignore[name-defined, misc]
    """A firm or institute; it can be a manufacturer, a provider, or both.

    `is_unclaimed` while it stands only in registrations whose e-mail nobody has confirmed: such
    a row belongs to nobody yet, and another registration may take it over.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("is_manufacturer OR is_provider", name="has_a_side"),
        CheckConstraint("kind IN ('company','institute','university','opc')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    uscc: Mapped[str] = mapped_column(String(18), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="company")
    is_manufacturer: Mapped[bool] = mapped_column(default=False)
    is_provider: Mapped[bool] = mapped_column(default=False)
    region_code: Mapped[str | None] = mapped_column(String(6))
    industry_code: Mapped[str | None] = mapped_column(String(2))
    size_class: Mapped[str | None] = mapped_column(String(10))
    digital_level: Mapped[str | None] = mapped_column(String(1))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    is_unclaimed: Mapped[bool] = mapped_column(default=False)

    memberships: Mapped[list[Membership]] = relationship(back_populates="organisation")


class User(db.Model, UserMixin):  # type: ignore[name-defined, misc]
    """A person who can sign in."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    display_name: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    create_datetime: Mapped[datetime] = mapped_column(default=now)
    update_datetime: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))

    roles: Mapped[list[Role]] = relationship(secondary=roles_users, lazy="selectin")
    unit: Mapped[Unit | None] = relationship()
    membership: Mapped[Membership | None] = relationship(back_populates="user", lazy="joined")

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Whether sign-in is refused for now; Flask-Security asks after checking the password.

        The word put into `form_error` is never shown: the view replaces it by the same general
        answer a wrong password gets.
        """
        session = object_session(self)
        if self.locked_until is None or session is None:
            return False
        locked = self.locked_until > database_now(session)
        if locked and form_error is not None:
            form_error.append("locked")
        return locked


class Membership(db.Model):  # type: ignore[name-defined, misc]
    """A person's place in an organisation; one organisation a person."""

    __tablename__ = "membership"
    __table_args__ = (CheckConstraint("role IN ('owner','editor')", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = mapped_column(String(20), default="editor")
    created_at: Mapped[datetime] = mapped_column(default=now)

    user: Mapped[User] = relationship(back_populates="membership")
    organisation: Mapped[Organisation] = relationship(back_populates="memberships", lazy="joined")


class Invitation(db.Model):  # type: ignore[name-defined, misc]
    """An invitation to join the bureau's staff or an organisation; the token is kept as a hash.

    One to the staff only asks: the role is held once the security administrator grants it.
    `created_by_id` is None for an invitation made on the server's command line.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), index=True)
    role: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    revoked_at: Mapped[datetime | None]
    granted_at: Mapped[datetime | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    refused_at: Mapped[datetime | None]

    unit: Mapped[Unit | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    created_by: Mapped[User | None] = relationship(foreign_keys=created_by_id)
    accepted_by: Mapped[User | None] = relationship(foreign_keys=accepted_by_id)


class Consent(db.Model):  # type: ignore[name-defined, misc]
    """A person's consent to a text, by version; withdrawn as easily as given (个人信息保护法 第15条)."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("user_id", "kind", "text_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class EndedSession(db.Model):  # type: ignore[name-defined, misc]
    """A sign-in that was ended: its cookie is refused even where somebody kept a copy."""

    __tablename__ = "ended_session"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(default=now, index=True)


class MailMessage(db.Model):  # type: ignore[name-defined, misc]
    """A letter that was queued; the row stays, its text goes once it is sent.

    Letters carry one-time links, so only the demonstration keeps the text, for its mail page.
    `error` is the mail server's final refusal.
    """

    __tablename__ = "mail_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(255), index=True)
    subject: Mapped[str] = mapped_column(String(255))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")
