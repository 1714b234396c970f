"""One door for files of any kind: tell the kind, check it, parse it, return plain rows.

Values come from python-calamine; positions, formulas and formats come from the guards. A
file is never half read: either the whole workbook comes back or `SheetError` is raised.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import python_calamine

from . import limits
from .archives import Archive
from .cells import SheetScan
from .delimited import read_delimited
from .errors import SheetError
from .kinds import kind_of
from .model import CellValue, Merge, Row, Sheet, Workbook
from .ods_guard import MIME_TYPE, check_ods
from .xls_guard import check_xls
from .xlsx_guard import check_xlsx


def read_workbook(source: bytes | str | Path, filename: str = "") -> Workbook:
    """Read a spreadsheet given as bytes or as a path.

    `filename` names the only sheet of a csv; it never decides what the file is. Raises
    `SheetError` for anything that is not a readable table within the limits.
    """
    data = _bytes_of(source)
    name = filename or (Path(source).name if not isinstance(source, bytes) else "")
    kind = kind_of(data)
    if kind == "text":
        return read_delimited(data, Path(name).stem or "csv")
    if kind == "ole":
        xls = check_xls(data)
        return Workbook("xls", _sheets(xls.copy, xls.scans))
    archive = Archive(data)
    if _is_ods(archive):
        ods = check_ods(archive)
        return Workbook("ods", _sheets(ods.copy, ods.scans))
    _refuse_other_packages(archive)
    xlsx = check_xlsx(archive)
    return Workbook("xlsx", _sheets(xlsx.copy, xlsx.scans))


def _bytes_of(source: bytes | str | Path) -> bytes:
    if isinstance(source, bytes):
        data = source
    else:
        try:
            with open(source, "rb") as file:
                data = file.read(limits.MAX_FILE_BYTES + 1)
        except OSError as exc:
            raise SheetError("unreadable") from exc
    if len(data) > limits.MAX_FILE_BYTES:
        raise SheetError("too_big", limit=limits.MAX_FILE_BYTES // (1024 * 1024))
    return data


def _is_ods(archive: Archive) -> bool:
    return "mimetype" in archive.names and archive.read("mimetype").strip() == MIME_TYPE


def _refuse_other_packages(archive: Archive) -> None:
    names = {name.lower() for name in archive.names}
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise SheetError("xlsb")
    if "word/document.xml" in names:
        raise SheetError("word")
    if "ppt/presentation.xml" in names:
        raise SheetError("slides")
    raise SheetError("archive" if "[content_types].xml" not in names else "not_a_workbook")


def _sheets(data: bytes, scans: Mapping[str, SheetScan] | Sequence[SheetScan]) -> tuple[Sheet, ...]:
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as workbook:
            return tuple(
                _sheet(workbook.get_sheet_by_name(meta.name), meta, _scan_of(scans, index, meta))
                for index, meta in enumerate(workbook.sheets_metadata)
                if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
            )
    except python_calamine.PasswordError as exc:
        raise SheetError("encrypted") from exc
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as exc:
        raise SheetError("damaged") from exc
    except BaseException as exc:
        # A Rust panic arrives as a BaseException of a type that cannot be imported.
        if type(exc).__name__ != "PanicException":
            raise
        raise SheetError("damaged") from exc


def _scan_of(
    scans: Mapping[str, SheetScan] | Sequence[SheetScan], index: int, meta: Any
) -> SheetScan:
    """Return what the guard saw of a sheet; a sheet it did not see is not read."""
    try:
        return scans[meta.name] if isinstance(scans, Mapping) else scans[index]
    except (KeyError, IndexError) as exc:
        raise SheetError("damaged") from exc


def _sheet(sheet: Any, meta: Any, scan: SheetScan) -> Sheet:
    visible = meta.visible == python_calamine.SheetVisibleEnum.Visible
    if not scan.rows:
        return Sheet(meta.name, (), visible)
    values = _values_by_row(sheet)
    marks = _marks_by_row(scan)
    last = max([*values, *marks], default=-1)
    rows = tuple(
        _row(index, values.get(index, ()), marks.get(index, _NO_MARKS)) for index in range(last + 1)
    )
    merges = tuple(
        Merge(first[0] + 1, end[0] + 1, first[1], end[1])
        for first, end in sheet.merged_cell_ranges or ()
    )
    return Sheet(meta.name, rows, visible, merges)


_Marks = dict[str, dict[int, str]]
_NO_MARKS: _Marks = {}


def _values_by_row(sheet: Any) -> dict[int, tuple[CellValue, ...]]:
    start = sheet.start or (0, 0)
    padding: list[CellValue] = [None] * start[1]
    found: dict[int, tuple[CellValue, ...]] = {}
    for index, cells in enumerate(sheet.to_python(skip_empty_area=True), start=start[0]):
        values: list[CellValue] = padding + [None if cell == "" else cell for cell in cells]
        while values and values[-1] is None:
            values.pop()
        if values:
            found[index] = tuple(values)
    return found


def _marks_by_row(scan: SheetScan) -> dict[int, _Marks]:
    found: dict[int, _Marks] = {}
    named = (("formulas", scan.formulas), ("formats", scan.formats), ("errors", scan.errors))
    for name, places in named:
        for (row, column), text in places.items():
            found.setdefault(row, {}).setdefault(name, {})[column] = text
    return found


def _row(index: int, values: tuple[CellValue, ...], marks: _Marks) -> Row:
    number = index + 1
    for value in values:
        if isinstance(value, str) and len(value) > limits.MAX_CELL_CHARS:
            raise SheetError("cell_too_long", row=number, limit=limits.MAX_CELL_CHARS)
    if not marks:
        return Row(number, values)
    return Row(
        number,
        values,
        marks.get("formulas", {}),
        marks.get("formats", {}),
        frozenset(marks.get("errors", {})),
    )
