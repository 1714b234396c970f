"""The application, its frozen snapshots, its files, and the words of decisions on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import Organisation, User
from ..calls.models import Call
from ..db import db, now
from ..evidence.models import EvidenceFile
from ..providers.models import Provider

_OVER = "state <> 'withdrawn'"


class Application(db.Model):  # type: ignore[name-defined, misc]
    """One provider's application under one call; at most one that is not withdrawn.

    `draft` is what the provider is filling in (see `drafts.ApplicationDraft`), `due_on` the day
    by which whoever has it must act, `handler_id` the clerk, `region_code` that of the call.
    """

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft','formal_review','supplement','expert_review','agreed',"
            "'site_check','proposed','approved','notice','listed','not_listed','rejected',"
            "'withdrawn')",
            name="state",
        ),
        CheckConstraint("kind IN ('first','promotion','renewal')", name="kind"),
        Index(
            "uq_application_running",
            "call_id",
            "provider_id",
            unique=True,
            sqlite_where=text(_OVER),
            postgresql_where=text(_OVER),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    track: Mapped[str] = mapped_column(String(20), default="")
    kind: Mapped[str] = mapped_column(String(20), default="first")
    asked_tier: Mapped[str] = mapped_column(String(20), default="")
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(20), default="draft", index=True)
    version: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    region_code: Mapped[str | None] = mapped_column(String(6))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    call: Mapped[Call] = relationship(lazy="joined")
    provider: Mapped[Provider] = relationship()
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    handler: Mapped[User | None] = relationship(foreign_keys=handler_id)
    snapshots: Mapped[list[ApplicationSnapshot]] = relationship(
        order_by="ApplicationSnapshot.ordinal"
    )
    files: Mapped[list[ApplicationFile]] = relationship(
        back_populates="application",
        cascade="all, delete-orphan",
        order_by="ApplicationFile.id",
    )
    decisions: Mapped[list[ApplicationDecision]] = relationship(order_by="ApplicationDecision.id")


class ApplicationSnapshot(db.Model):  # type: ignore[name-defined, misc]
    """What was handed in, word for word: 1 on submission, 2 and more with each supplement.

    Never changes (triggers refuse it). `digest` is the SHA-256 of the canonical JSON of `body`.
    """

    __tablename__ = "application_snapshot"
    __table_args__ = (UniqueConstraint("application_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    ordinal: Mapped[int]
    taken_at: Mapped[datetime] = mapped_column(default=now)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    body: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))


class ApplicationFile(db.Model):  # type: ignore[name-defined, misc]
    """A file attached to an application: to a material of the call, or to a case."""

    __tablename__ = "application_file"
    __table_args__ = (UniqueConstraint("application_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("evidence_file.id"))
    item: Mapped[str] = mapped_column(String(60))
    checked: Mapped[str] = mapped_column(String(20), default="")
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(back_populates="files")
    file: Mapped[EvidenceFile] = relationship(lazy="joined")


class ApplicationDecision(db.Model):  # type: ignore[name-defined, misc]
    """The words of a step, for those who read them: the provider and the bureau."""

    __tablename__ = "application_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    action: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    actor_name: Mapped[str] = mapped_column(String(60), default="")
    due_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(default=now)
