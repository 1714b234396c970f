"""From a sheet's row to raw texts by field, as a person would have typed them. Pure.

Number formats, formulas, error values and merged cells are settled here, so that everything
after works on text alone and a corrected text can be judged just like the original.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from marketplace.sheets import Row, Sheet
from marketplace.sheets.formats import is_month_only, unit_of

from .fields import BUDGET_MAX, BUDGET_MIN, LABELS
from .mapping import ColumnMapping
from .phone import read_phone
from .text import cell_text, is_nothing

# Formulas that reach outside the sheet: their stored result is as foreign as their source.
_ACTIVE = re.compile(
    r"HYPERLINK|WEBSERVICE|FILTERXML|ENCODEURL|IMPORT\w+|DDE|CALL|EXEC|REGISTER|RTD|INDIRECT|[|\[!]",
    re.IGNORECASE,
)
_NUMERIC = frozenset({"seq", "budget", BUDGET_MIN, BUDGET_MAX, "deadline", "phone", "uscc"})
_MONEY = frozenset({"budget", BUDGET_MIN, BUDGET_MAX})
# What a cell merged over several rows says of each of them; a shared budget is not theirs each.
_SHARED = frozenset(
    {
        "company",
        "uscc",
        "industry",
        "region",
        "address",
        "chain",
        "size",
        "digital_level",
        "contact",
        "phone",
        "email",
        "deadline",
    }
)


class RowReader:
    """Takes rows of one table apart by its mapping."""

    def __init__(
        self, sheet: Sheet, mapping: ColumnMapping, headers: tuple[tuple[str, str], ...]
    ) -> None:
        self._mapping = mapping
        self._headers = headers
        self._shared = _shared_cells(sheet, mapping)

    def read(self, row: Row) -> tuple[dict[str, str], tuple[str, ...]]:
        """Return the raw texts by field and what was noticed while taking them out."""
        raw: dict[str, str] = {}
        notes: list[str] = []
        for name, columns in self._mapping.columns.items():
            texts = {column: self._text(row, column, name, notes) for column in columns}
            said = {column: text for column, text in texts.items() if not is_nothing(text)}
            if not said:
                raw[name] = next(iter(texts.values()), "")
            elif name == "phone":
                raw[name] = _best_phone(list(said.values()))
            elif name == "region":
                raw[name] = "".join(text.strip() for text in said.values())
            elif len(said) == 1:
                raw[name] = next(iter(said.values()))
            else:
                raw[name] = "\n".join(
                    f"{self._headers[column][1].strip()}：{text.strip()}"
                    for column, text in said.items()
                )
        return raw, tuple(dict.fromkeys(notes))

    def _text(self, row: Row, column: int, name: str, notes: list[str]) -> str:
        home = self._shared.get((row.number, column))
        if home is not None and name in _SHARED and home.number != row.number:
            row = home
        if column in row.errors:
            notes.append(f"error_cell:{LABELS[name]}")
            return ""
        if column in row.formulas:
            return _formula_text(row, column, name, notes)
        return _shown(row, column, name)


def _shown(row: Row, column: int, name: str) -> str:
    """Return a value as its number format shows it, where that changes its meaning."""
    value, code = row.cell(column), row.formats.get(column, "")
    if isinstance(value, date) and is_month_only(code):
        return f"{value.year}年{value.month}月"
    text = cell_text(value)
    if name in _MONEY and code and isinstance(value, (int, float)) and not isinstance(value, bool):
        unit = unit_of(code)
        return f"¥{text}" if unit == "¥" else f"{text}{unit}"
    return text


def _formula_text(row: Row, column: int, name: str, notes: list[str]) -> str:
    """Return a formula's stored result where it is harmless, else the formula as text."""
    formula, value = row.formulas[column], row.cell(column)
    is_hidden = formula == "="
    if value is None or (_ACTIVE.search(formula) and not is_hidden):
        return "" if is_hidden else formula
    if name in _NUMERIC and not isinstance(value, str):
        return _shown(row, column, name)
    if isinstance(value, str) or is_hidden:
        if name != "seq":
            notes.append(f"formula_value:{LABELS[name]}")
        return _shown(row, column, name)
    return formula


def _best_phone(texts: list[str]) -> str:
    """Of several phone columns take the first that can be dialled, a mobile before a line."""
    dialled = [(text, read_phone(text).value) for text in texts]
    mobile = next((text for text, number in dialled if number and "-" not in number), None)
    return mobile or next((text for text, number in dialled if number), texts[0])


def _shared_cells(sheet: Sheet, mapping: ColumnMapping) -> Mapping[tuple[int, int], Row]:
    """Map every cell of a block merged over rows to the row that holds its value."""
    columns = {column for places in mapping.columns.values() for column in places}
    found: dict[tuple[int, int], Row] = {}
    for merge in sheet.merges:
        if merge.first_row == merge.last_row or merge.first_row > len(sheet.rows):
            continue
        holder = sheet.rows[merge.first_row - 1]
        for column in range(merge.first_column, merge.last_column + 1):
            if column not in columns:
                continue
            for number in range(merge.first_row, min(merge.last_row, len(sheet.rows)) + 1):
                found[number, column] = holder
    return found
