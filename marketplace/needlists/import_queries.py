"""Reads of imports and their rows; an import exists for staff of the region that made it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, case, false, func, select
from sqlalchemy.orm import Session

from ..accounts.models import Unit
from ..errors import NotFound
from ..permissions import Viewer, region_prefix
from .judging import Bounds
from .models import ColumnMemory, SheetImport, SheetImportRow
from .policy import is_handled_import
from .understanding import ColumnMapping

MOST_MEMORIES = 500
_DISTRICT_DIGITS = 6
VERDICTS = ("import", "review", "duplicate", "reject", "note", "blank", "done")
"""What rows are told apart by: those imported already are `done`, whatever they were."""


def _handled(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.region_prefix is None or not viewer.may("unit:needlist:import"):
        return false()
    return Unit.region_code.startswith(viewer.region_prefix, autoescape=True)


def imports_of(viewer: Viewer) -> Select[tuple[SheetImport]]:
    """Return the statement of the imports the viewer may know of, newest first."""
    return select(SheetImport).join(Unit).where(_handled(viewer)).order_by(SheetImport.id.desc())


def get_import(session: Session, viewer: Viewer, import_id: int) -> SheetImport:
    """Return an import of the viewer's region; NotFound for all others."""
    found = session.get(SheetImport, import_id)
    if found is None or not is_handled_import(viewer, found):
        raise NotFound("没有这次导入，或它不归您办理。", next_step="请从导入列表重新进入。")
    return found


def find_same_file(session: Session, viewer: Viewer, sha256: str) -> SheetImport | None:
    """Return the latest import of the same file that was not thrown away, or None."""
    return session.scalar(
        imports_of(viewer)
        .where(SheetImport.sha256 == sha256, SheetImport.state.not_in(("discarded", "failed")))
        .limit(1)
    )


def list_memories(session: Session) -> list[ColumnMapping]:
    """Return the column mappings people confirmed, the last used ones."""
    kept = session.scalars(
        select(ColumnMemory).order_by(ColumnMemory.used_at.desc()).limit(MOST_MEMORIES)
    )
    return [ColumnMapping.from_json(memory.mapping) for memory in kept]


def bounds_of(session: Session, unit: Unit | None) -> Bounds:
    """Return what a unit may import; strictly so below another unit, and in any district."""
    if unit is None:
        return Bounds("-", is_strict=True)
    prefix = region_prefix(unit.region_code)
    others = session.scalars(select(Unit.region_code)).all()
    is_below = any(
        prefix != wider and prefix.startswith(wider) for wider in map(region_prefix, others)
    )
    return Bounds(prefix, is_strict=is_below or len(prefix) == _DISTRICT_DIGITS)


def rows_of(
    sheet_import: SheetImport, verdict: str = "", fixed_by: int | None = None
) -> Select[tuple[SheetImportRow]]:
    """Return the statement of an import's rows in the file's order."""
    statement = (
        select(SheetImportRow)
        .where(SheetImportRow.import_id == sheet_import.id)
        .order_by(SheetImportRow.position)
    )
    if verdict:
        statement = statement.where(_standing() == verdict)
    if fixed_by is not None:
        statement = statement.where(SheetImportRow.fixed_by_id == fixed_by)
    return statement


def get_row(session: Session, sheet_import: SheetImport, row_id: int) -> SheetImportRow:
    """Return a row of the import."""
    row = session.get(SheetImportRow, row_id)
    if row is None or row.import_id != sheet_import.id:
        raise NotFound("没有这一行。", next_step="请回到逐行核对页面。")
    return row


def _standing() -> ColumnElement[str]:
    return case((SheetImportRow.need_id.is_not(None), "done"), else_=SheetImportRow.action)


def count_verdicts(session: Session, sheet_import: SheetImport) -> dict[str, int]:
    """Return how many rows have each verdict; zeros included."""
    standing = _standing().label("standing")
    rows = select(standing).where(SheetImportRow.import_id == sheet_import.id).subquery()
    found = session.execute(select(rows.c.standing, func.count()).group_by(rows.c.standing)).all()
    return {**dict.fromkeys(VERDICTS, 0), **dict(found)}


def count_waiting(session: Session, import_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Return, by import, how many rows are ready, wait for a person, and are imported."""
    ready = and_(SheetImportRow.action == "import", SheetImportRow.need_id.is_(None))
    rows = session.execute(
        select(
            SheetImportRow.import_id,
            func.count().filter(ready),
            func.count().filter(SheetImportRow.action == "review"),
            func.count().filter(SheetImportRow.need_id.is_not(None)),
        )
        .where(SheetImportRow.import_id.in_(import_ids))
        .group_by(SheetImportRow.import_id)
    )
    return {key: (first, second, third) for key, first, second, third in rows}


def count_fixed_by(session: Session, sheet_import: SheetImport, user_id: int | None) -> int:
    """Return how many rows this person fixed."""
    return (
        session.scalar(
            select(func.count()).where(
                SheetImportRow.import_id == sheet_import.id,
                SheetImportRow.fixed_by_id == user_id,
            )
        )
        or 0
    )
