"""Which providers fit which published needs, since when, and who wants to be told of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import db, now


class FitNote(db.Model):  # type: ignore[name-defined, misc]
    """A provider that was found to fit a published need: when first, and when its people were told.

    One a pair for good, so that nobody is told twice. It proves nothing about today: whether the
    provider is listed, the need open and the fit still there is asked anew whenever it matters.
    """

    __tablename__ = "fit_note"
    __table_args__ = (
        UniqueConstraint("need_id", "provider_id"),
        Index("ix_fit_note_untold", "provider_id", "told_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"))
    noted_at: Mapped[datetime] = mapped_column(default=now)
    told_at: Mapped[datetime | None]


class FitSubscription(db.Model):  # type: ignore[name-defined, misc]
    """A member who wants a letter a day about new fits; `token` stops it from the letter itself.

    `sent_on` is the day of the last letter, of one before this subscription too.
    """

    __tablename__ = "fit_subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), unique=True)
    provider_id: Mapped[int] = mapped_column(
        ForeignKey("provider.id", ondelete="CASCADE"), index=True
    )
    token: Mapped[str] = mapped_column(String(60), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_on: Mapped[date | None]
