"""The pool follows the database, reads again only what changed, and a list is matched over one pool."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.catalogue.indexing import rebuild
from marketplace.catalogue.models import Listing
from marketplace.db import now
from marketplace.needlists.models import NeedList
from marketplace.needs.models import Need
from marketplace.permissions import VISITING
from marketplace.providers.models import Provider
from marketplace.recommendations.lists import match_needs
from marketplace.recommendations.outcomes import outcome_of, outcome_saved
from marketplace.recommendations.pool import get_pool
from marketplace.recommendations.services import Recommender, recommend, result_of, save_run
from marketplace.taxonomy.queries import get_taxonomy
from marketplace.web.filters import beijing_today

CreateProvider = Callable[..., Provider]
CreateNeed = Callable[..., Need]


@pytest.fixture
def three(create_provider: CreateProvider, app: Flask, session: Session) -> list[Provider]:
    made = [
        create_provider("甲检测有限公司", tier="tier1"),
        create_provider(
            "乙检测有限公司",
            profile="图像上传云端判别，须开通公网。",
            deployments=("cloud",),
            offline=False,
            cases=(),
        ),
        create_provider("丙检测有限公司", state="suspended"),
    ]
    rebuild(session, app.extensions["duijie.index"])
    return made


def test_an_unchanged_pool_is_the_same_object(session: Session, three: list[Provider]) -> None:
    today = beijing_today(now())
    assert get_pool(session, today) is get_pool(session, today)


def test_only_the_changed_provider_is_read_again(session: Session, three: list[Provider]) -> None:
    today = beijing_today(now())
    before = get_pool(session, today)
    three[1].summary = "改做排产软件。"
    three[1].version += 1
    session.commit()
    after = get_pool(session, today)
    same = [one is other for one, other in zip(before.facts, after.facts, strict=True)]
    assert same == [True, False, True]
    assert "排产软件" in after.facts[1].profile
    read = zip(before.prepared.providers, after.prepared.providers, strict=True)
    assert [one is other for one, other in read] == [True, False, True]


def test_a_new_name_of_the_organisation_reaches_the_pool(
    session: Session, three: list[Provider]
) -> None:
    today = beijing_today(now())
    get_pool(session, today)
    three[0].organisation.name = "甲改名有限公司"
    three[0].organisation.version += 1
    session.commit()
    assert get_pool(session, today).facts[0].name == "甲改名有限公司"


def test_a_listing_that_begins_tomorrow_counts_from_tomorrow(
    session: Session, three: list[Provider]
) -> None:
    today = beijing_today(now())
    listing = session.query(Listing).filter_by(provider_id=three[0].id).one()
    listing.valid_from, listing.version = today + timedelta(days=1), listing.version + 1
    session.commit()
    assert not get_pool(session, today).facts[0].listed
    assert get_pool(session, today + timedelta(days=1)).facts[0].listed


def test_who_leaves_the_directory_for_good_leaves_the_pool(
    session: Session, three: list[Provider]
) -> None:
    today = beijing_today(now())
    assert len(get_pool(session, today)) == 3
    three[2].published, three[2].version = False, three[2].version + 1
    session.commit()
    assert [item.name for item in get_pool(session, today).facts] == [
        "甲检测有限公司",
        "乙检测有限公司",
    ]


def test_a_page_made_from_a_fresh_and_from_a_saved_run_shows_the_same(
    app: Flask, session: Session, three: list[Provider], create_need: CreateNeed
) -> None:
    need = create_need(state="published")
    made = recommend(session, app.extensions["duijie.index"], get_taxonomy(session), need)
    run = save_run(session, need, made, VISITING)
    fresh, saved = outcome_of(made.ranking), outcome_saved(run.result)
    assert fresh.left_count + len(fresh.recommended) == 3
    assert dict(fresh.excluded_by) == dict(saved.excluded_by)
    assert fresh.excluded_by["data_stays"] == 1
    assert json.loads(json.dumps(fresh.recommended)) == saved.recommended
    told = [
        [(group.code, group.count, [item["provider_id"] for item in group.first]) for group in left]
        for left in (fresh.left, saved.left)
    ]
    assert told[0] == told[1]


def test_a_list_is_matched_as_its_needs_are_one_by_one(
    app: Flask, session: Session, three: list[Provider], create_need: CreateNeed
) -> None:
    index, taxonomy = app.extensions["duijie.index"], get_taxonomy(session)
    needs = [create_need(state="published"), create_need(state="published", title="轴承磨损早知道")]
    rows = match_needs(Recommender(session, index, taxonomy), enumerate(needs, start=1), 3)
    for row, need in zip(rows, needs, strict=True):
        alone = recommend(session, index, taxonomy, need)
        recommended = [
            item for item in result_of(alone.ranking)["placed"] if item["fit"] == "recommended"
        ]
        assert row.recommended == len(recommended)
        assert [item.provider_id for item, _facts in row.first] == [
            item["provider_id"] for item in recommended[:3]
        ]


def test_staff_see_the_first_providers_of_every_row_of_their_list(
    three: list[Provider],
    create_need: CreateNeed,
    create_draft_list: Callable[[Sequence[Need]], NeedList],
    reviewer: User,
    sign_in: Callable[[User], FlaskClient],
) -> None:
    need_list = create_draft_list([create_need(state="published", disclosure="public")])
    page = sign_in(reviewer).get(f"/desk/lists/{need_list.id}/matches").text
    assert "甲检测有限公司" in page
    assert "供给不足" in page
