"""What the forms hand to the services: frozen, plain values; passwords are hashes already."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """A person who opens an account."""

    email: str
    display_name: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class OrganisationDraft:
    """What a member says of the organisation; `kind` matters for providers only."""

    name: str
    uscc: str
    region_code: str
    industry_code: str | None = None
    size_class: str | None = None
    kind: str = "company"
    is_manufacturer: bool = False
    is_provider: bool = False


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """The part of an organisation its owner may change."""

    region_code: str
    industry_code: str | None
    size_class: str | None
    digital_level: str | None
    is_manufacturer: bool
    is_provider: bool
