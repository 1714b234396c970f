"""JPEG and PNG walked part by part to their very end: nothing may follow it. Pure.

Formats: ITU-T T.81 annex B (markers), W3C PNG 5.3 (chunks). Pixels are never decoded.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from .refusals import Unfit

_MOST_PARTS: Final = 20_000
_MOST_FILL: Final = 16
_MOST_PIXELS: Final = 200_000_000
_SCAN_ENDS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SOS, _EOI, _COM, _APP0, _APP14, _APP15 = 0xDA, 0xD9, 0xFE, 0xE0, 0xEE, 0xEF
_ADOBE_BYTES = 16


def check_jpeg(data: bytes) -> None:
    """Raise Unfit unless the JPEG is whole and ends with its last marker."""
    frames = last = 0
    for marker, start, end in _segments(data):
        last = end
        if marker in _FRAMES:
            frames += 1
            height, width = _pair(data, start + 5)
            if height * width > _MOST_PIXELS:
                raise Unfit("too_complex")
    if not frames:
        raise Unfit("damaged")
    if data[last:].strip(b"\0"):
        raise Unfit("trailing")


def without_metadata(data: bytes) -> bytes:
    """Return the JPEG without APP1–APP15 and comments, and without what follows its end.

    The sixteen bytes of Adobe's APP14 stay: they say how colours are coded, nothing else.
    """
    parts = [data[:2]]
    for marker, start, end in _segments(data):
        if marker == _COM or (
            _APP0 < marker <= _APP15 and not _is_colour(data, marker, start, end)
        ):
            continue
        parts.append(data[start:end])
    return b"".join(parts)


def _is_colour(data: bytes, marker: int, start: int, end: int) -> bool:
    return (
        marker == _APP14 and end - start == _ADOBE_BYTES and data[start + 4 : start + 9] == b"Adobe"
    )


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, start, end) of every segment; that of a scan includes its pixels.

    Raises Unfit when the chain breaks before the end marker.
    """
    at = 2
    for _count in range(_MOST_PARTS):
        for _fill in range(_MOST_FILL):
            if data[at : at + 2] != b"\xff\xff":
                break
            at += 1
        if at + 2 > len(data) or data[at] != 0xFF:
            raise Unfit("damaged")
        marker = data[at + 1]
        if marker == _EOI:
            yield marker, at, at + 2
            return
        length = _pair(data, at + 2)[0]
        end = at + 2 + length
        if length < 2 or end > len(data) or marker in {0x00, 0xD8}:
            raise Unfit("damaged")
        if marker == _SOS:
            found = _SCAN_ENDS.search(data, end)
            if found is None:
                raise Unfit("damaged")
            end = found.start()
        yield marker, at, end
        at = end
    raise Unfit("too_complex")


def _pair(data: bytes, at: int) -> tuple[int, int]:
    """Return the two 16-bit numbers at a place; zeros beyond the end."""
    return int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")


def check_png(data: bytes) -> None:
    """Raise Unfit unless every chunk of the PNG is sound and IEND is the end of the file."""
    at = 8
    for count in range(_MOST_PARTS):
        length = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data) or not kind.isalpha() or (count == 0) != (kind == b"IHDR"):
            raise Unfit("damaged")
        if int.from_bytes(data[end - 4 : end], "big") != zlib.crc32(data[at + 4 : end - 4]):
            raise Unfit("damaged")
        if kind == b"IHDR":
            width = int.from_bytes(data[16:20], "big")
            if width * int.from_bytes(data[20:24], "big") > _MOST_PIXELS:
                raise Unfit("too_complex")
        if kind == b"IEND":
            if data[end:].strip(b"\0"):
                raise Unfit("trailing")
            return
        at = end
    raise Unfit("too_complex")
