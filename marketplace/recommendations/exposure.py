"""Exposure and concentration over a span: who was shown, invited, contracted; counts only.

Counted are the saved runs of needs the viewer's unit handles. A provider counts as shown once a run
it was among the first ten of; what it did is taken from the standing events of those runs. Whatever
the span, the directory is that of today: that of a day past is not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from ..accounts.models import Organisation
from ..catalogue.models import Listing
from ..catalogue.queries import is_listed
from ..db import now
from ..needs.models import Need
from ..needs.queries import desk_needs
from ..permissions import Viewer
from ..providers.models import Provider
from ..rules.queries import get_rules
from ..web.filters import BEIJING, beijing_today
from .concentration import gini, herfindahl, top_share
from .models import RecommendationRun, RunEvent, RunImpression
from .run_log import CONTRACTED, INVITED, UNDONE

SHOWN: Final = "shown"
STEPS: Final = (SHOWN, INVITED, CONTRACTED)
CITY = 4
"""How many digits of a region code name the city."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a provider is grouped by: as of today, but for the tier, which a run keeps."""

    provider_id: int
    tier: str
    track: str
    city: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step over all providers: how many times, how many providers, how concentrated."""

    times: int
    providers: int
    top_5: float
    top_10: float
    gini: float
    herfindahl: float


@dataclass(frozen=True, slots=True)
class Group:
    """One group: how many of the directory are in it, and its part of each step.

    `invited_of_shown` leaves out those invited from beyond the first ten.
    """

    key: str
    listed: int
    counts: Mapping[str, int]
    invited_of_shown: int

    def share(self, step: str, groups: Iterable[Group]) -> float:
        """Return the group's share of a step, 0 to 1."""
        total = sum(group.counts[step] for group in groups)
        return self.counts[step] / total if total else 0.0

    @property
    def invited_per_shown(self) -> float | None:
        """How often being shown led to an invitation, 0 to 1; None when never shown."""
        return self.invited_of_shown / self.counts[SHOWN] if self.counts[SHOWN] else None


@dataclass(frozen=True, slots=True)
class Exposure:
    """The report: runs and needs counted, each step, and the groups by what they are grouped by.

    `listed` providers are in the directory on the day `listed_on`.
    """

    runs: int
    needs: int
    listed: int
    listed_on: date
    steps: Mapping[str, Step]
    groups: Mapping[str, list[Group]]


@dataclass(frozen=True, slots=True)
class _Seen:
    """One provider at one step of one run; `was_shown`: it was among the first ten of that run."""

    provider_id: int
    tier: str | None
    need_city: str | None
    was_shown: bool


def get_exposure(session: Session, viewer: Viewer, first: date, last: date) -> Exposure:
    """Count what the saved runs of a span showed and led to, for the needs of the viewer's unit."""
    runs = session.execute(
        select(RecommendationRun.id, RecommendationRun.need_id)
        .join(Need, Need.id == RecommendationRun.need_id)
        .where(*_handled(viewer), *_within(first, last))
    ).all()
    today = beijing_today(now())
    candidates = _candidates(session, today)
    seen = {SHOWN: _shown(session, viewer, first, last)}
    for kind in (INVITED, CONTRACTED):
        seen[kind] = _reached(session, viewer, first, last, kind)
    return Exposure(
        runs=len(runs),
        needs=len({row.need_id for row in runs}),
        listed=len(candidates),
        listed_on=today,
        steps={step: _step(rows, candidates) for step, rows in seen.items()},
        groups=_groups(seen, candidates, viewer),
    )


def _handled(viewer: Viewer) -> list:  # type: ignore[type-arg]
    handled = desk_needs(viewer).order_by(None).with_only_columns(Need.id)
    return [RecommendationRun.need_id.in_(handled)]


def _within(first: date, last: date) -> list:  # type: ignore[type-arg]
    start = datetime.combine(first, time(), BEIJING)
    end = datetime.combine(last + timedelta(days=1), time(), BEIJING)
    return [RecommendationRun.created_at >= start, RecommendationRun.created_at < end]


def _candidates(session: Session, today: date) -> dict[int, Candidate]:
    """Return the published providers in the directory on that day."""
    new_days = get_rules(session, "recommendation", today).body["new_listing_days"]
    rows = session.execute(
        select(Listing, Organisation.region_code)
        .join(Provider, Provider.id == Listing.provider_id)
        .join(Organisation, Organisation.id == Provider.organisation_id)
        .where(Provider.published, is_listed(today))
        .order_by(Provider.id)
    )
    return {
        listing.provider_id: Candidate(
            listing.provider_id,
            listing.tier,
            listing.track,
            (region or "")[:CITY],
            (today - listing.valid_from).days < new_days,
        )
        for listing, region in rows
    }


