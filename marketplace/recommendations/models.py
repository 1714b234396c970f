"""Saved runs and the snapshots they are replayed from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import db, now
from ..needs.models import Need


class FactsSnapshot(db.Model):  # type: ignore[name-defined, misc]
    """The facts of all candidates of a run and the words of its day, compressed JSON by SHA-256.

    Runs over the same pool share one snapshot.
    """

    __tablename__ = "facts_snapshot"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    providers: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)


class RecommendationRun(db.Model):  # type: ignore[name-defined, misc]
    """One saved run: its inputs, weights, lexicon and result, enough to replay it bit for bit."""

    __tablename__ = "recommendation_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    need_version: Mapped[int]
    need_facts: Mapped[dict[str, Any]]
    corrections: Mapped[dict[str, Any]] = mapped_column(default=dict)
    snapshot_sha256: Mapped[str] = mapped_column(ForeignKey("facts_snapshot.sha256"))
    text_scores: Mapped[dict[str, Any]]
    weights_name: Mapped[str] = mapped_column(String(60))
    lexicon_version: Mapped[str] = mapped_column(String(60))
    index_generation: Mapped[str] = mapped_column(String(60))
    as_of: Mapped[date]
    result: Mapped[dict[str, Any]]
    result_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    need: Mapped[Need] = relationship()
