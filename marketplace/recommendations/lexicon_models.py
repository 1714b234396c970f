"""The bureau's versions of the capability lexicon: what each adds to the shipped one, and who decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ..db import db, now

ONE_OF_EACH = text("state IN ('draft', 'proposed', 'in_force')")


class LexiconVersion(db.Model):  # type: ignore[name-defined, misc]
    """One version of the bureau's words: an extension as `matching.extension` reads it.

    A draft is edited; one that was ever in force never changes again (triggers refuse it, and an
    approval by the proposer), so that a saved run finds its words. There is one draft, one
    proposed and one in force at most.
    """

    __tablename__ = "lexicon_version"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft','proposed','in_force','superseded','discarded')", name="state"
        ),
        Index(
            "uq_lexicon_version_state",
            "state",
            unique=True,
            sqlite_where=ONE_OF_EACH,
            postgresql_where=ONE_OF_EACH,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(String(20), default="draft")
    body: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(8), default="", index=True)
    words: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
