"""What a run showed and what became of whom: recorded by staff, only ever added to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.catalogue.indexing import rebuild
from marketplace.errors import Conflict, InvalidInput, NotFound, NotPermitted
from marketplace.needs.models import Need
from marketplace.permissions import VISITING, Viewer
from marketplace.providers.models import Provider
from marketplace.recommendations.models import RecommendationRun, RunImpression
from marketplace.recommendations.run_log import (
    last_of_each,
    list_events,
    record_outcome,
    undo_outcome,
)
from marketplace.recommendations.services import recommend, save_run
from marketplace.taxonomy.queries import get_taxonomy


@pytest.fixture
def providers(create_provider: Callable[..., Provider]) -> list[Provider]:
    return [
        create_provider("甲检测有限公司", tier="tier1"),
        create_provider("乙检测有限公司", tier="tier2"),
    ]


@pytest.fixture
def run(
    app: Flask, session: Session, create_need: Callable[..., Need], providers: list[Provider]
) -> RecommendationRun:
    index = app.extensions["duijie.index"]
    rebuild(session, index)
    need = create_need(state="published", disclosure="masked")
    saved = save_run(
        session, need, recommend(session, index, get_taxonomy(session), need), VISITING
    )
    session.commit()
    return saved


@pytest.fixture
def clerk(create_user: Callable[..., User]) -> Viewer:
    return viewer_of(create_user(role="clerk"))


@pytest.fixture
def note(
    session: Session, run: RecommendationRun, clerk: Viewer, providers: list[Provider]
) -> Callable[..., Any]:
    """Record something of the first provider."""

    def write(kind: str, day: date | None = None, provider: Provider | None = None) -> Any:
        chosen = provider or providers[0]
        return record_outcome(session, clerk, run, chosen.id, kind, day or run.as_of)

    return write


def test_a_saved_run_keeps_whom_it_showed_in_order_with_the_tier_of_the_day(
    session: Session, run: RecommendationRun, providers: list[Provider]
) -> None:
    shown = session.query(RunImpression).filter_by(run_id=run.id).order_by(RunImpression.place)
    placed = [int(item["provider_id"]) for item in run.result["placed"]]
    assert [item.provider_id for item in shown] == placed
    assert {item.provider_id: item.tier for item in shown} == {
        providers[0].id: "tier1",
        providers[1].id: "tier2",
    }


def test_what_was_shown_and_what_became_of_it_never_changes(
    session: Session, note: Callable[..., Any]
) -> None:
    note("invited")
    session.commit()
    for table in ("run_impression", "run_event"):
        for verb in (f"UPDATE {table} SET provider_id = provider_id", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError):
                session.execute(text(verb))
            session.rollback()


def test_each_step_follows_from_the_one_before(note: Callable[..., Any]) -> None:
    with pytest.raises(Conflict):
        note("contracted")
    for kind in ("invited", "talked", "contracted", "accepted"):
        note(kind)
    with pytest.raises(Conflict):
        note("invited")


def test_days_lie_between_the_run_and_today(
    note: Callable[..., Any], run: RecommendationRun
) -> None:
    for days in (-1, 1):
        with pytest.raises(InvalidInput):
            note("invited", run.as_of + timedelta(days=days))


def test_a_mistake_is_taken_back_by_a_further_event_and_only_the_last_one(
    session: Session, run: RecommendationRun, clerk: Viewer, note: Callable[..., Any]
) -> None:
    first, second = note("invited"), note("declined")
    with pytest.raises(Conflict):
        undo_outcome(session, clerk, run, first.id, "记错了")
    with pytest.raises(InvalidInput):
        undo_outcome(session, clerk, run, second.id, " ")
    undo_outcome(session, clerk, run, second.id, "记成了另一家")
    with pytest.raises(Conflict):
        undo_outcome(session, clerk, run, second.id, "再撤一次")
    events = list_events(session, clerk, run)
    assert [event.kind for event in events] == ["invited", "declined", "undone"]
    assert [event.kind for event in last_of_each(events).values()] == ["invited"]


def test_a_provider_the_run_did_not_place_has_no_outcome(
    note: Callable[..., Any], create_provider: Callable[..., Provider]
) -> None:
    with pytest.raises(NotFound):
        note("invited", provider=create_provider("丙检测有限公司"))


def test_only_staff_of_the_region_record_and_see_the_log(
    session: Session,
    run: RecommendationRun,
    note: Callable[..., Any],
    providers: list[Provider],
    create_user: Callable[..., User],
    create_unit: Callable[..., Any],
) -> None:
    note("invited")
    away = viewer_of(create_user(role="clerk", unit=create_unit("371000")))
    owner = viewer_of(create_user(organisation=run.need.organisation))
    provider = viewer_of(create_user(organisation=providers[0].organisation))
    for outsider in (away, owner, provider, VISITING):
        assert list(list_events(session, outsider, run)) == []
        with pytest.raises(NotPermitted):
            record_outcome(session, outsider, run, providers[1].id, "invited", run.as_of)
