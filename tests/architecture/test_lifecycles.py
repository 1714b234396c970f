"""The diagrams in docs/ are those of the transition tables, and the tables hold what they must."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace.applications.lifecycle import APPLICATION_LIFECYCLE, STATES, SYSTEM
from marketplace.lifecycle import Lifecycle
from marketplace.permissions import GRANTS
from marketplace.rules.queries import shipped

ROOT = Path(__file__).resolve().parents[2]
HELD = frozenset().union(*GRANTS.values())


def _reached(table: Lifecycle, start: str, without: Iterable[str] = ()) -> set[str]:
    """Return the states one can get to from `start` without the arrows named."""
    reached, barred = {start}, set(without)
    while True:
        further = {
            arrow.target
            for state in reached
            for arrow in table.open_to(state)
            if arrow.name not in barred
        } - reached
        if not further:
            return reached
        reached |= further


def test_the_page_of_lifecycles_is_what_the_tables_say(app: Flask) -> None:
    spec = spec_from_file_location("write_lifecycles", ROOT / "tools/write_lifecycles.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    with app.test_request_context():
        written = module.render()
    assert (ROOT / "docs/lifecycles.md").read_text("utf-8") == written, (
        "run tools/write_lifecycles.py"
    )


def test_every_state_of_an_application_can_be_reached() -> None:
    assert _reached(APPLICATION_LIFECYCLE, "draft") == set(STATES)


@pytest.mark.parametrize(
    "step", ["submit", "pass_formal", "agree", "propose", "approve", "publicise", "list"]
)
def test_no_path_to_a_listing_skips_a_step(step: str) -> None:
    assert "listed" not in _reached(APPLICATION_LIFECYCLE, "draft", without={step})


def test_every_arrow_asks_for_a_permission_somebody_holds_or_is_the_clocks() -> None:
    for arrow in APPLICATION_LIFECYCLE.transitions:
        assert arrow.permission in HELD | {SYSTEM}, arrow.name


def test_nothing_leads_out_of_listed_or_withdrawn() -> None:
    assert APPLICATION_LIFECYCLE.open_to("listed") == ()
    assert APPLICATION_LIFECYCLE.open_to("withdrawn") == ()


def test_whoever_is_told_of_a_step_has_a_letter_for_it() -> None:
    letters = shipped("application_letters")["letters"]
    for arrow in APPLICATION_LIFECYCLE.transitions:
        assert set(letters.get(arrow.name, {})) == set(arrow.tells.split()), arrow.name


def test_promised_days_belong_to_steps() -> None:
    names = {arrow.name for arrow in APPLICATION_LIFECYCLE.transitions}
    assert set(shipped("application_flow")["days_after"]) <= names


@given(st.lists(st.sampled_from(APPLICATION_LIFECYCLE.transitions), max_size=40))
def test_whatever_is_tried_an_application_is_listed_only_after_all_its_steps(
    tries: list[object],
) -> None:
    state, taken = "draft", []
    for arrow in tries:
        if state in arrow.sources:  # type: ignore[attr-defined]
            state = arrow.target  # type: ignore[attr-defined]
            taken.append(arrow.name)  # type: ignore[attr-defined]
    if state == "listed":
        order = ("submit", "pass_formal", "agree", "propose", "approve", "publicise", "list")
        places = [taken.index(name) for name in order]
        assert places == sorted(places)
