"""Who sits on a panel: draws that replay, interests that keep out, replacements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import Application
from marketplace.assessments.conflicts import counted_seats, panel_problem
from marketplace.assessments.drafts import ExpertDraft, InterestDraft, Mark
from marketplace.assessments.models import Draw, Expert, Interest, Score, Seat
from marketplace.assessments.queries import seats_of
from marketplace.assessments.services.drawing import draw_panel, replay_draw
from marketplace.assessments.services.experts import add_expert, edit_expert, set_expert_active
from marketplace.assessments.services.interests import end_interest, record_interest
from marketplace.assessments.services.scoring import save_scores, submit_scores
from marketplace.assessments.services.seats import declare_no_interest, recuse
from marketplace.db import now
from marketplace.errors import Conflict, InvalidInput, NotFound, NotPermitted
from marketplace.needs.errors import Blocked
from tests.fixtures.assessments import Panel, fill, hand_in, sit

Make = Callable[..., Any]


def has_interest(session: Session, expert: Expert, application: Application, **values: Any) -> None:
    """Put an interest into the table as it stands, past the services."""
    session.add(
        Interest(
            expert_id=expert.id,
            organisation_id=application.organisation_id,
            **{"kind": "shareholding", **values},
        )
    )
    session.commit()


def test_a_draw_gives_each_drawn_expert_a_letter_a_day_and_a_letter_in_the_mail(
    session: Session, create_panel: Panel
) -> None:
    application = create_panel(3)
    seats = seats_of(session, application)
    assert [seat.letter for seat in seats] == ["甲", "乙", "丙"]
    assert {seat.state for seat in seats} == {"asked"}
    assert all(seat.due_on is not None for seat in seats)
    sent = session.scalars(select(MailMessage)).all()
    assert {letter.recipient for letter in sent} == {seat.expert.user.email for seat in seats}
    assert all(application.number in letter.body for letter in sent)
    assert not any(application.organisation.name in letter.body for letter in sent)


def test_a_draw_can_be_drawn_again_from_what_was_kept(
    session: Session, create_panel: Panel, create_expert: Make, clerk: User
) -> None:
    application = create_panel(3)
    draw = session.scalars(select(Draw)).one()
    assert draw.seed == "a1"
    assert replay_draw(draw) is True
    create_expert()
    assert replay_draw(draw) is True
    draw.drawn = draw.drawn[::-1]
    assert replay_draw(draw) is False
    session.rollback()
    assert application.state == "expert_review"


def test_seeds_are_not_given_by_hand_and_never_the_same(
    session: Session, create_application: Make, create_expert: Make, clerk: User
) -> None:
    for _place in range(6):
        create_expert()
    first, second = (create_application("expert_review") for _ in range(2))
    draws = [draw_panel(session, viewer_of(clerk), item) for item in (first, second)]
    assert draws[0].seed != draws[1].seed
    assert all(len(draw.seed) == 32 and replay_draw(draw) for draw in draws)


def test_experts_of_the_field_come_first_and_others_fill_up(
    session: Session, create_application: Make, create_expert: Make, clerk: User
) -> None:
    application = create_application("expert_review")
    fitting = [create_expert().id for _ in range(2)]
    others = [create_expert(industry_codes=["13"], scene_ids=[]).id for _ in range(5)]
    draw = draw_panel(session, viewer_of(clerk), application)
    assert draw.fitting == 2
    assert set(draw.drawn[:2]) == set(fitting)
    assert draw.drawn[2] in others


def test_too_few_experts_draw_nobody_and_say_how_many_are_missing(
    session: Session, create_application: Make, create_expert: Make, clerk: User
) -> None:
    application = create_application("expert_review")
    create_expert()
    create_expert(active=False)
    with pytest.raises(Blocked) as told:
        draw_panel(session, viewer_of(clerk), application)
    assert told.value.what == "可以抽取的专家还差2人。"
    session.rollback()
    assert session.scalars(select(Seat)).all() == []


@pytest.mark.parametrize("seats", [0, 1, 2])
def test_a_first_draw_below_the_least_number_is_refused(
    session: Session, create_application: Make, create_expert: Make, clerk: User, seats: int
) -> None:
    application = create_application("expert_review")
    for _place in range(4):
        create_expert()
    with pytest.raises(InvalidInput):
        draw_panel(session, viewer_of(clerk), application, seats=seats)


def test_two_who_saw_the_same_empty_panel_do_not_both_draw(
    session: Session, create_panel: Panel, create_expert: Make, clerk: User
) -> None:
    application = create_panel(3)
    for _place in range(4):
        create_expert()
    with pytest.raises(Conflict):
        draw_panel(session, viewer_of(clerk), application, seats_seen=0)


@pytest.mark.parametrize("state", ["formal_review", "agreed", "proposed", "listed"])
def test_experts_are_drawn_in_expert_review_only(
    session: Session, create_application: Make, create_expert: Make, clerk: User, state: str
) -> None:
    application = create_application(state)
    for _place in range(3):
        create_expert()
    with pytest.raises(Blocked):
        draw_panel(session, viewer_of(clerk), application)


def test_who_does_not_arrange_reviews_draws_nobody(
    session: Session, create_application: Make, create_user: Make
) -> None:
    application = create_application("expert_review")
    with pytest.raises(NotPermitted):
        draw_panel(session, viewer_of(create_user(role="expert")), application)


def test_interests_and_same_employers_are_left_out_with_the_reason(
    session: Session, create_application: Make, create_expert: Make, clerk: User
) -> None:
    application = create_application("expert_review")
    name = application.organisation.name
    colleague = create_expert(employer=f" {name}")
    holder, partner, former = (create_expert() for _ in range(3))
    has_interest(session, holder, application)
    has_interest(session, partner, application, kind="contract", until=date(2099, 1, 1))
    has_interest(session, former, application, kind="contract", until=date(2020, 1, 1))
    free = [create_expert().id for _ in range(2)]
    draw = draw_panel(session, viewer_of(clerk), application)
    assert draw.left_out == {
        str(colleague.id): "工作单位与申报单位同名",
        str(holder.id): "持股",
        str(partner.id): "近三年合同",
    }
    assert set(draw.drawn) == {former.id, *free}


def test_the_database_refuses_a_seat_against_an_interest(
    session: Session, create_panel: Panel, create_expert: Make
) -> None:
    application = create_panel(3)
    expert = create_expert()
    has_interest(session, expert, application)
    [draw] = session.scalars(select(Draw)).all()
    with pytest.raises(DBAPIError, match="the expert has an interest"):
        session.execute(
            insert(Seat).values(
                application_id=application.id,
                expert_id=expert.id,
                draw_id=draw.id,
                letter="癸",
                state="asked",
            )
        )


@pytest.mark.parametrize("statement", ["insert", "update", "submit"])
def test_the_database_refuses_scores_against_an_interest_whoever_writes_them(
    session: Session, create_panel: Panel, statement: str
) -> None:
    application = create_panel(3)
    seat = seats_of(session, application)[0]
    hand_in(session, seat)
    session.execute(update(Seat).where(Seat.id == seat.id).values(state="scoring"))
    has_interest(session, seat.expert, application)
    table = Score.__table__
    commands = {
        "insert": insert(table).values(
            seat_id=seat.id, indicator="x", points=1.0, reason="", saved_at=now()
        ),
        "update": update(table).where(table.c.seat_id == seat.id).values(points=0.0),
        "submit": text(f"UPDATE seat SET state = 'submitted' WHERE id = {seat.id}"),
    }
    with pytest.raises(DBAPIError, match="the expert has an interest"):
        session.execute(commands[statement])


def test_a_refusal_of_the_database_reaches_people_in_words(
    session: Session, create_panel: Panel
) -> None:
    from marketplace.assessments.errors import refusals_in_words

    application = create_panel(3)
    seat = seats_of(session, application)[0]
    sit(session, seat)
    has_interest(session, seat.expert, application)
    session.add(Score(seat_id=seat.id, indicator="team", points=1.0))
    with pytest.raises(Conflict) as told, refusals_in_words():
        session.flush()
    assert "有利害关系" in told.value.what


def test_an_expert_with_an_interest_can_neither_declare_nor_score_nor_submit(
    session: Session, create_panel: Panel
) -> None:
    application = create_panel(3)
    first, second, third = seats_of(session, application)
    sit(session, second)
    hand_in(session, third)
    session.execute(update(Seat).where(Seat.id == third.id).values(state="scoring"))
    for seat in (first, second, third):
        has_interest(session, seat.expert, application)
    session.expire_all()
    with pytest.raises(Blocked):
        declare_no_interest(
            session, viewer_of(first.expert.user), first, seen_version=first.version
        )
    with pytest.raises(Blocked):
        save_scores(
            session,
            viewer_of(second.expert.user),
            second,
            {"team": Mark(4.0)},
            seen_version=second.version,
        )
    with pytest.raises(Blocked):
        submit_scores(session, viewer_of(third.expert.user), third, seen_version=third.version)


def test_a_score_counts_no_more_once_an_interest_is_on_record(
    session: Session, create_panel: Panel
) -> None:
    application = create_panel(3)
    for seat in seats_of(session, application):
        hand_in(session, seat)
    assert len(counted_seats(session, application)) == 3
    assert panel_problem(session, application) == ""
    has_interest(session, seats_of(session, application)[0].expert, application)
    assert [seat.letter for seat in counted_seats(session, application)] == ["乙", "丙"]
    assert panel_problem(session, application) == "专家甲登记有利害关系，其评分不能计入"


def test_recording_an_interest_ends_the_seats_it_bears_on(
    session: Session, create_panel: Panel, reviewer: User, letters: Make
) -> None:
    application = create_panel(3)
    seat = seats_of(session, application)[0]
    hand_in(session, seat)
    draft = InterestDraft(application.organisation.uscc, "contract", date(2026, 3, 31), "检测合同")
    interest = record_interest(session, viewer_of(reviewer), seat.expert, draft)
    session.commit()
    assert interest.until == date(2029, 3, 31)
    assert seats_of(session, application)[0].state == "recused"
    assert letters(seat.expert.user.email)[-1].subject == f"退出评审：入库申请{application.number}"


def test_experts_record_their_own_interests_and_nobody_elses(
    session: Session, create_expert: Make, create_organisation: Make
) -> None:
    organisation = create_organisation("苏江试验仪表有限公司")
    one, other = create_expert(), create_expert()
    draft = InterestDraft("苏江试验仪表有限公司", "shareholding")
    record_interest(session, viewer_of(one.user), one, draft)
    assert [item.organisation_id for item in one.interests] == [organisation.id]
    with pytest.raises(NotPermitted):
        record_interest(session, viewer_of(one.user), other, draft)
    with pytest.raises(NotPermitted):
        end_interest(session, viewer_of(one.user), one.interests[0], date(2026, 1, 1))


@pytest.mark.parametrize(
    "draft",
    [
        InterestDraft("没有这家单位", "shareholding"),
        InterestDraft("", "shareholding"),
        InterestDraft("苏江试验仪表有限公司", "contract"),
        InterestDraft("苏江试验仪表有限公司", "friend"),
    ],
)
def test_an_interest_without_its_facts_is_refused(
    session: Session, reviewer: User, create_expert: Make, create_organisation: Make, draft: Any
) -> None:
    create_organisation("苏江试验仪表有限公司")
    expert = create_expert()
    with pytest.raises(InvalidInput):
        record_interest(session, viewer_of(reviewer), expert, draft)
    assert session.scalars(select(Interest)).all() == []


def test_recusing_oneself_keeps_the_interest_and_a_replacement_can_be_drawn(
    session: Session, create_panel: Panel, create_expert: Make, clerk: User
) -> None:
    application = create_panel(3)
    seats = seats_of(session, application)
    hand_in(session, seats[0])
    actor = viewer_of(seats[0].expert.user)
    recuse(session, actor, seats[0], "与该单位合作过课题", seen_version=seats[0].version)
    session.commit()
    assert panel_problem(session, application) == "专家乙、丙还没有提交评分"
    [interest] = session.scalars(select(Interest)).all()
    assert (interest.kind, interest.until) == ("declared", None)
    newcomer = create_expert()
    draw = draw_panel(session, viewer_of(clerk), application, seats=1)
    session.commit()
    assert draw.drawn == [newcomer.id]
    assert draw.left_out[str(seats[0].expert_id)] == "已回避本项评审"
    for seat in seats_of(session, application)[1:]:
        hand_in(session, seat)
    assert [seat.letter for seat in counted_seats(session, application)] == ["乙", "丙", "丁"]
    assert panel_problem(session, application) == ""


def test_recusing_needs_a_reason_and_one_s_own_seat(session: Session, create_panel: Panel) -> None:
    first, second, _third = seats_of(session, create_panel(3))
    with pytest.raises(InvalidInput):
        recuse(session, viewer_of(first.expert.user), first, " ", seen_version=first.version)
    with pytest.raises(NotFound):
        recuse(session, viewer_of(second.expert.user), first, "关系", seen_version=first.version)


def test_the_declaration_names_the_organisation_and_the_clients_but_no_masked_one(
    session: Session, create_panel: Panel
) -> None:
    seat = seats_of(session, create_panel(3))[0]
    sit(session, seat)
    assert seat.state == "scoring"
    assert seat.application.organisation.name in seat.declaration
    assert "某铸造企业" in seat.declaration
    assert "保密客户甲" not in seat.declaration


def test_scores_are_kept_before_they_are_whole_and_locked_once_submitted(
    session: Session, create_panel: Panel
) -> None:
    seat = seats_of(session, create_panel(3))[0]
    actor = viewer_of(seat.expert.user)
    with pytest.raises(Conflict):
        save_scores(session, actor, seat, {"team": Mark(4.0)}, seen_version=seat.version)
    sit(session, seat)
    save_scores(session, actor, seat, {"team": Mark(None, "先记一笔")}, seen_version=seat.version)
    with pytest.raises(Blocked) as told:
        submit_scores(session, actor, seat, seen_version=seat.version)
    assert told.value.what == "还不能提交：8项未评。"
    fill(session, seat, model_evaluation=9.5)
    with pytest.raises(Blocked) as told:
        submit_scores(session, actor, seat, seen_version=seat.version)
    assert told.value.what == "还不能提交：1项缺理由。"
    hand_in(session, seat, "有第三方评测报告", model_evaluation=9.5)
    assert seat.state == "submitted"
    with pytest.raises(Conflict):
        save_scores(session, actor, seat, {"team": Mark(1.0)}, seen_version=seat.version)
    session.rollback()
    assert {score.points for score in seat.scores if score.indicator == "team"} == {4.0}


@pytest.mark.parametrize(
    "marks",
    [
        {"team": Mark(5.5)},
        {"team": Mark(0.3)},
        {"improvement": Mark(3.0)},
        {"tier": Mark(1.0)},
        {"team": Mark(4.0, "长" * 1001)},
    ],
)
def test_marks_off_the_rubric_are_refused_and_nothing_is_kept(
    session: Session, create_panel: Panel, marks: dict[str, Mark]
) -> None:
    seat = seats_of(session, create_panel(3))[0]
    sit(session, seat)
    marks = {"safety": Mark(4.0), **marks}
    with pytest.raises(InvalidInput):
        save_scores(session, viewer_of(seat.expert.user), seat, marks, seen_version=seat.version)
    session.rollback()
    assert session.scalars(select(Score)).all() == []


def test_a_sheet_open_in_two_windows_is_not_saved_over(
    session: Session, create_panel: Panel
) -> None:
    seat = seats_of(session, create_panel(3))[0]
    sit(session, seat)
    actor, seen = viewer_of(seat.expert.user), seat.version
    save_scores(session, actor, seat, {"team": Mark(4.0)}, seen_version=seen)
    with pytest.raises(Conflict):
        save_scores(session, actor, seat, {"team": Mark(2.0)}, seen_version=seen)


def test_only_people_who_hold_the_role_enter_the_pool_and_only_once(
    session: Session, reviewer: User, clerk: User, create_user: Make
) -> None:
    person = create_user(role="expert")
    draft = ExpertDraft(employer="试验大学", industry_codes=("33",), scene_ids=("S24",))
    with pytest.raises(NotPermitted):
        add_expert(session, viewer_of(clerk), person.id, draft)
    for user_id in (clerk.id, 987654):
        with pytest.raises(InvalidInput):
            add_expert(session, viewer_of(reviewer), user_id, draft)
    with pytest.raises(InvalidInput):
        add_expert(session, viewer_of(reviewer), person.id, ExpertDraft(employer=" "))
    with pytest.raises(InvalidInput):
        add_expert(
            session, viewer_of(reviewer), person.id, ExpertDraft("大学", industry_codes=("ZZ",))
        )
    expert = add_expert(session, viewer_of(reviewer), person.id, draft)
    session.commit()
    assert expert.industry_codes == ["33"]
    with pytest.raises(Conflict):
        add_expert(session, viewer_of(reviewer), person.id, draft)


def test_an_expert_changed_by_a_colleague_first_is_not_changed_over(
    session: Session, reviewer: User, create_expert: Make
) -> None:
    expert = create_expert()
    seen = expert.version
    edit_expert(session, viewer_of(reviewer), expert, ExpertDraft("另一所大学"), seen_version=seen)
    assert expert.employer == "另一所大学"
    with pytest.raises(Conflict):
        set_expert_active(session, viewer_of(reviewer), expert, False, seen_version=seen)
