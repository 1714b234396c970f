"""What visitors find in the catalogue."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.catalogue.indexing import rebuild, reconcile
from marketplace.catalogue.models import Listing
from marketplace.db import now
from marketplace.providers.models import Provider

CreateProvider = Callable[..., Provider]


def names_on(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/providers/\d+">([^<]+)</a>', page)


def count_of(page: str, facet: str, code: str) -> int | None:
    found = re.search(rf'for="{facet}-{code}".*?facet_group-count">(\d+)', page.replace("\n", " "))
    return int(found.group(1)) if found else None


@pytest.fixture
def indexed(app: Flask, session: Session) -> Callable[[], None]:
    def build() -> None:
        rebuild(session, app.extensions["duijie.index"])

    return build


def test_only_listings_in_force_are_browsed(
    client: FlaskClient, create_provider: CreateProvider, session: Session
) -> None:
    create_provider("甲服务有限公司")
    create_provider("乙服务有限公司", state="suspended")
    create_provider("丙服务有限公司", tier=None)
    late = create_provider("丁服务有限公司")
    listing = session.query(Listing).filter_by(provider_id=late.id).one()
    listing.valid_to = now().date() - timedelta(days=1)
    session.commit()
    assert names_on(client.get("/providers/").text) == ["甲服务有限公司"]


def test_a_facet_is_counted_without_its_own_choice(
    client: FlaskClient, create_provider: CreateProvider
) -> None:
    create_provider(tier="tier1")
    create_provider(tier="tier2")
    create_provider(tier="tier2", type_codes=("T3",))
    page = client.get("/providers/?tier=tier1").text
    assert len(names_on(page)) == 1
    assert count_of(page, "tier", "tier2") == 2
    assert count_of(page, "type", "T3") is None


def test_two_codes_of_one_facet_widen_the_list(
    client: FlaskClient, create_provider: CreateProvider
) -> None:
    create_provider("甲", tier="tier1")
    create_provider("乙", tier="tier2")
    create_provider("丙", tier="tier3")
    page = client.get("/providers/?tier=tier1&tier=tier3&sort=name").text
    assert sorted(names_on(page)) == ["丙", "甲"]


def test_a_count_is_the_number_one_sees_after_the_click(
    client: FlaskClient, create_provider: CreateProvider
) -> None:
    create_provider(scene_ids=("S24", "S09"))
    create_provider(scene_ids=("S09",), offerings=(), cases=())
    create_provider(scene_ids=("S28",))
    page = client.get("/providers/?scene=S09").text
    for code in ("S24", "S28"):
        shown = count_of(page, "scene", code)
        assert shown is not None
        both = client.get(f"/providers/?scene={code}").text
        assert len(names_on(both)) == shown


def test_search_finds_chinese_and_mixed_words_and_marks_them(
    client: FlaskClient, create_provider: CreateProvider, indexed: Callable[[], None]
) -> None:
    create_provider("甲", summary="为中小厂做MES报工。", profile="", offerings=(), cases=())
    create_provider("乙", summary="机泵振动监测。", profile="", offerings=(), cases=())
    indexed()
    page = client.get("/providers/", query_string={"q": "mes 报工"}).text
    assert names_on(page) == ["甲"]
    assert "<mark>MES报工</mark>" in page


def test_a_masked_clients_name_finds_nothing(
    client: FlaskClient, create_provider: CreateProvider, indexed: Callable[[], None]
) -> None:
    create_provider("甲")
    indexed()
    page = client.get("/providers/", query_string={"q": "保密客户甲有限公司"}).text
    assert "保密客户甲" not in page.replace('value="保密客户甲有限公司"', "")


def test_without_an_index_the_database_answers_and_the_page_says_so(
    client: FlaskClient, create_provider: CreateProvider, app: Flask, session: Session
) -> None:
    import shutil

    create_provider("甲", summary="做铸件外观检测。")
    shutil.rmtree(app.config["INDEX_PATH"], ignore_errors=True)
    page = client.get("/providers/", query_string={"q": "外观检测"}).text
    assert names_on(page) == ["甲"]
    assert "检索服务正在恢复" in page
    assert reconcile(session, app.extensions["duijie.index"]) > 0


def test_the_export_holds_the_rows_of_the_filter_as_text(
    client: FlaskClient, create_provider: CreateProvider
) -> None:
    create_provider("=HYPERLINK(1)", tier="tier1")
    create_provider("乙", tier="tier2")
    answer = client.get("/providers/export.xlsx?tier=tier1")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    [row] = [row for row in rows if row[0] == 1]
    assert row[1] == "=HYPERLINK(1)"
    cell = next(c for r in sheet.iter_rows() for c in r if c.value == "=HYPERLINK(1)")
    assert cell.data_type == "s"
    assert any("不构成政府采购承诺" in str(row[0]) for row in rows)


def test_nonsense_in_the_address_does_no_harm(
    client: FlaskClient, create_provider: CreateProvider
) -> None:
    create_provider()
    odd = "/providers/?tier=none&scene=" + "x" * 500 + "&page=-3&sort=drop&q=%25%5C"
    assert client.get(odd).status_code == 200
    assert client.get("/providers/?tier=%00").status_code == 422
    assert client.get("/providers/?page=99999").status_code == 200


def test_an_unlisted_provider_has_no_public_page(
    client: FlaskClient, create_provider: CreateProvider
) -> None:
    provider = create_provider(tier=None)
    assert client.get(f"/providers/{provider.id}").status_code == 404


def test_a_suspended_providers_page_says_it_takes_no_part(
    client: FlaskClient, create_provider: CreateProvider
) -> None:
    provider = create_provider(state="suspended")
    page = client.get(f"/providers/{provider.id}").text
    assert "目前不在有效目录内" in page


def test_the_public_page_never_names_a_masked_client(
    client: FlaskClient, create_provider: CreateProvider
) -> None:
    provider = create_provider()
    page = client.get(f"/providers/{provider.id}").text
    assert "某铸造企业" in page
    assert "保密客户甲" not in page
