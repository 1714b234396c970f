"""Experts and their interests, draws and seats, scores, the agreed score, site checks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import Organisation, User
from ..applications.models import Application
from ..db import db, now

INTEREST_KINDS = ("employer", "shareholding", "contract", "declared")


class Expert(db.Model):  # type: ignore[name-defined, misc]
    """A person of the expert pool: fields, employer, whether they take reviews at present."""

    __tablename__ = "expert"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)
    employer: Mapped[str] = mapped_column(String(120), default="")
    title: Mapped[str] = mapped_column(String(60), default="")
    industry_codes: Mapped[list[str]] = mapped_column(default=list)
    scene_ids: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    joined_at: Mapped[datetime] = mapped_column(default=now)

    user: Mapped[User] = relationship(lazy="joined")
    interests: Mapped[list[Interest]] = relationship(order_by="Interest.id")


class Interest(db.Model):  # type: ignore[name-defined, misc]
    """Why an expert may not judge an organisation (利害关系), until when (None: for good).

    A contract counts for three years after its end. Triggers refuse a seat or a score against
    an interest that stands.
    """

    __tablename__ = "expert_interest"
    __table_args__ = (
        CheckConstraint("kind IN ('employer','shareholding','contract','declared')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    until: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Draw(db.Model):  # type: ignore[name-defined, misc]
    """One random draw of experts, with all it takes to draw the same again.

    `pool` are the ids drawn from, in the order of their lots: the first `fitting` of them know
    the applicant's industries or scenes, the rest fill up. `left_out` maps ids to the reason.
    """

    __tablename__ = "draw"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    seed: Mapped[str] = mapped_column(String(64))
    pool: Mapped[list[int]]
    fitting: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[dict[str, Any]] = mapped_column(default=dict)
    drawn: Mapped[list[int]]
    drawn_at: Mapped[datetime] = mapped_column(default=now)
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class Seat(db.Model):  # type: ignore[name-defined, misc]
    """One expert's seat on one application, known to the others by its letter (甲乙丙丁…).

    asked → scoring (declaration signed) → submitted; returned by the chair → scoring; recused
    at any time before the agreed score is final: a recused seat's scores count no more.
    """

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("application_id", "expert_id"),
        UniqueConstraint("application_id", "letter"),
        CheckConstraint("state IN ('asked','scoring','submitted','recused')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    letter: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(20), default="asked", index=True)
    version: Mapped[int] = mapped_column(default=1)
    due_on: Mapped[date | None]
    declared_at: Mapped[datetime | None]
    declaration: Mapped[str] = mapped_column(Text, default="")
    recused_reason: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime | None]
    returned_reason: Mapped[str] = mapped_column(Text, default="")
    confirmed_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()
    expert: Mapped[Expert] = relationship(lazy="joined")
    draw: Mapped[Draw] = relationship()
    scores: Mapped[list[Score]] = relationship(order_by="Score.id")


class Score(db.Model):  # type: ignore[name-defined, misc]
    """What one expert gives one judged indicator, with the reason; None: only the reason so far."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("seat_id", "indicator"),
        CheckConstraint("points >= 0", name="points"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"), index=True)
    indicator: Mapped[str] = mapped_column(String(40))
    points: Mapped[float | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime] = mapped_column(default=now)


class Agreement(db.Model):  # type: ignore[name-defined, misc]
    """The chair's record of what the experts agreed on; one a round of expert review.

    open → final (chair) → confirmed (every submitted seat signed). `computed` keeps the
    computed indicators with the figures they rest on, as [{code, points, most, basis}].
    """

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("application_id", "ordinal"),
        CheckConstraint("state IN ('open','final','confirmed','reopened')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    ordinal: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20), default="open")
    version: Mapped[int] = mapped_column(default=1)
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    minutes: Mapped[str] = mapped_column(Text, default="")
    computed: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    total: Mapped[float | None]
    tier: Mapped[str | None] = mapped_column(String(20))
    opened_at: Mapped[datetime] = mapped_column(default=now)
    finalised_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()
    scores: Mapped[list[AgreedScore]] = relationship(order_by="AgreedScore.id")


class AgreedScore(db.Model):  # type: ignore[name-defined, misc]
    """The points agreed on for one judged indicator (None: still open), and on what they rest."""

    __tablename__ = "agreed_score"
    __table_args__ = (UniqueConstraint("agreement_id", "indicator"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    indicator: Mapped[str] = mapped_column(String(40))
    points: Mapped[float | None]
    basis: Mapped[str] = mapped_column(Text, default="")


class SiteCheck(db.Model):  # type: ignore[name-defined, misc]
    """A visit that was drawn (现场核查): when, by whom, what was found."""

    __tablename__ = "site_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    seed: Mapped[str] = mapped_column(String(64))
    drawn_at: Mapped[datetime] = mapped_column(default=now)
    visit_on: Mapped[date | None]
    visitors: Mapped[str] = mapped_column(String(200), default="")
    findings: Mapped[str] = mapped_column(Text, default="")
    confirmed: Mapped[bool | None]
    recorded_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    application: Mapped[Application] = relationship()
