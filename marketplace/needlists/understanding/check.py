"""A bureau's spreadsheet checked as a need list: tables found, rows judged, duplicates marked.

Pure: bytes in, verdicts out; no database, no web. `recheck_row` judges one row again after
a person corrected it, from stored raw texts alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from marketplace.sheets import Row, Sheet, SheetError, read_workbook

from .extraction import RowReader
from .fields import LABELS
from .heading import company_stated, unit_stated
from .judge import REJECT, TableContext, judge_row
from .mapping import ColumnMapping, build_mapping
from .profile import profile_column
from .region import county_of, home_of
from .rows import BLANK, DATA, kind_of_row
from .selection import select_tables, stated_day
from .tables import Table, is_new_header
from .text import key_of, plain, row_texts
from .verdicts import (
    IGNORE_BLANK,
    IGNORE_NOTE,
    SKIP_DUPLICATE,
    NeedListCheck,
    RowVerdict,
    TableCheck,
)
from .vocabulary import Vocabulary, shipped_vocabulary

_CHINA = timezone(timedelta(hours=8))
Progress = Callable[[int, int], None]
_PROGRESS_EVERY = 100
_PROFILED_ROWS = 80
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十\d]+[、.．]|[(（][一二三四五六七八九十\d]+[)）])\s*"
)


def check_need_list(
    data: bytes,
    filename: str,
    as_of: date | None = None,
    mapping: ColumnMapping | Iterable[ColumnMapping] | None = None,
    progress: Progress | None = None,
    vocabulary: Vocabulary | None = None,
) -> NeedListCheck:
    """Check a spreadsheet as a need list.

    `as_of` is the day relative dates count from and past ones are measured against; without
    it the day the list says it was filled in, else today. `mapping` holds corrected mappings;
    each applies to the tables with its fingerprint (the last given wins), or, when its
    fingerprint is empty, to sheets whose header in `header_rows` was not recognised. `progress(done, total)` is called
    every hundred rows. Raises `SheetError` for what cannot be read as a need list.
    """
    workbook = read_workbook(data, filename)
    chosen = [mapping] if isinstance(mapping, ColumnMapping) else list(mapping or ())
    found, ignored = select_tables(workbook, chosen)
    if not found:
        has_text = any(not row.is_blank for sheet in workbook.sheets for row in sheet.rows)
        raise SheetError("no_header" if has_text else "no_rows")
    day = as_of or stated_day(found) or datetime.now(_CHINA).date()
    checker = _Checker(vocabulary or shipped_vocabulary(), day, chosen, progress, found)
    for sheet, table in found:
        checker.check_sheet(sheet, table)
    if not any(row.is_data for row in checker.rows):
        raise SheetError("no_rows")
    return NeedListCheck(
        filename=filename,
        kind=workbook.kind,
        as_of=day,
        sheets=tuple(checker.tables),
        rows=tuple(_mark_duplicates(checker.rows)),
        ignored=tuple(ignored),
        charset=workbook.charset,
    )


def recheck_row(
    verdict: RowVerdict,
    corrections: Mapping[str, str],
    context: TableContext,
    vocabulary: Vocabulary | None = None,
    confirmed: frozenset[str] = frozenset(),
    earlier: Mapping[str, str] | None = None,
) -> RowVerdict:
    """Judge one row again with corrected texts.

    `corrections` are texts by field as a person would type them, codes included (industry
    34, region 370785, deadline 2026-09-30); `confirmed` are warnings they let pass;
    `earlier` are the keys of the rows before it (`row_key`) with how to name each.
    """
    raw = {**verdict.raw, **corrections}
    notes = tuple(note for note in verdict.notes if not _is_settled(note, corrections))
    judged = judge_row(raw, context, vocabulary or shipped_vocabulary(), notes, confirmed)
    fresh = replace(
        verdict,
        action=judged.action,
        raw=raw,
        notes=notes,
        fields=judged.fields,
        warnings=judged.warnings,
        text="",
    )
    key = row_key(fresh)
    if key and earlier and key in earlier and "duplicate_of" not in _names(confirmed):
        return replace(fresh, action=SKIP_DUPLICATE, warnings=(f"duplicate_of:{earlier[key]}",))
    return fresh


def row_key(verdict: RowVerdict) -> str:
    """Return what makes two rows the same need: company and title, folded; empty if unknown."""
    company, title = key_of(verdict.company or ""), key_of(verdict.title or "")
    return f"{company}|{title}" if company and title else ""


@dataclass(slots=True)
class _Current:
    """The table being read: its mapping, reader, context and place in the list of tables."""

    mapping: ColumnMapping
    headers: tuple[tuple[str, str], ...]
    reader: RowReader
    context: TableContext
    place: int


class _Checker:
    """Walks the sheets once, collecting tables and rows."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        day: date,
        chosen: Sequence[ColumnMapping],
        progress: Progress | None,
        found: Sequence[tuple[Sheet, Table]],
    ) -> None:
        self.tables: list[TableCheck] = []
        self.rows: list[RowVerdict] = []
        self._vocabulary = vocabulary
        self._day = day
        self._chosen = {mapping.fingerprint: mapping for mapping in chosen}
        self._progress = progress
        self._done = 0
        self._total = sum(len(sheet.rows) for sheet, _ in found)

    def check_sheet(self, sheet: Sheet, table: Table) -> None:
        """Judge every row below the header; blank rows after the last row of data are layout."""
        start = len(self.rows)
        current = self._open(sheet, table)
        section = ""
        for index in range(table.last + 1, len(sheet.rows)):
            row = sheet.rows[index]
            texts = row_texts(row)
            kind = kind_of_row(texts, current.mapping, current.headers)
            self._step()
            if kind.kind == DATA and _is_other_form(texts, current):
                current = self._open(sheet, Table(index, index, tuple(("", t) for t in texts)))
                kind = replace(kind, kind="note", text="；".join(text for text in texts if text))
            if kind.kind == BLANK:
                self._add(sheet, row, current, IGNORE_BLANK)
            elif kind.kind == DATA:
                self._judge(sheet, row, current, section)
            else:
                section = _NUMBERING.sub("", kind.text) if kind.is_section else section
                self._add(sheet, row, current, IGNORE_NOTE, kind.text)
        self.rows[start:] = _without_tail(self.rows[start:])

    def _open(self, sheet: Sheet, table: Table) -> _Current:
        rows = sheet.rows[table.last + 1 : table.last + 1 + _PROFILED_ROWS]
        texts = [row_texts(row) for row in rows]
        unnamed = max((len(line) for line in texts), default=0) - len(table.headers)
        headers = (*table.headers, *([("", "")] * unnamed))
        profiles = [
            profile_column([line[column] for line in texts if column < len(line)])
            for column in range(len(headers))
        ]
        numbers = [sheet.rows[at].number for at in range(table.first, table.last + 1)]
        mapping = build_mapping(headers, numbers, profiles)
        corrected = self._chosen.get("" if table.by_hand else mapping.fingerprint)
        if corrected is not None:
            mapping = replace(
                corrected,
                fingerprint=mapping.fingerprint,
                headers=mapping.headers,
                header_rows=mapping.header_rows,
            )
        above = [text for row in sheet.rows[: table.first] for text in row_texts(row) if text]
        places = self._vocabulary.places
        by_sheet, by_heading = county_of([sheet.name], places), county_of(above, places)
        context = TableContext(
            as_of=self._day,
            unit=mapping.unit or unit_stated(above),
            unit_in_header=mapping.unit is not None,
            columns=frozenset(mapping.columns),
            home=home_of([sheet.name, *above], places),
            company=company_stated(above),
            region=by_sheet or by_heading,
            region_from="sheet" if by_sheet else "heading",
        )
        title = next((text.strip() for text in above if text.strip()), "")
        first = sheet.rows[table.last].number + 1
        self.tables.append(TableCheck(sheet.name, mapping, context, title, first))
        reader = RowReader(sheet, mapping, headers)
        return _Current(mapping, headers, reader, context, len(self.tables) - 1)

    def _judge(self, sheet: Sheet, row: Row, current: _Current, section: str) -> None:
        raw, notes = current.reader.read(row)
        if section and "region" not in current.mapping.columns:
            raw["section"] = section
        judged = judge_row(raw, current.context, self._vocabulary, notes)
        self.rows.append(
            RowVerdict(
                row.number,
                sheet.name,
                judged.action,
                current.place,
                raw,
                notes,
                judged.fields,
                judged.warnings,
            )
        )

    def _add(self, sheet: Sheet, row: Row, current: _Current, action: str, text: str = "") -> None:
        self.rows.append(RowVerdict(row.number, sheet.name, action, current.place, text=text))

    def _step(self) -> None:
        self._done += 1
        if self._progress and self._done % _PROGRESS_EVERY == 0:
            self._progress(self._done, self._total)


