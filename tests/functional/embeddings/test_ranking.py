"""Vectors move the order; without one, or with the server away, everything is as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.catalogue.indexing import rebuild
from marketplace.embeddings.background import Background
from marketplace.embeddings.models import TextVector
from marketplace.embeddings.services import adopt_settings
from marketplace.embeddings.settings import ADDRESS, Settings
from marketplace.needs.models import Need
from marketplace.permissions import VISITING
from marketplace.providers.models import Provider
from marketplace.recommendations.facts import need_facts
from marketplace.recommendations.replaying import replay_run
from marketplace.recommendations.services import (
    Recommender,
    recommend,
    result_of,
    save_run,
)
from marketplace.taxonomy.queries import get_taxonomy
from tests.fixtures.embedding_server import EmbeddingServer, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddingServer]:
    with running_server(tmp_path_factory.mktemp("embeddings")) as running:
        yield running


@pytest.fixture
def need(
    app: Flask,
    session: Session,
    create_provider: Callable[..., Provider],
    create_need: Callable[..., Need],
) -> Need:
    create_provider("甲检测有限公司", summary="两条精加工线三班目检，夜班漏件。")
    create_provider("乙检测有限公司")
    create_provider(
        "丙软件有限公司", summary="做财务软件。", profile="记账。", cases=(), offerings=()
    )
    rebuild(session, app.extensions["duijie.index"])
    return create_need()


def _made(app: Flask, session: Session, need: Need):  # type: ignore[no-untyped-def]
    return recommend(session, app.extensions["duijie.index"], get_taxonomy(session), need)


def _compute(session: Session, settings: Settings) -> None:
    background = Background(settings)
    background.look_after(session)
    session.commit()
    assert background.wait(30)
    session.expire_all()


def test_the_nearest_provider_has_the_greatest_share(
    app: Flask, session: Session, need: Need, server: EmbeddingServer
) -> None:
    assert not _made(app, session, need).counts_vectors
    _compute(session, Settings(ADDRESS, "trial", server.url()))
    made = _made(app, session, need)
    assert made.counts_vectors
    assert made.semantic is not None
    assert made.semantic.tolist()[0] == 1.0
    assert made.semantic.tolist()[1] < 1.0
    assert made.semantic.tolist()[2] < 0.1


def test_without_the_vector_of_the_need_as_it_is_now_nothing_changes(
    app: Flask, session: Session, need: Need, server: EmbeddingServer
) -> None:
    before = result_of(_made(app, session, need).ranking)
    _compute(session, Settings(ADDRESS, "trial", server.url()))
    need.pain += "急。"
    need.version += 1
    session.commit()
    assert _made(app, session, need).semantic is None
    need.pain = need.pain.removesuffix("急。")
    session.commit()
    assert result_of(_made(app, session, need).ranking) == before


def test_too_few_vectors_are_none(
    app: Flask, session: Session, need: Need, server: EmbeddingServer
) -> None:
    _compute(session, Settings(ADDRESS, "trial", server.url()))
    session.execute(delete(TextVector).where(TextVector.kind == "profile"))
    session.commit()
    assert _made(app, session, need).semantic is None


def test_vectors_of_another_model_are_ignored(
    app: Flask, session: Session, need: Need, server: EmbeddingServer
) -> None:
    _compute(session, Settings(ADDRESS, "trial", server.url()))
    assert _made(app, session, need).semantic is not None
    adopt_settings(session, Settings(ADDRESS, "other", server.url()))
    session.commit()
    assert _made(app, session, need).semantic is None


def test_a_changed_provider_is_seen_as_it_is_now(
    app: Flask,
    session: Session,
    need: Need,
    server: EmbeddingServer,
    create_provider: Callable[..., Provider],
) -> None:
    settings = Settings(ADDRESS, "trial", server.url())
    _compute(session, settings)
    assert _made(app, session, need).semantic is not None
    create_provider("丁检测有限公司", summary=need.pain, offerings=(), cases=())
    _compute(session, settings)
    found = _made(app, session, need).semantic
    assert found is not None
    assert found.size == 4
    assert found.argmax() == 3


def test_a_list_ranks_like_the_page_for_those_who_may_know_the_whole_need(
    app: Flask, session: Session, need: Need, server: EmbeddingServer
) -> None:
    _compute(session, Settings(ADDRESS, "trial", server.url()))
    index = app.extensions["duijie.index"]
    recommender = Recommender(session, index, get_taxonomy(session))
    made = recommender.recommend(need).ranking
    whole, blind = (
        recommender.recommend_many([need_facts(need)], whole=whole)[0].brief
        for whole in (True, False)
    )
    assert whole.scores.tolist() == [item.score for item in made.placed]
    assert blind.scores.tolist() != whole.scores.tolist()
    session.execute(delete(TextVector))
    session.commit()
    without = recommender.recommend(need).ranking
    assert blind.scores.tolist() == [item.score for item in without.placed]


def test_a_saved_run_replays_bit_for_bit_when_the_vectors_are_gone(
    app: Flask, session: Session, need: Need, server: EmbeddingServer
) -> None:
    _compute(session, Settings(ADDRESS, "trial", server.url()))
    run = save_run(session, need, _made(app, session, need), VISITING)
    session.execute(delete(TextVector))
    session.commit()
    assert len(run.semantic) == 3
    assert replay_run(session, run).same


@pytest.mark.parametrize("how", ["500", "html", "away"])
def test_with_the_source_away_every_page_works_and_says_so(
    how: str,
    app: Flask,
    session: Session,
    need: Need,
    server: EmbeddingServer,
    client_of_role: Callable[[str], FlaskClient],
) -> None:
    before = result_of(_made(app, session, need).ranking)
    url = "http://127.0.0.1:9/v1/embeddings" if how == "away" else server.url(how)
    _compute(session, Settings(ADDRESS, "trial", url))
    assert result_of(_made(app, session, need).ranking) == before
    page = client_of_role("system_admin").get("/admin/system").text
    assert "出错，稍后重试" in page
    assert "只有公开文字" in page


def test_the_system_page_says_when_there_are_none(
    client_of_role: Callable[[str], FlaskClient],
) -> None:
    page = client_of_role("system_admin").get("/admin/system").text
    assert "未启用。推荐按词典、文字和近义词计算，不受影响。" in page
