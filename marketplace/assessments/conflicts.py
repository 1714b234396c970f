"""Reads of interests: who may not judge whom today, and which seats count.

The database's triggers ask the same of `expert_interest`; the employer's name is matched here
only, because names are typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ..applications.models import Application
from ..db import now
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from .employers import is_same_employer
from .models import Expert, Interest, Seat
from .queries import seats_of, snapshot_body
from .vocabulary import INTEREST_NAMES


def reasons_against(
    session: Session, experts: Iterable[Expert], application: Application
) -> dict[int, str]:
    """Return, by expert, why they may not judge the application today; others are left out."""
    names = {
        application.organisation.name,
        str(snapshot_body(application).get("organisation", {}).get("name", "")),
    }
    reasons: dict[int, str] = {}
    experts = list(experts)
    for interest in _standing(session, [expert.id for expert in experts], application):
        reasons.setdefault(interest.expert_id, str(INTEREST_NAMES[interest.kind]))
    for expert in experts:
        if any(is_same_employer(expert.employer, name) for name in names):
            reasons.setdefault(expert.id, _("工作单位与申报单位同名"))
    return reasons


def _standing(
    session: Session, expert_ids: Sequence[int], application: Application
) -> Sequence[Interest]:
    today: date = beijing_today(now())
    return session.scalars(
        select(Interest)
        .where(
            Interest.expert_id.in_(expert_ids),
            Interest.organisation_id == application.organisation_id,
            or_(Interest.until.is_(None), Interest.until >= today),
        )
        .order_by(Interest.id)
    ).all()


def counted_seats(session: Session, application: Application) -> list[Seat]:
    """Return the seats whose scores count: submitted, and without an interest that stands."""
    seats = [seat for seat in seats_of(session, application) if seat.state == "submitted"]
    against = reasons_against(session, [seat.expert for seat in seats], application)
    return [seat for seat in seats if seat.expert_id not in against]


def least_experts(session: Session) -> int:
    """Return how many valid score sheets an agreement needs (rule set `application_flow`)."""
    body = get_rules(session, "application_flow", beijing_today(now())).body
    return int(body["experts_per_application"])


def panel_problem(session: Session, application: Application) -> str:
    """Return why no agreement can rest on the panel as it stands; empty when it can.

    All who have not recused must have submitted, none with an interest, and enough of them.
    """
    seats = [seat for seat in seats_of(session, application) if seat.state != "recused"]
    against = reasons_against(session, [seat.expert for seat in seats], application)
    if found := [seat.letter for seat in seats if seat.expert_id in against]:
        return _("专家%(letters)s登记有利害关系，其评分不能计入", letters="、".join(found))
    if open_seats := [seat.letter for seat in seats if seat.state != "submitted"]:
        return _("专家%(letters)s还没有提交评分", letters="、".join(open_seats))
    least = least_experts(session)
    if len(seats) < least:
        return _(
            "有效评分%(count)s份，至少要%(least)s份，请抽取替补专家", count=len(seats), least=least
        )
    return ""
