"""Verbs of a seat: declare that no interest stands, recuse oneself, be returned by the chair."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ...applications.models import Application
from ...applications.steps import take
from ...audit.services import record
from ...db import now
from ...errors import InvalidInput, NotPermitted
from ...lifecycle import take_step
from ...needs.errors import Blocked
from ...permissions import Viewer
from ...rules.queries import get_rules
from ...web.filters import beijing_today
from ...workdays.promises import after_working_days
from ..conflicts import reasons_against
from ..errors import no_seat
from ..letters import tell_expert, tell_office
from ..lifecycle import SEAT_LIFECYCLE
from ..models import Interest, Seat
from ..policy import may_chair, may_score
from ..queries import find_agreement, snapshot_body
from .rounds import end_round, exclude_conflicted


def declaration_text(session: Session, application: Application) -> str:
    """Return the words to be signed: the organisation and the clients of its snapshot by name.

    A client the provider masks goes by its label: who it is stays confidential here too.
    """
    body = snapshot_body(application)
    clients = dict.fromkeys(
        str(case.get("client_label") or _("隐名客户"))
        if case.get("client_masked")
        else str(case.get("client_name", ""))
        for case in body.get("cases", ())
    )
    words = get_rules(session, "assessment_rules", beijing_today(now())).body["declaration"]
    return (
        str(words)
        .replace("{organisation}", str(body.get("organisation", {}).get("name", "")))
        .replace("{clients}", "、".join(name for name in clients if name) or _("未申报案例"))
    )


def declare_no_interest(session: Session, actor: Viewer, seat: Seat, *, seen_version: int) -> None:
    """Sign that no interest stands; scoring opens. Raises Blocked when one is on record."""
    guard_seat(actor, seat)
    against = reasons_against(session, [seat.expert], seat.application)
    if why := against.get(seat.expert_id):
        raise Blocked(
            _("登记显示您与申报单位有利害关系：%(why)s。", why=why),
            "没有签署声明。",
            "请申请回避；如登记有误，请联系经办人更正。",
        )
    text = declaration_text(session, seat.application)
    take_step(
        session,
        SEAT_LIFECYCLE,
        seat,
        "declare",
        seen_version=seen_version,
        declared_at=now(),
        declaration=text,
    )
    _note(session, actor, seat, "seat.declared")


def recuse(session: Session, actor: Viewer, seat: Seat, reason: str, *, seen_version: int) -> None:
    """Step back from the seat for good; what was scored counts no more, the interest is kept.

    Possible until the agreed score is final. Raises InvalidInput without a reason.
    """
    guard_seat(actor, seat)
    if not reason.strip():
        raise InvalidInput("没有写明回避原因。", "没有办理回避。", "请写明与申报单位的关系。")
    agreement = find_agreement(session, seat.application)
    if agreement is not None and agreement.state != "open":
        raise Blocked(
            "合议已定稿，不能再自行回避。", "席位没有变化。", "请立即联系组长，由组长退回重评。"
        )
    end_round(session, seat.application)
    take_step(
        session,
        SEAT_LIFECYCLE,
        seat,
        "recuse",
        seen_version=seen_version,
        recused_reason=reason.strip(),
        confirmed_at=None,
    )
    session.add(
        Interest(
            expert_id=seat.expert_id,
            organisation_id=seat.application.organisation_id,
            kind="declared",
            note=reason.strip(),
            recorded_by_id=actor.user_id,
        )
    )
    session.flush()
    session.expire(seat.expert, ["interests"])
    _note(session, actor, seat, "seat.recused")
    tell_office(session, seat.application, "recused", "unit:assessment:arrange")


def return_seat(
    session: Session, actor: Viewer, seat: Seat, reason: str, *, seen_version: int
) -> None:
    """Let an expert score again; ends the present agreement, and reopens one already agreed.

    Only who may chair can do this. Seats with an interest on record end at the same time; a
    seat that is one of them is not returned but ended.
    """
    application = seat.application
    if not may_chair(actor, application):
        raise NotPermitted("您不能退回评分。", "评分没有变化。", "请由评审组长办理。")
    if not reason.strip():
        raise InvalidInput("没有写明退回原因。", "评分没有退回。", "请写明请专家重新考虑的内容。")
    if seat.state != "submitted" or application.state not in {"expert_review", "agreed"}:
        raise Blocked(
            "这份评分现在不能退回。",
            "评分没有变化。",
            "只有已提交、且申请仍在专家评审或刚合议的，可以退回。",
        )
    if application.state == "agreed":
        take(session, actor, application, "reopen", reason=reason)
    end_round(session, application)
    if seat in exclude_conflicted(session, application):
        return
    take_step(
        session,
        SEAT_LIFECYCLE,
        seat,
        "return",
        seen_version=seen_version,
        returned_reason=reason.strip(),
        submitted_at=None,
        confirmed_at=None,
        due_on=scoring_due(session),
    )
    _note(session, actor, seat, "seat.returned")
    tell_expert(session, seat, "returned")


def scoring_due(session: Session) -> date:
    """Return by when a seat given or returned today is to be handed in."""
    today = beijing_today(now())
    days = int(get_rules(session, "assessment_rules", today).body["scoring_days"])
    return after_working_days(today, days)


def guard_seat(actor: Viewer, seat: Seat) -> None:
    """Raise NotFound for other people's seats, Blocked once the review is over."""
    if not may_score(actor, seat):
        raise no_seat()
    if seat.application.state != "expert_review":
        raise Blocked(
            "这份申请的专家评审已经结束。", "没有保存任何改动。", "如需更正，请联系评审组长。"
        )


def _note(session: Session, actor: Viewer, seat: Seat, action: str) -> None:
    record(
        session,
        actor,
        action,
        ("application", seat.application_id),
        seat=seat.id,
        letter=seat.letter,
    )
