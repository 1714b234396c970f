"""Experts, their scores, what they agree on, the tier two people decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from ...accounts.models import User
from ...applications.models import Application
from ...assessments.drafts import (
    AgreedMark,
    ExpertDraft,
    InterestDraft,
    Mark,
    ProposalDraft,
)
from ...assessments.models import Expert, Seat
from ...assessments.queries import find_agreement
from ...assessments.services.agreeing import (
    confirm_agreement,
    finalise_agreement,
    open_agreement,
    save_agreement,
)
from ...assessments.services.drawing import draw_panel
from ...assessments.services.experts import add_expert
from ...assessments.services.interests import record_interest
from ...assessments.services.proposing import approve_tier, propose_tier
from ...assessments.services.scoring import save_scores, submit_scores
from ...assessments.services.seats import declare_no_interest, recuse
from ...assessments.services.site_checks import draw_site_checks
from ...rubrics.queries import get_rubric
from .cast import CLERK, CURATOR, REVIEWER, Stage, days_ago

DECIDED = {"proposed", "approved", "notice", "listed", "not_listed"}
BEFORE_SEATS = {"draft", "withdrawn", "formal_review", "supplement", "rejected"}


def load_experts(stage: Stage, data: Mapping[str, Any]) -> None:
    """Fill the pool, with what keeps an expert from judging whom."""
    with days_ago(160, "14:30"):
        reviewer = stage.person(REVIEWER)
        for row in data["experts"]:
            draft = ExpertDraft(
                employer=row["employer"],
                title=row["title"],
                industry_codes=tuple(row["industry_codes"]),
                scene_ids=tuple(row["scene_ids"]),
            )
            viewer = stage.person(row["email"])
            assert viewer.user_id is not None
            add_expert(stage.session, reviewer, viewer.user_id, draft)
        for row in data["interests"]:
            ended = row.get("ended_days_ago")
            record_interest(
                stage.session,
                reviewer,
                _expert(stage, row["email"]),
                InterestDraft(
                    organisation=stage.organisations[row["organisation_key"]].uscc,
                    kind=row["kind"],
                    ended_on=stage.today - timedelta(days=ended) if ended else None,
                    note=row["note"],
                ),
            )


def _expert(stage: Stage, email: str) -> Expert:
    found = stage.session.scalar(select(Expert).join(User).where(User.email == email))
    assert found is not None, email
    return found


def assess(
    stage: Stage,
    row: Mapping[str, Any],
    application: Application,
    reasons: Sequence[str],
    shift: int,
) -> None:
    """Take an application from the draw to the state the demonstration asks for.

    `shift` is by how many days the batch is older than the present one.
    """
    if row["state"] in BEFORE_SEATS:
        return
    with days_ago(14 + shift, "09:40"):
        draw_panel(stage.session, stage.person(CLERK), application, seats=3)
    scored = row.get("scored", 3)
    for place, seat in enumerate(_seats(stage, application)):
        if place < scored or row.get("recused"):
            _score(stage, row, seat, place, reasons, submits=place < scored, shift=shift)
    if row["state"] == "expert_review":
        if row.get("spread"):
            with days_ago(4 + shift, "15:00"):
                open_agreement(stage.session, stage.person(REVIEWER), application)
        return
    _agree(stage, application, shift)
    if row["state"] in DECIDED:
        _propose(stage, row, application, shift)


def _seats(stage: Stage, application: Application) -> list[Seat]:
    return list(
        stage.session.scalars(
            select(Seat).where(Seat.application_id == application.id).order_by(Seat.id)
        )
    )


def _score(
    stage: Stage,
    row: Mapping[str, Any],
    seat: Seat,
    place: int,
    reasons: Sequence[str],
    *,
    submits: bool,
    shift: int,
) -> None:
    expert = stage.person(seat.expert.user.email)
    if row.get("recused") and place == 2:
        with days_ago(12 + shift, "17:20"):
            recuse(
                stage.session,
                expert,
                seat,
                "2025年为该企业做过技术评审，自行申请回避。",
                seen_version=seat.version,
            )
        with days_ago(11 + shift, "09:15"):
            draw_panel(stage.session, stage.person(CLERK), seat.application, seats=1)
        return
    with days_ago(12 - place + shift, "10:30"):
        declare_no_interest(stage.session, expert, seat, seen_version=seat.version)
        marks = _marks(stage, row, seat, place, reasons)
        if not submits:
            marks = dict(list(marks.items())[:4])
        save_scores(stage.session, expert, seat, marks, seen_version=seat.version)
    if submits:
        with days_ago(9 - place + shift, "16:05"):
            submit_scores(stage.session, expert, seat, seen_version=seat.version)


def _marks(
    stage: Stage, row: Mapping[str, Any], seat: Seat, place: int, reasons: Sequence[str]
) -> dict[str, Mark]:
    """Score every judged indicator around the share the demonstration gives the application."""
    application = seat.application
    scheme = get_rubric(stage.session, application.call.rubric_number).scheme
    share = row.get("share", 0.75)
    marks = {}
    judged = [item for item in scheme.indicators(application.track) if item.mode == "judged"]
    for number, indicator in enumerate(judged):
        lean = share + (0.04, -0.04, 0.0)[place % 3] + 0.02 * ((number + place) % 3 - 1)
        if row.get("spread") and number < 2:
            lean = (0.95, 0.35, 0.7)[place % 3]
        steps = round(min(1.0, max(0.0, lean)) * indicator.points / indicator.step)
        marks[indicator.code] = Mark(steps * indicator.step, reasons[number % len(reasons)])
    return marks


def _agree(stage: Stage, application: Application, shift: int) -> None:
    reviewer = stage.person(REVIEWER)
    with days_ago(6 + shift, "14:10"):
        agreement = open_agreement(stage.session, reviewer, application)
        marks: dict[str, AgreedMark] = {}
        minutes = "各指标分差不大，按均值议定。"
        save_agreement(
            stage.session, reviewer, agreement, marks, minutes, seen_version=agreement.version
        )
        finalise_agreement(stage.session, reviewer, agreement, seen_version=agreement.version)
    with days_ago(5 + shift, "09:50"):
        for seat in _seats(stage, application):
            if seat.state == "submitted":
                confirm_agreement(stage.session, stage.person(seat.expert.user.email), seat)
    stage.session.refresh(application)


def _propose(stage: Stage, row: Mapping[str, Any], application: Application, shift: int) -> None:
    agreement = find_agreement(stage.session, application)
    assert agreement is not None
    tier = agreement.tier
    rubric = get_rubric(stage.session, application.call.rubric_number)
    with days_ago(4 + shift, "11:00"):
        propose_tier(
            stage.session,
            stage.person(REVIEWER),
            application,
            ProposalDraft(
                kind="grant" if tier else "decline",
                after_tier=tier,
                reasons=f"三位专家合议{agreement.total}分，各项依据见评分表。",
                next_tier="补充第三方评测和本站验收项目后可申请上一等级。",
            ),
            gates=[gate["code"] for gate in rubric.body["gates"]],
            seen_version=application.version,
        )
    if row["state"] == "proposed":
        return
    with days_ago(3 + shift, "10:05"):
        approve_tier(
            stage.session,
            stage.person(CURATOR),
            application,
            "已核对评分表和会议记录，同意。",
            seen_version=application.version,
        )


def draw_visits(stage: Stage, application: Application) -> None:
    """Draw the site checks of the call, at a time when one application is agreed."""
    with days_ago(4, "16:30"):
        draw_site_checks(stage.session, stage.person(CLERK), application.call)
