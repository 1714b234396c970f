"""The matches of a whole need list: each row's first providers, and where supply is missing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ..matching.facts import ProviderFacts
from ..matching.results import Placed
from ..needlists.models import NeedList
from ..needs.models import Need
from ..needs.policy import may_see_recommendations
from ..permissions import Viewer
from ..search.index import SearchIndex
from ..taxonomy.queries import Taxonomy
from .services import recommend

FIRST = 3
ENOUGH = 3
"""Needs with fewer qualified providers are flagged as a gap in supply [issue 4, domain.md]."""


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """One row: the need, its first providers, and how many are recommended in all."""

    position: int
    need: Need
    first: list[tuple[Placed, ProviderFacts]]
    recommended: int

    @property
    def is_gap(self) -> bool:
        """Whether fewer providers than enough are recommended."""
        return self.recommended < ENOUGH


@dataclass(frozen=True, slots=True)
class MatchedList:
    """A need list with its matches."""

    need_list: NeedList
    rows: list[MatchedRow]

    @property
    def gaps(self) -> int:
        """How many rows lack providers."""
        return sum(row.is_gap for row in self.rows)


def get_matched_list(
    session: Session, index: SearchIndex, taxonomy: Taxonomy, viewer: Viewer, list_id: int
) -> MatchedList | None:
    """Match every row of a list the viewer's unit handles; None when there is no such list."""
    need_list = session.scalar(
        select(NeedList).where(NeedList.id == list_id).options(selectinload(NeedList.entries))
    )
    if need_list is None or not viewer.serves(need_list.region_code):
        return None
    rows = []
    for entry in need_list.entries:
        if not may_see_recommendations(viewer, entry.need):
            continue
        made = recommend(session, index, taxonomy, entry.need, explain_top=FIRST)
        facts = {item.provider_id: item for item in made.pool.facts}
        recommended = made.ranking.recommended()
        first = [(item, facts[item.provider_id]) for item in recommended[:FIRST]]
        rows.append(MatchedRow(entry.position, entry.need, first, len(recommended)))
    return MatchedList(need_list, rows)
