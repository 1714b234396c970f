"""The rows of an import that do not come in, as a workbook to send back to who filled them in."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ...msgids import N_
from ...sheets.writing import Column, Table, write_workbook
from ..import_queries import rows_of
from ..models import SheetImport
from ..notices import warning_words

_NAMES = {"review": N_("需确认"), "duplicate": N_("重复"), "reject": N_("驳回")}


def write_faults(session: Session, sheet_import: SheetImport) -> bytes:
    """Return the workbook: where the row stands, its verdict, the reasons, what was typed."""
    columns = [
        Column(_("工作表"), width=18),
        Column(_("行"), "integer", 6),
        Column(_("结论"), width=10),
        Column(_("企业（原文）"), width=26),
        Column(_("需求（原文）"), "long_text", 30),
        Column(_("需要做什么"), "long_text", 60),
    ]
    rows = []
    for row in session.scalars(rows_of(sheet_import)):
        if row.action not in _NAMES or row.need_id is not None:
            continue
        cells = row.raw["cells"]
        rows.append(
            [
                row.sheet,
                row.excel_row,
                _(_NAMES[row.action]),
                cells.get("company", ""),
                cells.get("title") or cells.get("description", "")[:80],
                "".join(warning_words(code) for code in row.warnings),
            ]
        )
    title = _("%(name)s 差错清单（%(count)s行）", name=sheet_import.filename, count=len(rows))
    return write_workbook(Table(_("差错清单"), columns, rows, title=title))
