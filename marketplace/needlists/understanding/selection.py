"""Which sheets of a workbook hold needs, and which are instructions, options or nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from marketplace.sheets import Sheet, Workbook, read_workbook

from .heading import day_stated
from .mapping import ColumnMapping, fingerprint_of
from .tables import Table, find_table, table_at
from .text import plain, row_texts

_INSTRUCTIONS = re.compile(
    r".*(?:说明|示例|样例|样表|范例|字典|选项|下拉|代码表|对照表|参考|须知|指南)(?:\(.*\))?$"
)


def select_tables(
    workbook: Workbook, chosen: Sequence[ColumnMapping]
) -> tuple[list[tuple[Sheet, Table]], list[tuple[str, str]]]:
    """Return the tables to read, and the sheets left out with the reason.

    `chosen` may hold mappings of headers that cannot be recognised: pointed out by hand (an
    empty fingerprint) or remembered from then.
    """
    found: list[tuple[Sheet, Table]] = []
    ignored: list[tuple[str, str]] = []
    for sheet in workbook.sheets:
        table = find_table(sheet) or _pointed_out(sheet, chosen)
        if not sheet.visible:
            ignored.append((sheet.name, "hidden"))
        elif not any(not row.is_blank for row in sheet.rows):
            ignored.append((sheet.name, "empty"))
        elif table is None:
            ignored.append((sheet.name, "no_table"))
        else:
            found.append((sheet, table))
    filled = [(s, t) for s, t in found if any(not row.is_blank for row in s.rows[t.last + 1 :])]
    kept = [(s, t) for s, t in filled if not _INSTRUCTIONS.match(plain(s.name))] or filled
    for pair in found:
        if pair not in filled:
            ignored.append((pair[0].name, "no_rows"))
        elif pair not in kept:
            ignored.append((pair[0].name, "instructions"))
    return kept or found, ignored


def _pointed_out(sheet: Sheet, chosen: Sequence[ColumnMapping]) -> Table | None:
    for mapping in reversed(chosen):
        table = table_at(sheet, mapping.header_rows)
        if table is None:
            continue
        if not mapping.fingerprint:
            return replace(table, by_hand=True)
        if fingerprint_of(table.headers) == mapping.fingerprint:
            return table
    return None


def stated_day(found: Sequence[tuple[Sheet, Table]]) -> date | None:
    """Return the day the tables say they were filled in."""
    texts = [
        text
        for sheet, table in found
        for row in sheet.rows[: table.first]
        for text in row_texts(row)
    ]
    return day_stated(texts)


def sheet_outlines(
    data: bytes, filename: str, rows: int = 12
) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """Return the first rows of each sheet as texts, for pointing out a header by hand."""
    return [
        (
            sheet.name,
            [(row.number, row_texts(row)) for row in sheet.rows if not row.is_blank][:rows],
        )
        for sheet in read_workbook(data, filename).sheets
        if sheet.visible and sheet.rows
    ]
