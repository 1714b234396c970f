"""Taking in an upload: look at it, keep it, have it checked; and throwing it away again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ...accounts.models import Unit
from ...audit.services import record
from ...db import now
from ...errors import NotPermitted
from ...lifecycle import take_step
from ...outbox.services import enqueue
from ...permissions import Viewer
from ...rules.queries import get_rules
from ...web.filters import beijing_today
from ..import_queries import find_same_file, list_memories
from ..lifecycle import IMPORT_LIFECYCLE
from ..models import SheetImport, SheetImportRow
from ..outlines import outline_of, pointed_out
from ..policy import is_handled_import
from ..storage import drop_file, keep_file, sweep
from .checking import CHECK_TOPIC, check_import, table_json

_LONGEST_NAME = 255
SWEEP_TOPIC = "sheet-sweep"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an upload: a new import, or one that holds the same file already."""

    sheet_import: SheetImport
    is_new: bool


def receive_file(
    session: Session,
    actor: Viewer,
    data: bytes,
    filename: str,
    folder: Path,
    *,
    again: bool = False,
    header_row: int = 0,
) -> Received:
    """Keep an upload and have its rows judged, at once when it is short.

    Raises `SheetError` before anything is written when the file is no need list. The same file
    a second time gives the first import, unless `again`. `header_row` is where a person says the
    header stands when it is not recognised; the columns are then asked for first.
    """
    unit = session.get(Unit, actor.unit_id) if actor.unit_id else None
    if unit is None or not actor.may("unit:needlist:import"):
        raise NotPermitted("您的账号没有所属处室，不能导入。", "没有保存任何内容。")
    memories = list_memories(session)
    outline = outline_of(data, filename, memories, is_need_list=not header_row)
    same = None if again else find_same_file(session, actor, outline.sha256)
    if same is not None:
        return Received(same, is_new=False)
    today = beijing_today(now())
    sheet_import = SheetImport(
        filename=filename[-_LONGEST_NAME:],
        stored_as="",
        sha256=outline.sha256,
        size=outline.size,
        unit=unit,
        total_rows=outline.rows,
        as_of=today,
        created_by_id=actor.user_id,
    )
    session.add(sheet_import)
    session.flush()
    record(
        session,
        actor,
        "sheet_import.received",
        ("sheet_import", sheet_import.id),
        sha256=outline.sha256,
        size=outline.size,
    )
    if not outline.has_table:
        _ask_for_columns(session, sheet_import, data, header_row)
    elif outline.rows <= get_rules(session, "need_import", today).body["inline_rows"]:
        check_import(session, actor, sheet_import, data)
    else:
        enqueue(session, CHECK_TOPIC, import_id=sheet_import.id)
    sheet_import.stored_as = keep_file(folder, data)
    session.flush()
    return Received(sheet_import, is_new=True)


def _ask_for_columns(
    session: Session, sheet_import: SheetImport, data: bytes, header_row: int
) -> None:
    """Show the file's columns without any rows: a person says first what each one means."""
    table, samples, rows = pointed_out(data, sheet_import.filename, header_row)
    take_step(
        session,
        IMPORT_LIFECYCLE,
        sheet_import,
        "show",
        total_rows=rows,
        mapping={"tables": [table_json(table, samples)]},
    )


def discard_import(
    session: Session, actor: Viewer, sheet_import: SheetImport, *, seen_version: int
) -> None:
    """Throw an import away: its rows go at once, its file is swept; what was done stays known."""
    if not is_handled_import(actor, sheet_import):
        raise NotPermitted("您不能作废这次导入。", "没有任何变化。")
    take_step(session, IMPORT_LIFECYCLE, sheet_import, "discard", seen_version=seen_version)
    session.execute(delete(SheetImportRow).where(SheetImportRow.import_id == sheet_import.id))
    session.expire(sheet_import, ["rows"])
    record(session, actor, "sheet_import.discarded", ("sheet_import", sheet_import.id))
    enqueue(session, SWEEP_TOPIC, import_id=sheet_import.id)


def sweep_uploads(session: Session, folder: Path) -> int:
    """Remove the files of discarded imports, and old ones that no row names; return how many.

    Run by the worker: after a discard, and every hour for what a crash left behind.
    """
    hours = get_rules(session, "need_import", beijing_today(now())).body["stray_hours"]
    discarded = session.scalars(
        select(SheetImport).where(SheetImport.state == "discarded", SheetImport.stored_as != "")
    ).all()
    for sheet_import in discarded:
        drop_file(folder, sheet_import.stored_as)
        sheet_import.stored_as = ""
    session.flush()
    known = session.scalars(select(SheetImport.stored_as)).all()
    return len(discarded) + sweep(folder, known, hours)
