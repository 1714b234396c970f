"""Turns rows into the matcher's plain facts, and what was asked back from the JSON of saved runs.

Only what may count goes in: of a need all its text (it stays inside this process and in the saved
run its owner and the bureau see), of a provider only what is public. A masked client's name is
never a fact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from ..catalogue.models import Listing
from ..catalogue.shown import STATE_NAMES
from ..matching.facts import CaseFacts, NeedFacts, OfferingFacts, ProviderFacts, Vocabulary
from ..matching.records import tuples_in
from ..matching.understanding import Corrections
from ..needs.matched import matched_lines
from ..needs.models import Need
from ..needs.shown import ShownNeed
from ..providers.models import Case, Offering, Provider

YUAN_PER_WAN = 10_000


def need_facts(need: Need) -> NeedFacts:
    """Return what the matcher is told of a need."""
    return _need_facts(need, need.pain, map(_goal_line, need.goals))


def shown_facts(need: ShownNeed) -> NeedFacts:
    """Return what the matcher is told of a need when only what one reader sees of it may count."""
    return _need_facts(need, need.text, map(_goal_line, map(asdict, need.goals)))


def _need_facts(need: Need | ShownNeed, problem: str, goals: Iterable[str]) -> NeedFacts:
    return NeedFacts(
        need_id=need.number,
        title=need.title,
        description="\n".join(matched_lines(need, problem, goals)),
        industry_codes=(need.industry_code,) if need.industry_code else (),
        scene_ids=(need.scene_id,) if need.scene_id else (),
        region_code=need.region_code,
        budget_min_wan=_wan(need.budget_min_yuan),
        budget_max_wan=_wan(need.budget_max_yuan),
        must_haves=tuple(need.must_haves),
        deployments=tuple(need.deployments),
        data_may_leave=need.data_may_leave,
        network_isolated=need.network_isolated,
        xinchuang_required=need.xinchuang_required,
        size_class=need.size_class,
    )


def _goal_line(goal: dict[str, Any]) -> str:
    parts = (goal.get("indicator"), goal.get("baseline"), goal.get("target"))
    return " ".join(str(part) for part in parts if part not in (None, ""))


def _wan(yuan: int | None) -> float | None:
    return None if yuan is None else yuan / YUAN_PER_WAN


def provider_facts(provider: Provider, listing: Listing, today: date) -> ProviderFacts:
    """Return what the matcher is told of a provider that is or was listed."""
    listed = listing.state == "valid" and listing.valid_from <= today
    return ProviderFacts(
        provider_id=str(provider.id),
        name=provider.organisation.name,
        profile="\n".join(part for part in (provider.summary, provider.profile) if part),
        type_codes=tuple(provider.type_codes),
        tier=listing.tier,
        listed=listed,
        valid_on=listing.valid_to,
        unlisted_reason=None if listed else _unlisted(listing),
        region_code=provider.organisation.region_code,
        service_regions=tuple(provider.service_regions),
        industry_codes=tuple(provider.industry_codes),
        scene_ids=tuple(provider.scene_ids),
        deployments=tuple(provider.deployments),
        xinchuang=provider.xinchuang,
        offline=provider.offline,
        offerings=tuple(_offering(item) for item in provider.offerings),
        cases=tuple(_case(item) for item in provider.cases),
    )


def _unlisted(listing: Listing) -> str:
    if listing.state == "valid":
        return f"入库自{listing.valid_from.isoformat()}起生效"
    return f"在库状态为“{STATE_NAMES[listing.state][0]}”"


def _offering(item: Offering) -> OfferingFacts:
    return OfferingFacts(
        ref=f"offering:{item.id}",
        kind=item.kind,
        name=item.name,
        text=item.summary,
        scene_ids=tuple(item.scene_ids),
        industry_codes=tuple(item.industry_codes),
        deployments=tuple(item.deployments),
        xinchuang=item.xinchuang,
        offline=item.offline,
        price_min_wan=_wan(item.price_min_yuan),
        price_max_wan=_wan(item.price_max_yuan),
        verification=item.verification,
    )


def _case(item: Case) -> CaseFacts:
    return CaseFacts(
        ref=f"case:{item.id}",
        title=item.title,
        text=f"{item.client_shown}。{item.story}",
        industry_code=item.industry_code,
        scene_ids=(item.scene_id,) if item.scene_id else (),
        year=item.year,
        metrics=tuple(_metric_line(metric) for metric in item.metrics),
        verification=item.verification,
    )


def _metric_line(metric: dict[str, Any]) -> str:
    name, before, after, unit = (
        str(metric.get(key) or "") for key in ("name", "before", "after", "unit")
    )
    return f"{name}由{before}{unit}变为{after}{unit}" if before else f"{name}{after}{unit}"


def need_from_json(values: dict[str, Any]) -> NeedFacts:
    """Return the need's facts kept by `to_json`."""
    return NeedFacts(**tuples_in(values))


def vocabulary_from_json(values: dict[str, Any]) -> Vocabulary:
    """Return the vocabulary kept as `asdict` gave it; its lists of words were tuples."""
    return Vocabulary(**{name: tuples_in(table) for name, table in values.items()})


def corrections_to_json(corrections: Corrections) -> dict[str, Any]:
    """Return corrections as JSON-ready values, in a fixed order."""
    return {
        "dropped": sorted(corrections.dropped),
        "scene_ids": list(corrections.scene_ids),
        "industry_codes": list(corrections.industry_codes),
        "capability_ids": list(corrections.capability_ids),
    }


def corrections_from_json(values: dict[str, Any]) -> Corrections:
    """Return the corrections kept by `corrections_to_json`; missing keys mean none."""
    names = {item.name for item in fields(Corrections)} - {"dropped"}
    return Corrections(
        dropped=frozenset(values.get("dropped", ())),
        **{name: tuple(values.get(name, ())) for name in names},
    )
