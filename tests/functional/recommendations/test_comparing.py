"""Whose order changes from one weight set to another: computed in parts, kept, and why they move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.services import record
from marketplace.catalogue.indexing import rebuild
from marketplace.errors import InvalidInput, NotFound, NotPermitted
from marketplace.matching.weights import DEFAULT_WEIGHTS, load_weights
from marketplace.needs.models import Need
from marketplace.permissions import Viewer
from marketplace.providers.models import Provider
from marketplace.recommendations import comparing
from marketplace.recommendations.comparing import compare_weights, moves_between
from marketplace.recommendations.models import WeightComparison, WeightSet
from marketplace.recommendations.services import Recommender
from marketplace.recommendations.weight_sets import add_weight_set
from marketplace.search.index import SearchIndex
from marketplace.taxonomy.queries import get_taxonomy

from .test_weight_sets import body


@pytest.fixture
def curator(create_user: Callable[..., User]) -> Viewer:
    return viewer_of(create_user(role="curator"))


@pytest.fixture
def by_tier(session: Session) -> WeightSet:
    """A set in which tier and checked evidence decide."""
    points = {"ability": 4, "text": 4, "cases": 2, "industry": 2, "constraints": 8, "standing": 80}
    return add_weight_set(session, None, body(**points), {"source": "试验"})


@pytest.fixture
def pool(app: Flask, session: Session, create_provider: Callable[..., Provider]) -> list[Provider]:
    """Four of high tier that do other work, and eight of low tier that do what the need asks."""
    elsewhere = {
        "summary": "做产品碳足迹和节能诊断。",
        "profile": "",
        "scene_ids": ("S17",),
        "industry_codes": ("26",),
        "offerings": (),
        "cases": (),
    }
    made = [
        create_provider(f"第{number}能碳有限公司", tier="tier1", **elsewhere) for number in range(4)
    ]
    made += [
        create_provider(f"第{number}检测有限公司", tier="cultivation", cases=())
        for number in range(8)
    ]
    rebuild(session, app.extensions["duijie.index"])
    return made


def drain(app: Flask, session: Session) -> int:
    return int(app.extensions["duijie.worker"].drain(session))


def test_the_worker_compares_the_open_needs_of_the_office_and_keeps_the_result(
    app: Flask,
    session: Session,
    create_need: Callable[..., Need],
    pool: list[Provider],
    by_tier: WeightSet,
    curator: Viewer,
) -> None:
    here = create_need(state="published", disclosure="masked")
    create_need(state="published", disclosure="masked", region_code="371000")
    create_need(state="contracted", disclosure="masked")
    made = compare_weights(session, curator, DEFAULT_WEIGHTS, by_tier.name)
    session.commit()
    assert (made.need_ids, made.done, made.finished_at) == ([here.id], 0, None)
    drain(app, session)
    session.expire_all()
    found = session.get_one(WeightComparison, made.id)
    assert found.done == 1
    assert found.finished_at is not None
    assert [item["need_id"] for item in found.moves] == [here.id]
    for row in found.moves[0]["rows"]:
        assert row["before"] != row["after"]


def test_a_comparison_goes_on_in_parts_and_a_repeated_task_does_no_harm(
    app: Flask,
    session: Session,
    create_need: Callable[..., Need],
    pool: list[Provider],
    by_tier: WeightSet,
    curator: Viewer,
) -> None:
    for _ in range(comparing.AT_ONCE + 2):
        create_need(state="published", disclosure="masked")
    made = compare_weights(session, curator, DEFAULT_WEIGHTS, by_tier.name)
    session.commit()
    drain(app, session)
    session.expire_all()
    assert (made.done, made.finished_at) == (comparing.AT_ONCE, None)
    index = app.extensions["duijie.index"]
    comparing.run_comparisons(session, [{"comparison": made.id}] * 2, index)
    session.commit()
    drain(app, session)
    session.expire_all()
    assert made.done == made.total == comparing.AT_ONCE + 2
    assert len(made.moves) == made.total


class WrittenTo:
    """An index that sees, whenever it is asked, whether others may write to the database."""

    def __init__(self, index: SearchIndex, session: Session) -> None:
        self.index, self.engine, self.asked = index, session.get_bind(), 0

    def scores(self, text: str) -> Any:
        with Session(self.engine) as other:
            record(other, None, "demo.loaded", ("demo", "试验"))
            other.commit()
        self.asked += 1
        return self.index.scores(text)


def test_others_may_write_while_a_comparison_is_computed(
    app: Flask,
    session: Session,
    create_need: Callable[..., Need],
    pool: list[Provider],
    by_tier: WeightSet,
    curator: Viewer,
) -> None:
    create_need(state="published", disclosure="masked")
    made = compare_weights(session, curator, DEFAULT_WEIGHTS, by_tier.name)
    session.commit()
    index = WrittenTo(app.extensions["duijie.index"], session)
    comparing.run_comparisons(session, [{"comparison": made.id}], index)  # type: ignore[arg-type]
    session.commit()
    assert index.asked == 2
    assert (made.done, made.finished_at is not None) == (1, True)


def test_a_move_names_the_signals_that_make_it(
    app: Flask, session: Session, create_need: Callable[..., Need], pool: list[Provider]
) -> None:
    need = create_need(state="published", disclosure="masked")
    shipped = load_weights()
    heavy = dict.fromkeys(shipped.points, 4.0) | {"standing": 76.0, "distance": 0.0}
    other = replace(shipped, name="try", points=heavy)
    before, after = (
        Recommender(session, app.extensions["duijie.index"], get_taxonomy(session), weights)
        .recommend(need, explain_top=0)
        .ranking
        for weights in (shipped, other)
    )
    rows = {row["provider_id"]: row for row in moves_between(before, after)}
    risen = [row["why"] for row in rows.values() if row["after"] < row["before"]]
    fallen = [row["why"] for row in rows.values() if row["after"] > row["before"]]
    assert risen
    assert fallen
    assert all(why and all(points > 0 for _name, points in why) for why in risen)
    assert all(why and all(points < 0 for _name, points in why) for why in fallen)

    assert moves_between(before, before) == []


def test_only_who_may_propose_compares_and_only_two_known_different_sets(
    session: Session, by_tier: WeightSet, curator: Viewer, create_user: Callable[..., User]
) -> None:
    clerk = viewer_of(create_user(role="clerk"))
    with pytest.raises(NotPermitted):
        compare_weights(session, clerk, DEFAULT_WEIGHTS, by_tier.name)
    with pytest.raises(NotFound):
        compare_weights(session, curator, DEFAULT_WEIGHTS, "1999-01-01-01")
    with pytest.raises(InvalidInput):
        compare_weights(session, curator, by_tier.name, by_tier.name)
