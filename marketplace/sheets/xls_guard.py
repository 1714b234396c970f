"""The first pass over an old xls: the container's streams, and where its records put cells.

Formats: MS-CFB (compound file) and MS-XLS (records). Formulas are noted but their text,
stored as tokens, is not rebuilt. Nothing is copied: calamine reads the same bytes, and its
rectangle is bounded by the positions checked here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .cells import SheetScan, Tally
from .errors import SheetError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = 0xFFFFFFFE
_HIGHEST_SECTOR = 0xFFFFFFFA
_MINI_SECTOR = 64

_BOF, _EOF, _BOUNDSHEET, _FILEPASS = 0x0809, 0x000A, 0x0085, 0x002F
_FORMULA = {0x0006, 0x0206, 0x0406}
_VALUES = {0x0203, 0x027E, 0x00FD, 0x0204, 0x0205, 0x00D6} | _FORMULA
_MANY_NUMBERS = 0x00BD


class CompoundFile:
    """The streams of a compound file, each read along its chain with cycles refused."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512:
            raise SheetError("truncated")
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in {9, 12} or mini_shift != 6:
            raise SheetError("damaged")
        self._sector = 1 << shift
        try:
            self._fat = self._read_fat()
            directory = self._chain(struct.unpack_from("<I", data, 48)[0])
            self._entries = dict(_entries(directory))
            mini_fat = self._chain(struct.unpack_from("<I", data, 60)[0])
        except (struct.error, IndexError) as exc:
            raise SheetError("truncated") from exc
        self._mini_fat = struct.unpack(f"<{len(mini_fat) // 4}I", mini_fat)

    def names(self) -> frozenset[str]:
        """The names of all streams and storages."""
        return frozenset(self._entries)

    def stream(self, name: str) -> bytes:
        """Return one stream's bytes."""
        start, size = self._entries[name]
        try:
            if size >= 4096:
                return self._chain(start)[:size]
            root = self._chain(self._entries["Root Entry"][0])
            found = bytearray()
            for sector in _walk(start, self._mini_fat):
                found += root[sector * _MINI_SECTOR : (sector + 1) * _MINI_SECTOR]
            return bytes(found[:size])
        except (KeyError, IndexError) as exc:
            raise SheetError("truncated") from exc

    def _read_fat(self) -> tuple[int, ...]:
        heads = list(struct.unpack_from("<109I", self._data, 76))
        more, count = struct.unpack_from("<II", self._data, 68)
        for _ in range(min(count, len(self._data) // self._sector)):
            if more > _HIGHEST_SECTOR:
                break
            numbers = struct.unpack(f"<{self._sector // 4}I", self._at(more))
            heads += numbers[:-1]
            more = numbers[-1]
        table = b"".join(self._at(head) for head in heads if head <= _HIGHEST_SECTOR)
        return struct.unpack(f"<{len(table) // 4}I", table)

    def _at(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        found = self._data[start : start + self._sector]
        if not found:
            raise IndexError(sector)
        return found.ljust(self._sector, b"\0")

    def _chain(self, start: int) -> bytes:
        return b"".join(self._at(sector) for sector in _walk(start, self._fat))


def check_xls(data: bytes) -> dict[str, SheetScan]:
    """Check an old workbook; return what its sheets hold by name."""
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
    return {name: _scan(stream, at, tally) for name, at in places.items()}


def _sheet_places(stream: bytes) -> dict[str, int]:
    places: dict[str, int] = {}
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise SheetError("encrypted")
        if kind == _BOUNDSHEET and len(body) >= 8:
            start, count, wide = struct.unpack_from("<I", body)[0], body[6], body[7] & 1
            raw = body[8 : 8 + count * (2 if wide else 1)]
            places[raw.decode("utf-16-le" if wide else "latin-1", "replace")] = start
        if kind == _EOF:
            break
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


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _walk(start: int, table: tuple[int, ...]) -> Iterator[int]:
    sector = start
    for _ in range(len(table) + 1):
        if sector > _HIGHEST_SECTOR:
            return
        yield sector
        sector = table[sector]
    raise SheetError("damaged")


def _entries(directory: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        if 2 <= length <= 64:
            name = directory[at : at + length - 2].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", directory, at + 116)
            yield name, (start, size)
