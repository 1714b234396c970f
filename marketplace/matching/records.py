"""Turns facts and readings into JSON and back, for saved runs and for readings kept on disk.

What is kept gives exactly what was: texts, sums and shares are the same values again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from .abilities import Evidence
from .facts import CaseFacts, NeedFacts, OfferingFacts, ProviderFacts
from .holdings import Holdings
from .units import ReadProvider, Unit

DIGEST_BYTES = 16


def to_json(facts: NeedFacts | ProviderFacts) -> dict[str, Any]:
    """Return facts as JSON-ready values."""
    values = asdict(facts)
    if values.get("valid_on") is not None:
        values["valid_on"] = values["valid_on"].isoformat()
    return values


def provider_from_json(values: Mapping[str, Any]) -> ProviderFacts:
    """Return the provider's facts kept by `to_json`."""
    plain = dict(values)
    offerings = tuple(OfferingFacts(**tuples_in(item)) for item in plain.pop("offerings"))
    cases = tuple(CaseFacts(**tuples_in(item)) for item in plain.pop("cases"))
    if plain.get("valid_on"):
        plain["valid_on"] = date.fromisoformat(plain["valid_on"])
    return ProviderFacts(**tuples_in(plain), offerings=offerings, cases=cases)


def tuples_in(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with their lists as tuples, as facts have them."""
    return {key: tuple(item) if isinstance(item, list) else item for key, item in values.items()}


def dump(values: Any) -> bytes:
    """Return values as the bytes of their JSON, always the same for the same values."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def digest_of(record: bytes) -> bytes:
    """Return what tells one record from every other."""
    return hashlib.blake2b(record, digest_size=DIGEST_BYTES).digest()


def dump_reading(read: ReadProvider) -> bytes:
    """Return what was read of a provider, without its facts and without what is kept as arrays."""
    units = [
        [
            *(unit.ref, unit.kind, unit.title, unit.text, unit.verification, unit.year),
            *(unit.industries, unit.scene_ids),
            [[code, said.quote, said.ref, said.verification] for code, said in unit.abilities],
            unit.price_min_wan,
        ]
        for unit in read.units
    ]
    return dump([units, read.natures, read.ordinary_share, read.unsupported_share])


def load_reading(facts: bytes, reading: bytes, holdings: Holdings) -> ReadProvider:
    """Return the reading kept by `dump` (of its facts) and `dump_reading`."""
    units, natures, ordinary, unsupported = json.loads(reading)
    return ReadProvider(
        facts=provider_from_json(json.loads(facts)),
        units=tuple(map(_unit, units)),
        holdings=holdings,
        natures=tuple((key, word) for key, word in natures),
        ordinary_share=ordinary,
        unsupported_share=unsupported,
    )


def _unit(values: list[Any]) -> Unit:
    ref, kind, title, text, verification, year, industries, scene_ids, abilities, price = values
    return Unit(
        ref=ref,
        kind=kind,
        title=title,
        text=text,
        verification=verification,
        year=year,
        industries=tuple((code, weight) for code, weight in industries),
        scene_ids=tuple(scene_ids),
        abilities=tuple((code, Evidence(*said)) for code, *said in abilities),
        price_min_wan=price,
    )
