"""What staff add to the shipped taxonomy: chains, regions of their own, extra aliases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import db, now

KINDS = ("chain", "region", "industry_alias", "scene_synonym")


class TaxonomyTerm(db.Model):  # type: ignore[name-defined, misc]
    """One term a bureau added: a chain, a region, or another name of a shipped code."""

    __tablename__ = "taxonomy_term"
    __table_args__ = (
        UniqueConstraint("kind", "code", "name"),
        CheckConstraint("kind IN ('chain','region','industry_alias','scene_synonym')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    parent_code: Mapped[str | None] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
