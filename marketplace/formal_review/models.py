"""What each rule found on an application, and the rounds of supplements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..applications.models import Application
from ..db import db, now


class FormalCheck(db.Model):  # type: ignore[name-defined, misc]
    """The verdict of one rule: pass and fail are certain, manual waits for a person.

    `decision` is what the person said: accepted or refused. Run again after each supplement.
    """

    __tablename__ = "formal_check"
    __table_args__ = (
        UniqueConstraint("application_id", "rule_code"),
        CheckConstraint("verdict IN ('pass','manual','fail')", name="verdict"),
        CheckConstraint("decision IN ('','accepted','refused')", name="decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    rule_code: Mapped[str] = mapped_column(String(20))
    rule_name: Mapped[str] = mapped_column(String(80))
    verdict: Mapped[str] = mapped_column(String(10))
    fact: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    checked_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    application: Mapped[Application] = relationship()
    decided_by: Mapped[User | None] = relationship()


class Supplement(db.Model):  # type: ignore[name-defined, misc]
    """One round of 补正: what was asked for, until when, and how it ended."""

    __tablename__ = "supplement"
    __table_args__ = (
        UniqueConstraint("application_id", "ordinal"),
        CheckConstraint("outcome IN ('','answered','explained','lapsed')", name="outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    ordinal: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    items: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    due_on: Mapped[date]
    extended: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str] = mapped_column(String(12), default="")
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")

    application: Mapped[Application] = relationship()
    asked_by: Mapped[User | None] = relationship()
