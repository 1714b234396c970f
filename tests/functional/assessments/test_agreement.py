"""The agreement: literal means and totals, what must be discussed, who signs, what reopens it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import Application
from marketplace.assessments.drafts import AgreedMark, InterestDraft
from marketplace.assessments.models import Agreement, Expert, Interest, Seat
from marketplace.assessments.queries import find_agreement, progress_of_call, seats_of
from marketplace.assessments.services.agreeing import (
    confirm_agreement,
    finalise_agreement,
    open_agreement,
    save_agreement,
)
from marketplace.assessments.services.drawing import draw_panel
from marketplace.assessments.services.interests import record_interest
from marketplace.assessments.services.seats import recuse, return_seat
from marketplace.assessments.sheets import sheets_of
from marketplace.errors import Conflict, InvalidInput, NotFound, NotPermitted
from marketplace.needs.errors import Blocked
from tests.fixtures.assessments import Panel, confirm_all, hand_in

Make = Callable[..., Any]


@pytest.fixture
def discussed(session: Session, reviewer: User, create_panel: Panel) -> Agreement:
    """An open agreement of sheets 8, 8, 3 of 10 in one indicator, 37, 37 and 32 in all."""
    application = create_panel(3)
    first, second, third = seats_of(session, application)
    hand_in(session, first)
    hand_in(session, second)
    hand_in(session, third, "没有看到第三方评测", model_evaluation=3.0)
    agreement = open_agreement(session, viewer_of(reviewer), application)
    session.commit()
    return agreement


def test_computed_figures_are_kept_as_they_were_when_the_agreement_was_opened(
    discussed: Agreement,
) -> None:
    points = {item["code"]: item["points"] for item in discussed.computed}
    assert points == {
        "improvement": 5.0,
        "accepted_projects": 1.3,
        "repeat": 0.0,
        "on_time": 6.0,
        "sme_share": 0.0,
        "satisfaction": 9.0,
    }
    assert all(item["basis"] for item in discussed.computed)


def test_means_totals_and_what_must_be_discussed_are_these(
    session: Session, discussed: Agreement
) -> None:
    sheets = sheets_of(session, discussed.application, discussed)
    assert sheets.totals == {"甲": 58.3, "乙": 58.3, "丙": 53.3}
    assert sheets.mean_total == 56.6
    [spread] = sheets.to_discuss
    assert spread.indicator.code == "model_evaluation"
    assert (spread.low, spread.high, spread.mean, spread.outliers) == (3.0, 8.0, 6.3, {"丙"})
    assert sheets.total_with({}) == 56.6
    assert sheets.total_with({"model_evaluation": 7.5}) == 57.8
    assert sheets.wide is False


def test_an_indicator_to_discuss_needs_points_a_basis_and_minutes(
    session: Session, discussed: Agreement, reviewer: User
) -> None:
    chair = viewer_of(reviewer)

    def finalise() -> None:
        finalise_agreement(session, chair, discussed, seen_version=discussed.version)

    def save(mark: AgreedMark, minutes: str = "") -> None:
        marks = {"model_evaluation": mark}
        save_agreement(session, chair, discussed, marks, minutes, seen_version=discussed.version)

    for mark, minutes in (
        (AgreedMark(), "讨论过"),
        (AgreedMark(7.5), "讨论过"),
        (AgreedMark(None, "丙补看附件"), "讨论过"),
        (AgreedMark(7.5, "丙补看附件后同意"), " "),
    ):
        save(mark, minutes)
        with pytest.raises(Blocked):
            finalise()
    save(AgreedMark(7.5, "丙补看附件后同意"), "1. 评测：补看第9页，议定7.5。")
    finalise()
    assert (discussed.state, discussed.total, discussed.tier) == ("final", 57.8, None)
    kept = {score.indicator: (score.points, score.basis) for score in discussed.scores}
    assert kept["model_evaluation"] == (7.5, "丙补看附件后同意")
    assert kept["team"] == (4.0, "3位专家评分的均值")
    assert len(kept) == 8


def test_other_points_than_the_mean_need_a_basis_even_where_all_agree(
    session: Session, create_agreement: Make, reviewer: User
) -> None:
    agreement = create_agreement("open")
    chair = viewer_of(reviewer)
    marks = {"team": AgreedMark(5.0)}
    save_agreement(session, chair, agreement, marks, "", seen_version=agreement.version)
    with pytest.raises(Blocked) as told:
        finalise_agreement(session, chair, agreement, seen_version=agreement.version)
    assert told.value.what == "还不能定稿：“团队”与均值不同，须写依据。"


@pytest.mark.parametrize(
    "marks",
    [
        {"team": AgreedMark(5.1)},
        {"team": AgreedMark(-0.1)},
        {"team": AgreedMark(4.25)},
        {"satisfaction": AgreedMark(9.0)},
        {"total": AgreedMark(1.0)},
        {"team": AgreedMark(4.0, "长" * 1001)},
    ],
)
def test_agreed_points_off_the_rubric_are_refused(
    session: Session, create_agreement: Make, reviewer: User, marks: dict[str, AgreedMark]
) -> None:
    agreement = create_agreement("open")
    with pytest.raises(InvalidInput):
        save_agreement(
            session, viewer_of(reviewer), agreement, marks, "", seen_version=agreement.version
        )


def test_equal_sheets_need_no_discussion_and_total_58_3(
    session: Session, create_agreement: Make
) -> None:
    agreement = create_agreement("confirmed")
    assert (agreement.total, agreement.tier, agreement.minutes) == (58.3, None, "")
    assert agreement.application.state == "agreed"


def test_no_agreement_is_opened_while_somebody_scores_or_sheets_are_few(
    session: Session, reviewer: User, create_panel: Panel
) -> None:
    application = create_panel(3)
    chair = viewer_of(reviewer)
    with pytest.raises(Blocked):
        open_agreement(session, chair, application)
    first, second, third = seats_of(session, application)
    hand_in(session, first)
    hand_in(session, second)
    recuse(session, viewer_of(third.expert.user), third, "合作过", seen_version=third.version)
    session.commit()
    with pytest.raises(Blocked) as told:
        open_agreement(session, chair, application)
    assert told.value.what == "还不能合议：有效评分2份，至少要3份，请抽取替补专家。"


def test_one_recusal_a_replacement_and_three_valid_sheets_reach_an_agreement(
    session: Session, reviewer: User, clerk: User, create_panel: Panel, create_expert: Make
) -> None:
    application = create_panel(3)
    first, second, third = seats_of(session, application)
    for seat in (first, second, third):
        hand_in(session, seat, "很好", model_evaluation=10.0 if seat is third else 8.0)
    recuse(session, viewer_of(third.expert.user), third, "合作过", seen_version=third.version)
    create_expert()
    draw_panel(session, viewer_of(clerk), application, seats=1)
    session.commit()
    hand_in(session, seats_of(session, application)[3])
    agreement = open_agreement(session, viewer_of(reviewer), application)
    session.commit()
    sheets = sheets_of(session, application, agreement)
    assert list(sheets.totals) == ["甲", "乙", "丁"]
    assert sheets.mean_total == 58.3
    finalise_agreement(session, viewer_of(reviewer), agreement, seen_version=agreement.version)
    confirm_all(session, application)
    assert (application.state, agreement.total) == ("agreed", 58.3)


def test_the_application_moves_with_the_last_signature_and_not_before(
    session: Session, create_agreement: Make, actions: Make
) -> None:
    agreement = create_agreement("final")
    application = agreement.application
    first, second, third = seats_of(session, application)
    for seat in (first, second):
        confirm_agreement(session, viewer_of(seat.expert.user), seat)
        session.commit()
        assert (agreement.state, application.state) == ("final", "expert_review")
    confirm_agreement(session, viewer_of(third.expert.user), third)
    session.commit()
    assert (agreement.state, application.state) == ("confirmed", "agreed")
    assert actions().count("agreement.confirmed") == 3


def test_nobody_signs_for_an_expert(
    session: Session, create_agreement: Make, reviewer: User
) -> None:
    agreement = create_agreement("final")
    first, second, _third = seats_of(session, agreement.application)
    for actor in (reviewer, second.expert.user):
        with pytest.raises(NotFound):
            confirm_agreement(session, viewer_of(actor), first)


def test_an_open_agreement_cannot_be_signed(session: Session, create_agreement: Make) -> None:
    agreement = create_agreement("open")
    seat = seats_of(session, agreement.application)[0]
    with pytest.raises(Conflict):
        confirm_agreement(session, viewer_of(seat.expert.user), seat)


@pytest.mark.parametrize("state", ["open", "final", "confirmed"])
def test_a_returned_sheet_reopens_the_agreement_and_takes_the_signatures_back(
    session: Session, create_agreement: Make, reviewer: User, state: str
) -> None:
    agreement = create_agreement(state)
    application = agreement.application
    seat = seats_of(session, application)[1]
    chair = viewer_of(reviewer)
    with pytest.raises(InvalidInput):
        return_seat(session, chair, seat, " ", seen_version=seat.version)
    return_seat(session, chair, seat, "请再看第9页", seen_version=seat.version)
    session.commit()
    assert application.state == "expert_review"
    assert find_agreement(session, application) is None
    seats = seats_of(session, application)
    assert [item.state for item in seats] == ["submitted", "scoring", "submitted"]
    assert {item.confirmed_at for item in seats} == {None}
    hand_in(session, seats[1], safety=4.0)
    again = open_agreement(session, chair, application)
    assert again.ordinal == 2
    assert again.scores == []


def test_only_the_chair_returns_a_sheet(
    session: Session, create_agreement: Make, clerk: User
) -> None:
    agreement = create_agreement("open")
    first, second, _third = seats_of(session, agreement.application)
    for actor in (clerk, second.expert.user):
        with pytest.raises(NotPermitted):
            return_seat(session, viewer_of(actor), first, "重评", seen_version=first.version)


def test_a_chair_of_another_region_or_on_the_panel_leads_no_agreement(
    session: Session, create_panel: Panel, create_user: Make, create_unit: Make, reviewer: User
) -> None:
    application = create_panel(3)
    for seat in seats_of(session, application):
        hand_in(session, seat)
    elsewhere = create_user(role="reviewer", unit=create_unit("371000", "邻市工信局"))
    with pytest.raises(NotPermitted):
        open_agreement(session, viewer_of(elsewhere), application)
    seats_of(session, application)[0].expert.user_id = reviewer.id
    session.flush()
    with pytest.raises(NotPermitted):
        open_agreement(session, viewer_of(reviewer), application)


def test_after_the_final_version_an_expert_can_no_longer_recuse_alone(
    session: Session, create_agreement: Make
) -> None:
    seat = seats_of(session, create_agreement("final").application)[0]
    with pytest.raises(Blocked):
        recuse(session, viewer_of(seat.expert.user), seat, "合作过", seen_version=seat.version)


def test_an_interest_recorded_before_the_last_signature_ends_the_round(
    session: Session, create_agreement: Make, reviewer: User
) -> None:
    agreement = create_agreement("final")
    seat = seats_of(session, agreement.application)[0]
    draft = InterestDraft(agreement.application.organisation.uscc, "shareholding")
    record_interest(session, viewer_of(reviewer), seat.expert, draft)
    session.commit()
    assert agreement.state == "reopened"
    assert [item.state for item in seats_of(session, agreement.application)] == [
        "recused",
        "submitted",
        "submitted",
    ]


def test_an_interest_put_on_record_past_the_services_stops_the_signatures(
    session: Session, create_agreement: Make
) -> None:
    agreement = create_agreement("final")
    first, second, _third = seats_of(session, agreement.application)
    session.add(
        Interest(
            expert_id=first.expert_id,
            organisation_id=agreement.application.organisation_id,
            kind="shareholding",
        )
    )
    session.commit()
    with pytest.raises(Blocked):
        confirm_agreement(session, viewer_of(second.expert.user), second)


def test_progress_counts_a_call_by_step(
    session: Session,
    create_agreement: Make,
    create_application: Make,
    create_panel: Panel,
    create_call: Make,
) -> None:
    call = create_call()
    create_application("expert_review", call=call)
    create_panel(3, call=call)
    create_agreement("open", call=call)
    create_agreement("final", call=call)
    create_agreement("confirmed", call=call)
    progress = progress_of_call(session, call.id)
    assert (
        progress.waiting_for_draw,
        progress.scoring,
        progress.ready_to_agree,
        progress.waiting_for_confirmation,
        progress.agreed,
    ) == (1, 1, 1, 1, 1)


def test_no_seat_is_left_behind_by_the_fixtures(session: Session, create_panel: Panel) -> None:
    application: Application = create_panel(4)
    assert len(session.scalars(select(Seat)).all()) == 4
    assert len(session.scalars(select(Expert)).all()) == 4
    assert application.state == "expert_review"
