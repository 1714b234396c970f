"""What a file really is, told by its content; refuses whatever is more than one thing. Pure.

The extension must agree with the content, never decides it. Every check is bounded: a hostile
file of the largest size costs less than about a second.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from .containers import check_container
from .naming import ending_of, hides_a_program
from .pdfs import check_pdf
from .pictures import check_jpeg, check_png, without_metadata
from .refusals import Unfit

KINDS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "pdf": ("application/pdf", ("pdf",)),
    "jpeg": ("image/jpeg", ("jpg", "jpeg")),
    "png": ("image/png", ("png",)),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ("docx",),
    ),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)),
    "ofd": ("application/ofd", ("ofd",)),
}
"""Kind → media type, the endings it may have."""

_MARKUP = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|script|iframe|svg|meta\s|\?php)|<\?php", re.IGNORECASE
)
_HEAD_BYTES = 1024
_EOCD = b"PK\x05\x06"
_EOCD_BYTES = 22
_MOST_MARKS = 2_000


def sniff(data: bytes, filename: str, allowed: Collection[str] = tuple(KINDS)) -> str:
    """Return the kind of the file, one of `allowed`; raise Unfit for everything else."""
    if not data.strip(b"\0 \r\n\t"):
        raise Unfit("empty")
    ending = ending_of(filename)
    if ending not in {known for _type, endings in KINDS.values() for known in endings}:
        raise Unfit("ending")
    if hides_a_program(filename):
        raise Unfit("doubled_ending")
    kind = _kind_of(data)
    if ending not in KINDS[kind][1]:
        raise Unfit("mismatch")
    if kind not in allowed:
        raise Unfit("kind_closed")
    return kind


def _kind_of(data: bytes) -> str:
    """Return what the content is, having looked through all of it."""
    if data.startswith(b"PK\x03\x04"):
        return check_container(data)
    for magic, kind, check in (
        (b"%PDF-", "pdf", check_pdf),
        (b"\xff\xd8\xff", "jpeg", check_jpeg),
        (b"\x89PNG\r\n\x1a\n", "png", check_png),
    ):
        if data.startswith(magic):
            if _MARKUP.search(data[:_HEAD_BYTES]) or holds_an_archive(data):
                raise Unfit("polyglot")
            check(data)
            return kind
    raise Unfit("unknown")


def holds_an_archive(data: bytes) -> bool:
    """Whether some reader of zip files would find one: its closing record stands in the data.

    Four bytes come about by chance in a large picture, so the record must make sense: it points
    at a directory that is there, or it is empty.
    """
    at = data.find(_EOCD)
    for _count in range(_MOST_MARKS):
        if at < 0:
            return False
        record = data[at : at + _EOCD_BYTES]
        if len(record) == _EOCD_BYTES:
            directory_bytes = int.from_bytes(record[12:16], "little")
            start = at - directory_bytes
            if start >= 0 and data[start : start + 4] in {b"PK\x01\x02", _EOCD}:
                return True
        at = data.find(_EOCD, at + 1)
    return True


def strip_metadata(data: bytes, kind: str) -> bytes:
    """Return a JPEG without place, camera and comments; other kinds unchanged."""
    return without_metadata(data) if kind == "jpeg" else data


def media_type_of(kind: str) -> str:
    """Return the media type a file of this kind is sent with."""
    return KINDS[kind][0]
