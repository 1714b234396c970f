"""Write the tour's messy need list as a county office would send it; touches nothing else.

Run `python -m marketplace.demo.make_sheet` after changing `data/sheet_rows.json`. The disorder
is meant: two header rows, budgets in words, dates in many forms, a repeated company, a row
without one, notes below the table, cells that look like formulas. Everything is fictional.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

DATA = Path(__file__).with_name("data")
SHEET_PATH = DATA / "装备制造需求清单_演示.xlsx"
CREATED = datetime(2026, 11, 20, tzinfo=UTC)
"""A fixed date, so that writing the same rows again gives the same workbook."""


def write_sheet(path: Path) -> None:
    """Write the workbook with its data sheet and the two sheets an import must ignore."""
    layout = json.loads((DATA / "sheet_rows.json").read_text(encoding="utf-8"))
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        book.set_properties({"title": layout["title"], "created": CREATED})
        head = book.add_format({"bold": True, "align": "center", "border": 1, "text_wrap": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy/m/d"})
        sheet = book.add_worksheet(layout["sheet_name"])
        _write_head(sheet, layout, head)
        for number, row in enumerate(layout["rows"], 4):
            _write_row(sheet, number, row, wrap, day)
        for number, note in enumerate(layout["footnotes"], 4 + len(layout["rows"])):
            sheet.write_string(number, 0, note)
        guide = book.add_worksheet("填报说明")
        guide.write_string(0, 0, "一家企业可报多项，一项一行；请不要合并单元格。")
        book.add_worksheet("Sheet3")


def _write_head(sheet: Worksheet, layout: dict[str, Any], head: Format) -> None:
    names = layout["sub_header"]
    sheet.merge_range(0, 0, 0, len(names) - 1, layout["title"], head)
    sheet.merge_range(1, 0, 1, len(names) - 1, layout["subtitle"])
    for text, first, final in layout["top_header"]:
        if first == final:
            sheet.merge_range(2, first, 3, first, text, head)
        else:
            sheet.merge_range(2, first, 2, final, text, head)
    for column, name in enumerate(names):
        sheet.set_column(column, column, layout["widths"][column])
        if name is not None:
            sheet.write_string(3, column, name, head)


def _write_row(
    sheet: Worksheet, number: int, row: Sequence[Any], wrap: Format, day: Format
) -> None:
    for column, value in enumerate(row):
        if isinstance(value, dict):
            sheet.write_datetime(number, column, date.fromisoformat(value["date"]), day)
        elif isinstance(value, str):
            sheet.write_string(number, column, value, wrap)
        elif value is not None:
            sheet.write_number(number, column, value)


if __name__ == "__main__":
    write_sheet(SHEET_PATH)
