"""Reads of the workbench: what waits, and how much of it is late; writes nothing.

All start from the statements of the rooms below (`desk_needs`, `imports_of`, `desk_lists`,
`ending_listings`), so that what bounds a unit's rows there bounds them here. However much
waits, each read takes a fixed number of statements and at most MOST rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ..accounts.models import User
from ..catalogue.desk_queries import ending_listings
from ..catalogue.models import Listing
from ..db import now
from ..needlists.import_queries import count_waiting, imports_of
from ..needlists.models import NeedList, NeedListEntry, SheetImport, SheetImportRow
from ..needlists.queries import desk_lists
from ..needs.models import Need, NeedDecision
from ..needs.queries import desk_needs
from ..permissions import Viewer
from ..providers.models import Provider
from ..rules.queries import get_rules
from .marks import marks_of
from .switch_work import switch_doors
from .vetting_queries import vetting_doors

MOST: Final = 60
"""Rows of one kind that are looked at in full; the counts beside them are of all."""

MOST_OPEN: Final = 300
"""Open imports and draft lists a unit is thought to have at once."""

DESK_STATES: Final = ("submitted", "diagnosis", "accepted")
"""States in which a need waits for the bureau."""

TRIAGE: Final = "unit:need:triage"
IMPORT: Final = "unit:needlist:import"
PUBLISH: Final = "unit:needlist:publish"
EDIT_LIST: Final = "unit:needlist:edit"
FOLLOW: Final = "unit:listing:follow"
"""The permissions that make a thing wait for somebody."""

IMPORT_OPEN_FOR: Final = timedelta(days=90)
"""Rows left over in a committed import stop counting as work after this time."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are, how many of them are overdue, and how many are due today."""

    total: int = 0
    overdue: int = 0
    today: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(
            self.total + other.total, self.overdue + other.overdue, self.today + other.today
        )


@dataclass(frozen=True, slots=True)
class DraftList:
    """A draft list: how many needs it has, and who drew it up."""

    row: NeedList
    entries: int
    by: str


def _in_draft_list() -> ColumnElement[bool]:
    return exists().where(
        NeedListEntry.need_id == Need.id,
        NeedListEntry.held,
        NeedListEntry.list_id == NeedList.id,
        NeedList.state == "draft",
    )


def _waiting(viewer: Viewer, states: Sequence[str]) -> Select[tuple[Need]]:
    """Return the needs that wait one by one: those in a draft list are published with it."""
    return desk_needs(viewer, states).where(or_(Need.state != "accepted", not_(_in_draft_list())))


