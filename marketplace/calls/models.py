"""The call: industries, scenes, tracks, its period, its rubric and the materials it asks for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..db import db, now


class Call(db.Model):  # type: ignore[name-defined, misc]
    """One call. `materials` is [{code, name, hint, required}]; `tracks` as in the rubric.

    `opens_at` and `closes_at` decide, not the state: an application counts when
    opens_at ≤ database time < closes_at. The state follows by the worker.
    """

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft','planned','open','closed','reviewing','notice','listed','cancelled')",
            name="state",
        ),
        CheckConstraint("opens_at < closes_at", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    batch: Mapped[str] = mapped_column(String(60), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    conditions: Mapped[str] = mapped_column(Text, default="")
    industry_codes: Mapped[list[str]] = mapped_column(default=list)
    scene_ids: Mapped[list[str]] = mapped_column(default=list)
    tracks: Mapped[list[str]] = mapped_column(default=list)
    materials: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    rubric_number: Mapped[str] = mapped_column(String(20), default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    review_by: Mapped[date | None]
    site_check_percent: Mapped[int] = mapped_column(default=10)
    contact: Mapped[str] = mapped_column(String(120), default="")
    region_code: Mapped[str | None] = mapped_column(String(6))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[str] = mapped_column(String(20), default="draft", index=True)
    version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
