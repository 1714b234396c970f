"""Spreadsheets from strangers: safe reading of xlsx, xls, ods, csv; safe writing of xlsx, csv.

A cellar: it knows cells, rows and sheets, nothing of needs, the web or the database.
"""

from __future__ import annotations

from .errors import MESSAGES, SheetError
from .model import CellValue, Merge, Row, Sheet, Workbook
from .reading import read_workbook
from .writing import Column, Table, safe_csv_text, write_csv, write_workbook

__all__ = [
    "MESSAGES",
    "CellValue",
    "Column",
    "Merge",
    "Row",
    "Sheet",
    "SheetError",
    "Table",
    "Workbook",
    "read_workbook",
    "safe_csv_text",
    "write_csv",
    "write_workbook",
]
