"""Verbs of interests (利害关系): record one, let it end; seats it bears on are given up at once."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...accounts.models import Organisation
from ...applications.models import Application
from ...audit.services import record
from ...db import now
from ...errors import InvalidInput, NotPermitted
from ...permissions import Viewer
from ...rules.queries import get_rules
from ...web.filters import beijing_today
from ..drafts import InterestDraft
from ..models import INTEREST_KINDS, Expert, Interest, Seat
from ..policy import is_that_expert, may_edit_experts
from ..queries import ACTIVE_SEATS, find_organisations
from .rounds import exclude_seat


def record_interest(
    session: Session, actor: Viewer, expert: Expert, draft: InterestDraft
) -> Interest:
    """Record why the expert may not judge an organisation, by staff or by the expert.

    A contract counts for so many years after its end (rule set `assessment_rules`). Seats the
    expert holds on that organisation's running reviews end with it. Raises InvalidInput.
    """
    if not (may_edit_experts(actor) or is_that_expert(actor, expert)):
        raise NotPermitted(
            "您不能登记这位专家的利害关系。", "没有保存任何内容。", "请由本人或专家库管理人员登记。"
        )
    organisation = _organisation(session, draft.organisation.strip())
    interest = Interest(
        expert_id=expert.id,
        organisation_id=organisation.id,
        kind=draft.kind,
        until=_until(session, draft),
        note=draft.note.strip(),
        recorded_by_id=actor.user_id,
    )
    session.add(interest)
    session.flush()
    session.expire(expert, ["interests"])
    record(
        session,
        actor,
        "expert.interest_recorded",
        ("expert", expert.id),
        organisation_id=organisation.id,
        kind=draft.kind,
        until=interest.until.isoformat() if interest.until else None,
    )
    if interest.until is None or interest.until >= beijing_today(now()):
        _give_up_seats(session, expert, organisation)
    return interest


def end_interest(session: Session, actor: Viewer, interest: Interest, on: date) -> None:
    """Let an interest stand until a day and no longer, for instance after a change of employer."""
    if not may_edit_experts(actor):
        raise NotPermitted(
            "您不能终止利害关系登记。", "登记没有变化。", "请由专家库管理人员核实后办理。"
        )
    interest.until = on
    record(
        session,
        actor,
        "expert.interest_ended",
        ("expert", interest.expert_id),
        organisation_id=interest.organisation_id,
        until=on.isoformat(),
    )


def _organisation(session: Session, words: str) -> Organisation:
    found = find_organisations(session, words) if words else ()
    if not found:
        raise InvalidInput(
            "没有找到这家单位。",
            "没有保存任何内容。",
            "请填写与营业执照一致的全称或18位统一社会信用代码；尚未在本站登记的单位不会申报，不必登记。",
        )
    if len(found) > 1:
        raise InvalidInput(
            _("有%(count)s家单位同名。", count=len(found)),
            "没有保存任何内容。",
            "请改填统一社会信用代码。",
        )
    return found[0]


def _until(session: Session, draft: InterestDraft) -> date | None:
    if draft.kind not in INTEREST_KINDS:
        raise InvalidInput("没有选择关系类别。", "没有保存任何内容。", "请选择一类。")
    if draft.kind != "contract":
        return None
    if draft.ended_on is None:
        raise InvalidInput(
            "没有填写合同终止日期。", "没有保存任何内容。", "尚在履行的合同请填约定的终止日期。"
        )
    years = int(get_rules(session, "assessment_rules", beijing_today(now())).body["contract_years"])
    return years_after(draft.ended_on, years)


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _give_up_seats(session: Session, expert: Expert, organisation: Organisation) -> None:
    seats = session.scalars(
        select(Seat)
        .join(Application, Seat.application_id == Application.id)
        .where(
            Seat.expert_id == expert.id,
            Seat.state.in_(ACTIVE_SEATS),
            Application.organisation_id == organisation.id,
            Application.state == "expert_review",
        )
    ).all()
    for seat in seats:
        exclude_seat(session, seat, _("登记了与申报单位的利害关系"))
