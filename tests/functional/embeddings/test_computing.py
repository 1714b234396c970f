"""Vectors are computed by the worker alone, batch by batch; a source that fails keeps nobody from anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.embeddings.models import EmbeddingState, TextVector
from marketplace.embeddings.queries import get_progress
from marketplace.embeddings.services import adopt_settings, clear_away, compute_batch
from marketplace.embeddings.settings import ADDRESS, Settings
from marketplace.embeddings.sources import open_source
from marketplace.needs.models import Need
from marketplace.providers.models import Provider
from tests.fixtures.embedding_server import EmbeddingServer, running_server

CreateProvider = Callable[..., Provider]
CreateNeed = Callable[..., Need]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddingServer]:
    with running_server(tmp_path_factory.mktemp("embeddings")) as running:
        yield running


def settings(server: EmbeddingServer, how: str = "well", **values: object) -> Settings:
    return Settings(**{"kind": ADDRESS, "model": "trial", "url": server.url(how), **values})  # type: ignore[arg-type]


def compute(session: Session, wanted: Settings, batches: int = 50) -> int:
    """Let the worker compute, some batches at most; return how many vectors were kept."""
    adopt_settings(session, wanted)
    session.commit()
    source = open_source(wanted)
    assert source is not None
    total = 0
    for _ in range(batches):
        made = compute_batch(session, source, wanted)
        if made is None:
            break
        total += made
    return total


def wait_over(session: Session) -> None:
    session.execute(update(EmbeddingState).values(next_at=now() - timedelta(seconds=1)))
    session.commit()


def vectors(session: Session) -> int:
    return session.scalar(select(func.count(TextVector.id))) or 0


@pytest.fixture
def texts(create_provider: CreateProvider, create_need: CreateNeed) -> tuple[Provider, Need]:
    """Four texts: a profile, an offering, a case and a need."""
    return create_provider("甲检测有限公司"), create_need()


def test_every_text_gets_a_vector_once(
    session: Session, texts: tuple[Provider, Need], server: EmbeddingServer
) -> None:
    assert compute(session, settings(server)) == 4
    assert compute(session, settings(server)) == 0
    found = get_progress(session)
    assert (found.done_count, found.left_count) == (4, 0)
    assert {row.dimension for row in session.scalars(select(TextVector))} == {64}


def test_a_batch_is_bounded_and_the_next_goes_on(
    session: Session, create_provider: CreateProvider, server: EmbeddingServer
) -> None:
    for number in range(20):
        create_provider(f"第{number}家有限公司", offerings=(), cases=())
    assert compute(session, settings(server), batches=1) == 16
    assert get_progress(session).left_count == 4
    assert compute(session, settings(server)) == 4


def test_only_a_changed_text_is_sent_again(
    session: Session, texts: tuple[Provider, Need], server: EmbeddingServer
) -> None:
    compute(session, settings(server))
    provider = texts[0]
    provider.profile = "改做排产软件。"
    provider.version += 1
    session.commit()
    assert get_progress(session).left_count == 3
    before = len(server.texts())
    assert compute(session, settings(server)) == 3
    assert server.texts()[before:] == [f"{provider.summary}\n改做排产软件。"]
    assert vectors(session) == 4


def test_another_model_is_computed_while_the_old_vectors_are_ignored(
    session: Session, texts: tuple[Provider, Need], server: EmbeddingServer
) -> None:
    compute(session, settings(server))
    newer = settings(server, model="newer")
    adopt_settings(session, newer)
    session.commit()
    assert (get_progress(session).done_count, get_progress(session).left_count) == (0, 4)
    clear_away(session)
    assert vectors(session) == 4
    assert compute(session, newer) == 4
    clear_away(session)
    session.commit()
    assert {row.space for row in session.scalars(select(TextVector))} == {"newer"}


def test_what_is_gone_or_switched_off_leaves_no_vector(
    session: Session, texts: tuple[Provider, Need], server: EmbeddingServer
) -> None:
    compute(session, settings(server))
    session.delete(texts[0].cases[0])
    session.commit()
    assert clear_away(session) == 1
    adopt_settings(session, Settings())
    clear_away(session)
    session.commit()
    assert vectors(session) == 0
    assert not get_progress(session).is_on


def test_prefixes_and_the_key_are_sent_as_set(
    session: Session, texts: tuple[Provider, Need], server: EmbeddingServer
) -> None:
    before = len(server.asked())
    wanted = settings(
        server, key="sk-trial", query_prefix="query: ", passage_prefix="passage: ", model="e5"
    )
    compute(session, wanted)
    asked = server.asked()[before:]
    assert {item["headers"]["Authorization"] for item in asked} == {"Bearer sk-trial"}
    sent = server.texts()[-4:]
    assert [text.partition(" ")[0] for text in sent] == ["query:", *["passage:"] * 3]


FAULTS = {
    "500": ("status", "500"),
    "wide": ("dimension", "65 ≠ 64"),
    "nan": ("not_finite", ""),
    "zero": ("not_finite", ""),
    "words": ("shape", ""),
    "ragged": ("shape", ""),
    "partial": ("count", "2 ≠ 3"),
    "html": ("not_json", ""),
    "list": ("shape", ""),
    "deep": ("not_json", ""),
    "elsewhere": ("redirect", "307"),
    "cut": ("unreachable", "IncompleteRead"),
    "huge": ("too_large", ""),
    "drip": ("timeout", ""),
    "slowly": ("timeout", ""),
}


@pytest.mark.parametrize(("how", "fault"), FAULTS.items(), ids=FAULTS)
def test_a_bad_answer_is_told_and_what_was_computed_stays(
    how: str,
    fault: tuple[str, str],
    session: Session,
    create_provider: CreateProvider,
    server: EmbeddingServer,
) -> None:
    create_provider("甲检测有限公司", offerings=(), cases=())
    compute(session, settings(server))
    for name in ("乙", "丙", "丁"):
        create_provider(f"{name}检测有限公司", summary=name, offerings=(), cases=())
    patience = 0.5 if how in ("drip", "slowly") else 10.0
    assert compute(session, settings(server, how, timeout_seconds=patience)) == 0
    found = get_progress(session)
    state = session.get_one(EmbeddingState, 1)
    assert (state.fault, state.fault_detail) == fault
    assert str(found.fault)
    assert (found.done_count, found.left_count) == (1, 3)
    # It waits before it asks again, and goes on when the source has recovered.
    assert compute(session, settings(server)) == 0
    wait_over(session)
    assert compute(session, settings(server)) == 3
    assert not get_progress(session).fault


def test_a_server_that_is_away_is_asked_less_and_less_often(
    session: Session, texts: tuple[Provider, Need], server: EmbeddingServer
) -> None:
    away = settings(server, url="http://127.0.0.1:9/v1/embeddings")
    waits = []
    for _ in range(10):
        compute(session, away)
        state = session.get_one(EmbeddingState, 1)
        assert state.fault == "unreachable"
        assert state.next_at is not None
        assert state.fault_at is not None
        waits.append(round((state.next_at - state.fault_at).total_seconds()))
        wait_over(session)
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_a_text_that_cannot_be_embedded_holds_up_no_other(
    session: Session, create_provider: CreateProvider, server: EmbeddingServer
) -> None:
    for name, summary in (("甲", "看气孔"), ("乙", "排产"), ("丙", "仓储")):
        create_provider(f"{name}有限公司", summary=summary, offerings=(), cases=())
    for _ in range(6):
        compute(session, settings(server, "fussy"))
        wait_over(session)
    found = get_progress(session)
    assert (found.done_count, found.left_count) == (2, 1)
    assert found.fault_detail == "400"


def test_a_need_that_cannot_be_embedded_holds_up_no_provider(
    session: Session,
    create_provider: CreateProvider,
    create_need: CreateNeed,
    server: EmbeddingServer,
) -> None:
    create_need(state="published", disclosure="public", title="铸件气孔看不住")
    create_provider("甲有限公司", summary="排产", offerings=(), cases=())
    for _ in range(6):
        compute(session, settings(server, "fussy"))
        wait_over(session)
    assert get_progress(session).done["profile"] == 1
    assert get_progress(session).left == {"need": 1, "profile": 0, "offering": 0, "case": 0}


def test_the_command_without_a_source_leaves_the_one_in_force(
    app: Flask, session: Session, texts: tuple[Provider, Need], server: EmbeddingServer
) -> None:
    compute(session, settings(server))
    app.test_cli_runner().invoke(args=["embeddings", "compute"])
    session.expire_all()
    assert get_progress(session).is_on


def test_the_commands_tell_how_it_stands(app: Flask, texts: tuple[Provider, Need]) -> None:
    runner = app.test_cli_runner()
    assert "未启用" in runner.invoke(args=["embeddings", "status"]).output
    refused = runner.invoke(args=["embeddings", "compute"])
    assert refused.exit_code == 1
    assert "DUIJIE_EMBEDDINGS" in refused.output


def test_the_command_computes_all_that_is_left(
    app: Flask,
    texts: tuple[Provider, Need],
    server: EmbeddingServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setitem(app.config, "EMBEDDINGS", server.url())
    monkeypatch.setitem(app.config, "EMBEDDINGS_MODEL", "trial")
    runner = app.test_cli_runner()
    assert "新算4份，待算0份" in runner.invoke(args=["embeddings", "compute"]).output
    status = runner.invoke(args=["embeddings", "status"]).output
    assert "只发送公开文字" in status
    assert "需求：已算1份，待算0份" in status
    monkeypatch.setitem(app.config, "EMBEDDINGS", server.url("500"))
    monkeypatch.setitem(app.config, "EMBEDDINGS_MODEL", "other")
    failed = runner.invoke(args=["embeddings", "compute"])
    assert failed.exit_code == 1
    assert "向量服务回答了错误状态" in failed.output
