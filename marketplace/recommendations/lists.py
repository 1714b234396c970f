"""The matches of a whole need list: each row's first providers, and where supply is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ..matching.facts import ProviderFacts
from ..matching.results import RECOMMENDED, Placed
from ..needlists.models import NeedList
from ..needs.models import Need
from ..needs.policy import may_see_recommendations
from ..permissions import Viewer
from ..search.index import SearchIndex
from ..taxonomy.queries import Taxonomy
from .services import Recommender

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
    needs = [
        (entry.position, entry.need)
        for entry in need_list.entries
        if may_see_recommendations(viewer, entry.need)
    ]
    return MatchedList(need_list, match_needs(Recommender(session, index, taxonomy), needs))


def match_needs(recommender: Recommender, needs: Iterable[tuple[int, Need]]) -> list[MatchedRow]:
    """Match needs, each with its position, over one pool."""
    rows = []
    facts = recommender.pool.by_id
    for position, need in needs:
        ranking = recommender.recommend(need, explain_top=FIRST).ranking
        first = [(item, facts[item.provider_id]) for item in ranking.recommended(FIRST)]
        rows.append(MatchedRow(position, need, first, ranking.fit_counts()[RECOMMENDED]))
    return rows
