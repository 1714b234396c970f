"""New fits are noted once, whoever looks and whatever was interrupted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.matching.weights import DEFAULT_WEIGHTS, list_weights
from marketplace.needs.models import Need
from marketplace.providers.models import Provider
from marketplace.recommendations.fit_models import FitNote
from marketplace.recommendations.fit_services import FitWatch
from marketplace.recommendations.models import WeightEvent
from tests.fixtures.fits import look

CreateNeed = Callable[..., Need]
CreateProvider = Callable[..., Provider]
SignIn = Callable[[User], FlaskClient]


def test_new_fits_are_noted_once(
    session: Session,
    ours: Provider,
    create_need: CreateNeed,
    create_provider: CreateProvider,
    index_now: Callable[[], None],
    watch: FitWatch,
    app: Flask,
) -> None:
    need = create_need()
    index_now()
    assert look(session, watch) == 1
    assert look(session, watch) == 0
    assert look(session, FitWatch(app.extensions["duijie.index"])) == 0, "also after a restart"
    note = session.scalars(select(FitNote)).one()
    assert (note.need_id, note.provider_id, note.told_at) == (need.id, ours.id, None)
    create_provider("新来的检测有限公司")
    index_now()
    assert look(session, watch) == 1


def test_a_look_whose_notes_were_not_committed_is_taken_again(
    session: Session,
    ours: Provider,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
) -> None:
    create_need()
    index_now()
    assert watch.note_new(session) == 1
    session.rollback()
    assert look(session, watch) == 1
    assert look(session, watch) == 0


def test_another_weight_set_in_force_is_a_reason_to_look_again(
    session: Session,
    ours: Provider,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
) -> None:
    create_need()
    index_now()
    assert [look(session, watch), look(session, watch)] == [1, 0]
    session.delete(session.scalars(select(FitNote)).one())
    session.commit()
    assert look(session, watch) == 0, "nothing has changed that it is computed from"
    name = next(name for name in list_weights() if name != DEFAULT_WEIGHTS)
    session.add(
        WeightEvent(kind="proposed", weights_name=name, instead_of=DEFAULT_WEIGHTS, words="试")
    )
    session.flush()
    proposal = session.scalars(select(WeightEvent)).one()
    session.add(
        WeightEvent(
            kind="approved",
            weights_name=name,
            instead_of=DEFAULT_WEIGHTS,
            proposal_id=proposal.id,
            words="试",
        )
    )
    session.commit()
    assert look(session, watch) == 1


def test_the_database_keeps_one_note_a_pair(
    session: Session,
    ours: Provider,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
) -> None:
    need = create_need()
    index_now()
    look(session, watch)
    session.add(FitNote(need_id=need.id, provider_id=ours.id))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
