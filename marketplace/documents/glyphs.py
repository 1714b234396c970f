"""Which characters the font of our PDFs can draw, read from the font file itself.

A character without a glyph would be an empty box on paper, or, with PDF/UA, an error: it is
replaced by 〓, the printers' sign for a missing type, and the page says so. Reads the `cmap`
table (OpenType 1.9, subtable format 12) of the first face of the collection; all faces of Noto
Sans CJK cover the same characters.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

from noto_cjk_sans_otc import FONT_PATH

MISSING = "〓"
FONT_FOLDER = Path(FONT_PATH).parent
FONT_FAMILY = "Noto Sans CJK SC"
_KEPT_CONTROLS = "\n"
_FULL_UNICODE = ((3, 10), (0, 4))
# Platform and encoding of the subtables that reach beyond the first 65,536 characters.


def drawable(text: str) -> tuple[str, bool]:
    """Return the text with what cannot be drawn as 〓, and whether anything was replaced.

    Marks that only steer a neighbour (joiners, variation selectors, controls) are dropped.
    """
    covered = covered_characters()
    parts = []
    replaced = False
    for char in unicodedata.normalize("NFC", text):
        if char in _KEPT_CONTROLS or char == " " or ord(char) in covered:
            if not _steers(char):
                parts.append(char)
        elif not _steers(char):
            parts.append(MISSING)
            replaced = True
    return "".join(parts), replaced


def _steers(char: str) -> bool:
    if char in _KEPT_CONTROLS:
        return False
    code = ord(char)
    selector = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
    return selector or unicodedata.category(char) in {"Cc", "Cf"}


@cache
def covered_characters() -> frozenset[int]:
    """Return the code points the font has a glyph for."""
    data = Path(FONT_PATH).read_bytes()
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    table = _table(data, start, b"cmap")
    count = struct.unpack_from(">H", data, table + 2)[0]
    places = {}
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", data, table + 4 + 8 * index)
        places[platform, encoding] = table + offset
    for key in _FULL_UNICODE:
        if key in places:
            return _groups(data, places[key])
    raise ValueError("the font has no Unicode character map")


def _table(data: bytes, start: int, tag: bytes) -> int:
    count = struct.unpack_from(">H", data, start + 4)[0]
    for index in range(count):
        name, _checksum, offset, _length = struct.unpack_from(
            ">4sIII", data, start + 12 + 16 * index
        )
        if name == tag:
            return int(offset)
    raise ValueError(f"the font has no table {tag!r}")


def _groups(data: bytes, place: int) -> frozenset[int]:
    """Read a format 12 subtable: groups of first, last code and first glyph."""
    count = struct.unpack_from(">I", data, place + 12)[0]
    found: set[int] = set()
    for index in range(count):
        first, last, glyph = struct.unpack_from(">III", data, place + 16 + 12 * index)
        found.update(range(first + (glyph == 0), last + 1))
    return frozenset(found)