def _is_other_form(texts: Sequence[str], current: _Current) -> bool:
    """Whether a row in the middle is the header of another form; looked at only if it may be."""
    column = current.mapping.column("company")
    if column is None or column >= len(texts) or len(texts[column]) > 12:
        return False
    return "名称" in plain("".join(texts)) and is_new_header(texts)


def _without_tail(rows: list[RowVerdict]) -> list[RowVerdict]:
    last = max((at for at, row in enumerate(rows) if row.is_data), default=-1)
    return [row for at, row in enumerate(rows) if at <= last or row.action != IGNORE_BLANK]


def _mark_duplicates(rows: Iterable[RowVerdict]) -> list[RowVerdict]:
    """Turn the second and later rows of one company's one need into skips, in list order."""
    first: dict[str, RowVerdict] = {}
    marked = []
    for row in rows:
        key = row_key(row) if row.is_data and row.action != REJECT else ""
        if key and key in first:
            name = row_name(first[key], row.sheet)
            row = replace(row, action=SKIP_DUPLICATE, warnings=(f"duplicate_of:{name}",))
        elif key:
            first[key] = row
        marked.append(row)
    return marked


def row_name(row: RowVerdict, seen_from: str) -> str:
    """Name a row as its reader would: by its own number in the list, else by the sheet's row."""
    serial = plain(row.raw.get("seq", ""))
    number = serial if serial.isdecimal() else str(row.excel_row)
    return f"row{number}" if row.sheet == seen_from else f"{row.sheet}!row{number}"


def _is_settled(note: str, corrections: Mapping[str, str]) -> bool:
    detail = note.partition(":")[2]
    return any(LABELS.get(name) == detail for name in corrections)


def _names(codes: Iterable[str]) -> set[str]:
    return {code.partition(":")[0] for code in codes}