def _promised_on() -> ScalarSelect[date]:
    """Return the day the last decision with a day promised."""
    return (
        select(NeedDecision.due_on)
        .where(NeedDecision.need_id == Need.id, NeedDecision.due_on.is_not(None))
        .order_by(NeedDecision.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def tally_needs(
    session: Session, viewer: Viewer, today: date, flow: Mapping[str, Any]
) -> dict[str, Tally]:
    """Return, by state, how many needs wait for the bureau, and how many (returned) for others."""
    rows = (
        _waiting(viewer, (*DESK_STATES, "returned"))
        .order_by(None)
        .with_only_columns(
            Need.state, Need.submitted_at, Need.updated_at, _promised_on().label("promised_on")
        )
        .subquery()
    )
    late, due = _late_and_due(rows, today, flow)
    counted = session.execute(
        select(rows.c.state, func.count(), func.count().filter(late), func.count().filter(due))
        .select_from(rows)
        .group_by(rows.c.state)
    )
    return {state: Tally(*numbers) for state, *numbers in counted}


def _late_and_due(
    rows: Subquery, today: date, flow: Mapping[str, Any]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions overdue and due today, as `needs.progress.due_of` reckons the day."""
    arrivals = {
        "submitted": (rows.c.submitted_at, flow["review_days"]),
        "accepted": (rows.c.updated_at, flow["publish_days"]),
        "diagnosis": (rows.c.updated_at, flow["diagnosis_days"]),
    }
    late = [and_(rows.c.state.in_(("returned", "diagnosis")), rows.c.promised_on < today)]
    due = [and_(rows.c.state.in_(("returned", "diagnosis")), rows.c.promised_on == today)]
    for state, (arrived, days) in arrivals.items():
        here = rows.c.state == state
        if state == "diagnosis":
            here = and_(here, rows.c.promised_on.is_(None))
        marks = marks_of(today, days)
        late.append(and_(here, arrived < marks.overdue))
        due.append(and_(here, arrived >= marks.overdue, arrived < marks.today))
    return or_(*late), or_(*due)


def list_waiting_needs(session: Session, viewer: Viewer) -> list[tuple[Need, date | None]]:
    """Return the needs that have waited longest, each with the day its last decision promised."""
    since = case((Need.state == "accepted", Need.updated_at), else_=Need.submitted_at)
    statement = (
        _waiting(viewer, DESK_STATES)
        .add_columns(_promised_on())
        .order_by(None)
        .order_by(since, Need.id)
        .limit(MOST)
    )
    return [(need, promised) for need, promised in session.execute(statement)]


def _open_imports(viewer: Viewer) -> Select[tuple[SheetImport]]:
    """Return the imports somebody must go on with: previews, and rows left over by a commit."""
    left = exists().where(
        SheetImportRow.import_id == SheetImport.id,
        SheetImportRow.need_id.is_(None),
        SheetImportRow.action.in_(("review", "import")),
    )
    recent = SheetImport.created_at >= now() - IMPORT_OPEN_FOR
    return imports_of(viewer).where(
        or_(
            SheetImport.state == "preview",
            and_(SheetImport.state == "committed", recent, left),
        )
    )


def list_open_imports(session: Session, viewer: Viewer) -> list[tuple[SheetImport, int, int]]:
    """Return the open imports, oldest first, with how many rows are ready and in doubt."""
    statement = _open_imports(viewer).order_by(None).order_by(SheetImport.id).limit(MOST_OPEN)
    imports = list(session.scalars(statement))
    counts = count_waiting(session, [item.id for item in imports])
    return [(item, *counts.get(item.id, (0, 0, 0))[:2]) for item in imports]


def list_draft_lists(session: Session, viewer: Viewer) -> list[DraftList]:
    """Return the draft lists of the region, oldest first."""
    entries = (
        select(func.count())
        .where(NeedListEntry.list_id == NeedList.id)
        .correlate(NeedList)
        .scalar_subquery()
    )
    statement = (
        desk_lists(viewer, ("draft",))
        .outerjoin(User, User.id == NeedList.created_by_id)
        .add_columns(entries, User.display_name)
        .order_by(None)
        .order_by(NeedList.id)
        .limit(MOST_OPEN)
    )
    return [DraftList(row, count, by or "") for row, count, by in session.execute(statement)]


def list_ending(
    session: Session, viewer: Viewer, today: date, days: int
) -> list[tuple[Provider, Listing]]:
    """Return the listings the unit looks after that end within so many days, soonest first."""
    rows = session.execute(ending_listings(viewer, today, days).limit(MOST_OPEN))
    return [(provider, listing) for provider, listing in rows]


def count_doors(session: Session, viewer: Viewer, today: date) -> dict[str, int]:
    """Return, by door of the work side, how many things wait behind it.

    Stands in the frame of every staff page, error pages included: a database that is away gives
    no counts, and neither flushes nor spoils what the request itself is doing.
    """
    try:
        with session.no_autoflush:
            counted = _doors(session, viewer, today)
            statement = select(*(_number_of(rows).label(key) for key, rows in counted.items()))
            connection = session.connection()
            with connection.begin_nested():
                numbers = dict(connection.execute(statement).one()._mapping) if counted else {}
    except SQLAlchemyError:
        return {}
    doors = {key: number for key, number in numbers.items() if not key.startswith("my_")}
    return {"workbench": sum(numbers.values()) - sum(doors.values()), **doors}


def _doors(session: Session, viewer: Viewer, today: date) -> dict[str, Select[Any]]:
    """Return what stands behind each door, and (`my_…`) what of it waits for the viewer."""
    filled = exists().where(NeedListEntry.list_id == NeedList.id)
    drafts = desk_lists(viewer, ("draft",))
    days = get_rules(session, "workbench", today).body["expiring_days"]
    counted = {
        "needs": (desk_needs(viewer, DESK_STATES), "unit:need:view"),
        "imports": (_open_imports(viewer), IMPORT),
        "needlists": (drafts, "unit:needlist:view"),
        "my_needs": (_waiting(viewer, DESK_STATES), TRIAGE),
        "my_imports": (_open_imports(viewer), IMPORT),
        "my_lists": (drafts.where(filled), PUBLISH),
        "my_empty_lists": (drafts.where(not_(filled)), EDIT_LIST),
        "my_listings": (ending_listings(viewer, today, days), FOLLOW),
        **vetting_doors(viewer),
        **switch_doors(session, viewer),
    }
    return {key: rows for key, (rows, permission) in counted.items() if viewer.may(permission)}


def _number_of(rows: Select[Any]) -> ScalarSelect[int]:
    return (
        rows.order_by(None)
        .with_only_columns(func.count(), maintain_column_froms=True)
        .scalar_subquery()
    )
