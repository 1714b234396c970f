"""The edition, its rows as frozen, its files with checksums, its addenda."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import db, now

_CURRENT = "state = 'published'"


class Edition(db.Model):  # type: ignore[name-defined, misc]
    """One issue of the directory: 第`ordinal`期 of `year`.

    `left_out` is [{provider_id, name, reason}] of listed providers not taken in; `digest` is the
    SHA-256 over the frozen rows. Once published nothing of it changes (triggers refuse it)
    except that a later one supersedes it; of one office at most one is in force.
    """

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("year", "ordinal"),
        CheckConstraint(
            "state IN ('draft','frozen','notice','published','superseded')", name="state"
        ),
        CheckConstraint(
            "state NOT IN ('published','superseded') OR number IS NOT NULL", name="numbered"
        ),
        Index(
            "uq_edition_current",
            "region_code",
            unique=True,
            sqlite_where=text(_CURRENT),
            postgresql_where=text(_CURRENT),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    ordinal: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    number: Mapped[str | None] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(20), default="draft", index=True)
    version: Mapped[int] = mapped_column(default=1)
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    digest: Mapped[str] = mapped_column(String(64), default="")
    frozen_at: Mapped[datetime | None]
    published_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    superseded_on: Mapped[date | None]
    region_code: Mapped[str | None] = mapped_column(String(6))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    entries: Mapped[list[EditionEntry]] = relationship(
        order_by="EditionEntry.position", cascade="all, delete-orphan"
    )
    files: Mapped[list[EditionFile]] = relationship(order_by="EditionFile.id")
    addenda: Mapped[list[EditionAddendum]] = relationship(order_by="EditionAddendum.ordinal")


class EditionEntry(db.Model):  # type: ignore[name-defined, misc]
    """One provider's row as frozen; `row` has the columns of a directory row."""

    __tablename__ = "edition_entry"
    __table_args__ = (
        UniqueConstraint("edition_id", "provider_id"),
        UniqueConstraint("edition_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    position: Mapped[int]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    row: Mapped[dict[str, Any]]


class EditionFile(db.Model):  # type: ignore[name-defined, misc]
    """A file of a published edition, made once: its bytes are kept, so its checksum stays."""

    __tablename__ = "edition_file"
    __table_args__ = (
        UniqueConstraint("edition_id", "kind"),
        CheckConstraint("kind IN ('pdf','docx','xlsx','json')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    stored_as: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    made_at: Mapped[datetime] = mapped_column(default=now)


class EditionAddendum(db.Model):  # type: ignore[name-defined, misc]
    """A correction to a published edition; the edition itself never changes."""

    __tablename__ = "edition_addendum"
    __table_args__ = (UniqueConstraint("edition_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    ordinal: Mapped[int]
    added_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
