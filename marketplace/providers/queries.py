"""Reads of providers, for their members and for the rooms above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from .models import Provider, ProviderDraft
from .profiles import CaseDraft, CertificateDraft, OfferingDraft, ProfileDraft

WHOLE = (
    selectinload(Provider.offerings),
    selectinload(Provider.cases),
    selectinload(Provider.certificates),
)


def find_provider_of(session: Session, organisation_id: int | None) -> Provider | None:
    """Return the organisation's provider, or None."""
    if organisation_id is None:
        return None
    return session.scalar(select(Provider).where(Provider.organisation_id == organisation_id))


def list_whole(session: Session, provider_ids: Iterable[int]) -> Sequence[Provider]:
    """Return providers with offerings, cases and certificates loaded, by id."""
    return session.scalars(
        select(Provider)
        .where(Provider.id.in_(list(provider_ids)))
        .options(*WHOLE)
        .order_by(Provider.id)
    ).all()


def find_draft(session: Session, provider: Provider) -> ProviderDraft | None:
    """Return the working copy, or None when nobody has started one."""
    return session.get(ProviderDraft, provider.id)


def profile_of(provider: Provider) -> ProfileDraft:
    """Return the published profile as a draft to start editing from."""
    return ProfileDraft(
        summary=provider.summary,
        profile=provider.profile,
        type_codes=tuple(provider.type_codes),
        industry_codes=tuple(provider.industry_codes),
        scene_ids=tuple(provider.scene_ids),
        deployments=tuple(provider.deployments),
        xinchuang=provider.xinchuang,
        offline=provider.offline,
        service_regions=tuple(provider.service_regions),
        onsite_hours=provider.onsite_hours,
        price_note=provider.price_note,
        founded_year=provider.founded_year,
        staff_band=provider.staff_band,
        address_hint=provider.address_hint,
        contact_department=provider.contact_department,
        contact_phone=provider.contact_phone,
        offerings=tuple(
            OfferingDraft(
                id=item.id,
                kind=item.kind,
                name=item.name,
                summary=item.summary,
                scene_ids=tuple(item.scene_ids),
                industry_codes=tuple(item.industry_codes),
                deployments=tuple(item.deployments),
                xinchuang=item.xinchuang,
                offline=item.offline,
                price_min_yuan=item.price_min_yuan,
                price_max_yuan=item.price_max_yuan,
                price_basis=item.price_basis,
                filing_number=item.filing_number,
            )
            for item in provider.offerings
        ),
        cases=tuple(
            CaseDraft(
                id=item.id,
                title=item.title,
                client_name=item.client_name,
                client_masked=item.client_masked,
                client_label=item.client_label,
                industry_code=item.industry_code,
                scene_id=item.scene_id,
                year=item.year,
                month=item.month,
                story=item.story,
                metrics=tuple(
                    (
                        str(metric.get("name", "")),
                        str(metric.get("before", "")),
                        str(metric.get("after", "")),
                        str(metric.get("unit", "")),
                    )
                    for metric in item.metrics
                ),
            )
            for item in provider.cases
        ),
        certificates=tuple(
            CertificateDraft(
                id=item.id,
                name=item.name,
                number=item.number,
                valid_to=item.valid_to.isoformat() if item.valid_to else None,
            )
            for item in provider.certificates
        ),
    )
