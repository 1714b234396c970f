"""The counters behind numbers: one row a series."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import db


class NumberSequence(db.Model):  # type: ignore[name-defined, misc]
    """The last number handed out in a series, e.g. XQ-2026."""

    __tablename__ = "number_sequence"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
