"""Where a sheet's table begins: title rows, one to three header rows, the first data row. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.sheets import Sheet

from .fields import header_text, scores
from .mapping import Header, is_need_list, match_headers
from .phone import FIND
from .text import plain, row_texts

_LOOK_AT = 40
_DEEPEST = 3
_LONGEST_HEADER = 60
_RECOGNISED = 80


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `first` and `last` index its header rows in `sheet.rows`.

    `by_hand` is true when a person had to say where the header is.
    """

    first: int
    last: int
    headers: tuple[Header, ...]
    by_hand: bool = False


def find_table(sheet: Sheet) -> Table | None:
    """Return the header block that explains most columns, or None when none is a need list."""
    grid = _Grid(sheet)
    best: tuple[float, Table] | None = None
    for first in range(min(len(sheet.rows), _LOOK_AT)):
        for depth in range(1, _DEEPEST + 1):
            table = _block(sheet, grid, first, depth)
            if table is None:
                continue
            # A group row the file shows as merged is part of the header; without merges a
            # deeper header must earn its place, or a title row would slip in.
            grouped = all(grid.is_grouped(row) for row in range(first, first + depth - 1))
            worth = _worth(table.headers) + (0.01 if grouped else -0.5) * (depth - 1)
            if best is None or worth > best[0]:
                best = (worth, table)
    return best[1] if best else None


def table_at(sheet: Sheet, header_rows: Sequence[int]) -> Table | None:
    """Return the table whose header stands in the given rows, as a person pointed them out."""
    numbers = [index for index, row in enumerate(sheet.rows) if row.number in set(header_rows)]
    if not numbers:
        return None
    headers = _Grid(sheet).headers(numbers[0], numbers[-1])
    return Table(numbers[0], numbers[-1], tuple(headers))


def is_header_again(texts: Sequence[str], headers: Sequence[Header]) -> bool:
    """Whether a data row repeats the header, as on every printed page."""
    said = [
        (plain(text), plain(own)) for text, (_, own) in zip(texts, headers, strict=False) if text
    ]
    same = sum(1 for text, own in said if text == own)
    return same >= 2 and same >= 0.6 * len(said)


def is_new_header(texts: Sequence[str]) -> bool:
    """Whether a row further down starts a table of another form."""
    short = [text for text in texts if text and len(plain(text)) <= 12]
    if len(short) < 3 or len(short) < 0.8 * sum(1 for text in texts if text):
        return False
    columns = match_headers([("", text) for text in texts])
    return is_need_list(columns) and len(columns) >= 0.6 * len(short) and "company" in columns


class _Grid:
    """Header texts with merged cells filled in."""

    def __init__(self, sheet: Sheet) -> None:
        self._rows = [row_texts(row) for row in sheet.rows[: _LOOK_AT + _DEEPEST]]
        self._width = max((len(texts) for texts in self._rows), default=0)
        self._merged: dict[tuple[int, int], tuple[int, int]] = {}
        for merge in sheet.merges:
            if merge.first_row > len(self._rows):
                continue
            for row in range(merge.first_row - 1, min(merge.last_row, len(self._rows))):
                for column in range(merge.first_column, min(merge.last_column + 1, self._width)):
                    self._merged[row, column] = (merge.first_row - 1, merge.first_column)

    def own(self, row: int, column: int) -> str:
        """Return the text that stands in the very cell."""
        texts = self._rows[row] if row < len(self._rows) else []
        return texts[column].strip() if column < len(texts) else ""

    def filled(self, row: int, column: int) -> str:
        """Return the text a reader sees over the cell, through merges."""
        return self.own(*self._merged.get((row, column), (row, column)))

    def is_merged(self, row: int, column: int) -> bool:
        """Whether the cell is part of a merged block."""
        return (row, column) in self._merged

    def is_grouped(self, row: int) -> bool:
        """Whether the row holds a text merged over several columns or rows."""
        return any(row == place[0] for place in self._merged.values())

    def is_cut(self, row: int) -> bool:
        """Whether a cell of the row is merged with the row below: the header goes on there."""
        return any(
            self._merged.get((row, column), (row + 1, 0))
            == self._merged.get((row + 1, column), (row, 0))
            for column in range(self._width)
        )

    def is_tied(self, row: int) -> bool:
        """Whether a cell of the row is merged with the row above."""
        return row > 0 and self.is_cut(row - 1)

    def headers(self, first: int, last: int) -> list[Header]:
        """Return group and own header of every column of a block of rows."""
        found: list[Header] = []
        for column in range(self._width):
            path: list[str] = []
            for row in range(first, last + 1):
                text = self.filled(row, column) or self._spread(row, last, column)
                if text and (not path or path[-1] != text):
                    path.append(text)
            own = path[-1] if path else ""
            found.append((path[-2] if len(path) > 1 else "", own))
        while found and found[-1] == ("", ""):
            found.pop()
        return found

    def _spread(self, row: int, last: int, column: int) -> str:
        """Take the group header to the left when the file lost its merges, as csv does."""
        below = any(self.filled(lower, column) for lower in range(row + 1, last + 1))
        if row == last or not below or self.is_merged(row, column):
            return ""
        for left in range(column - 1, -1, -1):
            if text := self.own(row, left):
                under = any(self.filled(lower, left) for lower in range(row + 1, last + 1))
                return text if under else ""
        return ""


def _block(sheet: Sheet, grid: _Grid, first: int, depth: int) -> Table | None:
    last = first + depth - 1
    if last >= len(sheet.rows):
        return None
    for row in range(first, last + 1):
        texts = {text for text in row_texts(sheet.rows[row]) if text.strip()}
        if not _may_be_header(texts):
            return None
    headers = grid.headers(first, last)
    if not is_need_list(match_headers(headers)):
        return None
    if grid.is_cut(last):
        return None
    if depth > 1 and not grid.is_tied(last) and not _lowest_adds(grid, headers, last):
        return None
    return Table(first, last, tuple(headers))


def _may_be_header(texts: set[str]) -> bool:
    """Headers are short words; sums, numbers and labels with a colon and value are not."""
    if len(texts) < 2:
        return False
    for text in texts:
        folded = plain(text)
        if len(header_text(text)) > _LONGEST_HEADER or FIND.search(folded):
            return False
        if re.fullmatch(r"[\d.,%/-]+", folded) or re.search(r"\w{2,}:\w{2,}", header_text(text)):
            return False
    return True


def _lowest_adds(grid: _Grid, headers: Sequence[Header], last: int) -> bool:
    """Whether the lowest row of a deep block is header, not already data."""
    texts = [(column, grid.own(last, column)) for column in range(len(headers))]
    said = [(column, text) for column, text in texts if text]
    known = sum(
        1
        for column, text in said
        if max(scores(text, headers[column][0]).values(), default=0) >= 50
    )
    return bool(said) and known >= 0.5 * len(said)


def _worth(headers: Sequence[Header]) -> float:
    """How much a header explains: fields found, each by how surely."""
    columns = match_headers(headers)
    worth = 0.0
    for name, places in columns.items():
        above, own = headers[places[0]]
        worth += scores(own, above).get(name, 0) / 100
    unknown = sum(1 for above, own in headers if own and not scores(own, above))
    return worth - 0.1 * unknown
