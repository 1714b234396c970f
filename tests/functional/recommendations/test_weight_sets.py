"""Which weight set is in force, and that it takes two people to change it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Unit, User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.models import AuditEntry
from marketplace.catalogue.indexing import rebuild
from marketplace.db import now
from marketplace.errors import Conflict, InvalidInput, NotPermitted
from marketplace.matching.weights import DEFAULT_WEIGHTS, WEIGHTS_DIR, WeightsError
from marketplace.needs.models import Need
from marketplace.permissions import VISITING, Viewer
from marketplace.providers.models import Provider
from marketplace.recommendations.models import WeightComparison, WeightEvent
from marketplace.recommendations.replaying import replay_run
from marketplace.recommendations.services import recommend, save_run
from marketplace.recommendations.weight_sets import (
    add_weight_set,
    decide_switch,
    open_proposal,
    propose_switch,
    weights_in_force,
    weights_of,
)
from marketplace.taxonomy.queries import get_taxonomy

WORDS = "案例分量加重，评判集上更好。"


def body(**points: float) -> dict[str, object]:
    """Return the shipped set with some points changed."""
    content = json.loads((WEIGHTS_DIR / f"{DEFAULT_WEIGHTS}.json").read_text(encoding="utf-8"))
    content["points"] |= points
    return content


@pytest.fixture
def proposer(create_user: Callable[..., User]) -> Viewer:
    return viewer_of(create_user(role="curator", display_name="钱管理"))


@pytest.fixture
def approver(create_user: Callable[..., User]) -> Viewer:
    return viewer_of(create_user(role="reviewer", display_name="孙审核"))


@pytest.fixture
def compared(session: Session) -> WeightComparison:
    """A finished comparison of a further set with the one in force."""
    row = add_weight_set(session, None, body(cases=15, text=23), {"source": "试验"})
    comparison = WeightComparison(
        before_name=DEFAULT_WEIGHTS,
        after_name=row.name,
        region_prefix="3707",
        need_ids=[],
        moves=[],
        finished_at=now(),
    )
    session.add(comparison)
    session.commit()
    return comparison


def test_without_a_decision_the_shipped_set_is_in_force(session: Session) -> None:
    assert weights_in_force(session).name == DEFAULT_WEIGHTS


def test_a_stored_set_is_named_by_day_and_serial_and_found_by_name(session: Session) -> None:
    first = add_weight_set(session, None, body(cases=15, text=23), {})
    second = add_weight_set(session, None, body(cases=14, text=24), {})
    assert (first.name[-3:], second.name[-3:]) == ("-01", "-02")
    assert weights_of(session, first.name).points["cases"] == 15
    assert weights_of(session, first.name) is weights_of(session, first.name)
    assert weights_in_force(session).name == DEFAULT_WEIGHTS


def test_points_that_do_not_add_up_are_not_kept(session: Session) -> None:
    with pytest.raises(WeightsError):
        add_weight_set(session, None, body(cases=40), {})
    with pytest.raises(WeightsError):
        weights_of(session, "1999-01-01-01")


def test_a_stored_set_never_changes(session: Session, compared: WeightComparison) -> None:
    for verb in (
        "UPDATE weight_set SET name = 'x'",
        "DELETE FROM weight_set",
        "UPDATE weight_comparison SET done = 5",
    ):
        with pytest.raises(DBAPIError):
            session.execute(text(verb))
        session.rollback()


def test_another_person_puts_a_set_in_force(
    session: Session, compared: WeightComparison, proposer: Viewer, approver: Viewer
) -> None:
    proposal = propose_switch(session, proposer, compared, WORDS)
    assert weights_in_force(session).name == DEFAULT_WEIGHTS
    decide_switch(session, approver, proposal, "approved", WORDS)
    assert weights_in_force(session).name == compared.after_name
    assert open_proposal(session) is None
    actions = [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-2:] == ["weights.proposed", "weights.approved"]


def test_nobody_approves_what_they_proposed(
    session: Session, compared: WeightComparison, proposer: Viewer
) -> None:
    proposal = propose_switch(session, proposer, compared, WORDS)
    session.commit()
    with pytest.raises(NotPermitted):
        decide_switch(session, proposer, proposal, "approved", WORDS)
    session.add(
        WeightEvent(
            kind="approved",
            weights_name=proposal.weights_name,
            instead_of=DEFAULT_WEIGHTS,
            proposal_id=proposal.id,
            by_id=proposer.user_id,
        )
    )
    with pytest.raises(DBAPIError):
        session.flush()
    session.rollback()


def test_an_office_within_the_region_of_another_does_not_switch_the_weights_of_the_site(
    session: Session,
    compared: WeightComparison,
    proposer: Viewer,
    approver: Viewer,
    create_user: Callable[..., User],
    create_unit: Callable[..., Unit],
) -> None:
    county = create_unit("370785")
    curator = viewer_of(create_user(role="curator", unit=county))
    with pytest.raises(NotPermitted):
        propose_switch(session, curator, compared, WORDS)
    proposal = propose_switch(session, proposer, compared, WORDS)
    reviewer = viewer_of(create_user(role="reviewer", unit=county))
    for kind in ("approved", "refused"):
        with pytest.raises(NotPermitted):
            decide_switch(session, reviewer, proposal, kind, WORDS)
    decide_switch(session, approver, proposal, "approved", WORDS)
    assert weights_in_force(session).name == compared.after_name


def test_one_proposal_waits_at_a_time_and_is_decided_once(
    session: Session, compared: WeightComparison, proposer: Viewer, approver: Viewer
) -> None:
    proposal = propose_switch(session, proposer, compared, WORDS)
    with pytest.raises(Conflict):
        propose_switch(session, proposer, compared, WORDS)
    decide_switch(session, approver, proposal, "refused", "样本太少，再攒一批结果。")
    assert weights_in_force(session).name == DEFAULT_WEIGHTS
    with pytest.raises(Conflict):
        decide_switch(session, approver, proposal, "approved", WORDS)


def test_only_the_proposer_withdraws(
    session: Session, compared: WeightComparison, proposer: Viewer, approver: Viewer
) -> None:
    proposal = propose_switch(session, proposer, compared, WORDS)
    with pytest.raises(NotPermitted):
        decide_switch(session, approver, proposal, "withdrawn", "")
    decide_switch(session, proposer, proposal, "withdrawn", "")
    assert open_proposal(session) is None


def test_a_proposal_needs_a_reason_and_a_finished_comparison_with_the_set_in_force(
    session: Session, compared: WeightComparison, proposer: Viewer
) -> None:
    with pytest.raises(InvalidInput):
        propose_switch(session, proposer, compared, "好")
    other = WeightComparison(
        before_name=compared.after_name,
        after_name=DEFAULT_WEIGHTS,
        region_prefix="3707",
        need_ids=[1],
        moves=[],
    )
    session.add(other)
    session.flush()
    with pytest.raises(InvalidInput):
        propose_switch(session, proposer, other, WORDS)
    other.before_name, other.after_name = DEFAULT_WEIGHTS, compared.after_name
    session.flush()
    with pytest.raises(InvalidInput):
        propose_switch(session, proposer, other, WORDS)


def test_old_runs_replay_by_the_set_they_were_made_with(
    app: Flask,
    session: Session,
    create_need: Callable[..., Need],
    create_provider: Callable[..., Provider],
    compared: WeightComparison,
    proposer: Viewer,
    approver: Viewer,
    create_unit: Callable[..., Unit],
) -> None:
    need = create_need(state="published", disclosure="masked")
    create_provider("对口检测有限公司", tier="tier1")
    index, taxonomy = app.extensions["duijie.index"], get_taxonomy(session)
    rebuild(session, index)
    old = save_run(session, need, recommend(session, index, taxonomy, need), VISITING)
    proposal = propose_switch(session, proposer, compared, WORDS)
    decide_switch(session, approver, proposal, "approved", WORDS)
    new = save_run(session, need, recommend(session, index, taxonomy, need), VISITING)
    session.commit()
    assert (old.weights_name, new.weights_name) == (DEFAULT_WEIGHTS, compared.after_name)
    assert old.result_sha256 != new.result_sha256
    assert replay_run(session, old).same
    assert replay_run(session, new).same
