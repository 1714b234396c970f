"""The arithmetic of the rubric: totals, tiers, and what the next tier asks.

Pure; knows no database and no web. Works in decimals, so that 0.1 + 0.2 is 0.3 and a line is
reached or not. A total is first rounded to 0.1, half up, and only then held against the lines:
89.95 is 90.0 and reaches 90; 89.94 is 89.9 and does not. What is shown decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

TENTH: Final = Decimal("0.1")
TIERS: Final = ("tier1", "tier2", "tier3", "cultivation")
"""Tiers from the highest down; their names are a rule set."""

TIER_WORDS: Final = {"tier1": "一级", "tier2": "二级", "tier3": "三级", "cultivation": "培育"}
"""Names in the sentences kept with a score."""


def decimal_of(value: float) -> Decimal:
    """Return the decimal a person would write for the number: 0.1 is 0.1 and nothing more."""
    return Decimal(str(value))


def rounded(value: Decimal) -> float:
    """Return the value rounded to 0.1, half up: 89.95 → 90.0."""
    return float(value.quantize(TENTH, ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Guide:
    """What a score between two points (both included) of one indicator means."""

    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension and its points, the same on every track."""

    name: str
    points: float


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator as it counts on one track.

    `points` is the most it gives, `mode` judged or computed, `step` the steps of judged scores;
    `figure` names the computation (see `figures`), empty for judged ones.
    """

    code: str
    name: str
    dimension: str
    points: float
    mode: str
    guidance: tuple[Guide, ...]
    step: float = 0.5
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """The least total of a tier."""

    tier: str
    line: float


@dataclass(frozen=True, slots=True)
class Scheme:
    """One rubric, ready to score with. Made by `from_body` from a body without faults."""

    dimensions: tuple[Dimension, ...]
    tracks: tuple[str, ...]
    bands: tuple[Band, ...]
    gates: tuple[tuple[str, str], ...]
    settings: Mapping[str, Any]
    fairness: Mapping[str, Any]
    step: float
    _by_track: Mapping[str, tuple[Indicator, ...]] = field(repr=False)
    _full: Mapping[str, Mapping[str, float]] = field(repr=False)

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Scheme:
        """Return the scheme kept in a rubric's body; KeyError when a part is missing."""
        step = float(body["step"])
        return cls(
            dimensions=tuple(
                Dimension(item["name"], float(item["points"])) for item in body["dimensions"]
            ),
            tracks=tuple(track["code"] for track in body["tracks"]),
            bands=tuple(Band(item["tier"], float(item["line"])) for item in body["bands"]),
            gates=tuple((item["code"], item["text"]) for item in body["gates"]),
            settings=body["figures"],
            fairness=body["fairness"],
            step=step,
            _by_track={
                track["code"]: tuple(
                    _indicator(item, float(track["points"][item["code"]]), step)
                    for item in body["indicators"]
                )
                for track in body["tracks"]
            },
            _full={track["code"]: track["full"] for track in body["tracks"]},
        )

    def indicators(self, track: str) -> tuple[Indicator, ...]:
        """Return the indicators of a track in the rubric's order; KeyError for an unknown track."""
        return self._by_track[track]

    def full_count(self, track: str, figure: str) -> float:
        """Return how many cases or clients give full points on this track."""
        return float(self._full[track][figure])

    def total(self, track: str, points: Mapping[str, float]) -> float:
        """Return the total of the points given per indicator, rounded to 0.1, half up.

        What is missing counts as 0. ValueError for an indicator the track does not have, or
        for points below 0 or above what the indicator gives.
        """
        most = {item.code: item.points for item in self._by_track[track]}
        whole = Decimal(0)
        for code, value in points.items():
            if code not in most or not 0 <= value <= most[code]:
                raise ValueError(code)
            whole += decimal_of(value)
        return rounded(whole)

    def band_of(self, total: float) -> str | None:
        """Return the tier whose line the total reaches, rounded to 0.1 first; None below all."""
        shown = rounded(decimal_of(total))
        for band in self.bands:
            if shown >= band.line:
                return band.tier
        return None

    def tier_after(self, before: str | None, total: float) -> str | None:
        """Return the tier a total leads to from the tier held now (None: not listed).

        Up one tier at a time: cultivation with 91.0 becomes tier3. Down at once. Who is not
        listed yet enters where the total stands.
        """
        reached = self.band_of(total)
        if before is None or reached is None:
            return reached
        held, got = TIERS.index(before), TIERS.index(reached)
        return TIERS[max(got, held - 1)]

    def line_of(self, tier: str) -> float:
        """Return the least total of a tier; KeyError for an unknown one."""
        return {band.tier: band.line for band in self.bands}[tier]

    def next_tier(self, track: str, points: Mapping[str, float], tier: str | None) -> list[str]:
        """Return, in sentences, what the tier above `tier` (None: not listed) asks.

        Names the line, what is missing, and the three indicators with most room. When the total
        already reaches the line, says that tiers are climbed one at a time.
        """
        if tier == TIERS[0]:
            return ["已是最高等级，复评时保持即可。"]
        above = TIERS[-1] if tier is None else TIERS[TIERS.index(tier) - 1]
        total, line = self.total(track, points), self.line_of(above)
        name = TIER_WORDS[above]
        if total >= line:
            return [
                f"得分{total:.1f}分，已达到{name}线{line:g}分；"
                f"等级逐级上升，可在下次评价时申请{name}。"
            ]
        gap = decimal_of(line) - decimal_of(total)
        return [
            f"{name}须{line:g}分，现为{total:.1f}分，还差{rounded(gap):.1f}分。",
            *self._room(track, points),
        ]

    def _room(self, track: str, points: Mapping[str, float]) -> list[str]:
        """Return, in sentences, the three indicators with most points still to gain."""
        left = [
            (decimal_of(item.points) - decimal_of(points.get(item.code, 0)), item)
            for item in self._by_track[track]
        ]
        left = sorted((pair for pair in left if pair[0] > 0), key=lambda pair: -pair[0])
        return [
            f"{item.name}现得{points.get(item.code, 0):g}分，满分{item.points:g}分，"
            f"还有{rounded(rest):g}分可争取。"
            for rest, item in left[:3]
        ]


def _indicator(item: Mapping[str, Any], points: float, step: float) -> Indicator:
    computed = item["mode"] == "computed"
    return Indicator(
        code=item["code"],
        name=item["name"],
        dimension=item["dimension"],
        points=points,
        mode=item["mode"],
        guidance=_guides(item["guidance"], points, step),
        step=step,
        figure=item["code"] if computed else "",
    )


def _guides(bands: Sequence[Mapping[str, Any]], points: float, step: float) -> tuple[Guide, ...]:
    """Return the bands, kept as shares of the most, in points: of 10, 0.4–0.7 is 4 to 6.5.

    Each band ends one step below the next; a band that holds no step is left out.
    """
    unit, most = decimal_of(step), decimal_of(points)
    if unit <= 0:
        return ()

    def on_step(share: float) -> Decimal:
        return (decimal_of(share) * most / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit

    made = []
    for place, band in enumerate(bands):
        low = on_step(band["low"])
        last = place == len(bands) - 1
        high = most if last else on_step(bands[place + 1]["low"]) - unit
        if low <= high:
            made.append(Guide(float(low), float(high), band["text"]))
    return tuple(made)
