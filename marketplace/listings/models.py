"""Decisions on tiers and places in the directory: written once, approved by a second person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..db import db, now
from ..providers.models import Provider

DECISION_KINDS = ("grant", "promote", "renew", "decline", "downgrade", "remove")
_WAITING = "state = 'proposed'"


class ListingDecision(db.Model):  # type: ignore[name-defined, misc]
    """One decision on a provider's tier or place: what, why, by whom proposed and approved.

    Content never changes and no row is deleted (triggers refuse both): a decision that turns
    out wrong is followed by another. `scores` is [{code, name, dimension, points, most, basis}];
    `next_tier` is what the next tier asks, in words the provider reads. `red_line` is the code
    of the red line, of downgrades and removals only. Of each kind at most one waits per provider.
    """

    __tablename__ = "listing_decision"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('grant','promote','renew','decline','downgrade','remove')", name="kind"
        ),
        CheckConstraint(
            "state IN ('proposed','approved','returned','in_force','void')", name="state"
        ),
        CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"
        ),
        CheckConstraint(
            "state IN ('proposed','void') OR decided_by_id IS NOT NULL", name="decided_by"
        ),
        Index(
            "uq_listing_decision_waiting",
            "provider_id",
            "kind",
            unique=True,
            sqlite_where=text(_WAITING),
            postgresql_where=text(_WAITING),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    before_tier: Mapped[str | None] = mapped_column(String(20))
    after_tier: Mapped[str | None] = mapped_column(String(20))
    track: Mapped[str] = mapped_column(String(20), default="")
    total: Mapped[float | None]
    scores: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    rubric_number: Mapped[str] = mapped_column(String(20), default="")
    reasons: Mapped[str] = mapped_column(Text)
    next_tier: Mapped[str] = mapped_column(Text, default="")
    red_line: Mapped[str] = mapped_column(String(40), default="")
    reapply_after: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20), default="proposed", index=True)
    version: Mapped[int] = mapped_column(default=1)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    decided_words: Mapped[str] = mapped_column(Text, default="")
    in_force_on: Mapped[date | None]

    provider: Mapped[Provider] = relationship()
    proposed_by: Mapped[User] = relationship(foreign_keys=proposed_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)
