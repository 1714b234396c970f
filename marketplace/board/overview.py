"""Reads of the whole: how far each list is, what came and went by week, where supply is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from ..audit.models import AuditEntry
from ..catalogue.queries import listed_providers
from ..needlists.models import NeedList, NeedListEntry
from ..needlists.queries import desk_lists
from ..needs.lifecycle import LOOKING_STATES
from ..needs.models import Need
from ..needs.queries import desk_needs
from ..permissions import Viewer
from ..providers.models import ProviderFacet
from ..web.filters import beijing_today
from ..workdays.promises import working_days_between
from .marks import marks_of, start_of

MOST_LISTS: Final = 8
MOST_EVENTS: Final = 20_000
WEEKS: Final = 8
PACE_DAYS: Final = 30

KINDS: Final = {
    "need.submit": "received",
    "need.imported": "imported",
    "need.accept": "decided",
    "need.return": "decided",
    "need.route_to_diagnosis": "decided",
    "need.merge": "decided",
    "need.publish": "opened",
    "need.keep_internal": "opened",
}
"""What an entry of the log means; a row staff imported is received and decided at once."""

RECEIVED: Final = frozenset({"received", "imported"})
DECIDED: Final = frozenset({"decided", "imported"})


@dataclass(frozen=True, slots=True)
class ListProgress:
    """A list with how many of its needs stand in each state, and how many are late."""

    row: NeedList
    states: Mapping[str, int]
    late: int


@dataclass(frozen=True, slots=True)
class Event:
    """A need was received, decided, opened to providers, or imported."""

    need_id: int
    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Pace:
    """How many working days something took (median), of how many cases."""

    days: float
    cases: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A scene with needs but few listed providers."""

    scene_id: str
    needs: int
    providers: int


def list_progress(
    session: Session, viewer: Viewer, today: date, flow: Mapping[str, Any]
) -> list[ListProgress]:
    """Return the newest lists of the region with where their needs stand."""
    lists = session.scalars(desk_lists(viewer, ("draft", "published")).limit(MOST_LISTS)).all()
    late = and_(
        Need.state == "accepted", Need.updated_at < marks_of(today, flow["publish_days"]).overdue
    )
    seen = desk_needs(viewer).order_by(None).with_only_columns(Need.id)
    counted = session.execute(
        select(NeedListEntry.list_id, Need.state, func.count(), func.count().filter(late))
        .join(Need, Need.id == NeedListEntry.need_id)
        .where(NeedListEntry.list_id.in_([item.id for item in lists]), Need.id.in_(seen))
        .group_by(NeedListEntry.list_id, Need.state)
    ).all()
    return [
        ListProgress(
            item,
            {state: number for key, state, number, _late in counted if key == item.id},
            sum(row[3] for row in counted if row[0] == item.id),
        )
        for item in lists
    ]


def list_events(session: Session, viewer: Viewer, since: date) -> list[Event]:
    """Return what happened to the region's needs from that day on, oldest first.

    The log tells. Needs that came in without an entry (the demonstration, data taken over from
    an older system) count by the moments the row itself keeps.
    """
    start = start_of(since)
    logged = session.execute(
        desk_needs(viewer)
        .join(AuditEntry, _entry_of(KINDS))
        .where(AuditEntry.at >= start)
        .order_by(None)
        .order_by(AuditEntry.id)
        .with_only_columns(Need.id, AuditEntry.action, AuditEntry.at)
        .limit(MOST_EVENTS)
    ).all()
    events = [Event(need_id, KINDS[action], beijing_today(at)) for need_id, action, at in logged]
    return sorted([*_unlogged(session, viewer, start), *events], key=lambda event: event.on)


def _entry_of(actions: Iterable[str]) -> ColumnElement[bool]:
    return and_(
        AuditEntry.subject_kind == "need",
        AuditEntry.subject_id == cast(Need.id, String),
        AuditEntry.action.in_(sorted(actions)),
    )


def _actions(kinds: frozenset[str]) -> list[str]:
    return [action for action, kind in KINDS.items() if kind in kinds]


def _unlogged(session: Session, viewer: Viewer, start: datetime) -> list[Event]:
    rows = session.execute(
        desk_needs(viewer)
        .where(or_(Need.submitted_at >= start, Need.published_at >= start))
        .order_by(None)
        .with_only_columns(
            Need.id,
            Need.submitted_at,
            Need.published_at,
            exists().where(_entry_of(_actions(RECEIVED))),
            exists().where(_entry_of(_actions(DECIDED))),
        )
        .limit(MOST_EVENTS)
    )
    events = []
    for need_id, submitted_at, published_at, is_received, is_decided in rows:
        if not is_received and submitted_at and submitted_at >= start:
            events.append(Event(need_id, "received", beijing_today(submitted_at)))
        if not is_decided and published_at and published_at >= start:
            events.append(Event(need_id, "decided", beijing_today(published_at)))
    return events


def first_week(today: date) -> date:
    """Return the Monday of the first of the weeks shown, the present one being the last."""
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)


def count_by_week(events: Sequence[Event], today: date) -> list[tuple[int, int, int]]:
    """Return (ISO week, received, decided) of each week shown.

    A need that is decided twice in a week counts once in it.
    """
    weeks = []
    for place in range(WEEKS):
        monday = first_week(today) + timedelta(weeks=place)
        here = [event for event in events if 0 <= (event.on - monday).days < 7]
        received, decided = (
            len({event.need_id for event in here if event.kind in kinds})
            for kinds in (RECEIVED, DECIDED)
        )
        weeks.append((monday.isocalendar().week, received, decided))
    return weeks


def pace_of(events: Sequence[Event], start: str, end: str, today: date) -> Pace | None:
    """Return how long it took from the last `start` to `end`, of ends within PACE_DAYS days."""
    began: dict[int, date] = {}
    taken = []
    for event in events:
        if event.kind == start:
            began[event.need_id] = event.on
        elif event.kind == end and event.need_id in began:
            start_on = began.pop(event.need_id)
            if (today - event.on).days <= PACE_DAYS:
                taken.append(working_days_between(start_on, event.on))
    return Pace(median(taken), len(taken)) if taken else None


def list_gaps(session: Session, viewer: Viewer, today: date, floor: int) -> list[Gap]:
    """Return the scenes in which the region's needs find fewer than `floor` listed providers."""
    needs = session.execute(
        desk_needs(viewer, LOOKING_STATES)
        .where(Need.scene_id.is_not(None))
        .order_by(None)
        .with_only_columns(Need.scene_id, func.count())
        .group_by(Need.scene_id)
    ).all()
    supply = dict(
        session.execute(
            select(ProviderFacet.code, func.count())
            .where(
                ProviderFacet.facet == "scene",
                ProviderFacet.provider_id.in_(listed_providers(today)),
            )
            .group_by(ProviderFacet.code)
        ).all()
    )
    gaps = [Gap(scene_id, number, supply.get(scene_id, 0)) for scene_id, number in needs]
    short = [gap for gap in gaps if gap.providers < floor]
    return sorted(short, key=lambda gap: (gap.providers, -gap.needs, gap.scene_id))
