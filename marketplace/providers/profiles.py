"""A provider's profile as one plain value: what drafts keep, forms fill, previews show.

Pure: no database, no web. `ProfileDraft.from_body(draft.as_body()) == draft`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class OfferingDraft:
    """One offering; prices in whole yuan; `id` is None while it is new."""

    id: int | None = None
    kind: str = "software"
    name: str = ""
    summary: str = ""
    scene_ids: tuple[str, ...] = ()
    industry_codes: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    xinchuang: bool | None = None
    offline: bool | None = None
    price_min_yuan: int | None = None
    price_max_yuan: int | None = None
    price_basis: str = ""
    filing_number: str = ""


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """One case; `metrics` are (name, before, after, unit), all text as the provider wrote it."""

    id: int | None = None
    title: str = ""
    client_name: str = ""
    client_masked: bool = True
    client_label: str = ""
    industry_code: str | None = None
    scene_id: str | None = None
    year: int | None = None
    month: int | None = None
    story: str = ""
    metrics: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateDraft:
    """One certificate; `valid_to` is an ISO date or None."""

    id: int | None = None
    name: str = ""
    number: str = ""
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """Everything a member can edit, as one value."""

    summary: str = ""
    profile: str = ""
    type_codes: tuple[str, ...] = ()
    industry_codes: tuple[str, ...] = ()
    scene_ids: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    xinchuang: bool | None = None
    offline: bool | None = None
    service_regions: tuple[str, ...] = ()
    onsite_hours: str = ""
    price_note: str = ""
    founded_year: int | None = None
    staff_band: str = ""
    address_hint: str = ""
    contact_department: str = ""
    contact_phone: str = ""
    offerings: tuple[OfferingDraft, ...] = field(default=())
    cases: tuple[CaseDraft, ...] = field(default=())
    certificates: tuple[CertificateDraft, ...] = field(default=())

    def as_body(self) -> dict[str, Any]:
        """Return the draft as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_body(cls, body: dict[str, Any]) -> ProfileDraft:
        """Return the draft kept in `body`; unknown keys are ignored, missing ones defaulted."""
        values = _known(cls, body)
        values["offerings"] = tuple(
            OfferingDraft(**_known(OfferingDraft, item)) for item in body.get("offerings", ())
        )
        values["cases"] = tuple(
            CaseDraft(**_known(CaseDraft, item)) for item in body.get("cases", ())
        )
        values["certificates"] = tuple(
            CertificateDraft(**_known(CertificateDraft, item))
            for item in body.get("certificates", ())
        )
        return cls(**values)


def _known(kind: Any, body: dict[str, Any]) -> dict[str, Any]:
    names = {item.name for item in fields(kind)}
    return {key: _frozen(value) for key, value in body.items() if key in names}


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value
