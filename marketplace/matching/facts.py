"""What the matcher is told about a need and about a provider; plain frozen values, no behaviour.

The rooms above translate their rows into these. Money is in 万元. Empty or None always means “not said”,
never “no”.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """One need as its manufacturer filled it in."""

    need_id: str
    title: str
    description: str
    industry_codes: tuple[str, ...] = ()
    scene_ids: tuple[str, ...] = ()
    region_code: str | None = None
    budget_min_wan: float | None = None
    budget_max_wan: float | None = None
    must_haves: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    data_may_leave: bool | None = None
    network_isolated: bool | None = None
    xinchuang_required: bool | None = None
    size_class: str | None = None


@dataclass(frozen=True, slots=True)
class OfferingFacts:
    """One product or service of a provider."""

    ref: str
    kind: str
    name: str
    text: str
    scene_ids: tuple[str, ...] = ()
    industry_codes: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    xinchuang: bool | None = None
    offline: bool | None = None
    price_min_wan: float | None = None
    price_max_wan: float | None = None
    verification: str = "declared"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One delivered case of a provider."""

    ref: str
    title: str
    text: str
    industry_code: str | None = None
    scene_ids: tuple[str, ...] = ()
    year: int | None = None
    metrics: tuple[str, ...] = ()
    verification: str = "declared"


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """One provider with everything public that may count for or against it."""

    provider_id: str
    name: str
    profile: str
    type_codes: tuple[str, ...] = ()
    tier: str | None = None
    listed: bool = True
    valid_on: date | None = None
    unlisted_reason: str | None = None
    region_code: str | None = None
    service_regions: tuple[str, ...] = ()
    industry_codes: tuple[str, ...] = ()
    scene_ids: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    xinchuang: bool | None = None
    offline: bool | None = None
    offerings: tuple[OfferingFacts, ...] = ()
    cases: tuple[CaseFacts, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Names of the codes, from the taxonomy room; used to recognise them in text and to explain.

    Equal only to itself, so that what was read with it can be kept by it.
    """

    scenes: Mapping[str, str] = field(default_factory=dict)
    industries: Mapping[str, str] = field(default_factory=dict)
    scene_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    industry_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    provider_types: Mapping[str, str] = field(default_factory=dict)
