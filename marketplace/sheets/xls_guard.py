"""The first pass over an old xls: the container's streams, and where its records put cells.

Formats: MS-CFB (compound file) and MS-XLS (records). Formulas are noted but their text,
stored as tokens, is not rebuilt. The parser gets a fresh container with the one stream that
was checked: it reserves memory for whatever a container or a record declares.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from . import limits
from .cells import SheetScan, Tally
from .compound import CompoundFile, write_compound
from .errors import SheetError

_MAX_ROWS, _MAX_COLUMNS = 65_536, 256
_MAX_DECLARED_AREA = 6_000_000

_BOF, _EOF, _BOUNDSHEET, _FILEPASS = 0x0809, 0x000A, 0x0085, 0x002F
_STRINGS, _DIMENSIONS = 0x00FC, 0x0200
_FORMULA = {0x0006, 0x0206, 0x0406}
_VALUES = {0x0203, 0x027E, 0x00FD, 0x0204, 0x0205, 0x00D6} | _FORMULA
_MANY_NUMBERS = 0x00BD


@dataclass(frozen=True, slots=True)
class CheckedXls:
    """A clean copy of the workbook and what the pass found, in sheet order.

    Old sheet names may be in any code page, so order is what both passes agree on.
    """

    copy: bytes
    scans: tuple[SheetScan, ...]


def check_xls(data: bytes) -> CheckedXls:
    """Check an old workbook; raise `SheetError` at the first thing wrong."""
    compound = CompoundFile(data)
    names = compound.names()
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise SheetError("encrypted")
    if "WordDocument" in names:
        raise SheetError("word")
    if "PowerPoint Document" in names:
        raise SheetError("slides")
    book = next((name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in names), None)
    if book is None:
        raise SheetError("unknown_kind")
    stream = compound.stream(book)
    places = _sheet_places(stream)
    if not places:
        raise SheetError("no_sheets")
    tally = Tally()
    scans = tuple(_scan(stream, at, tally) for at in places)
    return CheckedXls(write_compound("Workbook", stream), scans)


def _sheet_places(stream: bytes) -> list[int]:
    places: list[int] = []
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise SheetError("encrypted")
        if kind == _STRINGS:
            _check_string_count(body)
        if kind == _BOUNDSHEET and len(body) >= 8:
            start = struct.unpack_from("<I", body)[0]
            if start >= len(stream):
                raise SheetError("damaged")
            places.append(start)
        if kind == _EOF:
            break
    if len(places) > limits.MAX_SHEETS:
        raise SheetError("too_many_sheets", limit=limits.MAX_SHEETS)
    return places


def _scan(stream: bytes, start: int, tally: Tally) -> SheetScan:
    scan = SheetScan()
    depth = 0
    for kind, body in _records(stream, start):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif kind == _DIMENSIONS:
            _check_dimensions(body)
        elif kind in _VALUES and len(body) >= 4:
            row, column = struct.unpack_from("<HH", body)
            scan.reach(row, column)
            tally.add()
            if kind in _FORMULA:
                scan.formulas[row, column] = "="
        elif kind == _MANY_NUMBERS and len(body) >= 6:
            row, first = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0]
            scan.reach(row, last)
            tally.add(max(1, last - first + 1))
    return scan


def _check_string_count(body: bytes) -> None:
    if len(body) < 8 or struct.unpack_from("<I", body, 4)[0] > limits.MAX_CELLS:
        raise SheetError("too_many_cells", limit=limits.MAX_CELLS)


def _check_dimensions(body: bytes) -> None:
    """Refuse a sheet that declares more than its format can hold, or nearly all of it."""
    wide = len(body) >= 14
    if len(body) < 10:
        raise SheetError("damaged")
    first_row, last_row, first, last = struct.unpack_from("<IIHH" if wide else "<HHHH", body)
    if last_row > _MAX_ROWS or last > _MAX_COLUMNS or first_row > last_row or first > last:
        raise SheetError("damaged")
    if (last_row - first_row) * (last - first) > _MAX_DECLARED_AREA:
        raise SheetError("too_many_cells", limit=limits.MAX_CELLS)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size
