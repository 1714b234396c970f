"""Reads of the workbench about vetting: applications, decisions, notices, objections, appeals.

Each statement starts from the viewer's region and names the permission that makes the thing wait
for somebody; what waits for the other side (supplements, experts) is only counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from ..applications.models import Application
from ..applications.queries import desk_applications
from ..assessments.models import Agreement, Seat
from ..calls.models import Call
from ..listings.models import ListingDecision
from ..notices.models import Appeal, NoticeEntry, Objection, PublicNotice
from ..permissions import Viewer
from ..rubrics.models import Rubric

REVIEW: Final = "unit:application:review"
ARRANGE: Final = "unit:assessment:arrange"
CHAIR: Final = "unit:assessment:chair"
PROPOSE: Final = "unit:decision:propose"
APPROVE: Final = "unit:decision:approve"
NOTICE: Final = "unit:notice:edit"
HANDLE: Final = "unit:objection:handle"
APPEAL: Final = "unit:appeal:decide"
RUBRIC: Final = "unit:rubric:approve"
RUNNING: Final = (
    "formal_review",
    "supplement",
    "expert_review",
    "agreed",
    "site_check",
    "proposed",
    "approved",
    "notice",
)
"""States in which an application is on its way."""

OPEN_OBJECTIONS: Final = ("received", "admitted", "answered")


@dataclass(frozen=True, slots=True)
class CallProgress:
    """A call with how many applications stand in each state, and how many are late."""

    row: Call
    states: Mapping[str, int]
    late: Mapping[str, int]


def _seats(*states: str) -> ColumnElement[bool]:
    return exists().where(Seat.application_id == Application.id, Seat.state.in_(states))


def _agreement(*states: str) -> ColumnElement[bool]:
    return exists().where(Agreement.application_id == Application.id, Agreement.state.in_(states))


def _proposed_by_others(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(
        ListingDecision.application_id == Application.id,
        ListingDecision.state == "proposed",
        ListingDecision.proposed_by_id != viewer.user_id,
    )


def steps_waiting(viewer: Viewer) -> dict[str, ColumnElement[bool]]:
    """Return, by what is to be done with an application, the condition that it waits for this viewer."""
    seated = _seats("asked", "scoring", "submitted")
    busy = or_(_seats("asked", "scoring"), _agreement("final"))
    steps: tuple[tuple[str, str, ColumnElement[bool]], ...] = (
        (
            "review",
            REVIEW,
            and_(
                Application.state == "formal_review",
                or_(Application.handler_id.is_(None), Application.handler_id == viewer.user_id),
            ),
        ),
        ("draw", ARRANGE, and_(Application.state == "expert_review", not_(seated))),
        (
            "agree",
            CHAIR,
            and_(Application.state == "expert_review", _seats("submitted"), not_(busy)),
        ),
        ("visit", ARRANGE, Application.state == "site_check"),
        ("propose", PROPOSE, Application.state == "agreed"),
        (
            "approve",
            APPROVE,
            and_(Application.state == "proposed", _proposed_by_others(viewer)),
        ),
    )
    return {name: condition for name, permission, condition in steps if viewer.may(permission)}


def waiting_applications(viewer: Viewer) -> Select[tuple[Application]] | None:
    """Return the statement of the applications that wait for the viewer; None when none ever do."""
    conditions = list(steps_waiting(viewer).values())
    if not conditions:
        return None
    return desk_applications(viewer).where(or_(*conditions))


def list_waiting(session: Session, viewer: Viewer, most: int) -> list[tuple[Application, str]]:
    """Return the applications that wait for the viewer, the first due first, each with its step."""
    found = []
    for step, condition in steps_waiting(viewer).items():
        rows = session.scalars(
            desk_applications(viewer)
            .where(condition)
            .order_by(None)
            .order_by(Application.due_on, Application.id)
            .limit(most)
        )
        found += [(row, step) for row in rows]
    return sorted(found, key=lambda pair: (pair[0].due_on or date.max, pair[0].id))[:most]


def _in_region(viewer: Viewer, column: Any) -> ColumnElement[bool]:
    return or_(column.is_(None), column.startswith(viewer.region_prefix or "?", autoescape=True))


def calls_to_publicise(session: Session, viewer: Viewer) -> list[tuple[Call, int, date | None]]:
    """Return the calls with approved applications not on notice: (call, how many, first due)."""
    if not viewer.may(NOTICE):
        return []
    statement = (
        desk_applications(viewer, ("approved",))
        .join(Call, Call.id == Application.call_id)
        .order_by(None)
        .with_only_columns(Call.id, func.count(), func.min(Application.due_on))
        .group_by(Call.id)
    )
    rows = session.execute(statement).all()
    calls = {
        call.id: call
        for call in session.scalars(select(Call).where(Call.id.in_([row[0] for row in rows])))
    }
    return [(calls[call_id], count, due) for call_id, count, due in rows]


def notices_to_settle(viewer: Viewer) -> Select[tuple[PublicNotice]]:
    """Return the statement of notices that have ended with entries nobody has settled."""
    return select(PublicNotice).where(
        _in_region(viewer, PublicNotice.region_code),
        PublicNotice.state == "ended",
        exists().where(NoticeEntry.notice_id == PublicNotice.id, NoticeEntry.state == "open"),
    )


def open_objections(viewer: Viewer) -> Select[tuple[Objection]]:
    """Return the statement of objections of the region that are not decided."""
    return (
        select(Objection)
        .join(NoticeEntry, NoticeEntry.id == Objection.entry_id)
        .join(PublicNotice, PublicNotice.id == NoticeEntry.notice_id)
        .where(_in_region(viewer, PublicNotice.region_code), Objection.state.in_(OPEN_OBJECTIONS))
        .order_by(Objection.due_on, Objection.id)
    )


def open_appeals(viewer: Viewer) -> Select[tuple[Appeal]]:
    """Return the statement of open appeals of the region against decisions of other people."""
    return (
        select(Appeal)
        .join(Application, Application.id == Appeal.application_id)
        .where(
            _in_region(viewer, Application.region_code),
            Appeal.state == "open",
            or_(Appeal.against_id.is_(None), Appeal.against_id != viewer.user_id),
        )
        .order_by(Appeal.due_on, Appeal.id)
    )


def red_lines_to_approve(viewer: Viewer) -> Select[tuple[ListingDecision]]:
    """Return the statement of decisions without an application that another person proposed."""
    return (
        select(ListingDecision)
        .where(
            ListingDecision.application_id.is_(None),
            ListingDecision.state == "proposed",
            ListingDecision.proposed_by_id != viewer.user_id,
        )
        .order_by(ListingDecision.proposed_at)
    )


def rubrics_to_approve(viewer: Viewer) -> Select[tuple[Rubric]]:
    """Return the statement of rubric drafts another person submitted."""
    return (
        select(Rubric)
        .where(Rubric.state == "submitted", Rubric.submitted_by_id != viewer.user_id)
        .order_by(Rubric.submitted_at)
    )


def vetting_doors(viewer: Viewer) -> dict[str, tuple[Select[Any], str]]:
    """Return what stands behind the doors of vetting, and (`my_…`) what of it waits for the viewer.

    Each with the permission to see it; the `my_…` are what `vetting_work` puts into the queue.
    """
    waiting = waiting_applications(viewer)
    on_notice = select(PublicNotice).where(
        _in_region(viewer, PublicNotice.region_code), PublicNotice.state.in_(("draft", "published"))
    )
    approved = desk_applications(viewer, ("approved",)).order_by(None)
    calls = approved.with_only_columns(Application.call_id)
    doors: dict[str, tuple[Select[Any], str]] = {
        "applications": (desk_applications(viewer, RUNNING), "unit:application:view"),
        "notices": (on_notice, "unit:notice:view"),
        "my_calls": (select(Call).where(Call.id.in_(calls)), NOTICE),
        "my_notices": (notices_to_settle(viewer), "unit:notice:publish"),
        "my_objections": (open_objections(viewer), HANDLE),
        "my_appeals": (open_appeals(viewer), APPEAL),
        "my_red_lines": (red_lines_to_approve(viewer), APPROVE),
        "my_rubrics": (rubrics_to_approve(viewer), RUBRIC),
    }
    if waiting is not None:
        doors["my_applications"] = (waiting, "unit:application:view")
    return doors


def count_outside(session: Session, viewer: Viewer, today: date) -> dict[str, tuple[int, int]]:
    """Return (how many, how many late) of what providers, experts and firms owe us."""
    late = func.count().filter(Application.due_on < today)
    supplements = session.execute(
        desk_applications(viewer, ("supplement",))
        .order_by(None)
        .with_only_columns(func.count(), late)
    ).one()
    seats = session.execute(
        select(func.count(), func.count().filter(Seat.due_on < today))
        .select_from(Seat)
        .join(Application, Application.id == Seat.application_id)
        .where(
            _in_region(viewer, Application.region_code),
            Application.state == "expert_review",
            Seat.state.in_(("asked", "scoring")),
        )
    ).one()
    return {"supplements": (supplements[0], supplements[1]), "scores": (seats[0], seats[1])}


def call_progress(session: Session, viewer: Viewer, today: date, most: int) -> list[CallProgress]:
    """Return the newest calls of the region with where their applications stand."""
    calls = session.scalars(
        select(Call)
        .where(_in_region(viewer, Call.region_code), Call.state.not_in(("draft", "cancelled")))
        .order_by(Call.opens_at.desc(), Call.id.desc())
        .limit(most)
    ).all()
    late = and_(Application.due_on < today, Application.state != "withdrawn")
    rows = session.execute(
        desk_applications(viewer)
        .where(Application.call_id.in_([call.id for call in calls]))
        .order_by(None)
        .with_only_columns(
            Application.call_id, Application.state, func.count(), func.count().filter(late)
        )
        .group_by(Application.call_id, Application.state)
    ).all()
    return [
        CallProgress(
            call,
            {state: number for key, state, number, _late in rows if key == call.id},
            {state: number for key, state, _all, number in rows if key == call.id},
        )
        for call in calls
    ]
