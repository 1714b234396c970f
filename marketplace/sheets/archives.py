"""Zip containers unpacked part by part, with what they declare checked before and during.

A part is decompressed straight from its raw bytes, never through `ZipFile.open`: a zip may
declare ten bytes and hold a gigabyte, and readers in other languages believe the stream.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from . import limits
from .errors import SheetError

_CHUNK = 256 * 1024
_LOCAL_HEADER_BYTES = 30
_NESTED_ENDINGS = (".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".jar")


class Archive:
    """One opened zip whose declared sizes are within the limits."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._unpacked = 0
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as opened:
                entries = opened.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as exc:
            raise SheetError("truncated") from exc
        _check_declared(entries)
        self._entries = {entry.filename: entry for entry in entries if not entry.is_dir()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, folders left out."""
        return tuple(self._entries)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield one part's bytes; raise when it holds more than it, or all parts, may."""
        entry = self._entries[name]
        packed = self._packed(entry)
        if entry.compress_type == zipfile.ZIP_STORED:
            parts: Iterator[bytes] = (
                packed[at : at + _CHUNK] for at in range(0, len(packed), _CHUNK)
            )
        elif entry.compress_type == zipfile.ZIP_DEFLATED:
            parts = _inflate(packed)
        else:
            raise SheetError("suspicious_zip")
        checksum = size = 0
        for part in parts:
            size += len(part)
            self._unpacked += len(part)
            if size > entry.file_size:
                raise SheetError("suspicious_zip")
            if self._unpacked > limits.MAX_UNPACKED_BYTES:
                raise SheetError("unpacks_too_big")
            checksum = zlib.crc32(part, checksum)
            yield part
        if size != entry.file_size or checksum != entry.CRC:
            raise SheetError("truncated")

    def read(self, name: str) -> bytes:
        """Return one part whole; for small parts only."""
        return b"".join(self.chunks(name))

    def _packed(self, entry: zipfile.ZipInfo) -> bytes:
        header = self._data[entry.header_offset : entry.header_offset + _LOCAL_HEADER_BYTES]
        if len(header) < _LOCAL_HEADER_BYTES or header[:4] != b"PK\x03\x04":
            raise SheetError("truncated")
        name_length, extra_length = struct.unpack_from("<HH", header, 26)
        start = entry.header_offset + _LOCAL_HEADER_BYTES + name_length + extra_length
        packed = self._data[start : start + entry.compress_size]
        if len(packed) < entry.compress_size:
            raise SheetError("truncated")
        return packed


def _inflate(packed: bytes) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    rest = packed
    try:
        while rest and not inflater.eof:
            yield inflater.decompress(rest, _CHUNK)
            rest = inflater.unconsumed_tail
        while not inflater.eof:
            part = inflater.decompress(b"", _CHUNK)
            if not part:
                raise SheetError("truncated")
            yield part
    except zlib.error as exc:
        raise SheetError("damaged") from exc


def _check_declared(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > limits.MAX_ENTRIES:
        raise SheetError("too_many_parts")
    names = [entry.filename.replace("\\", "/").lower() for entry in entries]
    if not all(names):
        raise SheetError("suspicious_zip")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise SheetError("encrypted")
    if sum(entry.file_size for entry in entries) > limits.MAX_UNPACKED_BYTES:
        raise SheetError("unpacks_too_big")
    if any(_ratio_is_absurd(entry) for entry in entries):
        raise SheetError("unpacks_too_big")
    if any(name.endswith(_NESTED_ENDINGS) for name in names):
        raise SheetError("nested_archive")
    if len(set(names)) != len(names):
        raise SheetError("suspicious_zip")


def _ratio_is_absurd(entry: zipfile.ZipInfo) -> bool:
    if entry.file_size < limits.RATIO_COUNTS_FROM_BYTES:
        return False
    return entry.file_size > limits.MAX_RATIO * max(entry.compress_size, 1)
