"""XML parts checked as they stream by: no document type, no odd encoding, no bottomless nesting.

Subclasses look at elements; nothing of a part is kept but what they keep. expat is used
because it is the parser least able to disagree with itself about what a part contains.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from xml.parsers import expat

from . import limits
from .errors import SheetError

_UTF8_NAMES = {"utf-8", "utf8", "us-ascii", "ascii"}
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


# Parsers reserve room for as many strings or styles as a part declares.
_COUNTS = frozenset({"count", "uniqueCount"})


class XmlGuard:
    """One pass over one part; `pass_through` yields the bytes unchanged once checked."""

    def __init__(self) -> None:
        self._depth = 0
        self._since_element = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.EntityDeclHandler = self._refuse_document_type
        self._parser.XmlDeclHandler = self._check_declaration
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close

    def pass_through(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield each chunk after it has been checked; raise `SheetError` at the first fault."""
        first = True
        for chunk in chunks:
            if first and chunk.startswith(_UTF16_MARKS):
                raise SheetError("bad_encoding")
            first = False
            self._since_element += len(chunk)
            self._feed(chunk, final=False)
            if self._since_element > limits.MAX_XML_TOKEN_BYTES:
                raise SheetError("too_deep")
            yield chunk
        self._feed(b"", final=True)

    def run(self, chunks: Iterable[bytes]) -> None:
        """Check a part without keeping its bytes."""
        for _ in self.pass_through(chunks):
            pass

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Look at an opening tag; `name` carries no prefix."""

    def element_end(self, name: str) -> None:
        """Look at a closing tag."""

    def listen(self, on: bool) -> None:
        """Start or stop receiving text in `text`; off by default because text is slow."""
        self._parser.CharacterDataHandler = self.text if on else None

    def text(self, data: str) -> None:
        """Look at text, only while listening."""

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._since_element = 0
        self._depth += 1
        if self._depth > limits.MAX_XML_DEPTH:
            raise SheetError("too_deep")
        if not _COUNTS.isdisjoint(attributes):
            _check_counts(attributes)
        self.element(name.rpartition(":")[2] if ":" in name else name, attributes)

    def _close(self, name: str) -> None:
        self._since_element = 0
        self._depth -= 1
        self.element_end(name.rpartition(":")[2] if ":" in name else name)

    def _feed(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as exc:
            raise SheetError("damaged") from exc

    def _check_declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in _UTF8_NAMES:
            raise SheetError("bad_encoding")

    def _refuse_document_type(self, *_: object) -> None:
        raise SheetError("document_type")


def _check_counts(attributes: dict[str, str]) -> None:
    for name in _COUNTS & attributes.keys():
        value = attributes[name]
        if len(value) > 7 or (value.isdecimal() and int(value) > limits.MAX_CELLS):
            raise SheetError("too_many_cells", limit=limits.MAX_CELLS)
