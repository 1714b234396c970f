"""What the profile editor does at its limits, and when two members edit at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.providers.models import Provider, ProviderDraft

CASE: dict[str, Any] = {
    "title": "缸盖毛坯气孔判别",
    "client_name": "保密客户甲有限公司",
    "client_masked": "y",
    "client_label": "某铸造企业",
    "industry_code": "33",
    "scene_id": "S24",
    "year": "2025",
    "story": "替代三班目检。",
}
EIGHT = {f"metrics-{place}-name": f"指标{place}" for place in range(8)}
OFFERING = {"kind": "software", "name": "机泵监测", "summary": "无线测振。", "scene_ids": ["S28"]}


@pytest.fixture
def provider(create_provider: Callable[..., Provider]) -> Provider:
    return create_provider("甲服务有限公司")


@pytest.fixture
def member(
    provider: Provider, create_user: Callable[..., User], sign_in: Callable[[User], FlaskClient]
) -> FlaskClient:
    return sign_in(create_user(organisation=provider.organisation))


def test_a_case_with_all_its_figures_keeps_them_when_it_is_edited(member: FlaskClient) -> None:
    assert member.post("/my/provider/cases/1", data={**CASE, **EIGHT}).status_code == 303
    page = member.get("/my/provider/cases/1").text
    assert 'value="指标7"' in page


def test_no_more_figures_can_be_added_than_a_case_may_have(member: FlaskClient) -> None:
    answer = member.post("/my/provider/cases/1", data={**CASE, **EIGHT, "add_metric": "1"})
    assert answer.status_code == 200
    assert "指标7" in answer.text


def test_the_figures_of_a_case_may_not_name_a_masked_client(member: FlaskClient) -> None:
    data = {**CASE, "metrics-0-name": "保密客户甲有限公司的漏检率", "metrics-0-after": "0.4"}
    answer = member.post("/my/provider/cases/1", data=data)
    assert answer.status_code == 422
    assert "前后数据里出现了不公开的客户名称" in answer.text


def test_the_highest_price_one_may_write_can_be_published(
    member: FlaskClient, provider: Provider, session: Session
) -> None:
    too_much = member.post("/my/provider/offerings/1", data={**OFFERING, "price_max_wan": "200001"})
    assert too_much.status_code == 422
    member.post("/my/provider/offerings/1", data={**OFFERING, "price_max_wan": "200000"})
    assert member.post("/my/provider/publish").status_code == 303
    session.expire_all()
    assert provider.offerings[0].price_max_yuan == 2_000_000_000


@pytest.mark.parametrize("verb", ["publish", "discard"])
def test_a_copy_a_colleague_has_changed_is_neither_published_nor_thrown_away(
    verb: str, member: FlaskClient, provider: Provider, session: Session
) -> None:
    member.post("/my/provider/offerings/1", data=OFFERING)
    assert 'name="version" value="1"' in member.get("/my/provider/").text
    member.post("/my/provider/offerings/1", data={**OFFERING, "name": "同事的名称", "version": "1"})
    assert member.post(f"/my/provider/{verb}", data={"version": "1"}).status_code == 409
    session.expire_all()
    kept = session.get(ProviderDraft, provider.id)
    assert kept is not None
    assert kept.body["offerings"][0]["name"] == "同事的名称"
    assert provider.offerings[0].name == "铸件检测工位"
    assert member.post(f"/my/provider/{verb}", data={"version": "2"}).status_code == 303


@pytest.mark.parametrize("seen", ["99999999999999999999", "²", "-1", "x"])
def test_a_version_nobody_was_shown_is_no_failure(seen: str, member: FlaskClient) -> None:
    answer = member.post("/my/provider/offerings/1", data={**OFFERING, "version": seen})
    assert answer.status_code == 303
