"""What leaves the house: with an address only what anybody may read; in this process the whole text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from marketplace.embeddings.models import NEED
from marketplace.embeddings.services import adopt_settings, compute_batch
from marketplace.embeddings.settings import ADDRESS, Settings
from marketplace.embeddings.sources import open_source
from marketplace.embeddings.texts import texts_of
from marketplace.needs.models import Need
from marketplace.providers.models import Provider
from tests.fixtures.embedding_server import EmbeddingServer, running_server

CreateProvider = Callable[..., Provider]
CreateNeed = Callable[..., Need]

STATES = ("draft", "submitted", "accepted", "internal", "published", "withdrawn")
LEVELS = ("public", "masked", "listed", "bureau")


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddingServer]:
    with running_server(tmp_path_factory.mktemp("embeddings")) as running:
        yield running


def _everything_sent(session: Session, server: EmbeddingServer) -> str:
    """Let all be computed; return every request whole, as it came over the wire."""
    settings = Settings(ADDRESS, "trial", server.url())
    adopt_settings(session, settings)
    session.commit()
    source = open_source(settings)
    assert source is not None
    while compute_batch(session, source, settings) is not None:
        pass
    return json.dumps(server.asked(), ensure_ascii=False) + "\n".join(server.texts())


def test_only_published_needs_that_anybody_may_read_are_sent(
    session: Session, create_need: CreateNeed, server: EmbeddingServer
) -> None:
    for state in STATES:
        for level in LEVELS:
            create_need(
                state, level, pain=f"金丝雀{state}{level}正文", mask_pain=f"遮盖{state}{level}"
            )
    sent = _everything_sent(session, server)
    for state in STATES:
        for level in LEVELS:
            canary = f"金丝雀{state}{level}正文"
            assert (canary in sent) is ((state, level) == ("published", "public")), canary
            mask = f"遮盖{state}{level}"
            assert (mask in sent) is ((state, level) == ("published", "masked")), mask


def test_of_a_masked_need_nothing_but_the_mask_is_sent(
    session: Session, create_need: CreateNeed, server: EmbeddingServer
) -> None:
    private = {
        name: f"鹊曜{name}"
        for name in (
            "title",
            "pain",
            "baseline_source",
            "success_criterion",
            "data_kinds",
            "data_volume",
            "data_interfaces",
            "site_constraints",
            "contact_name",
            "company_name",
            "region_text",
        )
    }
    create_need(
        disclosure="masked",
        mask_title="在线检测需求",
        mask_pain="",
        must_haves=["鹊曜must"],
        nice_to_haves=["鹊曜nice"],
        contact_phone="13987654321",
        goals=[{"indicator": "鹊曜goal漏检率", "baseline": 1, "target": 2, "unit": "鹊曜unit"}],
        **private,
    )
    sent = _everything_sent(session, server)
    assert "在线检测需求" in sent
    assert "鹊曜" not in sent
    assert "13987654321" not in sent


def test_of_a_public_need_no_contact_is_sent(
    session: Session, create_need: CreateNeed, server: EmbeddingServer
) -> None:
    create_need(pain="请打13900001111找李试验，夜班漏件。")
    sent = _everything_sent(session, server)
    assert "夜班漏件" in sent
    assert "13900001111" not in sent
    assert "李试验" not in sent


def test_of_a_provider_no_masked_client_and_nothing_unpublished_is_sent(
    session: Session, create_provider: CreateProvider, server: EmbeddingServer
) -> None:
    create_provider("甲检测有限公司")
    hidden = create_provider("乙检测有限公司", summary="还没有公开的文字")
    hidden.published = False
    session.commit()
    sent = _everything_sent(session, server)
    assert "某铸造企业" in sent
    assert "保密客户甲" not in sent
    assert "还没有公开的文字" not in sent


def test_in_this_process_the_whole_text_is_read(session: Session, create_need: CreateNeed) -> None:
    need = create_need(disclosure="bureau", pain="只有局内知道的难处")
    whole = texts_of(session, NEED, [need.id], leaves_house=False)
    assert "只有局内知道的难处" in whole[need.id][1]
    assert texts_of(session, NEED, [need.id], leaves_house=True) == {}
