"""The 文号 of lists: one running series a year, without gaps and without two alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from ..numbering.services import next_in_series
from .models import NeedList

_BEGIN = text(
    "INSERT INTO number_sequence (series, last) VALUES (:series, :last)"
    " ON CONFLICT (series) DO NOTHING"
)


def next_serial(session: Session, prefix: str, on: date, rules: Mapping[str, Any]) -> int:
    """Take the next running number of that year.

    The first call of a year begins after what the bureau used on paper (rule `start_after`) and
    after any list loaded with a number. The counter stays locked until the transaction ends, and
    a failed publication gives its number back: hence no gaps.
    """
    series = f"WH-{prefix[:24]}-{on.year}"
    used = rules["start_after"] if rules["start_year"] == on.year else 0
    loaded = session.scalar(
        select(func.max(NeedList.serial)).where(
            NeedList.published_on >= date(on.year, 1, 1),
            NeedList.published_on <= date(on.year, 12, 31),
        )
    )
    session.execute(_BEGIN, {"series": series, "last": max(used, loaded or 0)})
    return next_in_series(session, series)


def number_words(prefix: str, on: date, serial: int, rules: Mapping[str, Any]) -> str:
    """Return the whole 文号: '苏江工信数字〔2026〕32号'."""
    words = str(rules["number_format"])
    for name, value in (("prefix", prefix), ("year", on.year), ("serial", serial)):
        words = words.replace(f"{{{name}}}", str(value))
    return words


def row_number(serial: int, row: int, rules: Mapping[str, Any]) -> str:
    """Return the number of an entry in a published list: '32-01'."""
    width = int(rules["row_digits"])
    words = str(rules["row_format"]).replace("{serial}", str(serial))
    return words.replace("{row}", f"{row:0{width}d}")
