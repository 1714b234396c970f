"""`flask needs check FILE`: what an import would make of a spreadsheet, without importing it.

Reads the file and the shipped taxonomy only; touches no database and stores nothing.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import date, datetime
from pathlib import Path

import click

from marketplace.sheets import SheetError, limits

from .understanding import (
    ACTIONS,
    NeedListCheck,
    RowVerdict,
    check_need_list,
    sentence,
    to_json_rows,
)

_WIDTHS = (6, 10, 26, 22, 4, 16, 11, 14, 7)
_HEADINGS = ("行", "结论", "企业", "需求", "行业", "预算（万元）", "完成时间", "电话", "县区")


@click.group("needs")
def needs() -> None:
    """Needs and need lists."""


@needs.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="相对日期（年底、明年……）的起算日；不给时取表中的填报日期，再不然取今天。",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，一行一条结论。")
def check(file: Path, as_of: datetime | None, as_json: bool) -> None:
    """Check a spreadsheet as a need list; nothing is imported."""
    try:
        found = check_need_list(_read(file), file.name, as_of.date() if as_of else None)
    except SheetError as exc:
        raise click.ClickException(f"{file.name}：{exc}") from exc
    if as_json:
        click.echo(json.dumps(to_json_rows(found), ensure_ascii=False, indent=1))
    else:
        _print_table(found)


def _read(file: Path) -> bytes:
    """Read the file, never more than is looked at."""
    try:
        with file.open("rb") as opened:
            return opened.read(limits.MAX_FILE_BYTES + 1)
    except OSError as exc:
        raise SheetError("unreadable") from exc


def _print_table(found: NeedListCheck) -> None:
    for table in found.sheets:
        mapped = "，".join(
            f"{table.mapping.headers[columns[0]].split(' / ')[-1]}→{name}"
            for name, columns in table.mapping.columns.items()
        )
        click.echo(f"工作表“{table.name}”：{' '.join(mapped.split())}")
    click.echo(_line(_HEADINGS))
    for row in found.rows:
        click.echo(_line(_cells(row)))
        for code in row.warnings:
            click.echo(f"       · {sentence(code)}")
    counted = "，".join(
        f"{ACTIONS[name]} {count}" for name, count in found.summary.items() if count
    )
    click.echo(f"截至 {found.as_of.isoformat()}：{counted}")


def _cells(row: RowVerdict) -> tuple[str, ...]:
    if not row.is_data:
        return (str(row.excel_row), ACTIONS[row.action], row.text)
    return (
        str(row.excel_row),
        ACTIONS[row.action],
        row.company or "",
        row.title or "",
        row.value("industry") or "",
        _budget(row),
        _day(row.deadline),
        row.value("phone") or "",
        row.value("region") or "",
    )


def _budget(row: RowVerdict) -> str:
    low, high = row.budget.min_wan, row.budget.max_wan
    if low is None and high is None:
        return {"negotiable": "面议"}.get(row.budget.kind, "")
    if low == high:
        return f"{low:g}"
    if low is None or high is None:
        return f"≤{high:g}" if low is None else f"≥{low:g}"
    return f"{low:g}–{high:g}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _line(cells: tuple[str, ...]) -> str:
    padded = [_fit(cell, width) for cell, width in zip(cells, _WIDTHS, strict=False)]
    padded[-1] = cells[-1]
    return "  ".join(padded).rstrip()


def _fit(text: str, width: int) -> str:
    """Cut or pad a text to a width in terminal columns; a Chinese character takes two."""
    shown, used = "", 0
    for char in text:
        step = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if used + step > width:
            break
        shown, used = shown + char, used + step
    return shown + " " * (width - used)
