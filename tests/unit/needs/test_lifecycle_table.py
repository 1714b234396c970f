from __future__ import annotations

from marketplace.needs.lifecycle import (
    EDITABLE_STATES,
    LATER_STATES,
    NEED_LIFECYCLE,
    ON_BEHALF,
    OPEN_STATES,
    STATES,
    SYSTEM,
)
from marketplace.needs.steps import _DAYS
from marketplace.permissions import GRANTS
from marketplace.rules.queries import shipped

HELD = frozenset().union(*GRANTS.values())


def test_every_state_can_be_reached_but_those_of_later_issues() -> None:
    reached = {"draft"}
    while True:
        further = {
            arrow.target for state in reached for arrow in NEED_LIFECYCLE.open_to(state)
        } - reached
        if not further:
            break
        reached |= further
    assert set(STATES) - reached == set(LATER_STATES)


def test_every_arrow_asks_for_a_permission_somebody_holds_or_is_the_clocks() -> None:
    for arrow in NEED_LIFECYCLE.transitions:
        assert arrow.permission in HELD | {SYSTEM}, arrow.name
    assert set(ON_BEHALF.values()) <= HELD
    assert [arrow.name for arrow in NEED_LIFECYCLE.transitions if arrow.permission == SYSTEM] == [
        "expire"
    ]


def test_nothing_leads_out_of_withdrawn_or_merged() -> None:
    assert NEED_LIFECYCLE.open_to("withdrawn") == ()
    assert NEED_LIFECYCLE.open_to("merged") == ()


def test_no_arrow_leads_from_a_draft_to_the_public_side_without_review() -> None:
    for state in EDITABLE_STATES:
        targets = {arrow.target for arrow in NEED_LIFECYCLE.open_to(state)}
        assert not targets & {*OPEN_STATES, "accepted", "internal"}


def test_whoever_is_told_of_an_arrow_has_a_letter_for_it() -> None:
    letters = shipped("need_letters")["letters"]
    for arrow in NEED_LIFECYCLE.transitions:
        assert set(letters.get(arrow.name, {})) == set(arrow.tells.split()), arrow.name


def test_letters_have_no_room_for_the_words_of_a_need() -> None:
    for audiences in shipped("need_letters")["letters"].values():
        for words in audiences.values():
            words["subject"].format(number="XQ", due="")
            words["body"].format(number="XQ", due="")


def test_promised_days_stand_in_the_rules() -> None:
    assert set(_DAYS.values()) <= set(shipped("need_flow"))
    assert set(_DAYS) <= {arrow.name for arrow in NEED_LIFECYCLE.transitions}
