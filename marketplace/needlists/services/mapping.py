"""Correcting how columns were understood: remembered for the same form, judged anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ...audit.services import record
from ...db import now
from ...errors import InvalidInput, NotPermitted
from ...lifecycle import take_step
from ...outbox.services import enqueue
from ...permissions import Viewer
from ...rules.queries import get_rules
from ...web.filters import beijing_today
from ..lifecycle import IMPORT_LIFECYCLE
from ..models import SheetImport
from ..policy import is_handled_import
from ..storage import read_file
from ..understanding import LABELS, ColumnMapping
from ..understanding.fields import GATHERING
from .checking import CHECK_TOPIC, check_import

UNITS = ("wan", "yuan", "yi", "qian")


def correct_mapping(
    session: Session,
    actor: Viewer,
    sheet_import: SheetImport,
    tables: Sequence[Mapping[int, str]],
    folder: Path,
    *,
    unit: str = "",
    as_of: date | None = None,
    seen_version: int,
) -> None:
    """Read the file again by columns a person chose; `tables` give a field for each column.

    The choice is remembered for files with the same header; what people fixed in rows stays.
    Raises InvalidInput, or `SheetError`, when the file cannot be read by the choice.
    """
    if not is_handled_import(actor, sheet_import):
        raise NotPermitted("您不能处理这次导入。", "列对应没有变化。")
    kept = list(sheet_import.mapping.get("tables", ()))
    if len(tables) != len(kept):
        raise InvalidInput("提交的列与文件不符。", "列对应没有变化。", "请刷新页面后重新选择。")
    chosen = [_corrected(table, columns, unit) for table, columns in zip(kept, tables, strict=True)]
    for table, mapping in zip(kept, chosen, strict=True):
        table["mapping"] = mapping.to_json()
    at = now()
    is_new_day = as_of is not None and as_of != sheet_import.as_of
    facts = {**sheet_import.facts, **({"as_of_given": True} if is_new_day else {})}
    take_step(
        session,
        IMPORT_LIFECYCLE,
        sheet_import,
        "remap",
        seen_version=seen_version,
        mapping={"tables": kept},
        facts=facts,
        as_of=as_of or sheet_import.as_of,
        mapped_at=at,
        mapped_by_id=actor.user_id,
        done_rows=0,
    )
    record(session, actor, "sheet_import.mapped", ("sheet_import", sheet_import.id))
    limits = get_rules(session, "need_import", beijing_today(at)).body
    if sheet_import.total_rows <= limits["inline_rows"]:
        data = read_file(folder, sheet_import.stored_as)
        check_import(session, actor, sheet_import, data)
    else:
        enqueue(session, CHECK_TOPIC, import_id=sheet_import.id)


def _corrected(table: Mapping[str, Any], columns: Mapping[int, str], unit: str) -> ColumnMapping:
    mapping = ColumnMapping.from_json(table["mapping"])
    chosen: dict[str, list[int]] = {}
    for column, name in sorted(columns.items()):
        if name:
            chosen.setdefault(name, []).append(column)
    if unknown := set(chosen) - set(LABELS):
        raise InvalidInput(_("没有“%(name)s”这一项。", name=sorted(unknown)[0]), "列对应没有变化。")
    for name, places in chosen.items():
        if len(places) > 1 and name not in GATHERING:
            raise InvalidInput(
                _("有%(n)s列都选了“%(name)s”，只能选一列。", n=len(places), name=LABELS[name]),
                "列对应没有变化。",
                "多余的列请改为“不导入”或其他项。",
            )
    is_told_whose = "company" in chosen or bool(table["context"].get("company"))
    if not is_told_whose or not {"title", "description"} & set(chosen):
        raise InvalidInput(
            "至少要有“企业名称”一列，以及“需求名称”或“需求描述”一列。", "列对应没有变化。"
        )
    return mapping.corrected(
        {name: tuple(places) for name, places in chosen.items()}, unit if unit in UNITS else None
    )
