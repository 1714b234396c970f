"""One edition against the one before: who came, who went, what changed and why; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from .columns import HEADERS

_OWN_COLUMN = frozenset({"tier", "tier_name", "batch_number", "valid_from", "valid_to"})
"""What the page shows in columns of its own, or what follows from a new decision."""
_QUIET = frozenset({"accepted_24_months", "verified_on"})
"""What changes by itself and is no correction."""


@dataclass(frozen=True, slots=True)
class Change:
    """One provider against the last edition. kind: added | tier | changed | removed | same.

    `before` and `after` are (code, name) of the tier; `fields` are (label, before, after).
    """

    kind: str
    provider_id: int
    name: str
    track: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None
    fields: tuple[tuple[str, str, str], ...]
    reason: str
    batch_number: str
    valid_to: str


def compare(
    previous: Mapping[int, Mapping[str, Any]],
    this: Mapping[int, Mapping[str, Any]],
    reasons: Mapping[int, str],
) -> list[Change]:
    """Return every provider of either edition: changed ones in this one's order, removed last.

    `previous` and `this` are rows by provider id, `reasons` why a provider's tier is what it is
    or why it is no longer there.
    """
    changes = [
        _change(key, previous.get(key), row, reasons.get(key, "")) for key, row in this.items()
    ]
    changes += [
        _change(key, row, None, reasons.get(key, ""))
        for key, row in previous.items()
        if key not in this
    ]
    return changes


def _change(
    key: int, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, reason: str
) -> Change:
    row = after or before or {}
    fields = _fields(before, after) if before and after else ()
    if before is None:
        kind = "added"
    elif after is None:
        kind = "removed"
    elif before["tier"] != after["tier"]:
        kind = "tier"
    else:
        kind = "changed" if fields else "same"
    told = {"added", "tier", "removed"}
    return Change(
        kind=kind,
        provider_id=key,
        name=str(row["name"]),
        track=str(row["track"]),
        before=(before["tier"], before["tier_name"]) if before else None,
        after=(after["tier"], after["tier_name"]) if after else None,
        fields=fields,
        reason=(reason or _default_reason(kind)) if kind in told else "",
        batch_number=str(after["batch_number"]) if after else "",
        valid_to=str(after["valid_to"]) if after else "",
    )


def _fields(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (str(header), str(before.get(key, "")), str(after.get(key, "")))
        for key, header in HEADERS.items()
        if key not in _OWN_COLUMN | _QUIET and before.get(key, "") != after.get(key, "")
    )


def _default_reason(kind: str) -> str:
    return {"added": _("首次收录"), "removed": _("未收录本期"), "tier": ""}[kind]


def count_kinds(changes: Sequence[Change]) -> dict[str, int]:
    """Return how many changes there are of each kind."""
    kinds = ("added", "tier", "changed", "removed", "same")
    return {kind: sum(item.kind == kind for item in changes) for kind in kinds}


def composition(
    rows: Sequence[Mapping[str, Any]], tracks: Sequence[str], tiers: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Return how many rows stand in each track and tier: {track: {tier: count}}."""
    return {
        track: {
            tier: sum(row["track"] == track and row["tier"] == tier for row in rows)
            for tier in tiers
        }
        for track in tracks
    }
