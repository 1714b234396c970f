"""Verbs of the agreement: open, save, make final by the chair; confirm by each expert."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...applications.models import Application
from ...applications.steps import take
from ...audit.services import record
from ...db import now, serialise_writers
from ...errors import Conflict, InvalidInput, NotPermitted
from ...lifecycle import take_step
from ...needs.errors import Blocked
from ...permissions import Viewer
from ..conflicts import panel_problem
from ..drafts import AgreedMark
from ..errors import refusals_in_words
from ..letters import tell_expert
from ..lifecycle import AGREEMENT_LIFECYCLE
from ..marks import agreed_problem
from ..models import AgreedScore, Agreement, Seat
from ..policy import may_chair
from ..queries import find_agreement, seats_of
from ..sheets import Sheets, kept_figures, sheets_of
from .seats import guard_seat

LONGEST_BASIS = 1000
LONGEST_MINUTES = 10_000


def open_agreement(session: Session, actor: Viewer, application: Application) -> Agreement:
    """Begin the agreement: from now on the chair sees the points, by letter.

    Raises Blocked while somebody still scores, or fewer sheets count than the rules ask for.
    """
    _guard(session, actor, application)
    if problem := panel_problem(session, application):
        raise Blocked(
            _("还不能合议：%(why)s。", why=problem), "没有开始合议。", "评分齐备后再开始。"
        )
    if find_agreement(session, application) is not None:
        raise Conflict("合议已经开始。", "没有另开一轮。", "请刷新页面，在已有的合议上办理。")
    last = session.scalar(
        select(func.max(Agreement.ordinal)).where(Agreement.application_id == application.id)
    )
    agreement = Agreement(
        application_id=application.id,
        ordinal=(last or 0) + 1,
        chair_id=actor.user_id,
        minutes=_last_minutes(session, application, last),
        computed=kept_figures(session, application),
    )
    session.add(agreement)
    with refusals_in_words():
        session.flush()
    _note(session, actor, agreement, "agreement.opened")
    return agreement


def _last_minutes(session: Session, application: Application, ordinal: int | None) -> str:
    """Return the minutes of the round before: what was said stays on record, points do not."""
    return (
        session.scalar(
            select(Agreement.minutes).where(
                Agreement.application_id == application.id, Agreement.ordinal == ordinal
            )
        )
        or ""
    )


def save_agreement(
    session: Session,
    actor: Viewer,
    agreement: Agreement,
    marks: Mapping[str, AgreedMark],
    minutes: str,
    *,
    seen_version: int,
) -> None:
    """Keep what the chair wrote so far. Raises InvalidInput for points out of range."""
    _guard(session, actor, agreement.application)
    sheets = sheets_of(session, agreement.application, agreement)
    judged = {item.code: item for item in sheets.judged}
    problems = [
        problem
        for code, mark in marks.items()
        if code in judged and mark.points is not None
        if (problem := agreed_problem(judged[code], mark.points))
    ]
    if any(code not in judged for code in marks):
        problems.append(_("有不属于本赛道的指标"))
    if len(minutes) > LONGEST_MINUTES or any(
        len(mark.basis) > LONGEST_BASIS for mark in marks.values()
    ):
        problems.append(_("依据不超过%(a)s字，会议记录不超过%(b)s字", a=1000, b=10000))
    if problems:
        raise InvalidInput("；".join(problems) + "。", "这次改动没有保存，此前保存的都在。")
    take_step(
        session,
        AGREEMENT_LIFECYCLE,
        agreement,
        "save",
        seen_version=seen_version,
        minutes=minutes.strip(),
    )
    _write(session, agreement, marks)


def _write(session: Session, agreement: Agreement, marks: Mapping[str, AgreedMark]) -> None:
    kept = {score.indicator: score for score in agreement.scores}
    for code, mark in marks.items():
        score = kept.get(code)
        if mark.points is None and not mark.basis.strip():
            if score is not None:
                session.delete(score)
        elif score is None:
            session.add(
                AgreedScore(
                    agreement_id=agreement.id,
                    indicator=code,
                    points=mark.points,
                    basis=mark.basis.strip(),
                )
            )
        else:
            score.points, score.basis = mark.points, mark.basis.strip()
    session.flush()
    session.expire(agreement, ["scores"])


def agreed_points(agreement: Agreement) -> dict[str, float]:
    """Return the points the chair has entered so far, by indicator."""
    return {score.indicator: score.points for score in agreement.scores if score.points is not None}


def agreement_problems(sheets: Sheets, agreement: Agreement) -> list[str]:
    """Return what keeps the agreement from being made final, in words."""
    kept = {score.indicator: score for score in agreement.scores}
    open_items = [
        spread.indicator.name
        for spread in sheets.to_discuss
        if (score := kept.get(spread.indicator.code)) is None
        or score.points is None
        or not score.basis
    ]
    problems = []
    if open_items:
        names = "、".join(f"“{name}”" for name in open_items)
        problems.append(_("%(names)s未议定或没有写依据", names=names))
    moved = [
        spread.indicator.name
        for spread in sheets.spreads
        if not spread.must_discuss
        and (score := kept.get(spread.indicator.code)) is not None
        and score.points is not None
        and score.points != spread.mean
        and not score.basis
    ]
    if moved:
        names = "、".join(f"“{name}”" for name in moved)
        problems.append(_("%(names)s与均值不同，须写依据", names=names))
    if (sheets.to_discuss or sheets.wide) and not agreement.minutes:
        problems.append(_("有须讨论的内容，会议记录还没有写"))
    return problems


def finalise_agreement(
    session: Session, actor: Viewer, agreement: Agreement, *, seen_version: int
) -> None:
    """Fix the agreed points, the total and its tier, and ask every expert to confirm.

    Indicators nobody had to discuss take the mean, rounded to 0.1, unless the chair agreed on
    other points with a basis. Raises Blocked while something is missing.
    """
    application = agreement.application
    _guard(session, actor, application)
    if problem := panel_problem(session, application):
        raise Blocked(_("还不能定稿：%(why)s。", why=problem), "合议没有定稿。")
    sheets = sheets_of(session, application, agreement)
    if problems := agreement_problems(sheets, agreement):
        raise Blocked(_("还不能定稿：%(why)s。", why="；".join(problems)), "合议没有定稿。")
    agreed = agreed_points(agreement)
    total = sheets.total_with(agreed)
    take_step(
        session,
        AGREEMENT_LIFECYCLE,
        agreement,
        "finalise",
        seen_version=seen_version,
        total=total,
        tier=sheets.scheme.band_of(total),
        finalised_at=now(),
        chair_id=actor.user_id,
    )
    kept = {score.indicator: score for score in agreement.scores}
    _write(
        session,
        agreement,
        {
            spread.indicator.code: AgreedMark(
                agreed.get(spread.indicator.code, spread.mean),
                getattr(kept.get(spread.indicator.code), "basis", "")
                or _("%(count)s位专家评分的均值", count=len(sheets.seats)),
            )
            for spread in sheets.spreads
        },
    )
    _note(session, actor, agreement, "agreement.finalised", total=total)
    for seat in sheets.seats:
        tell_expert(session, seat, "confirm", application.due_on)


def confirm_agreement(session: Session, actor: Viewer, seat: Seat) -> None:
    """Sign the final agreement as one of its experts; the last signature moves the application.

    Nobody can sign for another. Raises Conflict when the agreement was reopened meanwhile.
    """
    guard_seat(actor, seat)
    application = seat.application
    agreement = find_agreement(session, application)
    if agreement is not None:
        # Two who sign last at once must see each other's signature, or nobody moves it on.
        serialise_writers(session)
        session.refresh(agreement, with_for_update=True)
        session.refresh(application)
    if agreement is None or agreement.state != "final" or seat.state != "submitted":
        raise Conflict(
            "合议结果还没有定稿，或已退回重评。", "没有记下您的确认。", "请刷新页面查看最新状态。"
        )
    if problem := panel_problem(session, application):
        raise Blocked(_("还不能确认：%(why)s。", why=problem), "没有记下您的确认。")
    session.refresh(seat)
    if seat.confirmed_at is None:
        seat.confirmed_at = now()
        _note(session, actor, agreement, "agreement.confirmed", seat=seat.id, letter=seat.letter)
    signed = [item for item in seats_of(session, application) if item.state == "submitted"]
    if all(item.confirmed_at is not None for item in signed):
        take_step(session, AGREEMENT_LIFECYCLE, agreement, "confirm")
        take(session, None, application, "agree")


def _guard(session: Session, actor: Viewer, application: Application) -> None:
    if not may_chair(actor, application):
        raise NotPermitted("您不能主持这份申请的合议。", "合议没有变化。", "请由评审组长办理。")
    if any(seat.expert.user_id == actor.user_id for seat in seats_of(session, application)):
        raise NotPermitted(
            "您是这份申请的评审专家，不能同时主持合议。", "合议没有变化。", "请由其他审核人员主持。"
        )
    if application.state != "expert_review":
        raise Blocked(
            "这份申请不在专家评审阶段。", "合议没有变化。", "已合议的，可以由组长退回某位专家重评。"
        )


def _note(
    session: Session, actor: Viewer, agreement: Agreement, action: str, **detail: object
) -> None:
    record(
        session,
        actor,
        action,
        ("application", agreement.application_id),
        ordinal=agreement.ordinal,
        **detail,
    )
