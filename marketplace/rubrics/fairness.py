"""Whom a new rubric would hit: the questions of fairness a replay answers; pure.

Registration may not count (fair competition review), small and young firms may not be shut out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .records import Row, is_opc, is_young
from .scoring import Scheme


@dataclass(frozen=True, slots=True)
class Check:
    """One question of fairness: whether it holds, and the counts it was decided by."""

    code: str
    holds: bool
    counts: dict[str, int]


def fairness_checks(new: Scheme, rows: Sequence[Row], year: int) -> tuple[Check, ...]:
    """Return the questions of fairness, each with whether it holds.

    The share of one group that moves (or falls) may differ from that of the others by the
    rubric's tolerance: 6 of 44 (13.6 %) against 12 of 84 (14.3 %) holds with 5 points.
    """
    tolerance = float(new.fairness["tolerance"])
    local = [row for row in rows if row.record.is_local]
    outside = [row for row in rows if not row.record.is_local]
    opc = [row for row in rows if is_opc(row.record)]
    young_years = float(new.fairness["young_years"])
    young = [row for row in rows if is_young(row.record, year, young_years)]
    words = sum(word in _texts(new) for word in new.fairness["words"])
    return (
        Check(
            "outside",
            not outside or not local or _is_alike(outside, local, tolerance),
            {
                "outside": len(outside),
                "outside_moved": _moved(outside),
                "local": len(local),
                "local_moved": _moved(local),
            },
        ),
        Check("opc", _is_spared(opc, rows, tolerance), _ups_and_downs(opc)),
        Check("young", _is_spared(young, rows, tolerance), _ups_and_downs(young)),
        Check("words", not words, {"words": words}),
    )


def _is_alike(outside: Sequence[Row], local: Sequence[Row], tolerance: float) -> bool:
    apart = abs(_share(outside, "moved") - _share(local, "moved"))
    return max(apart, _share(outside, "down") - _share(local, "down")) <= tolerance


def _is_spared(group: Sequence[Row], rows: Sequence[Row], tolerance: float) -> bool:
    """Whether no larger share of the group falls than of the others, within the tolerance."""
    inside = {id(row) for row in group}
    others = [row for row in rows if id(row) not in inside]
    return not group or _share(group, "down") - _share(others, "down") <= tolerance


def _ups_and_downs(group: Sequence[Row]) -> dict[str, int]:
    return {
        "all": len(group),
        "up": sum(row.direction == "up" for row in group),
        "down": sum(row.direction == "down" for row in group),
    }


def _moved(group: Sequence[Row]) -> int:
    return sum(row.direction != "same" for row in group)


def _share(group: Sequence[Row], direction: str) -> float:
    if not group:
        return 0.0
    if direction == "moved":
        return _moved(group) / len(group)
    return sum(row.direction == direction for row in group) / len(group)


def _texts(scheme: Scheme) -> str:
    """Return everything the rubric scores or admits by, in one text."""
    parts = [text for _code, text in scheme.gates]
    for track in scheme.tracks:
        for item in scheme.indicators(track):
            parts += [item.name, *(guide.text for guide in item.guidance)]
    return "\n".join(parts)
