"""The need, the bureau's decisions on it, the texts it is found by, and the number counter."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import Organisation
from ..db import db, now


class Need(db.Model):  # type: ignore[name-defined, misc]
    """What a manufacturer wants solved; drafts are rows in state `draft`.

    Rows imported by staff have a company name but perhaps no organisation. `mask_*` are the
    texts the public reads when disclosure is `masked`.
    """

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint("disclosure IN ('public','masked','listed','bureau')", name="disclosure"),
        CheckConstraint(
            "budget_min_yuan IS NULL OR budget_max_yuan IS NULL"
            " OR budget_min_yuan <= budget_max_yuan",
            name="budget",
        ),
        Index("ix_need_listing", "state", "disclosure"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    company_name: Mapped[str] = mapped_column(String(120), default="")
    company_uscc: Mapped[str] = mapped_column(String(18), default="")
    region_code: Mapped[str | None] = mapped_column(String(6), index=True)
    region_text: Mapped[str] = mapped_column(String(60), default="")
    industry_code: Mapped[str | None] = mapped_column(String(2), index=True)
    scene_id: Mapped[str | None] = mapped_column(String(3), index=True)
    size_class: Mapped[str | None] = mapped_column(String(10))
    digital_level: Mapped[str | None] = mapped_column(String(1))

    title: Mapped[str] = mapped_column(String(160), default="")
    pain: Mapped[str] = mapped_column(Text, default="")
    goals: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    baseline_source: Mapped[str] = mapped_column(Text, default="")
    success_criterion: Mapped[str] = mapped_column(Text, default="")
    data_kinds: Mapped[str] = mapped_column(Text, default="")
    data_volume: Mapped[str] = mapped_column(String(200), default="")
    data_interfaces: Mapped[str] = mapped_column(String(200), default="")
    data_may_leave: Mapped[bool | None]
    data_class: Mapped[str] = mapped_column(String(20), default="")
    network_isolated: Mapped[bool | None]
    xinchuang_required: Mapped[bool | None]
    deployments: Mapped[list[str]] = mapped_column(default=list)
    site_constraints: Mapped[str] = mapped_column(Text, default="")
    budget_min_yuan: Mapped[int | None] = mapped_column(BigInteger)
    budget_max_yuan: Mapped[int | None] = mapped_column(BigInteger)
    budget_kind: Mapped[str] = mapped_column(String(12), default="")
    budget_secured: Mapped[bool | None]
    start_by: Mapped[date | None]
    finish_by: Mapped[date | None]
    cooperation: Mapped[str] = mapped_column(String(20), default="")
    voucher: Mapped[str] = mapped_column(String(20), default="")
    must_haves: Mapped[list[str]] = mapped_column(default=list)
    nice_to_haves: Mapped[list[str]] = mapped_column(default=list)
    invite_count: Mapped[int | None]

    disclosure: Mapped[str] = mapped_column(String(10), default="masked")
    mask_label: Mapped[str] = mapped_column(String(60), default="")
    mask_title: Mapped[str] = mapped_column(String(160), default="")
    mask_pain: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")

    state: Mapped[str] = mapped_column(String(20), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    valid_until: Mapped[date | None]
    renewals: Mapped[int] = mapped_column(default=0)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    organisation: Mapped[Organisation | None] = relationship(lazy="joined")


class NeedDecision(db.Model):  # type: ignore[name-defined, misc]
    """One decision of the bureau with the words it gave; never changed, never deleted.

    The audit log names the row only; these words may be confidential and stay here.
    """

    __tablename__ = "need_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    action: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text, default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(default=now)


class NeedText(db.Model):  # type: ignore[name-defined, misc]
    """What one kind of reader may read of a need, kept so that a search sees no more than that.

    form is full (contact removed), nameless (also the company's name) or masked. Written by
    `needs.services` with every change of the text; a need without its row is simply not found.
    """

    __tablename__ = "need_text"
    __table_args__ = (CheckConstraint("form IN ('full','nameless','masked')", name="form"),)

    need_id: Mapped[int] = mapped_column(
        ForeignKey("need.id", ondelete="CASCADE"), primary_key=True
    )
    form: Mapped[str] = mapped_column(String(10), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
