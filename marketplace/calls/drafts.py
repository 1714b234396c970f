"""What of a call people write, as a frozen value."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class CallDraft:
    """A call as written; the names are those of the columns.

    `materials` holds {code, name, hint, required, tracks}; no tracks means all of them.
    """

    title: str
    opens_at: datetime
    closes_at: datetime
    batch: str = ""
    summary: str = ""
    conditions: str = ""
    industry_codes: tuple[str, ...] = ()
    scene_ids: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    materials: tuple[dict[str, Any], ...] = ()
    rubric_number: str = ""
    review_by: date | None = None
    site_check_percent: int = 10
    contact: str = ""

    def as_columns(self) -> dict[str, Any]:
        """Return the values as the columns keep them."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
        }
