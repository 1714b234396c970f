"""The one way an application moves: guard, atomic step, its words, audit entry, letters."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now
from ..errors import NotPermitted
from ..lifecycle import take_step
from ..permissions import Viewer
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from ..workdays.promises import after_working_days
from .letters import tell_about
from .lifecycle import APPLICATION_LIFECYCLE, SYSTEM
from .models import Application, ApplicationDecision
from .policy import may_take


def due_after(session: Session, name: str, on: date) -> date | None:
    """Return the day by which the next thing is promised after a transition; None if no day is."""
    days = get_rules(session, "application_flow", on).body["days_after"].get(name)
    return after_working_days(on, days) if days else None


def take(
    session: Session,
    actor: Viewer | None,
    application: Application,
    name: str,
    *,
    seen_version: int | None = None,
    reason: str = "",
    due_on: date | None = None,
    **values: Any,
) -> None:
    """Move the application along one transition, with everything that belongs to it, or raise.

    `actor` None is the clock, which may take only its own arrows. `due_on` is by when the next
    step is due where the rules do not say. Raises NotPermitted, or Conflict when somebody moved
    the application first.
    """
    _guard(actor, application, name)
    before, at = application.state, now()
    due = due_on or due_after(session, name, beijing_today(at))
    take_step(
        session,
        APPLICATION_LIFECYCLE,
        application,
        name,
        seen_version=seen_version,
        updated_at=at,
        due_on=due,
        **values,
    )
    note(session, actor, application, name, reason, due)
    record(
        session,
        actor,
        f"application.{name}",
        ("application", application.id),
        number=application.number,
        before=before,
        after=application.state,
    )
    tell_about(session, application, name, due)


def _guard(actor: Viewer | None, application: Application, name: str) -> None:
    by_clock = APPLICATION_LIFECYCLE.transition(name).permission == SYSTEM
    if not (by_clock if actor is None else may_take(actor, application, name)):
        raise NotPermitted(
            "您不能对这份申请办理这一步。",
            "申请没有变化。",
            "如确需办理，请联系负责该批次的经办人。",
        )


def note(
    session: Session,
    actor: Viewer | None,
    application: Application,
    action: str,
    reason: str,
    due: date | None,
) -> None:
    """Keep the words of a step beside the application; without words nothing is kept."""
    if not reason.strip():
        return
    session.add(
        ApplicationDecision(
            application_id=application.id,
            action=action,
            reason=reason.strip(),
            actor_id=actor.user_id if actor else None,
            actor_name=actor.display_name if actor else "",
            due_on=due,
        )
    )
    session.flush()
