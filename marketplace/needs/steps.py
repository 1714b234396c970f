"""The one way a need moves: guard, atomic step, decision, audit entry, letters, search texts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete
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
from .lifecycle import NEED_LIFECYCLE, SYSTEM
from .masking import Masker
from .models import Need, NeedDecision, NeedText
from .policy import may_take
from .queries import get_masker

_DAYS = {
    "submit": "review_days",
    "return": "supplement_days",
    "conclude_diagnosis": "supplement_days",
    "route_to_diagnosis": "diagnosis_days",
    "accept": "publish_days",
}


def flow_rules(session: Session, on: date) -> dict[str, Any]:
    """Return the periods in force that day."""
    return get_rules(session, "need_flow", on).body


def due_after(session: Session, name: str, on: date) -> date | None:
    """Return the day by which the next thing is promised after a transition; None if no day is."""
    flow = flow_rules(session, on)
    return after_working_days(on, flow[_DAYS[name]]) if name in _DAYS else None


def new_validity(session: Session, on: date) -> date:
    """Return the last day of validity of a need published or renewed that day."""
    return on + timedelta(days=flow_rules(session, on)["valid_days"])


def take(
    session: Session,
    actor: Viewer | None,
    need: Need,
    name: str,
    *,
    seen_version: int | None = None,
    reason: str = "",
    **values: Any,
) -> None:
    """Move the need along one transition, with everything that belongs to it, or raise.

    `actor` None is the clock, which may take only its own arrows. Raises NotPermitted, or
    Conflict when somebody moved the need first.
    """
    _guard(actor, need, name)
    before, at = need.state, now()
    take_step(
        session,
        NEED_LIFECYCLE,
        need,
        name,
        seen_version=seen_version,
        updated_at=at,
        **({"updated_by_id": actor.user_id} if actor else {}),
        **values,
    )
    due = due_after(session, name, beijing_today(at)) or need.valid_until
    note(session, actor, need, name, reason, due)
    record(
        session,
        actor,
        f"need.{name}",
        ("need", need.id),
        number=need.number,
        before=before,
        after=need.state,
    )
    tell_about(session, need, name, due)


def _guard(actor: Viewer | None, need: Need, name: str) -> None:
    by_clock = NEED_LIFECYCLE.transition(name).permission == SYSTEM
    if not (by_clock if actor is None else may_take(actor, need, name)):
        raise NotPermitted(
            "您不能对这条需求办理这一步。",
            "需求没有变化。",
            "如确需办理，请联系负责该县区的经办人。",
        )


def note(
    session: Session, actor: Viewer | None, need: Need, action: str, reason: str, due: date | None
) -> None:
    """Keep the words of a decision beside the need; without words nothing is kept."""
    if not reason.strip():
        return
    session.add(
        NeedDecision(
            need_id=need.id,
            action=action,
            reason=reason.strip(),
            actor_id=actor.user_id if actor else None,
            actor_name=actor.display_name if actor else "",
            due_on=due,
        )
    )
    session.flush()


def refresh_texts(session: Session, need: Need, masker: Masker | None = None) -> None:
    """Write again what the need may be searched by, for each kind of reader."""
    masker = masker or get_masker(session, beijing_today(now()))
    session.flush()
    session.execute(delete(NeedText).where(NeedText.need_id == need.id))
    session.add_all(
        NeedText(need_id=need.id, form=form, body=body)
        for form, body in masker.bodies(need).items()
    )
    session.flush()
