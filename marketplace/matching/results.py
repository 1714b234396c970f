"""What a ranking run gives back: plain values, ready to be stored as JSON and shown.

No behaviour beyond looking a provider up. Scores are points of 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .prepared import Floats, Prepared
from .screening import Screening
from .signals import Signals
from .understanding import Understanding
from .units import Unit
from .weights import Weights

Doubles = NDArray[np.float64]

RECOMMENDED, WEAK, UNFIT = "recommended", "weak", "unfit"
FIT_NAMES = {RECOMMENDED: "推荐", WEAK: "符合条件但得分偏低", UNFIT: "场景或能力不符"}


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one signal earned, in points, and the most it could have earned."""

    signal: str
    name: str
    points: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Reason:
    """One claim for or against a provider, with the words it rests on and who has checked them."""

    claim: str
    sign: str
    signal: str
    quote: str = ""
    ref: str = ""
    source: str = ""
    verification: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A provider in the order. Reasons are empty until explained."""

    provider_id: str
    rank: int
    score: float
    fit: str
    contributions: tuple[Contribution, ...]
    reasons: tuple[Reason, ...] = ()
    to_confirm: tuple[str, ...] = ()
    explained: bool = False


@dataclass(frozen=True, slots=True)
class Excluded:
    """A provider kept out, why, and where it would stand if that were relaxed (None when it cannot be)."""

    provider_id: str
    gate: str
    gate_name: str
    reason: str
    quote: str = ""
    ref: str = ""
    verification: str = ""
    also: tuple[str, ...] = ()
    relaxed_score: float | None = None
    relaxed_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Everything a ranking was computed from; kept for explaining, never saved."""

    understanding: Understanding
    prepared: Prepared
    weights: Weights
    as_of: date
    signals: Signals
    screening: Screening
    points: Mapping[str, Doubles]
    scores: Doubles
    leaning: Floats
    same_work: dict[int, Unit | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranking:
    """The result of a run: placed and excluded providers, together all that were given."""

    need_id: str
    weights_name: str
    lexicon_version: str
    placed: tuple[Placed, ...]
    excluded: tuple[Excluded, ...]
    run: Run | None = field(default=None, compare=False, repr=False)

    @cached_property
    def by_provider(self) -> Mapping[str, Placed | Excluded]:
        """Every provider's result by its id."""
        everyone: tuple[Placed | Excluded, ...] = (*self.placed, *self.excluded)
        return {item.provider_id: item for item in everyone}

    def recommended(self) -> tuple[Placed, ...]:
        """The placed providers good enough to be shown as recommended."""
        return tuple(item for item in self.placed if item.fit == RECOMMENDED)
