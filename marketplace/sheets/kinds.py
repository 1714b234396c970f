"""What a file really is, told by its first bytes and never by its extension."""

from __future__ import annotations

import re

from .compound import MAGIC as OLE_MAGIC
from .errors import SheetError

_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OTHERS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"{\\rtf", "word"),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table|style|div|script)\b", re.I)
_PROSE_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(data: bytes) -> str:
    """Return zip, ole or text; raise `SheetError` for what cannot be a table."""
    if not data:
        raise SheetError("empty_file")
    if data.startswith(_ZIP_MAGICS):
        return "zip"
    if data.startswith(OLE_MAGIC):
        return "ole"
    for magic, code in _OTHERS:
        if data.startswith(magic):
            raise SheetError(code)
    _refuse_markup(data[:4096])
    return "text"


def _refuse_markup(head: bytes) -> None:
    """Refuse web pages and XML, which many systems export under the name of a workbook."""
    for mark in _PROSE_MARKS:
        head = head.removeprefix(mark)
    head = head.replace(b"\0", b"").lstrip()
    if head[:13].lower() == b"mime-version:" or head[:5] == b"From:":
        raise SheetError("html")
    if not head.startswith(b"<"):
        return
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise SheetError("xml_2003")
    if b"<!ENTITY" in head:
        raise SheetError("document_type")
    if _HTML.search(head):
        raise SheetError("html")
    if head.startswith(b"<?xml"):
        raise SheetError("unknown_kind")
