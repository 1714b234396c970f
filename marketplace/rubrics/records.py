"""What a replay reads of a provider, and what it says of it; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .scoring import TIERS


@dataclass(frozen=True, slots=True)
class Record:
    """A provider's last scores, as shares of what each indicator gave, and what fairness asks.

    `tier` is the one held now. `kind` is that of the organisation (company, opc …).
    """

    provider_id: int
    name: str
    track: str
    tier: str | None
    shares: Mapping[str, float]
    is_local: bool = True
    kind: str = "company"
    founded_year: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One provider before and after; `moves` are (indicator, points) from most to least.

    Totals are None for one that lacks raw scores: it counts as not moved, and a person looks.
    """

    record: Record
    before: float | None
    after: float | None
    before_tier: str | None
    after_tier: str | None
    moves: tuple[tuple[str, float], ...] = ()

    @property
    def direction(self) -> str:
        """Whether the tier goes up, down, or stays the same."""
        step = _rank(self.after_tier) - _rank(self.before_tier)
        return "up" if step > 0 else "down" if step < 0 else "same"

    @property
    def is_lacking(self) -> bool:
        """Whether raw scores are missing."""
        return self.before is None

    def as_body(self, year: int, young_years: float) -> dict[str, Any]:
        """Return the row as JSON-ready values."""
        record = self.record
        return {
            "provider_id": record.provider_id,
            "name": record.name,
            "track": record.track,
            "held": record.tier,
            "before": self.before,
            "after": self.after,
            "before_tier": self.before_tier,
            "after_tier": self.after_tier,
            "direction": self.direction,
            "lacking": self.is_lacking,
            "moves": [[code, points] for code, points in self.moves],
            "local": record.is_local,
            "opc": is_opc(record),
            "young": is_young(record, year, young_years),
        }


def is_opc(record: Record) -> bool:
    """Whether the provider is one person, by its kind or its track."""
    return record.kind == "opc" or record.track == "OPC"


def is_young(record: Record, year: int, years: float) -> bool:
    """Whether the provider was founded fewer than so many years ago; unknown is not young."""
    return record.founded_year is not None and year - record.founded_year < years


def _rank(tier: str | None) -> int:
    return len(TIERS) - TIERS.index(tier) if tier in TIERS else 0
