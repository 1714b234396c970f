"""The listing of a provider: the only place a tier is kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import db, now
from ..providers.models import Provider

STATES = ("valid", "rectification", "suspended", "expired", "withdrawn", "removed")


class Listing(db.Model):  # type: ignore[name-defined, misc]
    """A provider's place in the directory. Listed means state valid and today within the dates.

    Changed by the room `listings` only. `reason` tells why the state is what it is, `due_on` by
    when a rectification ends, `recheck_on` when the next annual re-check falls due,
    `reapply_after` the day before which a removed provider may not apply again.
    """

    __tablename__ = "listing"
    __table_args__ = (
        CheckConstraint(
            "state IN ('valid','rectification','suspended','expired','withdrawn','removed')",
            name="state",
        ),
        CheckConstraint("valid_from <= valid_to", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), unique=True)
    tier: Mapped[str] = mapped_column(String(20), index=True)
    track: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="valid", index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    batch_number: Mapped[str] = mapped_column(String(80), default="")
    verified_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    recheck_on: Mapped[date | None]
    reapply_after: Mapped[date | None]
    reminded_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    provider: Mapped[Provider] = relationship()
