"""Characters before meaning: one plain form for reading, one tidy form for keeping.

Pure. `plain` may fold a text beyond recognition; only `tidy` and `tidy_lines` are stored.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from marketplace.sheets import CellValue, Row

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile(r"[^\S\n]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣─━", "-") | dict.fromkeys("～∼〜˜", "~"))
_NOTHING = {
    "",
    "/",
    "\\",
    "-",
    "--",
    "---",
    "~",
    "*",
    "?",
    "无",
    "暂无",
    "没有",
    "空",
    "n/a",
    "na",
    "none",
    "null",
    "nil",
    "同上无",
    "#n/a",
}
MARKUP = re.compile(r"<\s{0,3}/?\s{0,3}[a-zA-Z!][^<>]*>|javascript:", re.IGNORECASE)
_LONGEST_READ = 200
FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def plain(text: str) -> str:
    """Fold full-width forms, dashes and every blank away, for reading only."""
    return _folded_short(text) if len(text) <= _LONGEST_READ else _fold(text)


@lru_cache(maxsize=16_384)
def _folded_short(text: str) -> str:
    """Remembered: one cell is folded by a dozen readers, and tables repeat themselves."""
    return _fold(text)


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", _CONTROL.sub("", _INVISIBLE.sub("", text)))
    return re.sub(r"\s+", "", folded.translate(_DASHES))


def clip(text: str) -> str:
    """Return as much of a cell as is read for its meaning.

    No budget, day, number or name is longer; patterns that look back and forth over 30,000
    characters would take minutes.
    """
    return text[:_LONGEST_READ]


def tidy(text: str) -> str:
    """Return text fit to be stored on one line: no invisible signs, single blanks."""
    lines = tidy_lines(text).split("\n")
    return _join(line for line in lines if line)


def tidy_lines(text: str) -> str:
    """Return text fit to be stored with its line breaks kept."""
    cleaned = _CONTROL.sub("", _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = [_BLANKS.sub(" ", line).strip() for line in cleaned.split("\n")]
    return "\n".join(lines).strip("\n")


def is_nothing(text: str) -> bool:
    """Whether a cell is empty or holds only a sign for “nothing”, such as / or 无."""
    return plain(text).lower() in _NOTHING


def _join(lines: object) -> str:
    joined = ""
    for line in lines:  # type: ignore[attr-defined]
        latin = joined[-1:].isascii() and joined[-1:].isalnum() and line[:1].isascii()
        joined += (" " if latin else "") + line
    return joined


def key_of(text: str) -> str:
    """Return the form in which two companies or titles count as the same."""
    return "".join(char for char in plain(text).casefold() if char.isalnum())


def cell_text(value: CellValue) -> str:
    """Return a cell's value as the text a person would have typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.days}天"
    return str(value)


def row_texts(row: Row) -> list[str]:
    """Return the texts of a row's cells, formulas standing as their text when uncached."""
    width = max([len(row.cells), *(c + 1 for c in row.formulas)], default=0)
    return [cell_text(row.cell(column)) or row.formulas.get(column, "") for column in range(width)]
