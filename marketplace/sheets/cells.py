"""What a first pass over a sheet finds: where content lies, formulas, errors, telling formats.

Shared by the guards of the three workbook formats; counts one workbook's cells in total.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from . import limits
from .errors import SheetError


@dataclass(slots=True)
class Tally:
    """Cells seen in a whole workbook."""

    cells: int = 0

    def add(self, count: int = 1) -> None:
        """Count cells with content; raise beyond the limit."""
        self.cells += count
        if self.cells > limits.MAX_CELLS:
            raise SheetError("too_many_cells", limit=limits.MAX_CELLS)


@dataclass(slots=True)
class SheetScan:
    """One sheet as the guard saw it; rows and columns from 0."""

    rows: int = 0
    columns: int = 0
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)

    def reach(self, row: int, column: int) -> None:
        """Note that a cell has content; raise when it lies outside what is read."""
        if row >= limits.MAX_ROWS or column >= limits.MAX_COLUMNS:
            raise SheetError(
                "far_cell",
                row=row + 1,
                column=column + 1,
                max_rows=limits.MAX_ROWS,
                max_columns=limits.MAX_COLUMNS,
            )
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)
        if self.rows * self.columns > limits.MAX_AREA:
            raise SheetError("too_many_cells", limit=limits.MAX_CELLS)
