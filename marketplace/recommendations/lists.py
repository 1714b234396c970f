"""Many needs matched in one pass: a need list row by row, and where the region lacks supply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ..matching.facts import ProviderFacts
from ..matching.gaps import Lack, Supply, lacks_of
from ..matching.results import RECOMMENDED
from ..needlists.models import NeedList
from ..needs.lifecycle import LOOKING_STATES
from ..needs.models import Need
from ..needs.policy import may_see_recommendations
from ..needs.queries import desk_needs
from ..permissions import Viewer
from .facts import need_facts
from .queries import get_enough
from .services import Recommender

FIRST = 3
LOOKED_AT = 10
"""Placed ones looked at for the first recommended: one without the ability may have more points."""


@dataclass(frozen=True, slots=True)
class First:
    """One of a need's first providers; the claim that weighs most is told only where it is shown."""

    provider_id: str
    score: float
    claim: str = ""


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """One row: the need, its first providers, how many are recommended in all, and what is missing."""

    position: int
    need: Need
    first: list[tuple[First, ProviderFacts]]
    recommended: int
    lacks: tuple[Lack, ...] = ()

    @property
    def is_gap(self) -> bool:
        """Whether fewer providers than enough are recommended."""
        return bool(self.lacks)


@dataclass(frozen=True, slots=True)
class MatchedList:
    """A need list with its matches; `enough` providers are no gap."""

    need_list: NeedList
    rows: list[MatchedRow]
    enough: int

    @property
    def gaps(self) -> list[MatchedRow]:
        """The rows that lack providers."""
        return [row for row in self.rows if row.is_gap]


def get_matched_list(
    session: Session, recommender: Recommender, viewer: Viewer, list_id: int
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
    enough = get_enough(session, recommender.today)
    return MatchedList(need_list, match_needs(recommender, needs, enough), enough)


def match_region(session: Session, recommender: Recommender, viewer: Viewer) -> list[MatchedRow]:
    """Match all needs the viewer's unit handles that still look for a provider."""
    needs = [
        need
        for need in session.scalars(desk_needs(viewer, LOOKING_STATES)).unique()
        if may_see_recommendations(viewer, need)
    ]
    enough = get_enough(session, recommender.today)
    return match_needs(recommender, enumerate(needs, start=1), enough)


def match_needs(
    recommender: Recommender, needs: Iterable[tuple[int, Need]], enough: int
) -> list[MatchedRow]:
    """Match needs, each with its position, in one pass; no reasons yet, see `tell_reasons`.

    A need with fewer recommended providers than `enough` says what is missing.
    """
    asked = list(needs)
    prepared, facts = recommender.pool.prepared, recommender.pool.by_id
    supply = Supply(prepared, recommender.today, enough)
    found = recommender.recommend_many(
        [need_facts(need) for _position, need in asked], most=LOOKED_AT, whole=True
    )
    rows = []
    for (position, need), short in zip(asked, found, strict=True):
        brief = short.brief
        fitting = [
            First(prepared.provider_ids[place], float(score))
            for place, score, fit in zip(
                brief.places.tolist(), brief.scores, brief.fits, strict=True
            )
            if fit == RECOMMENDED
        ]
        first = [(item, facts[item.provider_id]) for item in fitting[:FIRST]]
        lacks = lacks_of(short.understanding, brief, supply)
        rows.append(MatchedRow(position, need, first, brief.fit_counts[RECOMMENDED], lacks))
    return rows


def tell_reasons(recommender: Recommender, rows: Sequence[MatchedRow]) -> list[MatchedRow]:
    """Add to each of the first providers the claim that weighs most; one ranking a row."""
    return [replace(row, first=_told(recommender, row)) for row in rows]


def _told(recommender: Recommender, row: MatchedRow) -> list[tuple[First, ProviderFacts]]:
    if not row.first:
        return []
    ranking = recommender.recommend(row.need, explain_top=LOOKED_AT).ranking
    claims: Mapping[str, str] = {
        item.provider_id: item.reasons[0].claim
        for item in ranking.recommended(FIRST)
        if item.reasons
    }
    return [
        (replace(item, claim=claims.get(item.provider_id, "")), facts) for item, facts in row.first
    ]
