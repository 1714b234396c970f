"""Reading need lists as bureaus fill them in: columns by meaning, cells by convention.

Pure: no web, no database. Takes bytes and the taxonomy; gives verdicts a person can check.
"""

from __future__ import annotations

from marketplace.sheets import SheetError

from .budget import Budget
from .check import check_need_list, recheck_row, row_key, row_name
from .explain import ACTIONS, WARNINGS, explain, sentence
from .fields import LABELS
from .judge import TableContext
from .mapping import ColumnMapping
from .selection import sheet_outlines
from .understood import Understood
from .verdicts import NeedListCheck, RowVerdict, TableCheck, to_json_rows
from .vocabulary import Vocabulary, shipped_vocabulary

__all__ = [
    "ACTIONS",
    "LABELS",
    "WARNINGS",
    "Budget",
    "ColumnMapping",
    "NeedListCheck",
    "RowVerdict",
    "SheetError",
    "TableCheck",
    "TableContext",
    "Understood",
    "Vocabulary",
    "check_need_list",
    "explain",
    "recheck_row",
    "row_key",
    "row_name",
    "sentence",
    "sheet_outlines",
    "shipped_vocabulary",
    "to_json_rows",
]
