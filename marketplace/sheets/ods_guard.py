"""The first pass over an ods: limits and formulas, and a clean copy for the parser.

In ods a cell or a row says how often it repeats, so a few bytes can stand for millions of
cells; only repeats that carry content are counted, as the parser drops the empty tail.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from . import limits
from .archives import Archive
from .cells import SheetScan, Tally
from .errors import SheetError
from .xml_guard import XmlGuard

_PARTS = ("content.xml", "META-INF/manifest.xml", "styles.xml", "meta.xml", "settings.xml")
MIME_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True, slots=True)
class CheckedOds:
    """A clean copy of the workbook and what the pass found, by sheet name."""

    copy: bytes
    scans: dict[str, SheetScan]


def check_ods(archive: Archive) -> CheckedOds:
    """Check the parts of an ods; raise `SheetError` at the first thing wrong."""
    if "content.xml" not in archive.names:
        raise SheetError("not_a_workbook")
    content = ContentGuard()
    manifest = _ManifestGuard()
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        copy.writestr("mimetype", MIME_TYPE)
        for name in _PARTS:
            if name not in archive.names:
                continue
            guard = {"content.xml": content, "META-INF/manifest.xml": manifest}.get(name)
            with copy.open(name, "w") as out:
                for chunk in (guard or XmlGuard()).pass_through(archive.chunks(name)):
                    out.write(chunk)
    if not content.scans:
        raise SheetError("no_sheets")
    return CheckedOds(clean.getvalue(), content.scans)


class _ManifestGuard(XmlGuard):
    """Refuses an encrypted document before its scrambled parts are read."""

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Refuse at the first sign of encryption."""
        if name == "encryption-data":
            raise SheetError("encrypted")


class ContentGuard(XmlGuard):
    """`content.xml`: follows rows and cells through their repeats."""

    def __init__(self) -> None:
        super().__init__()
        self.scans: dict[str, SheetScan] = {}
        self._tally = Tally()
        self._scan = SheetScan()
        self._row = 0
        self._row_repeats = 1
        self._column = 0
        self._cell_repeats = 1
        self._cell_counts = False

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Follow tables, rows and cells."""
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if name == "table":
            self._scan = SheetScan()
            self.scans[plain.get("name", f"{len(self.scans) + 1}")] = self._scan
            self._row = self._column = 0
            if len(self.scans) > limits.MAX_SHEETS:
                raise SheetError("too_many_sheets", limit=limits.MAX_SHEETS)
        elif name == "table-row":
            self._row_repeats = _repeats(plain, "number-rows-repeated")
            self._column = 0
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell_repeats = _repeats(plain, "number-columns-repeated")
            self._cell_counts = False
            if "value-type" in plain or "formula" in plain:
                self._content()
            if "formula" in plain:
                formula = plain["formula"].partition("=")[2]
                self._scan.formulas[self._row, self._column] = f"={formula}"
        elif name == "p":
            self._content()

    def element_end(self, name: str) -> None:
        """Step past a cell or a row as often as it repeats."""
        if name in {"table-cell", "covered-table-cell"}:
            self._column += self._cell_repeats
        elif name == "table-row":
            self._row += self._row_repeats

    def _content(self) -> None:
        if self._cell_counts:
            return
        self._cell_counts = True
        self._scan.reach(self._row + self._row_repeats - 1, self._column + self._cell_repeats - 1)
        self._tally.add(self._row_repeats * self._cell_repeats)


def _repeats(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(name, "1")
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise SheetError("damaged")
    return max(1, int(value))
