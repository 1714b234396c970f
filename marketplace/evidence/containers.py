"""Office documents and OFD: zip containers unpacked within limits, every part looked at. Pure.

Which document it is stands in its parts, not in its name: `word/document.xml`,
`xl/workbook.xml` (ECMA-376 part 1) or `OFD.xml` (GB/T 33190).
"""

from __future__ import annotations

import re
from typing import Final

from ..sheets.archives import Archive
from ..sheets.errors import SheetError
from .refusals import Unfit

_EOCD = b"PK\x05\x06"
_EOCD_BYTES = 22
_PROGRAMS = re.compile(
    r"\.(?:exe|dll|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|msi|lnk|hta|jar|reg|html?|svg|swf)$",
    re.IGNORECASE,
)
_MACRO_PARTS = re.compile(r"vbaproject|vbadata|(?:^|/)activex/|(?:^|/)macrosheets/", re.IGNORECASE)
_PROGRAM_HEADS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']\s*External", re.IGNORECASE)
_LOADED = (b"attachedTemplate", b"oleObject", b"/frame", b"/subDocument")
_MOST_RELATIONS_BYTES = 4 * 1024 * 1024
_PACKAGED = "Ole10Native".encode("utf-16-le")
_CODES: Final = {
    "encrypted": "damaged",
    "truncated": "damaged",
    "damaged": "damaged",
    "nested_archive": "polyglot",
}


def check_container(data: bytes) -> str:
    """Return docx, xlsx or ofd; raise Unfit for other zips and for what hides in them."""
    _check_end(data)
    try:
        archive = Archive(data)
        kind = _kind_of(archive.names)
        if any(_is_program(name) for name in archive.names):
            raise Unfit("macros")
        for name in archive.names:
            _check_part(archive, name)
    except SheetError as error:
        raise Unfit(_CODES.get(error.code, "too_complex")) from error
    return kind


def _check_end(data: bytes) -> None:
    """Refuse a container with anything behind its closing record, or with a comment."""
    end = data.rfind(_EOCD)
    if end < 0:
        raise Unfit("damaged")
    if len(data) != end + _EOCD_BYTES:
        raise Unfit("trailing")


def _kind_of(names: tuple[str, ...]) -> str:
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return "docx"
        if "xl/workbook.xml" in names:
            return "xlsx"
    raise Unfit("unknown")


def _is_program(name: str) -> bool:
    return bool(_PROGRAMS.search(name) or _MACRO_PARTS.search(name))


def _check_part(archive: Archive, name: str) -> None:
    """Unpack one part, whose size and checksum the archive holds to what it declares."""
    lower = name.lower()
    is_told = lower.endswith(".rels") or lower == "[content_types].xml"
    told, tail, first = b"", b"", True
    for chunk in archive.chunks(name):
        if first and chunk.startswith(_PROGRAM_HEADS):
            raise Unfit("macros")
        if lower.endswith(".bin") and _PACKAGED in tail + chunk:
            raise Unfit("macros")
        if is_told:
            told += chunk
        if len(told) > _MOST_RELATIONS_BYTES:
            raise Unfit("too_complex")
        tail, first = chunk[-len(_PACKAGED) :], False
    if is_told and _loads_from_outside(told):
        raise Unfit("macros")


def _loads_from_outside(told: bytes) -> bool:
    """Whether a list of relations or types names macros or a template fetched on opening."""
    if b"macroEnabled" in told:
        return True
    return any(
        _OUTSIDE.search(element) and any(word in element for word in _LOADED)
        for element in told.split(b"<")
    )
