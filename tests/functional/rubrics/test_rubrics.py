"""A rubric on its way from draft to force: who may do what, and what is needed before."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.db import now
from marketplace.errors import Conflict, InvalidInput, NotFound, NotPermitted
from marketplace.rubrics.approval import Opinion
from marketplace.rubrics.models import Rubric
from marketplace.rubrics.queries import get_rubric, rubric_in_force
from marketplace.rubrics.replay_services import run_replay
from marketplace.rubrics.services import (
    approve_rubric,
    draft_rubric,
    edit_rubric,
    return_rubric,
    submit_rubric,
    withdraw_rubric,
)
from marketplace.web.filters import beijing_today
from tests.fixtures.rubrics import OPINION, heavier_projects

Make = Callable[..., Any]


@pytest.fixture
def approver(create_user: Make, reviewer: User) -> User:
    return create_user(role="curator", unit=reviewer.unit, display_name="李核准")


def test_a_draft_copies_the_version_and_takes_the_next_number(
    session: Session, curator: User
) -> None:
    actor, year = viewer_of(curator), beijing_today(now()).year
    first = draft_rubric(session, actor, "2026.1")
    second = draft_rubric(session, actor, "2026.1")
    place = 2 if year == 2026 else 1
    assert (first.number, second.number) == (f"{year}.{place}", f"{year}.{place + 1}")
    assert first.body == get_rubric(session, "2026.1").body
    assert (first.based_on, first.state, first.revision) == ("2026.1", "draft", 1)


def test_a_number_given_up_is_not_used_again(session: Session, curator: User) -> None:
    actor = viewer_of(curator)
    first = draft_rubric(session, actor, "2026.1")
    withdraw_rubric(session, actor, first, seen_version=first.version)
    assert draft_rubric(session, actor, "2026.1").number != first.number


def test_a_draft_is_no_rubric_to_score_with(session: Session, create_draft: Make) -> None:
    number = create_draft("submitted").number
    with pytest.raises(NotFound):
        get_rubric(session, number)


def test_who_may_not_edit_drafts_nothing(session: Session, clerk: User, reviewer: User) -> None:
    for person in (clerk, reviewer):
        with pytest.raises(NotPermitted):
            draft_rubric(session, viewer_of(person), "2026.1")


def test_an_edit_of_the_body_is_a_new_revision_an_edit_of_the_reason_is_not(
    session: Session, curator: User, create_draft: Make
) -> None:
    rubric = create_draft()
    actor, body = viewer_of(curator), copy.deepcopy(rubric.body)
    assert rubric.revision == 2
    edit_rubric(session, actor, rubric, body, "改个说法", None, seen_version=rubric.version)
    assert rubric.revision == 2
    body["bands"][0]["line"] = 88
    edit_rubric(session, actor, rubric, body, "改个说法", None, seen_version=rubric.version)
    assert rubric.revision == 3


def test_of_two_editors_the_second_is_told(
    session: Session, curator: User, create_draft: Make
) -> None:
    rubric = create_draft()
    seen, actor = rubric.version, viewer_of(curator)
    edit_rubric(session, actor, rubric, rubric.body, "甲", None, seen_version=seen)
    with pytest.raises(Conflict):
        edit_rubric(session, actor, rubric, rubric.body, "乙", None, seen_version=seen)
    assert rubric.note == "甲"


def _faulty(body: dict[str, Any]) -> dict[str, Any]:
    body = heavier_projects(body)
    body["tracks"][1]["points"]["team"] = 4
    return body


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({"note": "  "}, "没有写明修改理由。"),
        ({"effective_on": date(2026, 1, 1)}, "生效日期不能早于今天。"),
        ({"body": get_rubric}, "与2026.1没有差别。"),
        ({"body": _faulty}, "专业赛道各指标合计须为100，现为99。"),
    ],
)
def test_a_draft_with_a_fault_is_not_submitted(
    session: Session, create_draft: Make, curator: User, edits: dict[str, Any], told: str
) -> None:
    base = get_rubric(session, "2026.1").body
    if edits.get("body") is get_rubric:
        edits = {"body": copy.deepcopy(base)}
    elif edits.get("body"):
        edits = {"body": _faulty(base)}
    rubric = create_draft(**edits)
    with pytest.raises(InvalidInput) as refused:
        submit_rubric(session, viewer_of(curator), rubric, seen_version=rubric.version)
    assert told in refused.value.what
    assert rubric.state == "draft"


def test_a_second_person_approves_and_the_rubric_takes_effect_on_its_day(
    session: Session, approver: User, create_draft: Make, actions: Make
) -> None:
    rubric = create_draft("submitted", replayed=True)
    approve_rubric(session, viewer_of(approver), rubric, OPINION, seen_version=rubric.version)
    session.commit()
    day = rubric.effective_on
    assert rubric_in_force(session, day - timedelta(days=1)).number == "2026.1"
    assert rubric_in_force(session, day).number == rubric.number
    made = get_rubric(session, rubric.number)
    assert {item.code: item.points for item in made.scheme.indicators("专业")}[
        "accepted_projects"
    ] == 14
    assert rubric.decided_words == "同意，落地实绩应当更重。\n公平性处理：设一年过渡期。"
    assert [name for name in actions() if name.startswith("rubric.")] == [
        "rubric.drafted",
        "rubric.edited",
        "rubric.replayed",
        "rubric.submitted",
        "rubric.approved",
    ]


def test_who_submitted_cannot_approve(session: Session, curator: User, create_draft: Make) -> None:
    rubric = create_draft("submitted", replayed=True)
    with pytest.raises(NotPermitted):
        approve_rubric(session, viewer_of(curator), rubric, OPINION, seen_version=rubric.version)
    assert rubric.state == "submitted"


def test_the_database_refuses_one_person_in_both_places(
    session: Session, curator: User, create_draft: Make
) -> None:
    rubric = create_draft("submitted", replayed=True)
    with pytest.raises(IntegrityError):
        session.execute(
            update(Rubric)
            .where(Rubric.id == rubric.id)
            .values(state="approved", approved_by_id=curator.id)
        )
    session.rollback()


def test_without_a_replay_nothing_is_approved(
    session: Session, approver: User, create_draft: Make
) -> None:
    rubric = create_draft("submitted")
    with pytest.raises(InvalidInput, match="还没有试算"):
        approve_rubric(session, viewer_of(approver), rubric, OPINION, seen_version=rubric.version)


def test_an_edit_after_the_replay_asks_for_another(
    session: Session, curator: User, approver: User, create_draft: Make
) -> None:
    rubric, author, second = create_draft(replayed=True), viewer_of(curator), viewer_of(approver)
    body = copy.deepcopy(rubric.body)
    body["bands"][0]["line"] = 89
    day = rubric.effective_on
    edit_rubric(session, author, rubric, body, "再改", day, seen_version=rubric.version)
    submit_rubric(session, author, rubric, seen_version=rubric.version)
    with pytest.raises(InvalidInput, match="还没有试算"):
        approve_rubric(session, second, rubric, OPINION, seen_version=rubric.version)
    run_replay(session, second, rubric)
    approve_rubric(session, second, rubric, OPINION, seen_version=rubric.version)
    assert rubric.state == "approved"


def test_a_replay_against_a_rubric_since_replaced_no_longer_counts(
    session: Session, approver: User, create_draft: Make
) -> None:
    today, second = beijing_today(now()), viewer_of(approver)
    earlier = create_draft("submitted", replayed=True, effective_on=today)
    later = create_draft("submitted", replayed=True)
    approve_rubric(session, second, earlier, OPINION, seen_version=earlier.version)
    with pytest.raises(InvalidInput, match="还没有试算"):
        approve_rubric(session, second, later, OPINION, seen_version=later.version)


def test_an_opinion_is_written(session: Session, approver: User, create_draft: Make) -> None:
    rubric = create_draft("submitted", replayed=True)
    with pytest.raises(InvalidInput, match="请填写核准意见"):
        approve_rubric(
            session, viewer_of(approver), rubric, Opinion(words=" "), seen_version=rubric.version
        )


def test_what_is_unfair_must_be_answered(
    session: Session, approver: User, create_draft: Make
) -> None:
    body = heavier_projects(get_rubric(session, "2026.1").body)
    body["gates"][0]["text"] = "本地企业，未列入严重失信主体名单"
    rubric, second = create_draft("submitted", replayed=True, body=body), viewer_of(approver)
    with pytest.raises(InvalidInput, match="须写明处理意见"):
        approve_rubric(session, second, rubric, Opinion(words="同意"), seen_version=rubric.version)
    approve_rubric(session, second, rubric, OPINION, seen_version=rubric.version)


def test_a_day_that_has_passed_while_waiting_sends_it_back(
    session: Session, approver: User, create_draft: Make
) -> None:
    rubric = create_draft("submitted", replayed=True)
    session.execute(
        update(Rubric).where(Rubric.id == rubric.id).values(effective_on=date(2026, 1, 1))
    )
    session.refresh(rubric)
    with pytest.raises(InvalidInput, match="生效日期已过"):
        approve_rubric(session, viewer_of(approver), rubric, OPINION, seen_version=rubric.version)


def test_a_returned_draft_can_be_edited_again(
    session: Session, curator: User, approver: User, create_draft: Make
) -> None:
    rubric = create_draft("submitted", replayed=True)
    second = viewer_of(approver)
    with pytest.raises(InvalidInput):
        return_rubric(session, second, rubric, " ", seen_version=rubric.version)
    return_rubric(session, second, rubric, "请设过渡期。", seen_version=rubric.version)
    assert (rubric.state, rubric.decided_words) == ("draft", "请设过渡期。")
    submit_rubric(session, viewer_of(curator), rubric, seen_version=rubric.version)
    assert rubric.state == "submitted"


def test_a_submitted_draft_is_not_edited(
    session: Session, curator: User, create_draft: Make
) -> None:
    rubric = create_draft("submitted")
    with pytest.raises(NotPermitted):
        edit_rubric(
            session,
            viewer_of(curator),
            rubric,
            rubric.body,
            "偷改",
            None,
            seen_version=rubric.version,
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rubric SET note = '改' WHERE state = 'approved'",
        "UPDATE rubric SET state = 'draft' WHERE state = 'approved'",
        "DELETE FROM rubric WHERE state = 'approved'",
        "UPDATE rubric_replay SET revision = 99",
        "DELETE FROM rubric_replay",
    ],
)
def test_the_database_keeps_approved_rubrics_and_replays_as_they_are(
    session: Session, approver: User, create_draft: Make, statement: str
) -> None:
    rubric = create_draft("submitted", replayed=True)
    approve_rubric(session, viewer_of(approver), rubric, OPINION, seen_version=rubric.version)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(text(statement))
    session.rollback()


def test_an_approved_rubric_cannot_be_withdrawn_or_replayed_over(
    session: Session, curator: User, approver: User, create_draft: Make
) -> None:
    rubric = create_draft("submitted", replayed=True)
    approve_rubric(session, viewer_of(approver), rubric, OPINION, seen_version=rubric.version)
    for verb in (
        lambda: withdraw_rubric(session, viewer_of(curator), rubric, seen_version=rubric.version),
        lambda: run_replay(session, viewer_of(curator), rubric),
    ):
        with pytest.raises(NotPermitted):
            verb()
