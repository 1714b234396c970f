"""Whatever is tried, in whatever order: no tier is approved without enough valid, signed sheets.

A machine presses the verbs of the room at random, conflicts and recusals among them; what the
services refuse is refused. After every step the rows themselves are asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import Application
from marketplace.applications.steps import take
from marketplace.assessments.drafts import InterestDraft, ProposalDraft
from marketplace.assessments.models import Agreement, Interest, Seat
from marketplace.assessments.queries import find_agreement, seats_of
from marketplace.assessments.services.agreeing import (
    confirm_agreement,
    finalise_agreement,
    open_agreement,
)
from marketplace.assessments.services.drawing import draw_panel
from marketplace.assessments.services.interests import record_interest
from marketplace.assessments.services.proposing import (
    approve_tier,
    propose_tier,
    send_back_tier,
)
from marketplace.assessments.services.scoring import submit_scores
from marketplace.assessments.services.seats import declare_no_interest, recuse, return_seat
from marketplace.errors import DuijieError
from tests.fixtures.assessments import fill

Make = Callable[..., Any]

DECLINE = ProposalDraft("decline", None, "未达到入库最低线。")
VERBS = (
    "draw",
    "score",
    "score",
    "score",
    "recuse",
    "open",
    "finalise",
    "confirm",
    "confirm",
    "confirm",
    "return",
    "interest",
    "propose",
    "approve",
    "approve_own",
    "send_back",
    "agree_by_hand",
)
TRIES = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 7)), max_size=60)
STRAIGHT = [
    ("draw", 0),
    *[("score", place) for place in range(3)],
    ("open", 0),
    ("finalise", 0),
    *[("confirm", place) for place in range(3)],
    ("propose", 0),
    ("approve", 0),
]
"""The way things go when nothing comes in between; tries are laid over it, or come alone."""


class Office:
    """The people of one review, pressing whatever they are told to."""

    def __init__(self, session: Session, row: Application, first: User, second: User) -> None:
        """Take the application, who proposes, and who decides second."""
        self.session = session
        self.row = row
        self.first, self.second = viewer_of(first), viewer_of(second)

    def press(self, verb: str, place: int) -> None:
        """Try one verb; a refusal leaves everything as it was."""
        try:
            getattr(self, f"_{verb}")(place)
            self.session.commit()
        except DuijieError:
            self.session.rollback()

    def _seat(self, place: int) -> Seat:
        seats = seats_of(self.session, self.row)
        if not seats:
            raise DuijieError("no seat yet")
        return seats[place % len(seats)]

    def _agreement(self) -> Agreement:
        found = find_agreement(self.session, self.row)
        if found is None:
            raise DuijieError("no agreement yet")
        return found

    def _draw(self, place: int) -> None:
        draw_panel(self.session, self.first, self.row, seats=1 + place % 3)

    def _score(self, place: int) -> None:
        seat = self._seat(place)
        actor = viewer_of(seat.expert.user)
        if seat.state == "asked":
            declare_no_interest(self.session, actor, seat, seen_version=seat.version)
        fill(self.session, seat)
        submit_scores(self.session, actor, seat, seen_version=seat.version)

    def _recuse(self, place: int) -> None:
        seat = self._seat(place)
        actor = viewer_of(seat.expert.user)
        recuse(self.session, actor, seat, "有关系", seen_version=seat.version)

    def _open(self, _place: int) -> None:
        open_agreement(self.session, self.first, self.row)

    def _finalise(self, _place: int) -> None:
        found = self._agreement()
        finalise_agreement(self.session, self.first, found, seen_version=found.version)

    def _confirm(self, place: int) -> None:
        seat = self._seat(place)
        confirm_agreement(self.session, viewer_of(seat.expert.user), seat)

    def _return(self, place: int) -> None:
        seat = self._seat(place)
        return_seat(self.session, self.first, seat, "请重看", seen_version=seat.version)

    def _interest(self, place: int) -> None:
        draft = InterestDraft(self.row.organisation.uscc, "shareholding")
        record_interest(self.session, self.first, self._seat(place).expert, draft)

    def _propose(self, _place: int) -> None:
        propose_tier(self.session, self.first, self.row, DECLINE)

    def _approve(self, _place: int) -> None:
        approve_tier(self.session, self.second, self.row, "同意", seen_version=self.row.version)

    def _approve_own(self, _place: int) -> None:
        approve_tier(self.session, self.first, self.row, "同意", seen_version=self.row.version)

    def _send_back(self, _place: int) -> None:
        send_back_tier(self.session, self.second, self.row, "再议", seen_version=self.row.version)

    def _agree_by_hand(self, _place: int) -> None:
        take(self.session, self.first, self.row, "agree")


def judged_rightly(session: Session, row: Application) -> bool:
    """Whether at least three sheets stand, signed, of experts without an interest."""
    interested = set(
        session.scalars(
            select(Interest.expert_id).where(Interest.organisation_id == row.organisation_id)
        )
    )
    standing = [seat for seat in seats_of(session, row) if seat.state != "recused"]
    return (
        len(standing) >= 3
        and all(seat.state == "submitted" and seat.confirmed_at for seat in standing)
        and not [seat for seat in standing if seat.expert_id in interested]
        and (found := find_agreement(session, row)) is not None
        and found.state == "confirmed"
    )


@pytest.fixture
def offices(
    session: Session,
    reviewer: User,
    create_user: Make,
    create_expert: Make,
    create_application: Make,
) -> Callable[[], Office]:
    """Return what opens an office on a fresh application; the pool of nine stays the same."""
    for _place in range(9):
        create_expert()
    second = create_user(role="curator", unit=reviewer.unit)
    return lambda: Office(session, create_application("expert_review"), reviewer, second)


def check(office: Office, tries: list[tuple[str, int]]) -> None:
    """Press everything in order; the moment a decision is approved, ask the rows."""
    for verb, place in tries:
        before = office.row.state
        office.press(verb, place)
        state = office.row.state
        assert state in {"expert_review", "agreed", "proposed", "not_listed"}
        if state == "not_listed":
            assert judged_rightly(office.session, office.row)
            assert verb == "approve"
            return
        if before == "expert_review" and state == "agreed":
            assert verb == "confirm"
            assert judged_rightly(office.session, office.row)


def test_the_straight_way_ends_in_a_decision(offices: Callable[[], Office]) -> None:
    office = offices()
    for verb, place in [("draw", 2), *STRAIGHT[1:]]:
        office.press(verb, place)
    assert office.row.state == "not_listed"


@pytest.mark.parametrize("left_out", range(len(STRAIGHT)))
def test_the_straight_way_without_any_one_step_ends_in_none(
    offices: Callable[[], Office], left_out: int
) -> None:
    office = offices()
    way = [("draw", 2), *STRAIGHT[1:]]
    check(office, way[:left_out] + way[left_out + 1 :])
    assert office.row.state != "not_listed"


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tries=TRIES, at=st.lists(st.integers(0, 11), max_size=60))
def test_no_order_of_verbs_gets_past_the_valid_sheets(
    offices: Callable[[], Office], tries: list[tuple[str, int]], at: list[int]
) -> None:
    way: list[tuple[str, int]] = [("draw", 2), *STRAIGHT[1:]]
    for (verb, place), where in zip(tries, at, strict=False):
        way.insert(where, (verb, place))
    check(offices(), way + STRAIGHT)
