"""Short ways to build a sheet and to read its verdicts, for the tests of this folder."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from marketplace.needlists.understanding import NeedListCheck, check_need_list, to_json_rows

AS_OF = date(2026, 6, 4)
Cells = Sequence[object]


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(sheet: Worksheet, rows: Iterable[Cells], merges: Iterable[str] = ()) -> Worksheet:
    """Put rows into a sheet, text as text, and merge blocks."""
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value = value  # type: ignore[assignment]
            if isinstance(value, str):
                cell.data_type = "s"
    for block in merges:
        sheet.merge_cells(block)
    return sheet


def workbook(rows: Iterable[Cells], merges: Iterable[str] = ()) -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    filled(book.active, rows, merges)
    return saved(book)


def text_table(rows: Iterable[Cells], charset: str = "utf-8", delimiter: str = ",") -> bytes:
    """A csv or the like."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(charset)


def checked(data: bytes, filename: str = "清单.xlsx", as_of: date | None = AS_OF) -> NeedListCheck:
    """Check a file as of the fourth of June 2026."""
    return check_need_list(data, filename, as_of)


def rows_of(data: bytes, *keys: str, filename: str = "清单.xlsx") -> list[tuple[Any, ...]]:
    """The rows of the JSON answer, reduced to some of their keys."""
    return [
        tuple(row[key] for key in keys) for row in to_json_rows(checked(data, filename))["rows"]
    ]
