"""Kept vectors, and how their computing stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import db, now

NEED, PROFILE, OFFERING, CASE = "need", "profile", "offering", "case"
KINDS = (NEED, PROFILE, OFFERING, CASE)


class TextVector(db.Model):  # type: ignore[name-defined, misc]
    """The vector of one version of a text, in one space; never changed, only replaced.

    A text is named by its kind and the id of its row: a need, a provider (profile), an offering or a case. `version`
    is that of the need or the provider, `digest` the SHA-256 of the text as it was embedded.
    """

    __tablename__ = "text_vector"
    __table_args__ = (
        CheckConstraint("kind IN ('need','profile','offering','case')", name="kind"),
        Index("uq_text_vector_version", "space", "kind", "subject_id", "version", unique=True),
        # An id is never given twice: those who read what was added go by it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    space: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int]
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    dimension: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    computed_at: Mapped[datetime] = mapped_column(default=now)


class EmbeddingState(db.Model):  # type: ignore[name-defined, misc]
    """The source the worker uses, and how it fares; one row. Without a `space` there are no embeddings.

    Pages and rankings go by this row: what counts is what the worker computes, not what a web process was told.
    """

    __tablename__ = "embedding_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), default="off")
    space: Mapped[str] = mapped_column(String(300), default="")
    host: Mapped[str] = mapped_column(String(300), default="")
    failures: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(String(20), default="")
    fault_detail: Mapped[str] = mapped_column(String(200), default="")
    fault_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    computed_at: Mapped[datetime | None]
