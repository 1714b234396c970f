"""What a spreadsheet is once read: sheets of numbered rows of plain values.

Nothing is interpreted here; formulas are carried as text and never evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

CellValue = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row under the number its reader sees; for csv the number of the record.

    `cells` ends at the last cell with content. `formulas` holds, by column, the text of a
    real formula (`=…`; only `=` where the format hides the text), while `cells` keeps the
    value the writing program stored. `formats` holds number formats that change what a
    number means (a unit, a date without a day). `errors` holds cells such as `#N/A`.
    """

    number: int
    cells: tuple[CellValue, ...]
    formulas: Mapping[int, str] = field(default_factory=dict)
    formats: Mapping[int, str] = field(default_factory=dict)
    errors: frozenset[int] = frozenset()

    @property
    def is_blank(self) -> bool:
        """Whether the row has neither a value nor a formula nor an error."""
        return not self.cells and not self.formulas and not self.errors

    def cell(self, column: int) -> CellValue:
        """Return the value in a column (from 0), None beyond the end."""
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged block; rows as their reader numbers them, columns from 0, both inclusive."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with its rows from 1 to the last with content, blank ones included."""

    name: str
    rows: tuple[Row, ...]
    visible: bool = True
    merges: tuple[Merge, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """All sheets of a file; `kind` is xlsx, xls, ods or csv, told by content, not by name."""

    kind: str
    sheets: tuple[Sheet, ...]
    charset: str | None = None
    delimiter: str | None = None
