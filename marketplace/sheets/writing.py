"""Tables written for people who open them in Excel or WPS: text is always text.

No cell written here can become a formula or a link, whatever a stranger typed into it; see
`safe_csv_text` for csv, where the format itself has no text type.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import xlsxwriter

CellKind = Literal["text", "long_text", "number", "integer", "date"]
Writable = str | int | float | date | None

# Signs Excel, WPS or LibreOffice take for a formula's start, full-width forms included.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SHEET_NAME_SIGNS = re.compile(r"[\[\]:*?/\\]")
_MAX_CELL_CHARS = 32_767
_MAX_SHEET_NAME = 31


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, how its cells are written, its width in characters."""

    header: str
    kind: CellKind = "text"
    width: float = 16


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet to write: an optional title above, columns, rows, notes below."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Writable]]
    title: str = ""
    notes: Sequence[str] = ()


def write_workbook(*tables: Table) -> bytes:
    """Write tables as the sheets of one xlsx."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    workbook = xlsxwriter.Workbook(out, options)
    formats = _formats(workbook)
    taken: set[str] = set()
    for table in tables:
        name = _sheet_name(table.name, taken)
        _write_table(workbook.add_worksheet(name), table, formats)
    workbook.close()
    return out.getvalue()


def write_csv(columns: Sequence[Column], rows: Iterable[Sequence[Writable]]) -> bytes:
    """Write a csv that Excel opens as UTF-8, with every text made safe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([safe_csv_text(column.header) for column in columns])
    for row in rows:
        writer.writerow([_csv_value(value) for value in row])
    return "\ufeff".encode() + out.getvalue().encode("utf-8", "replace")


def safe_csv_text(text: str) -> str:
    """Put a quote mark before text a spreadsheet would run as a formula.

    Csv has no text type: the mark shows in the cell, which is the price of its safety.
    """
    text = _NOT_XML.sub("", text)
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) or _hides_a_sign(text) else text


def _hides_a_sign(text: str) -> bool:
    """Whether only blanks stand before a sign; some programs trim them on opening."""
    return text[:1].isspace() and text.lstrip().startswith(_FORMULA_SIGNS)


def _csv_value(value: Writable) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_csv_text(value)
    if isinstance(value, float):
        return f"{value:.15g}" if math.isfinite(value) else ""
    return str(value)


def _formats(workbook: Any) -> dict[str, Any]:
    base = {
        "font_name": "Microsoft YaHei",
        "font_size": 10,
        "valign": "top",
        "border": 1,
        "border_color": "#B8C0CC",
    }
    wrapped = base | {"text_wrap": True}
    return {
        "title": workbook.add_format(
            base | {"bold": True, "font_size": 14, "border": 0, "valign": "vcenter"}
        ),
        "header": workbook.add_format(
            wrapped | {"bold": True, "bg_color": "#E8EEF6", "valign": "vcenter"}
        ),
        "note": workbook.add_format(base | {"border": 0}),
        "text": workbook.add_format(base),
        "long_text": workbook.add_format(wrapped),
        "text_signed": workbook.add_format(base | {"quote_prefix": True}),
        "long_text_signed": workbook.add_format(wrapped | {"quote_prefix": True}),
        "number": workbook.add_format(base | {"num_format": "#,##0.##"}),
        "integer": workbook.add_format(base | {"num_format": "0"}),
        "date": workbook.add_format(base | {"num_format": "yyyy-mm-dd"}),
    }


def _write_table(sheet: Any, table: Table, formats: dict[str, Any]) -> None:
    at = 0
    if table.title:
        sheet.write_string(at, 0, _clean(table.title), formats["title"])
        sheet.set_row(at, 26)
        at += 1
    for position, column in enumerate(table.columns):
        sheet.set_column(position, position, column.width)
        sheet.write_string(at, position, _clean(column.header), formats["header"])
    sheet.freeze_panes(at + 1, 0)
    first = at
    for row in table.rows:
        at += 1
        for position, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write_cell(sheet, at, position, column.kind, value, formats)
    if table.columns:
        sheet.autofilter(first, 0, max(at, first), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first)
    for note in table.notes:
        at += 1
        sheet.write_string(at, 0, _clean(note), formats["note"])


def _write_cell(
    sheet: Any, row: int, column: int, kind: CellKind, value: Writable, formats: dict[str, Any]
) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, formats["text"])
    elif isinstance(value, (datetime, date)):
        sheet.write_datetime(row, column, value, formats["date"])
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        number = kind if kind in {"number", "integer"} else "number"
        sheet.write_number(row, column, value, formats[number])
    else:
        text = _clean(str(value))
        name = "long_text" if kind == "long_text" else "text"
        signed = text.startswith(_FORMULA_SIGNS)
        sheet.write_string(row, column, text, formats[f"{name}_signed" if signed else name])


def _clean(text: str) -> str:
    text = _NOT_XML.sub("", text)
    return text if len(text) <= _MAX_CELL_CHARS else text[: _MAX_CELL_CHARS - 1] + "…"


def _sheet_name(wanted: str, taken: set[str]) -> str:
    base = _SHEET_NAME_SIGNS.sub(" ", _NOT_XML.sub("", wanted)).strip(" '")[:_MAX_SHEET_NAME]
    name = base = base or "Sheet"
    number = 2
    while name.lower() in taken or name.lower() == "history":
        name = f"{base[: _MAX_SHEET_NAME - 4]} {number}"
        number += 1
    taken.add(name.lower())
    return name
