"""A first look at an upload: whether it is a need list at all, how long, what its columns hold.

Pure. Done before anything is written; hostile files end here with their sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ..sheets import Sheet, SheetError, read_workbook
from .understanding import ColumnMapping, TableCheck, TableContext
from .understanding.selection import select_tables
from .understanding.tables import table_at
from .understanding.text import row_texts

_SAMPLED_ROWS, _SAMPLES, _SAMPLE_LENGTH = 40, 3, 16


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a file before its rows are judged."""

    sha256: str
    size: int
    rows: int
    has_table: bool = True


def outline_of(
    data: bytes, filename: str, chosen: Sequence[ColumnMapping], *, is_need_list: bool = True
) -> Outline:
    """Look at an upload; raise `SheetError` when it cannot be a need list.

    With `is_need_list` false a readable file whose header is not recognised passes too.
    """
    workbook = read_workbook(data, filename)
    found, _ignored = select_tables(workbook, chosen)
    if not found:
        has_text = any(not row.is_blank for sheet in workbook.sheets for row in sheet.rows)
        if is_need_list or not has_text:
            raise SheetError("no_header" if has_text else "no_rows")
        return Outline(hashlib.sha256(data).hexdigest(), len(data), 0, has_table=False)
    rows = sum(len(sheet.rows) - table.last - 1 for sheet, table in found)
    return Outline(hashlib.sha256(data).hexdigest(), len(data), rows)


def pointed_out(data: bytes, filename: str, header_row: int) -> tuple[TableCheck, list[str], int]:
    """Return the table whose header a person says stands in that row, samples by column, rows.

    For files whose header is not recognised: every column is still open. Raises `SheetError` when
    no sheet has a header and rows there.
    """
    for sheet in read_workbook(data, filename).sheets:
        table = table_at(sheet, (header_row,)) if sheet.visible else None
        rows = len(sheet.rows) - header_row
        if table is None or rows < 1 or sum(bool(own) for _above, own in table.headers) < 2:
            continue
        mapping = ColumnMapping("", {}, tuple(own for _above, own in table.headers), (header_row,))
        context = TableContext(as_of=date.min)
        found = TableCheck(sheet.name, mapping, context, "", header_row + 1)
        return found, _samples(sheet, found), rows
    raise SheetError("no_header")


def column_samples(data: bytes, filename: str, tables: Sequence[TableCheck]) -> list[list[str]]:
    """Return for each table, by column, the first different texts that stand in it."""
    sheets = {sheet.name: sheet for sheet in read_workbook(data, filename).sheets}
    return [_samples(sheets[table.name], table) for table in tables]


def _samples(sheet: Sheet, table: TableCheck) -> list[str]:
    lines = [
        row_texts(row)
        for row in sheet.rows[table.first_data_row - 1 : table.first_data_row - 1 + _SAMPLED_ROWS]
    ]
    samples = []
    for column in range(len(table.mapping.headers)):
        texts = [line[column].strip() for line in lines if column < len(line)]
        different = [text for text in dict.fromkeys(texts) if text]
        samples.append("、".join(text[:_SAMPLE_LENGTH] for text in different[:_SAMPLES]))
    return samples
