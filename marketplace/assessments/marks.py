"""Rules of marks: points in steps within the most, and where a reason is needed; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from ..rubrics.scoring import Guide, Indicator, Scheme, decimal_of

MISSING = "missing"
NO_REASON = "reason"


def judged_of(scheme: Scheme, track: str) -> list[Indicator]:
    """Return the indicators experts score on this track, in the rubric's order."""
    return [item for item in scheme.indicators(track) if item.mode == "judged"]


def points_problem(indicator: Indicator, points: float) -> str:
    """Return why these points cannot be given, or nothing: 0 to the most, in steps."""
    value = decimal_of(points)
    if not value.is_finite() or not 0 <= value <= decimal_of(indicator.points):
        return _("%(name)s须在0至%(most)g分之间", name=indicator.name, most=indicator.points)
    if value % decimal_of(indicator.step):
        return _("%(name)s按%(step)g分一档给分", name=indicator.name, step=indicator.step)
    return ""


def agreed_problem(indicator: Indicator, points: float) -> str:
    """Return why these points cannot be agreed on, or nothing: 0 to the most, in tenths."""
    value = decimal_of(points)
    if not value.is_finite() or not 0 <= value <= decimal_of(indicator.points):
        return _("%(name)s须在0至%(most)g分之间", name=indicator.name, most=indicator.points)
    if value % Decimal("0.1"):
        return _("%(name)s的议定分最多一位小数", name=indicator.name)
    return ""


def band_at(indicator: Indicator, points: float | None) -> Guide | None:
    """Return the band of the guidance the points fall into."""
    if points is None:
        return None
    for guide in indicator.guidance:
        if guide.low <= points <= guide.high:
            return guide
    return None


def needs_reason(indicator: Indicator, points: float | None) -> bool:
    """Whether the points fall into the top or the bottom band, which must be explained."""
    guide = band_at(indicator, points)
    return guide is not None and guide in {indicator.guidance[0], indicator.guidance[-1]}


def faults_of(indicators: Iterable[Indicator], marks: Mapping[str, Any]) -> dict[str, str]:
    """Return what keeps a sheet from being handed in, by indicator: MISSING or NO_REASON.

    `marks` maps codes to anything with `points` and `reason`.
    """
    faults = {}
    for indicator in indicators:
        mark = marks.get(indicator.code)
        if mark is None or mark.points is None:
            faults[indicator.code] = MISSING
        elif needs_reason(indicator, mark.points) and not mark.reason.strip():
            faults[indicator.code] = NO_REASON
    return faults
