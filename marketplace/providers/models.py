"""Tables of what a provider says of itself and who stands behind each fact."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import Organisation
from ..db import db, now

VERIFICATIONS = ("declared", "checked", "accepted")
_VERIFICATION = "verification IN ('declared','checked','accepted')"


class Provider(db.Model):  # type: ignore[name-defined, misc]
    """An organisation's public face. `version` grows with every change the index must see."""

    __tablename__ = "provider"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    summary: Mapped[str] = mapped_column(Text, default="")
    profile: Mapped[str] = mapped_column(Text, default="")
    type_codes: Mapped[list[str]] = mapped_column(default=list)
    industry_codes: Mapped[list[str]] = mapped_column(default=list)
    scene_ids: Mapped[list[str]] = mapped_column(default=list)
    deployments: Mapped[list[str]] = mapped_column(default=list)
    xinchuang: Mapped[bool | None]
    offline: Mapped[bool | None]
    service_regions: Mapped[list[str]] = mapped_column(default=list)
    onsite_hours: Mapped[str] = mapped_column(String(120), default="")
    price_note: Mapped[str] = mapped_column(String(200), default="")
    founded_year: Mapped[int | None]
    staff_band: Mapped[str] = mapped_column(String(40), default="")
    address_hint: Mapped[str] = mapped_column(String(120), default="")
    contact_department: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    sort_key: Mapped[str] = mapped_column(String(200), default="", index=True)
    published: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    offerings: Mapped[list[Offering]] = relationship(
        back_populates="provider", cascade="all, delete-orphan", order_by="Offering.position"
    )
    cases: Mapped[list[Case]] = relationship(
        back_populates="provider", cascade="all, delete-orphan", order_by="Case.position"
    )
    certificates: Mapped[list[Certificate]] = relationship(
        back_populates="provider", cascade="all, delete-orphan", order_by="Certificate.id"
    )


class Offering(db.Model):  # type: ignore[name-defined, misc]
    """A product or solution of a provider; `kind` as in the vocabulary (平台 … 成果)."""

    __tablename__ = "offering"
    __table_args__ = (CheckConstraint(_VERIFICATION, name="verification"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text, default="")
    scene_ids: Mapped[list[str]] = mapped_column(default=list)
    industry_codes: Mapped[list[str]] = mapped_column(default=list)
    deployments: Mapped[list[str]] = mapped_column(default=list)
    xinchuang: Mapped[bool | None]
    offline: Mapped[bool | None]
    price_min_yuan: Mapped[int | None] = mapped_column(BigInteger)
    price_max_yuan: Mapped[int | None] = mapped_column(BigInteger)
    price_basis: Mapped[str] = mapped_column(String(120), default="")
    filing_number: Mapped[str] = mapped_column(String(120), default="")
    verification: Mapped[str] = mapped_column(String(10), default="declared")
    position: Mapped[int] = mapped_column(default=0)

    provider: Mapped[Provider] = relationship(back_populates="offerings")


class Case(db.Model):  # type: ignore[name-defined, misc]
    """A delivered project. `client_name` of a masked client is never shown, exported or indexed."""

    __tablename__ = "case"
    __table_args__ = (CheckConstraint(_VERIFICATION, name="verification"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    client_name: Mapped[str] = mapped_column(String(120), default="")
    client_masked: Mapped[bool] = mapped_column(default=True)
    client_label: Mapped[str] = mapped_column(String(120), default="")
    industry_code: Mapped[str | None] = mapped_column(String(2))
    scene_id: Mapped[str | None] = mapped_column(String(3))
    year: Mapped[int | None]
    month: Mapped[int | None]
    story: Mapped[str] = mapped_column(Text, default="")
    metrics: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    verification: Mapped[str] = mapped_column(String(10), default="declared")
    acceptance_number: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int] = mapped_column(default=0)

    provider: Mapped[Provider] = relationship(back_populates="cases")

    @property
    def client_shown(self) -> str:
        """The client as anybody may see it."""
        return (self.client_label or "某企业") if self.client_masked else self.client_name


class Certificate(db.Model):  # type: ignore[name-defined, misc]
    """A certificate or filing of a provider."""

    __tablename__ = "certificate"
    __table_args__ = (CheckConstraint(_VERIFICATION, name="verification"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(120), default="")
    valid_to: Mapped[date | None]
    verification: Mapped[str] = mapped_column(String(10), default="declared")

    provider: Mapped[Provider] = relationship(back_populates="certificates")


class ProviderFacet(db.Model):  # type: ignore[name-defined, misc]
    """One value a provider can be browsed by, derived from profile, offerings and cases.

    facet is one of type, industry, scene, stage, deployment, region, service_region. Kept by
    `providers.services` with every change, so that facet counts are one GROUP BY.
    """

    __tablename__ = "provider_facet"
    __table_args__ = (Index("ix_provider_facet_value", "facet", "code"),)

    provider_id: Mapped[int] = mapped_column(
        ForeignKey("provider.id", ondelete="CASCADE"), primary_key=True
    )
    facet: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)


class ProviderDraft(db.Model):  # type: ignore[name-defined, misc]
    """The working copy members edit and preview before they publish it."""

    __tablename__ = "provider_draft"

    provider_id: Mapped[int] = mapped_column(
        ForeignKey("provider.id", ondelete="CASCADE"), primary_key=True
    )
    body: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(default=now)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
