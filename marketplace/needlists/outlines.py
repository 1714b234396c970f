"""A first look at an upload: whether it is a need list at all, how long, what its columns hold.

Pure. Done before anything is written; hostile files end here with their sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ..sheets import Sheet, SheetError, read_workbook
from .understanding import ColumnMapping, TableCheck
from .understanding.selection import select_tables
from .understanding.text import row_texts

_SAMPLED_ROWS, _SAMPLES, _SAMPLE_LENGTH = 40, 3, 16


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a file before its rows are judged."""

    sha256: str
    size: int
    rows: int


def outline_of(data: bytes, filename: str, chosen: Sequence[ColumnMapping]) -> Outline:
    """Look at an upload; raise `SheetError` when it cannot be a need list."""
    workbook = read_workbook(data, filename)
    found, _ignored = select_tables(workbook, chosen)
    if not found:
        has_text = any(not row.is_blank for sheet in workbook.sheets for row in sheet.rows)
        raise SheetError("no_header" if has_text else "no_rows")
    rows = sum(len(sheet.rows) - table.last - 1 for sheet, table in found)
    return Outline(hashlib.sha256(data).hexdigest(), len(data), rows)


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
