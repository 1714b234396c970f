"""Lists, their entries and addenda; imports with their rows; remembered column mappings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import Unit, User
from ..db import db, now
from ..needs.models import Need


class NeedList(db.Model):  # type: ignore[name-defined, misc]
    """A published (or prepared) list of needs with its number, event and date.

    `number` is the whole 文号, `serial` the running number in it; both are given on publication
    and never change. `region_code` is that of the unit the list belongs to.
    """

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
    withdrawn_on: Mapped[date | None]
    withdrawal_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    entries: Mapped[list[NeedListEntry]] = relationship(
        back_populates="need_list",
        cascade="all, delete-orphan",
        order_by="NeedListEntry.position",
    )
    addenda: Mapped[list[NeedListAddendum]] = relationship(
        cascade="all, delete-orphan", order_by="NeedListAddendum.ordinal"
    )


class NeedListEntry(db.Model):  # type: ignore[name-defined, misc]
    """A need's place in a list; a need stands in at most one list that has not been withdrawn.

    `serial` is the number the public reads, given on publication to openly disclosed entries
    only and without gaps, so that it tells nothing about how many others there are.
    """

    __tablename__ = "need_list_entry"
    __table_args__ = (
        UniqueConstraint("list_id", "position"),
        Index(
            "uq_need_list_entry_held_need",
            "need_id",
            unique=True,
            sqlite_where=text("held"),
            postgresql_where=text("held"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("need_list.id"), index=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    position: Mapped[int]
    serial: Mapped[int | None]
    held: Mapped[bool] = mapped_column(default=True)

    need_list: Mapped[NeedList] = relationship(back_populates="entries")
    need: Mapped[Need] = relationship(lazy="joined")


class NeedListAddendum(db.Model):  # type: ignore[name-defined, misc]
    """A correction to a published list; the list itself never changes."""

    __tablename__ = "need_list_addendum"
    __table_args__ = (UniqueConstraint("list_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("need_list.id"), index=True)
    ordinal: Mapped[int]
    added_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class SheetImport(db.Model):  # type: ignore[name-defined, misc]
    """One uploaded file on its way: checking → preview → committed, or discarded or failed.

    A committed import may still hold rows to be confirmed; they are committed later the same
    way. `as_of` is the day relative dates in the file are read by; `facts` is what the preview
    says about the file (kind, sheets read and left out, notices).
    """

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
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    list_id: Mapped[int | None] = mapped_column(ForeignKey("need_list.id"))
    state: Mapped[str] = mapped_column(String(20), default="checking", index=True)
    version: Mapped[int] = mapped_column(default=1)
    done_rows: Mapped[int] = mapped_column(default=0)
    total_rows: Mapped[int] = mapped_column(default=0)
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    as_of: Mapped[date]
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    mapped_at: Mapped[datetime | None]
    mapped_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    committed_at: Mapped[datetime | None]

    unit: Mapped[Unit | None] = relationship()
    need_list: Mapped[NeedList | None] = relationship()
    created_by: Mapped[User | None] = relationship(foreign_keys=created_by_id)
    mapped_by: Mapped[User | None] = relationship(foreign_keys=mapped_by_id)
    rows: Mapped[list[SheetImportRow]] = relationship(
        back_populates="sheet_import",
        cascade="all, delete-orphan",
        order_by="SheetImportRow.position",
    )


class SheetImportRow(db.Model):  # type: ignore[name-defined, misc]
    """One row of an import: the raw cells, what was understood, what a person fixed.

    `raw` never changes; `fixes` holds what people set and decided, with who and when. `twin_key`
    is equal for rows of the same company and title; `twin_id` is the need in the database that
    says the same. A row with `need_id` is imported and never changes again.
    """

    __tablename__ = "sheet_import_row"
    __table_args__ = (
        UniqueConstraint("import_id", "position"),
        Index("ix_sheet_import_row_verdict", "import_id", "action"),
        Index("ix_sheet_import_row_twins", "import_id", "twin_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("sheet_import.id"))
    position: Mapped[int]
    sheet: Mapped[str] = mapped_column(String(120), default="")
    excel_row: Mapped[int]
    action: Mapped[str] = mapped_column(String(20))
    raw: Mapped[dict[str, Any]] = mapped_column(default=dict)
    understood: Mapped[dict[str, Any]] = mapped_column(default=dict)
    warnings: Mapped[list[str]] = mapped_column(default=list)
    fixes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    twin_key: Mapped[str] = mapped_column(String(64), default="")
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    twin_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    fixed_at: Mapped[datetime | None]
    fixed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    sheet_import: Mapped[SheetImport] = relationship(back_populates="rows")
    need: Mapped[Need | None] = relationship(foreign_keys=need_id)
    twin: Mapped[Need | None] = relationship(foreign_keys=twin_id)


class ColumnMemory(db.Model):  # type: ignore[name-defined, misc]
    """A column mapping a person confirmed, remembered by the fingerprint of the header."""

    __tablename__ = "column_memory"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    mapping: Mapped[dict[str, Any]]
    used_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
