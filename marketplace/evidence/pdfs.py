"""PDF files: whole, nothing before or after, and nothing in them that acts by itself. Pure.

Names are looked for in any spelling the format allows (ISO 32000-1, 7.3.5: `#xx` for a byte),
in the file itself and in the objects packed into its object streams (7.5.7). A document whose
packed objects cannot be read is refused rather than trusted.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left
from typing import Final

from .refusals import Unfit

_MOST_UNPACKED: Final = 24 * 1024 * 1024
_MOST_STREAMS: Final = 20_000
_CHUNK: Final = 128 * 1024
_OVERLAP: Final = 64
_BLANK = b"\0\t\n\f\r "

ACTIVE_NAMES: Final = (
    "JavaScript",
    "Launch",
    "RichMedia",
    "EmbeddedFile",
    "EmbeddedFiles",
    "FileAttachment",
    "SubmitForm",
    "ImportData",
)
"""Names that begin a script, a program, a film, an attachment, a form that sends or fetches.

Short names would come about by chance in compressed pictures: `/JS` is not looked for, as no
script runs without `/JavaScript`; `/XFA` counts only with the value that must follow it.
"""


def _spelled(names: tuple[str, ...], more: str = "") -> re.Pattern[bytes]:
    """Return a pattern of '/' and any of the names, each letter plain or as #xx."""
    words = "|".join("".join(_letter(char) for char in name) for name in names)
    firsts = "".join({name[0] for name in names}) + "X#"
    return re.compile(f"/(?=[{firsts}])(?:(?:{words})(?![A-Za-z0-9]){more})".encode())


def _letter(char: str) -> str:
    code = f"{ord(char):02x}"
    digits = "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in code)
    return f"(?:{char}|#{digits})"


_ACTIVE = _spelled(ACTIVE_NAMES, "|" + "".join(map(_letter, "XFA")) + r"\s{0,8}[\[\d]")
_PACKED = _spelled(("ObjStm",))
_ENCRYPTED = _spelled(("Encrypt",))
_STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)")


def check_pdf(data: bytes) -> None:
    """Raise Unfit unless the PDF is whole, ends with its mark and does nothing by itself."""
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Unfit("damaged")
    if data[end + 5 :].strip(_BLANK):
        raise Unfit("trailing")
    if _ACTIVE.search(data):
        raise Unfit("active")
    _check_packed_objects(data)


def _check_packed_objects(data: bytes) -> None:
    marks = [found.start() for found in _PACKED.finditer(data)]
    if not marks:
        return
    if _ENCRYPTED.search(data):
        raise Unfit("locked")
    starts = [found.end() for found in _STREAM.finditer(data)]
    if len(marks) > _MOST_STREAMS:
        raise Unfit("too_complex")
    places = {bisect_left(starts, mark) for mark in marks}
    if len(starts) in places:
        raise Unfit("damaged")
    left = _MOST_UNPACKED
    for place in sorted(places):
        left -= _look_through(data, starts[place], left)


def _look_through(data: bytes, start: int, most: int) -> int:
    """Unpack one object stream and look for active names; return how many bytes it held."""
    inflater = zlib.decompressobj()
    seen, rest, tail = 0, data[start : start + _CHUNK], b""
    at = start + len(rest)
    try:
        while not inflater.eof:
            part = inflater.decompress(rest, _CHUNK)
            rest = inflater.unconsumed_tail
            if not rest and not part:
                rest = data[at : at + _CHUNK]
                at += len(rest)
                if not rest:
                    raise Unfit("damaged")
            seen += len(part)
            if seen > most:
                raise Unfit("too_complex")
            if _ACTIVE.search(tail + part):
                raise Unfit("active")
            tail = (tail + part)[-_OVERLAP:]
    except zlib.error as error:
        raise Unfit("damaged") from error
    return seen
