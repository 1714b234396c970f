"""Versions of the rubric, and the replays of drafts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..db import db, now


class Rubric(db.Model):  # type: ignore[name-defined, misc]
    """One version of the rubric; the shipped one (2026.1) is data of this room, not a row.

    Approved by a second person it is locked and in force for calls that open from
    `effective_on`; what was scored under another version stays as it was. `revision` counts the
    edits of the draft (第几稿); `version` grows with every step and guards against two people.
    """

    __tablename__ = "rubric"
    __table_args__ = (
        CheckConstraint("state IN ('draft','submitted','approved','withdrawn')", name="state"),
        CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> submitted_by_id", name="two_people"
        ),
        CheckConstraint(
            "state <> 'approved' OR (approved_by_id IS NOT NULL AND submitted_by_id IS NOT NULL)",
            name="approved_by",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    based_on: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="draft", index=True)
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    body: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    effective_on: Mapped[date | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    submitted_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime | None]
    decided_words: Mapped[str] = mapped_column(Text, default="")


class RubricReplay(db.Model):  # type: ignore[name-defined, misc]
    """What a draft would have changed: one run over everybody's last raw scores.

    `revision` is the draft's revision it was run with, `against` the number of the rubric then in
    force: a run of other ones no longer supports an approval. `result` holds the totals, `rows`
    one entry per provider. Runs are append-only (triggers refuse changes).
    """

    __tablename__ = "rubric_replay"

    id: Mapped[int] = mapped_column(primary_key=True)
    rubric_id: Mapped[int] = mapped_column(ForeignKey("rubric.id"), index=True)
    revision: Mapped[int]
    against: Mapped[str] = mapped_column(String(20))
    ran_at: Mapped[datetime] = mapped_column(default=now)
    ran_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    result: Mapped[dict[str, Any]]
    rows: Mapped[list[dict[str, Any]]]
