"""Lists, their entries, imports with their rows, and remembered column mappings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import db, now
from ..needs.models import Need


class NeedList(db.Model):  # type: ignore[name-defined, misc]
    """A published (or prepared) list of needs with its number, event and date."""

    __tablename__ = "need_list"
    __table_args__ = (CheckConstraint("state IN ('draft','published','withdrawn')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(160))
    number: Mapped[str | None] = mapped_column(String(80), unique=True)
    serial: Mapped[int | None]
    chain_code: Mapped[str | None] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(160), default="")
    published_on: Mapped[date | None]
    valid_to: Mapped[date | None]
    owner_office: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    region_code: Mapped[str | None] = mapped_column(String(6))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[str] = mapped_column(String(20), default="draft", index=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    entries: Mapped[list[NeedListEntry]] = relationship(
        back_populates="need_list",
        cascade="all, delete-orphan",
        order_by="NeedListEntry.position",
    )


class NeedListEntry(db.Model):  # type: ignore[name-defined, misc]
    """A need's place in a list; a need stands in at most one list."""

    __tablename__ = "need_list_entry"
    __table_args__ = (UniqueConstraint("list_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("need_list.id"), index=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), unique=True)
    position: Mapped[int]

    need_list: Mapped[NeedList] = relationship(back_populates="entries")
    need: Mapped[Need] = relationship(lazy="joined")


class SheetImport(db.Model):  # type: ignore[name-defined, misc]
    """One uploaded file on its way: checking → preview → committing → committed."""

    __tablename__ = "sheet_import"
    __table_args__ = (
        CheckConstraint(
            "state IN ('checking','preview','committing','committed','discarded','failed')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(255))
    stored_as: Mapped[str] = mapped_column(String(60))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    list_id: Mapped[int | None] = mapped_column(ForeignKey("need_list.id"))
    state: Mapped[str] = mapped_column(String(20), default="checking", index=True)
    version: Mapped[int] = mapped_column(default=1)
    done_rows: Mapped[int] = mapped_column(default=0)
    total_rows: Mapped[int] = mapped_column(default=0)
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    committed_at: Mapped[datetime | None]

    rows: Mapped[list[SheetImportRow]] = relationship(
        back_populates="sheet_import",
        cascade="all, delete-orphan",
        order_by="SheetImportRow.position",
    )


class SheetImportRow(db.Model):  # type: ignore[name-defined, misc]
    """One row of an import: the raw cells, what was understood, what a person fixed."""

    __tablename__ = "sheet_import_row"
    __table_args__ = (UniqueConstraint("import_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("sheet_import.id"), index=True)
    position: Mapped[int]
    sheet: Mapped[str] = mapped_column(String(120), default="")
    excel_row: Mapped[int]
    action: Mapped[str] = mapped_column(String(20))
    raw: Mapped[dict[str, Any]] = mapped_column(default=dict)
    understood: Mapped[dict[str, Any]] = mapped_column(default=dict)
    warnings: Mapped[list[str]] = mapped_column(default=list)
    fixes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))

    sheet_import: Mapped[SheetImport] = relationship(back_populates="rows")


class ColumnMemory(db.Model):  # type: ignore[name-defined, misc]
    """A column mapping a person confirmed, remembered by the fingerprint of the header."""

    __tablename__ = "column_memory"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    mapping: Mapped[dict[str, Any]]
    used_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
