"""The notice with its entries, objections with the identities behind them, appeals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..applications.models import Application
from ..calls.models import Call
from ..db import db, now
from ..evidence.models import EvidenceFile
from ..listings.models import ListingDecision
from ..providers.models import Provider


class PublicNotice(db.Model):  # type: ignore[name-defined, misc]
    """One notice: of providers about to be listed, or of an edition about to be published.

    `first_day` and `last_day` are working days, reckoned on publication and never changed;
    `ends_at` is the last moment of `last_day` in Beijing. `digest` is over the entries.
    """

    __tablename__ = "public_notice"
    __table_args__ = (
        CheckConstraint("kind IN ('listing','edition')", name="kind"),
        CheckConstraint("state IN ('draft','published','ended','cancelled')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="listing")
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text, default="")
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"), index=True)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    working_days: Mapped[int] = mapped_column(default=5)
    published_on: Mapped[date | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    ends_at: Mapped[datetime | None] = mapped_column(index=True)
    digest: Mapped[str] = mapped_column(String(64), default="")
    contact: Mapped[str] = mapped_column(String(120), default="")
    region_code: Mapped[str | None] = mapped_column(String(6))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[str] = mapped_column(String(20), default="draft", index=True)
    version: Mapped[int] = mapped_column(default=1)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    call: Mapped[Call | None] = relationship()
    entries: Mapped[list[NoticeEntry]] = relationship(
        back_populates="notice", order_by="NoticeEntry.position", cascade="all, delete-orphan"
    )


class NoticeEntry(db.Model):  # type: ignore[name-defined, misc]
    """One provider on a notice, as it was publicised: name, track, tier.

    state: open → settled (the period is over, no objection open) → listed; or not_listed, or
    regraded (a changed tier goes on notice again).
    """

    __tablename__ = "notice_entry"
    __table_args__ = (
        UniqueConstraint("notice_id", "provider_id"),
        CheckConstraint(
            "state IN ('open','settled','listed','not_listed','regraded')", name="state"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"), index=True)
    position: Mapped[int]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("listing_decision.id"))
    name: Mapped[str] = mapped_column(String(120))
    uscc: Mapped[str] = mapped_column(String(18), default="")
    track: Mapped[str] = mapped_column(String(20), default="")
    tier: Mapped[str] = mapped_column(String(20), default="")
    state: Mapped[str] = mapped_column(String(20), default="open")
    version: Mapped[int] = mapped_column(default=1)
    settled_at: Mapped[datetime | None]

    notice: Mapped[PublicNotice] = relationship(back_populates="entries")
    provider: Mapped[Provider] = relationship()
    application: Mapped[Application | None] = relationship()
    decision: Mapped[ListingDecision | None] = relationship()
    objections: Mapped[list[Objection]] = relationship(
        back_populates="entry", order_by="Objection.id"
    )


class Objection(db.Model):  # type: ignore[name-defined, misc]
    """An objection to one entry. `text` is as received and confidential, `gist` is what the
    company reads; who objected stands in `ObjectorIdentity`.

    received → admitted → answered (by the company) → upheld | partly | dismissed; or
    not_admitted with a reason. `findings` is [{at, by, text}], only ever added to.
    `token_digest` lets the objector follow it without an account.
    """

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint(
            "state IN ('received','admitted','answered','upheld','partly','dismissed',"
            "'not_admitted')",
            name="state",
        ),
        CheckConstraint("standing IN ('named','sealed')", name="standing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("notice_entry.id"), index=True)
    standing: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    gist: Mapped[str] = mapped_column(Text, default="")
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    received_at: Mapped[datetime] = mapped_column(default=now)
    due_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_due_on: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(Text, default="")
    after_tier: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="received", index=True)
    version: Mapped[int] = mapped_column(default=1)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    entry: Mapped[NoticeEntry] = relationship(back_populates="objections")
    files: Mapped[list[ObjectionFile]] = relationship(order_by="ObjectionFile.id")


class ObjectorIdentity(db.Model):  # type: ignore[name-defined, misc]
    """Who objected: a person with their name, or an organisation with its seal. Confidential."""

    __tablename__ = "objector_identity"

    objection_id: Mapped[int] = mapped_column(ForeignKey("objection.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    contact: Mapped[str] = mapped_column(String(120))
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class ObjectionFile(db.Model):  # type: ignore[name-defined, misc]
    """A file of an objection; `side` says whose: the objector's, the company's, the bureau's.

    The company sees its own and those the bureau `released` to it.
    """

    __tablename__ = "objection_file"
    __table_args__ = (
        UniqueConstraint("objection_id", "file_id"),
        CheckConstraint("side IN ('objector','company','bureau')", name="side"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    objection_id: Mapped[int] = mapped_column(ForeignKey("objection.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("evidence_file.id"))
    side: Mapped[str] = mapped_column(String(10))
    released: Mapped[bool] = mapped_column(default=False)

    file: Mapped[EvidenceFile] = relationship(lazy="joined")


class Appeal(db.Model):  # type: ignore[name-defined, misc]
    """The applicant's one appeal against a negative decision on its application.

    `against_id` is the person whose decision it is; somebody else decides (a check holds it).
    """

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint("state IN ('open','upheld','dismissed')", name="state"),
        CheckConstraint("against IN ('rejected','not_listed')", name="against"),
        CheckConstraint(
            "decided_by_id IS NULL OR against_id IS NULL OR decided_by_id <> against_id",
            name="another_person",
        ),
        Index("ix_appeal_open", "state", sqlite_where=text("state = 'open'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    against: Mapped[str] = mapped_column(String(20))
    against_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime] = mapped_column(default=now)
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20), default="open")
    version: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    application: Mapped[Application] = relationship()
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)
    files: Mapped[list[AppealFile]] = relationship(order_by="AppealFile.id")


class AppealFile(db.Model):  # type: ignore[name-defined, misc]
    """A file handed in with an appeal."""

    __tablename__ = "appeal_file"
    __table_args__ = (UniqueConstraint("appeal_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("evidence_file.id"))

    file: Mapped[EvidenceFile] = relationship(lazy="joined")
