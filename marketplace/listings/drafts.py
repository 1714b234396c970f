"""What is proposed about a provider's tier or place, as one plain value; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """One decision as proposed; see `models.ListingDecision` for what each value means.

    `before_tier` is the tier the provider has now, None for one not in the directory;
    `after_tier` is None when the provider is declined or removed.
    """

    provider_id: int
    application_id: int | None
    kind: str
    before_tier: str | None
    after_tier: str | None
    track: str
    total: float | None
    scores: Sequence[dict[str, Any]]
    rubric_number: str
    reasons: str
    next_tier: str
    red_line: str = ""
    reapply_after: date | None = None
