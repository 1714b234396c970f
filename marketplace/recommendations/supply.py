"""Where supply is missing: for one need, and for a region's needs by scene and industry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..matching.batch import brief_of
from ..matching.gaps import Lack, Supply, lacks_of
from .lists import MatchedRow
from .services import Recommendation

MOST_LACKS = 3


@dataclass(frozen=True, slots=True)
class Shortage:
    """A scene in an industry whose needs find too few providers, the needs with the fewest first."""

    scene_id: str | None
    industry_code: str | None
    needs: int
    rows: tuple[MatchedRow, ...]

    @property
    def fewest(self) -> int:
        """How many providers the worst off of the needs finds."""
        return self.rows[0].recommended

    @property
    def lacks(self) -> list[Lack]:
        """What is missing, what concerns most of the needs first."""
        counted = Counter(lack.text for row in self.rows for lack in row.lacks)
        by_text = {lack.text: lack for row in self.rows for lack in row.lacks}
        return [by_text[text] for text, _count in counted.most_common(MOST_LACKS)]


def lacks_shown(made: Recommendation, enough: int) -> list[Lack]:
    """Return what is missing for a need just ranked; nothing when enough providers fit."""
    supply = Supply(made.pool.prepared, made.as_of, enough)
    return list(lacks_of(made.understanding, brief_of(made.ranking), supply)[:MOST_LACKS])


def list_shortages(rows: Sequence[MatchedRow]) -> list[Shortage]:
    """Return the scenes by industry in which needs lack providers, those with most such needs first."""
    groups: dict[tuple[str | None, str | None], list[MatchedRow]] = {}
    for row in rows:
        groups.setdefault((row.need.scene_id, row.need.industry_code), []).append(row)
    found = []
    for (scene_id, industry_code), group in groups.items():
        short = sorted((row for row in group if row.is_gap), key=lambda row: row.recommended)
        if short:
            found.append(Shortage(scene_id, industry_code, len(group), tuple(short)))
    found.sort(
        key=lambda item: (
            -len(item.rows),
            item.fewest,
            item.scene_id or "",
            item.industry_code or "",
        )
    )
    return found


def count_by_stage(
    rows: Sequence[MatchedRow], stages_of: Callable[[str], Sequence[str]]
) -> dict[str, tuple[int, int]]:
    """Return, by stage, the needs and those that lack providers; a scene may belong to two stages."""
    needs: Counter[str] = Counter()
    short: Counter[str] = Counter()
    for row in rows:
        for stage in stages_of(row.need.scene_id) if row.need.scene_id else ():
            needs[stage] += 1
            short[stage] += row.is_gap
    return {stage: (count, short[stage]) for stage, count in needs.items()}
