"""What is typed on the pages of this room, as plain values; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ExpertDraft:
    """What the pool keeps of an expert."""

    employer: str = ""
    title: str = ""
    industry_codes: tuple[str, ...] = ()
    scene_ids: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class InterestDraft:
    """One interest: the organisation by name or credit code; `ended_on` of contracts only."""

    organisation: str = ""
    kind: str = ""
    ended_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one expert writes for one indicator; no points yet is None."""

    points: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgreedMark:
    """What the chair writes for one indicator: points (None: not agreed) and what they rest on."""

    points: float | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """What a site check found."""

    visit_on: date | None = None
    visitors: str = ""
    findings: str = ""
    confirmed: bool | None = None


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """The tier proposed: kind of decision, tier (None when declined), reasons, next tier."""

    kind: str = ""
    after_tier: str | None = None
    reasons: str = ""
    next_tier: str = ""
