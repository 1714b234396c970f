"""Judging the rows of an import: at once within the request, or by the worker with progress.

Rows are stored in one transaction with the step to `preview`; until then only the progress is
written. A worker that dies is taken over by the next: it judges from the start, which is safe,
because nothing of the first attempt was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from ...accounts.models import User
from ...accounts.queries import viewer_of
from ...audit.services import record
from ...db import now
from ...lifecycle import take_step
from ...msgids import N_
from ...permissions import Viewer
from ...sheets import SheetError
from ...taxonomy.queries import get_taxonomy
from ..import_queries import bounds_of, list_memories
from ..judging import Decisions, Judged, judge, judge_again, key_of_row, raw_of
from ..lifecycle import IMPORT_LIFECYCLE
from ..models import ColumnMemory, SheetImport, SheetImportRow
from ..outlines import column_samples
from ..storage import read_file
from ..twins import find_twins
from ..understanding import (
    ColumnMapping,
    NeedListCheck,
    RowVerdict,
    TableCheck,
    check_need_list,
)
from ..vocabulary import vocabulary_of

CHECK_TOPIC = "sheet-import"
Progress = Callable[[int, int], None]


def check_import(
    session: Session,
    actor: Viewer,
    sheet_import: SheetImport,
    data: bytes,
    *,
    progress: Progress | None = None,
) -> None:
    """Judge all rows of an import and store them; raises `SheetError` and stores nothing."""
    vocabulary = vocabulary_of(get_taxonomy(session))
    facts = dict(sheet_import.facts or {})
    found = check_need_list(
        data,
        sheet_import.filename,
        sheet_import.as_of if facts.get("as_of_given") else None,
        _mappings(session, sheet_import),
        progress,
        vocabulary,
    )
    kept = {(row.sheet, row.excel_row): row for row in sheet_import.rows if row.fixes}
    fixes = {place: (row.fixes, row.fixed_at, row.fixed_by_id) for place, row in kept.items()}
    bounds = bounds_of(session, sheet_import.unit)
    verdicts = [
        _with_fixes(
            verdict, fixes.get((verdict.sheet, verdict.excel_row), ({},))[0], found, vocabulary
        )
        for verdict in found.rows
    ]
    twins = find_twins(session, actor, {key_of_row(verdict) for verdict in verdicts})
    session.execute(delete(SheetImportRow).where(SheetImportRow.import_id == sheet_import.id))
    session.expire(sheet_import, ["rows"])
    rows = []
    for position, (first, verdict) in enumerate(zip(found.rows, verdicts, strict=True), 1):
        mine = fixes.get((verdict.sheet, verdict.excel_row), ({}, None, None))
        decisions = Decisions.of(mine[0])
        judged = judge(verdict, decisions, bounds, twins.get(key_of_row(verdict)))
        rows.append(
            SheetImportRow(
                import_id=sheet_import.id,
                position=position,
                sheet=verdict.sheet,
                excel_row=verdict.excel_row,
                raw=raw_of(first),
                fixes=mine[0],
                fixed_at=mine[1],
                fixed_by_id=mine[2],
                **columns_of(judged),
            )
        )
    session.add_all(rows)
    if sheet_import.mapped_by_id is not None:
        _remember(session, sheet_import, found)
    take_step(
        session,
        IMPORT_LIFECYCLE,
        sheet_import,
        "show",
        done_rows=len(rows),
        total_rows=len(rows),
        as_of=found.as_of,
        fingerprint=found.mapping.fingerprint,
        mapping=_mapping_json(found, column_samples(data, sheet_import.filename, found.sheets)),
        facts={**facts, **_facts(found)},
    )
    record(
        session,
        actor,
        "sheet_import.checked",
        ("sheet_import", sheet_import.id),
        summary=found.summary,
    )


def columns_of(judged: Judged) -> dict[str, Any]:
    """Return the columns a verdict fills."""
    return {
        "action": judged.action,
        "understood": judged.understood,
        "warnings": judged.warnings,
        "twin_key": judged.twin_key,
        "twin_id": judged.twin_id,
    }


def _with_fixes(
    verdict: RowVerdict, fixes: Mapping[str, Any], found: NeedListCheck, vocabulary: Any
) -> RowVerdict:
    if not fixes or not verdict.is_data:
        return verdict
    context = found.sheets[verdict.table].context
    return judge_again(verdict, Decisions.of(fixes), context, vocabulary)


def _mappings(session: Session, sheet_import: SheetImport) -> list[ColumnMapping]:
    """Return the mappings to read by: those of this import last, so that they win."""
    own = [
        ColumnMapping.from_json(table["mapping"])
        for table in (sheet_import.mapping or {}).get("tables", ())
    ]
    return [*list_memories(session), *own]


def _mapping_json(found: NeedListCheck, samples: Sequence[Sequence[str]]) -> dict[str, Any]:
    pairs = zip(found.sheets, samples, strict=True)
    return {"tables": [table_json(table, columns) for table, columns in pairs]}


def table_json(table: TableCheck, samples: Sequence[str]) -> dict[str, Any]:
    """Return what an import keeps of a table: everything to show it and to read it again."""
    return {
        "name": table.name,
        "title": table.title,
        "first_data_row": table.first_data_row,
        "mapping": table.mapping.to_json(),
        "context": table.context.to_json(),
        "samples": list(samples),
    }


def _remember(session: Session, sheet_import: SheetImport, found: NeedListCheck) -> None:
    """Keep the columns a person confirmed for the next file with the same header."""
    for table in found.sheets:
        memory: Any = session.get(ColumnMemory, table.mapping.fingerprint)
        if memory is None:
            memory = ColumnMemory(fingerprint=table.mapping.fingerprint)
            session.add(memory)
        memory.mapping = table.mapping.to_json()
        memory.used_at, memory.confirmed_by_id = now(), sheet_import.mapped_by_id
    session.flush()


def _facts(found: NeedListCheck) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "charset": found.charset,
        "ignored": [list(pair) for pair in found.ignored],
        "several_sheets": found.has_several_sheets,
    }


def run_checks(session: Session, payloads: Iterable[Mapping[str, Any]], folder: Path) -> None:
    """Judge the imports waiting for the worker; one that cannot be read becomes `failed`."""
    for import_id in dict.fromkeys(int(payload["import_id"]) for payload in payloads):
        sheet_import = session.get(SheetImport, import_id)
        if sheet_import is None or sheet_import.state != "checking":
            continue
        uploader = session.get(User, sheet_import.created_by_id)
        try:
            check_import(
                session,
                viewer_of(uploader),
                sheet_import,
                read_file(folder, sheet_import.stored_as),
                progress=_progress(session, import_id),
            )
        except (SheetError, FileNotFoundError) as error:
            session.rollback()
            said = str(error) if isinstance(error, SheetError) else N_("文件已不在，请重新上传。")
            take_step(session, IMPORT_LIFECYCLE, sheet_import, "fail", error=said)
        session.commit()


def _progress(session: Session, import_id: int) -> Progress:
    """Return what writes the progress, each time in a transaction of its own."""

    def write(done: int, total: int) -> None:
        session.rollback()
        session.execute(
            update(SheetImport)
            .where(SheetImport.id == import_id, SheetImport.state == "checking")
            .values(done_rows=done, total_rows=total)
            .execution_options(synchronize_session=False)
        )
        session.commit()

    return write
