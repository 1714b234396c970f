"""The columns of an import as the page shows them, and as a person posts them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ..models import SheetImport
from ..understanding import LABELS, ColumnMapping

UNIT_NAMES = {"wan": "万元", "yuan": "元", "qian": "千元", "yi": "亿元"}


def column_tables(sheet_import: SheetImport) -> list[dict[str, Any]]:
    """Return each table with its columns as `intake.map_line` and `column_map` take them."""
    return [
        _table(place, table, sheet_import.facts.get("kind") == "csv")
        for place, table in enumerate(sheet_import.mapping.get("tables", ()))
    ]


def _table(place: int, table: Mapping[str, Any], is_csv: bool) -> dict[str, Any]:
    mapping = ColumnMapping.from_json(table["mapping"])
    by_column = {column: name for name, columns in mapping.columns.items() for column in columns}
    columns = [
        _column(place, index, header, by_column.get(index, ""), mapping, table["samples"], is_csv)
        for index, header in enumerate(mapping.headers)
    ]
    unit = mapping.unit or table["context"].get("unit") or ""
    return {
        "name": table["name"],
        "title": table["title"],
        "columns": columns,
        "mapped": sum(column["state"] != "unused" for column in columns),
        "unused": sum(column["state"] == "unused" for column in columns),
        "first_row": table["first_data_row"],
        "unit": unit,
        "unit_name": UNIT_NAMES.get(unit, ""),
    }


def _column(
    place: int,
    index: int,
    header: str,
    name: str,
    mapping: ColumnMapping,
    samples: list[str],
    is_csv: bool,
) -> dict[str, Any]:
    told = mapping.told_by.get(name, "header")
    state = "unused" if not name else "doubt" if told == "content" else "mapped"
    sample = samples[index] if index < len(samples) else ""
    return {
        "letter": str(index + 1) if is_csv else column_letter(index),
        "header": header or _("（无表头）"),
        "target": _(LABELS[name]) if name else _("不导入"),
        "state": state,
        "name": f"col-{place}-{index}",
        "value": name,
        "sample": sample or _("（全部为空）"),
        "options": [("", _("不导入")), *((code, _(label)) for code, label in LABELS.items())],
    }


def column_letter(index: int) -> str:
    """Return the letter of a column counted from 0: 0 → 'A', 26 → 'AA'."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def posted_columns(form: MultiDict[str, str], sheet_import: SheetImport) -> list[dict[int, str]]:
    """Return the field chosen for each column of each table, as posted."""
    return [
        {
            index: form.get(f"col-{place}-{index}", "")
            for index in range(len(table["mapping"]["headers"]))
        }
        for place, table in enumerate(sheet_import.mapping.get("tables", ()))
    ]
