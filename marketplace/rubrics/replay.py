"""What another rubric would have made of everybody's last scores; pure, changes nothing.

Every score is kept as a share of what its indicator gave then, so that it can be held against
other weights: 8 of 10 is 0.8, and 11.2 of 14. Computed indicators are carried over the same way;
changes of how they are computed (full counts, windows) are therefore not part of a replay.
All providers of a track are one matrix: 1,000 of them take milliseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .fairness import Check, fairness_checks
from .records import Record, Row, is_opc
from .scoring import Scheme

OUT: Final = "out"
"""Where those stand who reach no tier."""

_NEAR = 1e-6
"""Shares are floats: a total this close below a half tenth is that half. Exact ones are farther."""

_MOVED = 0.05
"""The smallest move that can be seen in a total of one decimal."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The whole run. `flow` counts (tier before, tier after), `touched` providers per indicator."""

    rows: tuple[Row, ...]
    flow: dict[tuple[str, str], int]
    touched: dict[str, int]
    checks: tuple[Check, ...]
    year: int
    young_years: float

    def as_result(self) -> dict[str, Any]:
        """Return the totals as JSON-ready values."""
        moved = Counter(row.direction for row in self.rows)
        still = [
            abs(row.after - row.before)
            for row in self.rows
            if row.direction == "same" and row.after is not None and row.before is not None
        ]
        return {
            "providers": len(self.rows),
            "up": moved["up"],
            "down": moved["down"],
            "same": moved["same"],
            "up_opc": self._count("up", opc=True),
            "out": sum(row.direction == "down" and row.after_tier is None for row in self.rows),
            "lacking": sum(row.is_lacking for row in self.rows),
            "still_by": round(median(still), 1) if still else 0.0,
            "flow": [[one, two, count] for (one, two), count in sorted(self.flow.items())],
            "touched": self.touched,
            "checks": [
                {"code": check.code, "holds": check.holds, "counts": check.counts}
                for check in self.checks
            ],
        }

    def as_rows(self) -> list[dict[str, Any]]:
        """Return the providers as JSON-ready values, those that move first, most first."""
        order = sorted(
            self.rows,
            key=lambda row: (
                row.direction == "same",
                not row.is_lacking,
                -abs((row.after or 0) - (row.before or 0)),
                row.record.provider_id,
            ),
        )
        return [row.as_body(self.year, self.young_years) for row in order]

    def _count(self, direction: str, *, opc: bool) -> int:
        return sum(row.direction == direction and is_opc(row.record) == opc for row in self.rows)


def replay(old: Scheme, new: Scheme, records: Sequence[Record], *, year: int) -> Replay:
    """Return what `new` would make of the records beside what `old` makes of them.

    Both sides are computed anew from the same shares, so that a difference comes from the
    rubric alone, and never from steps taken one tier at a time. `year` tells who is young.
    A record whose track or one of whose scores is missing is left as it is.
    """
    tracks = [track for track in new.tracks if track in old.tracks]
    made: dict[int, Row] = {}
    touched: Counter[str] = Counter()
    for track in tracks:
        places = [
            place
            for place, record in enumerate(records)
            if record.track == track and _is_whole(record, old, new)
        ]
        found, moved = _track_rows(old, new, track, [records[place] for place in places])
        made.update(zip(places, found, strict=True))
        touched.update(moved)
    rows = tuple(
        made.get(place) or Row(record, None, None, record.tier, record.tier)
        for place, record in enumerate(records)
    )
    young = float(new.fairness["young_years"])
    return Replay(
        rows=rows,
        flow=dict(Counter((row.before_tier or OUT, row.after_tier or OUT) for row in rows)),
        touched={code: count for code, count in touched.items() if count},
        checks=fairness_checks(new, rows, year),
        year=year,
        young_years=young,
    )


def _is_whole(record: Record, old: Scheme, new: Scheme) -> bool:
    needed = {
        item.code
        for scheme in (old, new)
        for item in scheme.indicators(record.track)
        if item.points > 0
    }
    return needed <= record.shares.keys()


def _track_rows(
    old: Scheme, new: Scheme, track: str, records: Sequence[Record]
) -> tuple[list[Row], dict[str, int]]:
    """Return the rows of one track in order, and how many providers each indicator moves."""
    was = {item.code: item.points for item in old.indicators(track)}
    becomes = {item.code: item.points for item in new.indicators(track)}
    codes = list(dict.fromkeys([*was, *becomes]))
    shares = np.array(
        [[record.shares.get(code, 0.0) for code in codes] for record in records], dtype=float
    ).reshape(len(records), len(codes))
    weights = np.array([[side.get(code, 0.0) for code in codes] for side in (was, becomes)])
    totals = np.floor((shares @ weights.T) * 10 + 0.5 + _NEAR) / 10
    moves = shares * (weights[1] - weights[0])
    seen = np.abs(moves) >= _MOVED - _NEAR
    order = np.argsort(-np.abs(moves), axis=1, kind="stable")
    rows = [
        _row(old, new, record, totals[place], codes, moves[place], order[place], seen[place])
        for place, record in enumerate(records)
    ]
    return rows, dict(zip(codes, map(int, seen.sum(axis=0)), strict=True))


def _row(
    old: Scheme,
    new: Scheme,
    record: Record,
    totals: npt.NDArray[np.float64],
    codes: Sequence[str],
    moves: npt.NDArray[np.float64],
    order: npt.NDArray[np.int64],
    seen: npt.NDArray[np.bool_],
) -> Row:
    before, after = round(float(totals[0]), 1), round(float(totals[1]), 1)
    return Row(
        record,
        before,
        after,
        old.band_of(before),
        new.band_of(after),
        tuple((codes[at], round(float(moves[at]), 1)) for at in order if seen[at]),
    )
