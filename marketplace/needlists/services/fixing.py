"""What a person does to one row of an import: set values, decide, take it back.

Each fix judges that row alone again and notes who did what, when. The import is locked first,
then the row, in the same order as a commit takes them; both must still be as they were seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from ...audit.services import record
from ...db import now
from ...errors import Conflict, InvalidInput, NotPermitted
from ...permissions import Viewer
from ...taxonomy.queries import get_taxonomy
from ..import_queries import bounds_of
from ..judging import (
    DATA_ACTIONS,
    FIXABLE,
    Decisions,
    Twin,
    as_twin_of_row,
    judge,
    judge_again,
    key_of_row,
    verdict_of,
)
from ..models import SheetImport, SheetImportRow
from ..notices import field_of
from ..policy import is_handled_import
from ..twins import find_earlier, find_twins
from ..understanding import RowVerdict, TableContext, row_name
from ..vocabulary import vocabulary_of
from .checking import columns_of

OPEN_STATES: Final = ("preview", "committed")
"""States of an import in which rows can be fixed and committed."""

DECISIONS: Final = ("accept", "exclude", "restore", "distinct", "undo")


def set_values(
    session: Session,
    actor: Viewer,
    sheet_import: SheetImport,
    row: SheetImportRow,
    values: Mapping[str, str],
    *,
    seen_version: int,
) -> None:
    """Set fields of a row as a person would type them; an empty text clears the field."""
    unknown = set(values) - set(FIXABLE)
    if unknown or not values:
        raise InvalidInput("没有可以改的内容。", "这一行没有变化。")
    fixes = dict(row.fixes or {})
    fixes["values"] = {**fixes.get("values", {}), **values}
    # What was let pass in a field was its old text: a new one is looked at afresh.
    fixes["confirmed"] = [
        code for code in fixes.get("confirmed", ()) if field_of(code, row.understood) not in values
    ]
    _apply(session, actor, sheet_import, row, fixes, [*values], seen_version)


def decide(
    session: Session,
    actor: Viewer,
    sheet_import: SheetImport,
    row: SheetImportRow,
    decision: str,
    *,
    seen_version: int,
) -> None:
    """Take one decision on a row: accept its warnings, exclude or restore it, and the like."""
    fixes = dict(row.fixes or {})
    if decision == "accept":
        fixes["confirmed"] = sorted({*fixes.get("confirmed", ()), *row.warnings})
    elif decision == "exclude":
        fixes["excluded"] = True
    elif decision == "restore":
        fixes.pop("excluded", None)
    elif decision == "distinct":
        fixes["distinct"] = True
    elif decision == "undo":
        fixes = {"log": fixes.get("log", [])}
    else:
        raise InvalidInput("没有这种处理方式。", "这一行没有变化。")
    _apply(session, actor, sheet_import, row, fixes, [decision], seen_version)


def _apply(
    session: Session,
    actor: Viewer,
    sheet_import: SheetImport,
    row: SheetImportRow,
    fixes: dict[str, Any],
    what: list[str],
    seen_version: int,
) -> None:
    _guard(actor, sheet_import, row)
    at = now()
    entry = {"at": at.isoformat(), "by": actor.display_name, "what": what}
    fixes["log"] = [*fixes.get("log", []), entry]
    session.flush()
    _touch_import(session, sheet_import)
    judged = _judged(session, actor, sheet_import, row, Decisions.of(fixes))
    result = session.execute(
        update(SheetImportRow)
        .where(
            SheetImportRow.id == row.id,
            SheetImportRow.version == seen_version,
            SheetImportRow.need_id.is_(None),
        )
        .values(
            fixes=fixes,
            version=seen_version + 1,
            fixed_at=at,
            fixed_by_id=actor.user_id,
            **judged,
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(row)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise _conflict()
    record(
        session,
        actor,
        "sheet_import.row_fixed",
        ("sheet_import", sheet_import.id),
        row=row.excel_row,
        what=what,
        verdict=row.action,
    )


def _guard(actor: Viewer, sheet_import: SheetImport, row: SheetImportRow) -> None:
    if not is_handled_import(actor, sheet_import):
        raise NotPermitted("您不能处理这次导入。", "没有任何变化。")
    if row.raw["action"] not in DATA_ACTIONS:
        raise InvalidInput("空行和备注行不导入，也不用处理。", "这一行没有变化。")


def _conflict() -> Conflict:
    return Conflict(
        "这一行刚刚被他人处理，或已经导入。",
        "您的这次操作没有生效。",
        "请刷新页面查看最新结果后再处理。",
    )


def _touch_import(session: Session, sheet_import: SheetImport) -> None:
    """Mark the import as changed, so that nobody commits what they have not seen."""
    result = session.execute(
        update(SheetImport)
        .where(SheetImport.id == sheet_import.id, SheetImport.state.in_(OPEN_STATES))
        .values(version=SheetImport.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(sheet_import)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise _conflict()


def _judged(
    session: Session,
    actor: Viewer,
    sheet_import: SheetImport,
    row: SheetImportRow,
    decisions: Decisions,
) -> dict[str, Any]:
    """Judge the row again with these decisions; return the columns its verdict fills."""
    vocabulary = vocabulary_of(get_taxonomy(session))
    first = verdict_of(row.raw, row.sheet, row.excel_row)
    context = TableContext.from_json(sheet_import.mapping["tables"][first.table]["context"])
    verdict = judge_again(first, decisions, context, vocabulary)
    bounds = bounds_of(session, sheet_import.unit)
    return columns_of(judge(verdict, decisions, bounds, _twin(session, actor, row, verdict)))


def _twin(session: Session, actor: Viewer, row: SheetImportRow, verdict: RowVerdict) -> Twin | None:
    key = key_of_row(verdict)
    if earlier := find_earlier(session, row, key):
        bare = verdict_of(earlier.raw, earlier.sheet, earlier.excel_row)
        return as_twin_of_row(row_name(bare, row.sheet))
    return find_twins(session, actor, {key}).get(key)
