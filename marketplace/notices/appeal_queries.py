"""Reads of appeals, and until when an applicant may file one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from ..applications.models import Application, ApplicationDecision
from ..applications.policy import is_owner
from ..errors import NotFound
from ..permissions import Viewer
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from ..workdays.queries import get_calendar
from .models import Appeal
from .period import end_of, last_day_of
from .policy import may_see_appeal

NEGATIVE_STEPS = ("reject", "decline", "uphold_objection")
"""The steps of an application whose decision can be appealed against."""


@dataclass(frozen=True, slots=True)
class AppealWindow:
    """The decision appealed against: when, whose, and the last day for the appeal.

    `last_day` is None while the holiday table does not reach it; then nobody is late.
    """

    decided_at: datetime
    decided_by_id: int | None
    reason: str
    last_day: date | None

    def is_open(self, at: datetime) -> bool:
        """Whether an appeal filed at that moment of the database's clock is in time."""
        return self.last_day is None or at < end_of(self.last_day)


def not_found() -> NotFound:
    """Return the one answer for appeals that are not there and those one may not know of."""
    return NotFound("没有这件申诉。", next_step="请核对编号，或从申诉一览进入。")


def window_of(session: Session, application: Application) -> AppealWindow:
    """Return the window for an appeal against the last negative decision on an application."""
    decision = session.scalar(
        select(ApplicationDecision)
        .where(
            ApplicationDecision.application_id == application.id,
            ApplicationDecision.action.in_(NEGATIVE_STEPS),
        )
        .order_by(ApplicationDecision.id.desc())
        .limit(1)
    )
    decided_at = decision.at if decision else application.updated_at
    on = beijing_today(decided_at)
    days = get_rules(session, "application_flow", on).body["appeal_within_days"]
    return AppealWindow(
        decided_at,
        decision.actor_id if decision else None,
        decision.reason if decision else "",
        last_day_of(get_calendar(session, on), on, days),
    )


def get_own_application(session: Session, viewer: Viewer, number: str) -> Application:
    """Return an application of the viewer's organisation; NotFound for all others."""
    found = session.scalar(select(Application).where(Application.number == number))
    if found is None or not is_owner(viewer, found):
        raise NotFound("没有这份申请。", next_step="请从“我的事项”进入。")
    return found


def appeal_of(session: Session, application_id: int) -> Appeal | None:
    """Return the one appeal on an application, whatever became of it."""
    return session.scalar(select(Appeal).where(Appeal.application_id == application_id))


def _handled(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.region_prefix is None or not viewer.may("unit:notice:view"):
        return false()
    return or_(
        Application.region_code.is_(None),
        Application.region_code.startswith(viewer.region_prefix, autoescape=True),
    )


def desk_appeals(viewer: Viewer, states: Sequence[str] = ()) -> Select[tuple[Appeal]]:
    """Return the statement of the appeals of the viewer's region, the earliest due first."""
    statement = (
        select(Appeal)
        .join(Application, Appeal.application_id == Application.id)
        .where(_handled(viewer))
        .order_by(Appeal.due_on, Appeal.id)
    )
    return statement.where(Appeal.state.in_(states)) if states else statement


def get_desk_appeal(session: Session, viewer: Viewer, number: str) -> Appeal:
    """Return an appeal of the viewer's region; NotFound for all others."""
    found = session.scalar(select(Appeal).where(Appeal.number == number))
    if found is None or not may_see_appeal(viewer, found):
        raise not_found()
    return found
