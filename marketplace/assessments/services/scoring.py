"""Verbs of scoring: save the sheet as it stands, hand it in; then it is locked."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ...audit.services import record
from ...db import now
from ...errors import InvalidInput
from ...lifecycle import take_step
from ...needs.errors import Blocked
from ...permissions import Viewer
from ...rubrics.scoring import Indicator
from ..conflicts import panel_problem, reasons_against
from ..drafts import Mark
from ..errors import refusals_in_words
from ..letters import tell_office
from ..lifecycle import SEAT_LIFECYCLE
from ..marks import MISSING, faults_of, judged_of, points_problem
from ..models import Score, Seat
from ..queries import scores_by_indicator
from ..sheets import rubric_of
from .seats import guard_seat

LONGEST_REASON = 1000


def save_scores(
    session: Session, actor: Viewer, seat: Seat, marks: Mapping[str, Mark], *, seen_version: int
) -> None:
    """Keep marks as typed so far, all of them or none.

    Raises InvalidInput for points off the steps or the range, Conflict when the sheet is locked
    or was saved from elsewhere, or when the expert has an interest.
    """
    guard_seat(actor, seat)
    judged = {item.code: item for item in _judged(session, seat)}
    problems = [
        problem
        for code, mark in marks.items()
        if code in judged and mark.points is not None
        if (problem := points_problem(judged[code], mark.points))
    ]
    problems += [
        _("%(name)s的理由不超过%(most)s字", name=judged[code].name, most=LONGEST_REASON)
        for code, mark in marks.items()
        if code in judged and len(mark.reason) > LONGEST_REASON
    ]
    if unknown := [code for code in marks if code not in judged]:
        problems.append(_("没有这样的指标：%(codes)s", codes="、".join(sorted(unknown))))
    if problems:
        raise InvalidInput("；".join(problems) + "。", "这次改动没有保存，此前保存的都在。")
    _refuse_conflicted(session, seat)
    take_step(session, SEAT_LIFECYCLE, seat, "save", seen_version=seen_version)
    _write(session, seat, marks)


def _write(session: Session, seat: Seat, marks: Mapping[str, Mark]) -> None:
    kept = scores_by_indicator(seat)
    for code, mark in marks.items():
        score = kept.get(code)
        if score is None:
            if mark == Mark():
                continue
            session.add(
                Score(seat_id=seat.id, indicator=code, points=mark.points, reason=mark.reason)
            )
        elif (score.points, score.reason) != (mark.points, mark.reason):
            score.points, score.reason, score.saved_at = mark.points, mark.reason, now()
    with refusals_in_words():
        session.flush()
    session.expire(seat, ["scores"])


def submit_scores(session: Session, actor: Viewer, seat: Seat, *, seen_version: int) -> None:
    """Hand the sheet in: every judged indicator scored, reasons where they are needed; final.

    Only the chair can return it. Raises Blocked while something is missing.
    """
    guard_seat(actor, seat)
    judged = _judged(session, seat)
    faults = faults_of(judged, scores_by_indicator(seat))
    if faults:
        raise Blocked(
            _("还不能提交：%(why)s。", why=faults_in_words(faults)),
            "已评的分数都在。",
            "补齐后再提交；提交后不能再改，只能由组长退回。",
        )
    _refuse_conflicted(session, seat)
    with refusals_in_words():
        take_step(
            session,
            SEAT_LIFECYCLE,
            seat,
            "submit",
            seen_version=seen_version,
            submitted_at=now(),
        )
    record(
        session,
        actor,
        "seat.submitted",
        ("application", seat.application_id),
        seat=seat.id,
        letter=seat.letter,
    )
    if not panel_problem(session, seat.application):
        tell_office(session, seat.application, "all_submitted", "unit:assessment:chair")


def faults_in_words(faults: Mapping[str, str]) -> str:
    """Return how many indicators lack points and how many lack a reason."""
    missing = sum(fault == MISSING for fault in faults.values())
    parts = []
    if missing:
        parts.append(_("%(n)s项未评", n=missing))
    if len(faults) > missing:
        parts.append(_("%(n)s项缺理由", n=len(faults) - missing))
    return "、".join(parts)


def _judged(session: Session, seat: Seat) -> list[Indicator]:
    application = seat.application
    return judged_of(rubric_of(session, application).scheme, application.track)


def _refuse_conflicted(session: Session, seat: Seat) -> None:
    against = reasons_against(session, [seat.expert], seat.application)
    if why := against.get(seat.expert_id):
        raise Blocked(
            _("登记显示您与申报单位有利害关系：%(why)s，系统不再接收您的评分。", why=why),
            "这次改动没有保存。",
            "请申请回避；如登记有误，请联系经办人更正。",
        )
