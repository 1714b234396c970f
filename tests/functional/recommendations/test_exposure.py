"""Exposure: what is counted, by what, and that the alphabet has no part in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.catalogue.indexing import rebuild
from marketplace.catalogue.models import Listing
from marketplace.db import now
from marketplace.needs.models import Need
from marketplace.permissions import Viewer
from marketplace.providers.models import Provider
from marketplace.recommendations.exposure import Exposure, get_exposure
from marketplace.recommendations.models import RecommendationRun
from marketplace.recommendations.run_log import record_outcome, undo_outcome
from marketplace.recommendations.services import recommend, save_run
from marketplace.taxonomy.queries import get_taxonomy
from marketplace.web.filters import beijing_today

Save = Callable[[Need], RecommendationRun]


@pytest.fixture
def clerk(create_user: Callable[..., User]) -> Viewer:
    return viewer_of(create_user(role="clerk"))


@pytest.fixture
def save(app: Flask, session: Session, clerk: Viewer) -> Save:
    """Save a run of a need."""

    def make(need: Need) -> RecommendationRun:
        index = app.extensions["duijie.index"]
        run = save_run(session, need, recommend(session, index, get_taxonomy(session), need), clerk)
        session.commit()
        return run

    return make


def of_group(found: Exposure, grouping: str) -> dict[str, tuple[int, dict[str, int]]]:
    return {group.key: (group.listed, dict(group.counts)) for group in found.groups[grouping]}


def test_what_was_shown_invited_and_contracted_is_counted_by_group(
    app: Flask,
    session: Session,
    clerk: Viewer,
    create_need: Callable[..., Need],
    create_provider: Callable[..., Provider],
    create_organisation: Callable[..., object],
    save: Save,
) -> None:
    near = create_provider("近处检测有限公司", tier="tier1")
    far = create_provider("远处检测有限公司", tier="tier2")
    far.organisation.region_code = "310115"
    session.commit()
    rebuild(session, app.extensions["duijie.index"])
    runs = [save(create_need(state="published", disclosure="masked")) for _ in range(2)]
    today = runs[0].as_of
    record_outcome(session, clerk, runs[0], far.id, "invited", today)
    record_outcome(session, clerk, runs[0], far.id, "contracted", today)
    record_outcome(session, clerk, runs[1], near.id, "invited", today)
    mistake = record_outcome(session, clerk, runs[1], far.id, "invited", today)
    undo_outcome(session, clerk, runs[1], mistake.id, "记错了")
    found = get_exposure(session, clerk, today - timedelta(days=1), today)
    assert (found.runs, found.needs, found.listed) == (2, 2, 2)
    assert {key: (step.times, step.providers) for key, step in found.steps.items()} == {
        "shown": (4, 2),
        "invited": (2, 2),
        "contracted": (1, 1),
    }
    assert found.steps["shown"].gini == 0
    assert found.steps["contracted"].gini == 0.5
    assert found.steps["contracted"].herfindahl == 1.0
    assert of_group(found, "place") == {
        "local": (1, {"shown": 2, "invited": 1, "contracted": 0}),
        "elsewhere": (1, {"shown": 2, "invited": 1, "contracted": 1}),
    }
    assert of_group(found, "tier") == {
        "tier1": (1, {"shown": 2, "invited": 1, "contracted": 0}),
        "tier2": (1, {"shown": 2, "invited": 1, "contracted": 1}),
    }


def test_the_tier_counted_is_that_of_the_day_of_the_run(
    app: Flask,
    session: Session,
    clerk: Viewer,
    create_need: Callable[..., Need],
    create_provider: Callable[..., Provider],
    save: Save,
) -> None:
    provider = create_provider("升级检测有限公司", tier="tier3")
    rebuild(session, app.extensions["duijie.index"])
    run = save(create_need(state="published", disclosure="masked"))
    session.query(Listing).filter_by(provider_id=provider.id).one().tier = "tier1"
    session.commit()
    found = of_group(get_exposure(session, clerk, run.as_of, run.as_of), "tier")
    assert found["tier3"] == (0, {"shown": 1, "invited": 0, "contracted": 0})
    assert found["tier1"] == (1, {"shown": 0, "invited": 0, "contracted": 0})


def test_the_directory_counted_is_that_of_today_whatever_the_span(
    session: Session, clerk: Viewer, create_provider: Callable[..., Provider]
) -> None:
    today = beijing_today(now())
    create_provider("在库检测有限公司")
    create_provider("停用检测有限公司", state="suspended")
    coming, gone = create_provider("未生效检测有限公司"), create_provider("到期检测有限公司")
    listings = {row.provider_id: row for row in session.query(Listing)}
    listings[coming.id].valid_from = today + timedelta(days=1)
    listings[gone.id].valid_to = today - timedelta(days=1)
    session.commit()
    spans = ((today, today), (today - timedelta(days=60), today - timedelta(days=30)))
    for first, last in spans:
        found = get_exposure(session, clerk, first, last)
        assert (found.listed, found.listed_on) == (1, today)


def test_an_invitation_from_beyond_those_shown_is_no_part_of_the_rate(
    app: Flask,
    session: Session,
    clerk: Viewer,
    create_need: Callable[..., Need],
    create_provider: Callable[..., Provider],
    save: Save,
) -> None:
    shown = create_provider("对口检测有限公司")
    words = "做食堂订餐系统，各车间统一订餐。"
    beyond = create_provider(
        "团餐软件有限公司", summary=words, profile=words, scene_ids=(), offerings=(), cases=()
    )
    rebuild(session, app.extensions["duijie.index"])
    run = save(create_need(state="published", disclosure="masked"))
    for provider in (shown, beyond):
        record_outcome(session, clerk, run, provider.id, "invited", run.as_of)
    (group,) = get_exposure(session, clerk, run.as_of, run.as_of).groups["track"]
    assert group.counts == {"shown": 1, "invited": 2, "contracted": 0}
    assert group.invited_per_shown == 1.0


def test_among_equals_neither_the_alphabet_nor_registration_decides_who_is_shown(
    app: Flask,
    session: Session,
    create_need: Callable[..., Need],
    create_provider: Callable[..., Provider],
    save: Save,
) -> None:
    """Twelve of the same texts over thirty needs: the first six in the alphabet get half of the first six places."""
    equal = {"summary": "做外观检测。", "cases": (), "offerings": ()}
    made = [create_provider(f"{letter}检测有限公司", **equal) for letter in "BCDEFGUVWXYZ"]
    rebuild(session, app.extensions["duijie.index"])
    places: Counter[int] = Counter()
    for _ in range(30):
        run = save(create_need(state="published", disclosure="masked"))
        scores = {item["score"] for item in run.result["placed"]}
        assert len(scores) == 1, "the texts are the same, so must be the scores"
        for item in run.result["placed"][:6]:
            places[int(item["provider_id"])] += 1
    early = sum(places[provider.id] for provider in made[:6])
    assert sum(places.values()) == 180
    assert 60 <= early <= 120, "half of 180 is expected, give or take chance"
    assert beijing_today(run.created_at) == run.as_of
