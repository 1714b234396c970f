"""How far experts' points lie apart: mean, range, whether it must be discussed; pure.

Decimals, so that a range of exactly the share is not above it: of 10 points, a share of 0.3
allows 3.0 (6.5 to 9.5 stands), 3.5 must be discussed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..rubrics.scoring import Indicator, decimal_of, rounded


@dataclass(frozen=True, slots=True)
class Spread:
    """One indicator's points by letter, with what follows from them."""

    indicator: Indicator
    points: Mapping[str, float]
    low: float
    high: float
    mean: float
    must_discuss: bool

    @property
    def outliers(self) -> frozenset[str]:
        """The letters farthest from the mean where discussion is needed."""
        if not self.must_discuss:
            return frozenset()
        gaps = {letter: abs(value - self.mean) for letter, value in self.points.items()}
        most = max(gaps.values())
        return frozenset(letter for letter, gap in gaps.items() if gap == most)


def mean_of(values: Sequence[float]) -> float:
    """Return the mean rounded to 0.1, half up: 7.0, 7.5, 8.0, 8.5 → 7.8."""
    whole = sum((decimal_of(value) for value in values), Decimal(0))
    return rounded(whole / len(values))


def spread_of(indicator: Indicator, points: Mapping[str, float], share: float) -> Spread:
    """Return the spread of one indicator; `points` by letter, at least one."""
    values = list(points.values())
    gap = decimal_of(max(values)) - decimal_of(min(values))
    return Spread(
        indicator=indicator,
        points=points,
        low=min(values),
        high=max(values),
        mean=mean_of(values),
        must_discuss=gap > decimal_of(share) * decimal_of(indicator.points),
    )


def is_wide(totals: Iterable[float], limit: float) -> bool:
    """Whether the experts' totals lie farther apart than the limit: 63.5 to 73.5 is not, of 10."""
    values = [decimal_of(total) for total in totals]
    return bool(values) and max(values) - min(values) > decimal_of(limit)
