"""The first pass over an xlsx: limits, formulas and formats, and a clean copy for the parser.

The copy holds only XML parts that were checked, so the parser never meets macros, embedded
objects, or a part that says one size and holds another.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

from . import limits
from .archives import Archive
from .cells import SheetScan, Tally
from .errors import SheetError
from .formats import StyleGuard
from .xml_guard import XmlGuard

_LETTERS = {chr(ord("A") + i): i + 1 for i in range(26)}


@dataclass(frozen=True, slots=True)
class CheckedXlsx:
    """A clean copy of the workbook and what the pass found, by sheet name."""

    copy: bytes
    scans: dict[str, SheetScan]


def check_xlsx(archive: Archive) -> CheckedXlsx:
    """Check every XML part of a workbook; raise `SheetError` at the first thing wrong."""
    tally = Tally()
    scans: dict[str, SheetScan] = {}
    styles = StyleGuard()
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for name in sorted(archive.names, key=_styles_first):
            lowered = name.lower()
            if not lowered.endswith((".xml", ".rels")):
                continue
            is_styles = lowered.endswith("/styles.xml")
            guard = styles if is_styles else PartGuard(tally, styles.telling_formats())
            with copy.open(name, "w") as out:
                for chunk in guard.pass_through(archive.chunks(name)):
                    out.write(chunk)
            if isinstance(guard, PartGuard) and guard.is_sheet:
                scans[posixpath.normpath(lowered)] = guard.scan
    sheet_parts = _sheet_parts(clean)
    by_name = {sheet: scans[part] for sheet, part in sheet_parts.items() if part in scans}
    return CheckedXlsx(clean.getvalue(), by_name)


def _styles_first(name: str) -> tuple[bool, str]:
    return (not name.lower().endswith("/styles.xml"), name)


class PartGuard(XmlGuard):
    """Any part: a sheet or a string table is told by its root element, not by its name."""

    def __init__(self, tally: Tally, formats: dict[int, str]) -> None:
        super().__init__()
        self.is_sheet = False
        self.scan = SheetScan()
        self._formats = formats
        self._tally = tally
        self._root = ""
        self._row = -1
        self._column = -1
        self._numbered = False
        self._is_error = False
        self._counted = False
        self._heard: list[str] = []
        self._shared: dict[str, str] = {}
        self._shared_as = ""
        self._merges = 0
        self._strings = 0

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Follow rows and cells of a sheet, or count the strings of a string table."""
        if not self._root:
            self._root = name
            self.is_sheet = name == "worksheet"
        if self.is_sheet:
            self._sheet_element(name, attributes)
        elif self._root == "sst" and name == "si":
            self._strings += 1
            if self._strings > limits.MAX_CELLS:
                raise SheetError("too_many_cells", limit=limits.MAX_CELLS)

    def element_end(self, name: str) -> None:
        """Keep the formula or the error value just heard."""
        if not self.is_sheet or name not in {"f", "v"}:
            return
        heard = "".join(self._heard)
        if name == "f":
            if self._shared_as:
                heard = heard or self._shared.get(self._shared_as, "")
                self._shared[self._shared_as] = heard
            self.scan.formulas[self._row, self._column] = f"={heard}"
        elif self._is_error:
            self.scan.errors[self._row, self._column] = heard
        self.listen(False)

    def text(self, data: str) -> None:
        """Collect the text of a formula or an error value."""
        self._heard.append(data)

    def _sheet_element(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell(attributes)
        elif name == "v" or name == "is":
            self._content()
            if self._is_error:
                self._listen_anew()
        elif name == "row":
            self._begin_row(attributes.get("r"))
        elif name == "f":
            self._content()
            self._shared_as = attributes.get("si", "") if attributes.get("t") == "shared" else ""
            self._listen_anew()
        elif name == "mergeCell":
            self._merges += 1
            if self._merges > limits.MAX_MERGES:
                raise SheetError("too_many_merges")

    def _begin_row(self, number: str | None) -> None:
        if number is not None and not _is_number(number):
            raise SheetError("damaged")
        self._numbered = number is not None
        self._row = self._row + 1 if number is None else int(number) - 1
        self._column = -1

    def _cell(self, attributes: dict[str, str]) -> None:
        """Follow to a cell; one that contradicts its row, or is no reference, is refused.

        The parser wraps references beyond its integers and believes them.
        """
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            place = _position(reference)
            if place is None or (self._numbered and place[0] != self._row):
                raise SheetError("damaged")
            self._row, self._column = place
        self._counted = False
        kind = attributes.get("t", "n")
        self._is_error = kind == "e"
        style = attributes.get("s", "")
        if self._formats and kind == "n" and style.isdecimal() and int(style) in self._formats:
            self.scan.formats[self._row, self._column] = self._formats[int(style)]

    def _content(self) -> None:
        if not self._counted:
            self._counted = True
            self.scan.reach(self._row, self._column)
            self._tally.add()

    def _listen_anew(self) -> None:
        self._heard = []
        self.listen(True)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 7 and int(text) > 0


def _position(reference: str) -> tuple[int, int] | None:
    """Return row and column from 0 of a reference such as B13; None when it is not one."""
    letters = reference.rstrip("0123456789").upper()
    digits = reference[len(letters) :]
    column = 0
    for char in letters:
        if char not in _LETTERS:
            return None
        column = column * 26 + _LETTERS[char]
    if not 1 <= len(letters) <= 3 or not _is_number(digits):
        return None
    return int(digits) - 1, column - 1


def _sheet_parts(clean: io.BytesIO) -> dict[str, str]:
    """Return the part of each sheet by the sheet's name, as the workbook relates them."""
    try:
        return _related_parts(clean)
    except ElementTree.ParseError as exc:
        # The guard reads without namespaces; a prefix without one only fails here.
        raise SheetError("damaged") from exc


def _related_parts(clean: io.BytesIO) -> dict[str, str]:
    with zipfile.ZipFile(clean) as copy:
        names = {name.lower(): name for name in copy.namelist()}
        if "xl/workbook.xml" not in names:
            raise SheetError("not_a_workbook")
        workbook = ElementTree.fromstring(copy.read(names["xl/workbook.xml"]))
        targets: dict[str, str] = {}
        if related := names.get("xl/_rels/workbook.xml.rels"):
            for item in ElementTree.fromstring(copy.read(related)):
                targets[item.get("Id", "")] = item.get("Target", "")
    parts: dict[str, str] = {}
    for item in workbook.iter():
        if item.tag.rpartition("}")[2] != "sheet":
            continue
        relation = next((v for k, v in item.attrib.items() if k.endswith("}id")), "")
        target = targets.get(relation, "").replace("\\", "/").lower()
        path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
        parts[item.get("name", "")] = posixpath.normpath(path)
    if not parts:
        raise SheetError("no_sheets")
    if len(parts) > limits.MAX_SHEETS:
        raise SheetError("too_many_sheets", limit=limits.MAX_SHEETS)
    return parts
