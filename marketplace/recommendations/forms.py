"""What the address of a recommendations page says: corrections, whom to compare, whom to look up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from ..matching.understanding import Corrections

MOST = 20
_LISTS = {"scene": "scene_ids", "industry": "industry_codes", "capability": "capability_ids"}


def read_corrections(args: MultiDict[str, str]) -> Corrections:
    """Return the corrections an address carries; at most twenty of each, short codes only."""

    def codes(name: str) -> tuple[str, ...]:
        found = dict.fromkeys(code for code in args.getlist(name) if 0 < len(code) <= 60)
        return tuple(found)[:MOST]

    corrections = Corrections(
        dropped=frozenset(codes("drop")),
        **{field: codes(name) for name, field in _LISTS.items()},
    )
    for key in codes("remove"):
        corrections = without(corrections, key)
    return corrections


def without(corrections: Corrections, key: str) -> Corrections:
    """Take one reading away: one that was added is forgotten, one the machine read is dropped."""
    kind, _colon, code = key.partition(":")
    field = _LISTS.get(kind)
    added = getattr(corrections, field) if field else ()
    if code in added:
        kept = tuple(item for item in added if item != code)
        return replace(corrections, **{str(field): kept})
    return replace(corrections, dropped=corrections.dropped | {key})


def address_of(corrections: Corrections) -> dict[str, Any]:
    """Return the query parameters that say the same corrections."""
    values: dict[str, Any] = {
        name: list(getattr(corrections, field)) for name, field in _LISTS.items()
    }
    values["drop"] = sorted(corrections.dropped)
    return {name: value for name, value in values.items() if value}
