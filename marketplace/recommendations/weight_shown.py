"""What the weight pages show: points side by side, figures side by side, who moves and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from ..matching.signals import NAMES
from ..matching.weights import Weights
from ..needs.models import Need
from .comparing import FIRST, LOOKED_AT
from .models import WeightComparison, WeightMeasure

BEYOND = LOOKED_AT + 1
Figures = Mapping[tuple[str, str], WeightMeasure]


def show_points(before: Weights, after: Weights) -> list[dict[str, Any]]:
    """Return each signal's points in both sets, and the change."""
    return [
        {
            "name": name,
            "before": before.points.get(key, 0.0),
            "after": after.points.get(key, 0.0),
            "change": round(after.points.get(key, 0.0) - before.points.get(key, 0.0), 2),
        }
        for key, name in NAMES.items()
        if before.points.get(key) or after.points.get(key)
    ]


def other_settings(before: Weights, after: Weights) -> list[tuple[str, float | None, float | None]]:
    """Return the numbers of the curves and tiers that differ: (name, before, after)."""
    pairs = ((before.settings, after.settings), (before.tiers, after.tiers))
    return [
        (key, old.get(key), new.get(key))
        for old, new in pairs
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    ]


def show_figures(before: Figures, after: Figures) -> list[dict[str, Any]]:
    """Return the figures of the judged sets that both were measured on."""
    return [
        {
            "name": key[0],
            "before": before[key].figures,
            "after": after[key].figures,
            "at": after[key].at,
            "lexicons": sorted({before[key].lexicon_version, after[key].lexicon_version}),
        }
        for key in before
        if key in after
    ]


def show_moves(
    comparison: WeightComparison, needs: Mapping[int, Need], names: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Return the needs whose order changes, of those the viewer may see; most changed first."""
    shown = []
    for item in comparison.moves:
        need = needs.get(item["need_id"])
        if need is not None:
            rows = [_row(row, names) for row in item["rows"]]
            shown.append({"need": need, "rows": rows})
    return sorted(shown, key=lambda item: -len(item["rows"]))


def _row(row: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    before, after = row["before"], row["after"]
    return {
        "provider_id": int(row["provider_id"]),
        "name": names.get(int(row["provider_id"]), _("已不在库")),
        "before": _place(before),
        "after": _place(after),
        "entering": _is_within(after) and not _is_within(before),
        "leaving": _is_within(before) and not _is_within(after),
        "up": (after or BEYOND) < (before or BEYOND),
        "why": [(NAMES.get(key, key), points) for key, points in row["why"]],
    }


def _is_within(place: int | None) -> bool:
    return place is not None and place <= FIRST


def _place(place: int | None) -> str:
    return _("第%(n)s名", n=place) if place else _("%(n)s名以后", n=LOOKED_AT)


def count_moves(moves: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count the needs whose order changes and the providers that enter or leave the first ten."""
    rows = [row for item in moves for row in item["rows"]]
    return {
        "needs": len(moves),
        "entering": sum(row["entering"] for row in rows),
        "leaving": sum(row["leaving"] for row in rows),
        "moving": len(rows),
    }
