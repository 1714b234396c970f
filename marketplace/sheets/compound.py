"""Compound files (MS-CFB), the container of old Office formats and of encrypted new ones.

Reads streams along their chains with cycles refused; writes one stream into a fresh container.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .errors import SheetError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HIGHEST_SECTOR = 0xFFFFFFFA
_DIFAT_SECTOR, _FAT_SECTOR = 0xFFFFFFFC, 0xFFFFFFFD
_END_OF_CHAIN, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_SECTOR = 512
_HEADER_PLACES = 109
_MORE_PLACES = 127
_MINI_SECTOR = 64
_SMALLEST_STREAM = 4096


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


def write_compound(name: str, data: bytes) -> bytes:
    """Return a container that holds one stream and nothing else."""
    data = data.ljust(max(_SMALLEST_STREAM, -(-len(data) // _SECTOR) * _SECTOR), b"\0")
    count = len(data) // _SECTOR
    fat_count, more_count = _table_sizes(count + 1)
    table_at = count + 1
    more_at = table_at + fat_count
    chain = [*range(1, count), _END_OF_CHAIN, _END_OF_CHAIN]
    chain += [_FAT_SECTOR] * fat_count + [_DIFAT_SECTOR] * more_count
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(fat_count * _SECTOR, b"\xff")
    directory = _entry("Root Entry", 5, _END_OF_CHAIN, 0, child=1)
    directory += _entry(name, 2, 0, len(data), child=_FREE)
    places = list(range(table_at, more_at))
    header = MAGIC + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIII", 0, fat_count, count, 0, _SMALLEST_STREAM, _END_OF_CHAIN)
    header += struct.pack("<III", 0, more_at if more_count else _END_OF_CHAIN, more_count)
    header += _numbers(places[:_HEADER_PLACES], _HEADER_PLACES)
    more = b""
    for index in range(more_count):
        first = _HEADER_PLACES + index * _MORE_PLACES
        is_last = index == more_count - 1
        more += _numbers(places[first : first + _MORE_PLACES], _MORE_PLACES)
        more += struct.pack("<I", _END_OF_CHAIN if is_last else more_at + index + 1)
    return header + data + directory.ljust(_SECTOR, b"\0") + fat + more


def _table_sizes(sectors: int) -> tuple[int, int]:
    """Return how many sectors the allocation table and the list of its sectors take."""
    fat_count = more_count = 0
    while True:
        needed = -(-(sectors + fat_count + more_count) // (_SECTOR // 4))
        wanted = max(0, -(-(needed - _HEADER_PLACES) // _MORE_PLACES))
        if (needed, wanted) == (fat_count, more_count):
            return fat_count, more_count
        fat_count, more_count = needed, wanted


def _numbers(values: list[int], width: int) -> bytes:
    return struct.pack(f"<{width}I", *values, *([_FREE] * (width - len(values))))


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    entry = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1)
    entry += struct.pack("<III", _FREE, _FREE, child) + b"\0" * 36
    return entry + struct.pack("<IQ", start, size)


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
