"""Text tables: which charset, which separator, then records under their own numbers.

A record may span lines, so numbers count records, not lines. Nothing is interpreted.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from charset_normalizer import from_bytes

from . import limits
from .errors import SheetError
from .model import Row, Sheet, Workbook

_DELIMITERS = (",", "\t", ";", "|")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 64 * 1024
_SAMPLE_RECORDS = 60


def read_delimited(data: bytes, sheet_name: str) -> Workbook:
    """Read csv, tsv or a similar text table."""
    text, charset = decode(data)
    if not text.strip():
        raise SheetError("no_rows")
    delimiter = sniff_delimiter(text)
    rows = tuple(_rows(text, delimiter))
    while rows and rows[-1].is_blank:
        rows = rows[:-1]
    return Workbook("csv", (Sheet(sheet_name, rows),), charset, delimiter)


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and the name of its charset; a wrong guess never loses characters."""
    for mark, charset in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _without_nul(_strictly(data, charset) or _refuse()), charset
    if b"\0" in data:
        raise SheetError("nul_bytes")
    text = _strictly(data, "utf-8")
    if text is not None:
        return text, "utf-8"
    possible = {
        charset: text
        for charset in ("gb18030", "big5")
        if (text := _strictly(data, charset)) is not None
    }
    if not possible:
        _refuse()
    charset = next(iter(possible))
    if len(possible) > 1:
        charset = _likelier(data)
    return possible[charset], charset


def sniff_delimiter(text: str) -> str:
    """Return the separator that cuts the first records into the most even table."""
    first_line = text.partition("\n")[0].strip().lower()
    if first_line.startswith("sep=") and len(first_line) == 5:
        return first_line[4]
    sample = text[: 4 * _SAMPLE_BYTES]
    return max(_DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> float:
    widths: Counter[int] = Counter()
    for position, record in enumerate(_records(sample, delimiter)):
        if position >= _SAMPLE_RECORDS:
            break
        if any(cell.strip() for cell in record):
            widths[len(record)] += 1
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    return count / widths.total() + min(width, 20) / 1000


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    cells = 0
    for number, record in enumerate(_records(text, delimiter), start=1):
        while record and not record[-1].strip():
            record.pop()
        if not record:
            yield Row(number, ())
            continue
        if number > limits.MAX_ROWS or len(record) > limits.MAX_COLUMNS:
            raise SheetError(
                "far_cell",
                row=number,
                column=len(record),
                max_rows=limits.MAX_ROWS,
                max_columns=limits.MAX_COLUMNS,
            )
        cells += len(record)
        if cells > limits.MAX_CELLS:
            raise SheetError("too_many_cells", limit=limits.MAX_CELLS)
        if any(len(cell) > limits.MAX_CELL_CHARS for cell in record):
            raise SheetError("cell_too_long", row=number, limit=limits.MAX_CELL_CHARS)
        yield Row(number, tuple(cell if cell else None for cell in record))


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as exc:
        # The csv module gives up on a cell of more than 131,072 characters: an unclosed quote.
        raise SheetError("damaged") from exc


def _likelier(data: bytes) -> str:
    best = from_bytes(data[:_SAMPLE_BYTES], cp_isolation=["gb18030", "big5"]).best()
    return "big5" if best is not None and best.encoding.startswith("big5") else "gb18030"


def _strictly(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except UnicodeDecodeError:
        return None


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise SheetError("nul_bytes")
    return text


def _refuse() -> str:
    raise SheetError("unknown_charset")