def _shown(session: Session, viewer: Viewer, first: date, last: date) -> list[_Seen]:
    rows = session.execute(
        select(
            RunImpression.provider_id,
            RunImpression.tier,
            Need.region_code,
            RunImpression.id.label("impression_id"),
        )
        .join(RecommendationRun, RecommendationRun.id == RunImpression.run_id)
        .join(Need, Need.id == RecommendationRun.need_id)
        .where(*_handled(viewer), *_within(first, last))
    )
    return [_seen(row) for row in rows]


def _reached(session: Session, viewer: Viewer, first: date, last: date, kind: str) -> list[_Seen]:
    """Return each provider of each run that got as far as that, once, by the events that stand."""
    undoing = aliased(RunEvent)
    undone = select(undoing.undoes_id).where(undoing.kind == UNDONE)
    rows = session.execute(
        select(
            RunEvent.provider_id,
            RunImpression.tier,
            Need.region_code,
            RunImpression.id.label("impression_id"),
            RunEvent.run_id,
        )
        .join(RecommendationRun, RecommendationRun.id == RunEvent.run_id)
        .join(Need, Need.id == RecommendationRun.need_id)
        .join(
            RunImpression,
            (RunImpression.run_id == RunEvent.run_id)
            & (RunImpression.provider_id == RunEvent.provider_id),
            isouter=True,
        )
        .where(
            RunEvent.kind == kind,
            RunEvent.id.not_in(undone),
            *_handled(viewer),
            *_within(first, last),
        )
        .distinct()
    )
    return [_seen(row) for row in rows]


def _seen(row: Row) -> _Seen:  # type: ignore[type-arg]
    region = row.region_code
    return _Seen(
        row.provider_id,
        row.tier,
        region[:CITY] if region else None,
        row.impression_id is not None,
    )


def _step(rows: list[_Seen], candidates: Mapping[int, Candidate]) -> Step:
    counted = Counter(row.provider_id for row in rows)
    everybody = [counted.get(key, 0) for key in {*candidates, *counted}]
    return Step(
        times=len(rows),
        providers=len(counted),
        top_5=top_share(everybody, 0.05),
        top_10=top_share(everybody, 0.10),
        gini=gini(everybody),
        herfindahl=herfindahl(everybody),
    )


def _groups(
    seen: Mapping[str, list[_Seen]], candidates: Mapping[int, Candidate], viewer: Viewer
) -> dict[str, list[Group]]:
    """Group by tier, track, place and age. Place is against the need's city, for the directory the unit's."""
    home = (viewer.region_prefix or "")[:CITY]

    def of_row(row: _Seen, read: Callable[[Candidate], str]) -> str:
        known = candidates.get(row.provider_id)
        return read(known) if known else "left"

    def tier(row: _Seen) -> str:
        return row.tier or of_row(row, lambda item: item.tier)

    def place(row: _Seen) -> str:
        return of_row(row, lambda item: _place(item.city, row.need_city or home))

    known = candidates.values()
    return {
        "tier": _counted(seen, [item.tier for item in known], tier),
        "track": _counted(
            seen, [item.track for item in known], lambda row: of_row(row, lambda item: item.track)
        ),
        "place": _counted(seen, [_place(item.city, home) for item in known], place),
        "age": _counted(seen, [_age(item) for item in known], lambda row: of_row(row, _age)),
    }


def _place(city: str, need_city: str) -> str:
    return "local" if city and need_city and city.startswith(need_city) else "elsewhere"


def _age(item: Candidate) -> str:
    return "new" if item.is_new else "old"


def _counted(
    seen: Mapping[str, list[_Seen]], listed: list[str], key_of: Callable[[_Seen], str]
) -> list[Group]:
    pool = Counter(listed)
    counts = {step: Counter(key_of(row) for row in rows) for step, rows in seen.items()}
    of_shown = Counter(key_of(row) for row in seen[INVITED] if row.was_shown)
    keys = sorted({*pool, *(key for found in counts.values() for key in found)})
    return [
        Group(key, pool[key], {step: counts[step].get(key, 0) for step in STEPS}, of_shown[key])
        for key in keys
    ]
