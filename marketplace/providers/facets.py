"""The values a provider can be browsed by, derived from profile, offerings and cases."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ..taxonomy.queries import Taxonomy
from .models import Provider, ProviderFacet


def facets_of(provider: Provider, taxonomy: Taxonomy) -> set[tuple[str, str]]:
    """Return the (facet, code) pairs of a provider.

    Regions count upwards: a provider of a county is also found under its prefecture and its
    province. A stage is found through every scene the provider names.
    """
    scenes = set(provider.scene_ids)
    industries = set(provider.industry_codes)
    deployments = set(provider.deployments)
    for offering in provider.offerings:
        scenes |= set(offering.scene_ids)
        industries |= set(offering.industry_codes)
        deployments |= set(offering.deployments)
    for case in provider.cases:
        scenes |= {case.scene_id} if case.scene_id else set()
        industries |= {case.industry_code} if case.industry_code else set()
    evidence = {case.verification for case in provider.cases} - {"declared"}
    marks = {("xinchuang", provider.xinchuang), ("offline", provider.offline)}
    pairs = {("type", code) for code in provider.type_codes}
    pairs |= {("scene", scene_id) for scene_id in scenes}
    pairs |= {("industry", code) for code in industries}
    pairs |= {("deployment", code) for code in deployments}
    pairs |= {("deployment", mark) for mark, holds in marks if holds}
    pairs |= {("stage", stage) for scene_id in scenes for stage in taxonomy.stages_of(scene_id)}
    pairs |= {("evidence", verification) for verification in evidence}
    pairs |= {("service_region", code) for code in provider.service_regions}
    region_code = provider.organisation.region_code
    if region_code:
        upwards = {region_code, region_code[:4] + "00", region_code[:2] + "0000"}
        pairs |= {("region", code) for code in upwards}
    return pairs


def write_facets(session: Session, provider: Provider, taxonomy: Taxonomy) -> None:
    """Replace the provider's facet rows by those that follow from its present content."""
    session.flush()
    session.execute(delete(ProviderFacet).where(ProviderFacet.provider_id == provider.id))
    session.add_all(
        ProviderFacet(provider_id=provider.id, facet=facet, code=code)
        for facet, code in sorted(facets_of(provider, taxonomy))
    )
    session.flush()
