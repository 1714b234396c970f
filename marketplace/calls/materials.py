"""The materials a call asks for, by track; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .models import Call

TRACKS = ("综合", "专业", "产品", "OPC")
"""The tracks a call may be open to, in the order pages show them; stored as such."""


def asks_of(material: Mapping[str, Any], track: str) -> bool:
    """Whether a material is asked of a track; one that names no track is asked of all."""
    return not material.get("tracks") or track in material["tracks"]


def materials_for(call: Call, track: str) -> list[dict[str, Any]]:
    """Return the materials an application on that track hands in, in the call's order."""
    return [material for material in call.materials if asks_of(material, track)]


def with_codes(rows: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Return the rows that have a name, each under a code of its own.

    Codes stay while names change: files are kept under the code of their material.
    """
    named = [dict(row) for row in rows if str(row.get("name") or "").strip()]
    taken: set[str] = set()
    for row in named:
        code = str(row.get("code") or "")
        row["code"] = "" if code in taken else code
        taken.add(code)
    serial = 0
    for row in named:
        while not row["code"]:
            serial += 1
            if (code := f"other{serial}") not in taken:
                row["code"] = code
                taken.add(code)
    return tuple(named)
