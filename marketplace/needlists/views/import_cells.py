"""How one row of an import reads on the page: each cell's value, raw text, doubts and fixes.

Pure preparation for the templates; reads no database and decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from ...taxonomy.queries import Taxonomy
from ...web.filters import BEIJING, show_wan
from ..judging import DATA_ACTIONS
from ..models import SheetImportRow
from ..notices import OUTSIDE, TOO_LONG, field_of, warning_words
from ..understanding.judge import NEEDS_REVIEW

_RAW_SHOWN = 60
_PICKS = 6
CELLS = ("company", "title", "industry", "region", "budget", "deadline", "contact")
_ANSWERED_BY = {"company": "text", "title": "text", "deadline": "date", "budget": "text"}
_HOLDING = NEEDS_REVIEW | {OUTSIDE, TOO_LONG}
TABLE_WIDE = ("title_from_description", "company_from_heading")
"""Warnings that come from the table's form: said once above the rows when most rows have them."""
_WORTH_SAYING_ONCE = 5
_BESIDE = {"phone": "contact", "budget_min": "budget", "budget_max": "budget"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `state` is "", doubt, error or fixed; `picks` are (value, label) to choose from.

    `ask` is the kind of control to type into ("" for none), `field` what it sets; `blank` is the
    label of the button that leaves the value open.
    """

    field: str
    value: str
    raw: str = ""
    why: str = ""
    state: str = ""
    picks: tuple[tuple[str, str], ...] = ()
    ask: str = ""
    blank: str = ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row of the preview."""

    id: int
    number: str
    sheet: str
    version: int
    action: str
    text: str
    cells: Mapping[str, Cell]
    row_notes: tuple[str, ...]
    need_number: str
    twin_number: str
    may_accept: bool
    fixed: str
    is_excluded: bool

    @property
    def is_data(self) -> bool:
        """Whether the row is a need, whatever its verdict."""
        return self.action in DATA_ACTIONS


def shared_warnings(rows: Sequence[SheetImportRow]) -> tuple[str, ...]:
    """Return the table-wide warnings that most rows of the page have."""
    data = [row for row in rows if row.action in {"import", "review"}]
    return tuple(
        code
        for code in TABLE_WIDE
        if len(data) >= _WORTH_SAYING_ONCE
        and sum(code in row.warnings for row in data) >= 0.8 * len(data)
    )


def show_row(
    row: SheetImportRow,
    taxonomy: Taxonomy,
    *,
    several_sheets: bool,
    left_out: Collection[str] = (),
) -> ShownRow:
    """Return a row ready for the template; warnings in `left_out` are said elsewhere."""
    by_field: dict[str, list[str]] = {}
    for code in row.warnings:
        if code in left_out:
            continue
        by_field.setdefault(field_of(code, row.understood), []).append(code)
    waiting = [code for code in row.warnings if code.partition(":")[0] in NEEDS_REVIEW]
    fixes = row.fixes or {}
    is_open = row.need_id is None and not fixes.get("excluded")
    return ShownRow(
        id=row.id,
        number=row_place(row, several_sheets=several_sheets),
        sheet=row.sheet if several_sheets else "",
        version=row.version,
        action=row.action,
        text=row.raw.get("text", ""),
        cells={name: _cell(name, row, by_field, taxonomy, is_open) for name in CELLS},
        row_notes=tuple(warning_words(code) for code in by_field.get("", ())),
        need_number=row.need.number if row.need else "",
        twin_number=row.twin.number if row.twin else "",
        may_accept=bool(waiting) and row.action == "review",
        fixed=fixed_words(fixes),
        is_excluded=bool(fixes.get("excluded")),
    )


def row_place(row: SheetImportRow, *, several_sheets: bool) -> str:
    """Return where a row stands: '12', or '2-12' for row 12 of the second table."""
    return f"{row.raw['table'] + 1}-{row.excel_row}" if several_sheets else str(row.excel_row)


def fixed_words(fixes: Mapping[str, Any], field: str = "") -> str:
    """Return who fixed a row, or one field of it, last, and when: '王倩 11-24 09:21 改定'."""
    log = [entry for entry in fixes.get("log", ()) if not field or field in entry["what"]]
    if not log:
        return ""
    at = _moment(log[-1]["at"])
    return _("%(who)s %(at)s处理", who=log[-1]["by"], at=at)


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(BEIJING).strftime("%m-%d %H:%M")


def _cell(
    name: str,
    row: SheetImportRow,
    by_field: Mapping[str, list[str]],
    taxonomy: Taxonomy,
    is_open: bool,
) -> Cell:
    codes = [*by_field.get(name, ())]
    for beside, home in _BESIDE.items():
        codes += by_field.get(beside, ()) if home == name else ()
    found = row.understood.get(name, {})
    value = value_words(name, row.understood, row.raw["cells"], taxonomy)
    state, why = _state(name, row, codes)
    picks: tuple[tuple[str, str], ...] = ()
    ask = blank = ""
    if is_open and state in {"doubt", "error"}:
        picks = _picks(name, found, taxonomy)
        ask = _ANSWERED_BY.get(name, "")
        blank = _("留空，去电核实") if name == "deadline" else ""
    return Cell(name, value, raw_words(name, row.raw["cells"]), why, state, picks, ask, blank)


def _state(name: str, row: SheetImportRow, codes: list[str]) -> tuple[str, str]:
    fixes = row.fixes or {}
    words = "".join(warning_words(code) for code in codes)
    if any(code.startswith("missing_required") for code in codes):
        return "error", words
    held = any(code.partition(":")[0] in _HOLDING for code in codes)
    if row.action == "review" and held:
        return "doubt", words
    if name in fixes.get("values", {}):
        return "fixed", "；".join(part for part in (fixed_words(fixes, name), words) if part)
    found = row.understood.get(name, {})
    if name == "industry" and found.get("value") is None and found.get("candidates"):
        return "doubt", words
    return "", words


def _picks(name: str, found: Mapping[str, Any], taxonomy: Taxonomy) -> tuple[tuple[str, str], ...]:
    codes = found.get("candidates", ())[:_PICKS]
    if name == "industry":
        return tuple((code, f"{code} {taxonomy.industry_name(code)}") for code in codes)
    if name == "region":
        return tuple((code, taxonomy.region_name(code)) for code in codes)
    return ()


def raw_words(name: str, cells: Mapping[str, str]) -> str:
    """Return the raw text of a cell, shortened."""
    if name == "budget" and not cells.get("budget"):
        bounds = [cells.get("budget_min", ""), cells.get("budget_max", "")]
        text = "–".join(part for part in bounds if part)
    elif name == "contact":
        parts = [cells.get("contact", ""), cells.get("phone", "")]
        text = " ".join(part for part in parts if part)
    else:
        text = cells.get(name, "")
    return text if len(text) <= _RAW_SHOWN else text[: _RAW_SHOWN - 1] + "…"


def value_words(
    name: str, understood: Mapping[str, Any], cells: Mapping[str, str], taxonomy: Taxonomy
) -> str:
    """Return a field's understood value as people read it, or what is missing."""
    value = understood.get(name, {}).get("value")
    if name == "industry":
        candidates = understood.get(name, {}).get("candidates")
        missing = _("请选一个") if candidates else _("未定")
        return f"{value} {taxonomy.industry_name(value)}" if value else missing
    if name == "region":
        return taxonomy.region_name(value) if value else (cells.get("region", "") or _("未填"))
    if name == "budget":
        return budget_words(value)
    if name == "deadline":
        return str(value) if value else _("未定")
    if name == "contact":
        phone = understood.get("phone", {}).get("value")
        said = " ".join(part for part in (value, phone) if part)
        return said or _("未填")
    if name in {"company", "title"}:
        missing = _("（缺企业名称）") if name == "company" else _("（缺需求名称）")
        return str(value) if value else missing
    return str(value) if value is not None else ""


def budget_words(budget: Mapping[str, Any] | None) -> str:
    """Return a budget in 万元: '约 50', '20–30', '≥ 200', '≤ 100', '面议'."""
    if not budget:
        return _("未填")
    low, high = (
        show_wan(wan * 10_000) if wan is not None else ""
        for wan in (budget["min_wan"], budget["max_wan"])
    )
    kind = budget["kind"]
    if kind == "negotiable":
        return _("面议")
    if low and high:
        words = low if low == high else f"{low}–{high}"
        words = _("约 %(wan)s", wan=words) if kind == "approx" else words
        extra = {"per_year": _("/年"), "per_unit": _("（单价）")}.get(kind, "")
        return words + extra
    if low:
        return f"≥ {low}"
    return f"≤ {high}" if high else _("未填")
