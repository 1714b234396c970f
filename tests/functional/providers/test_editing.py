"""How a provider's members edit, preview and publish."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEntry
from marketplace.outbox.models import OutboxTask
from marketplace.providers.models import Case, Provider

PROFILE = {
    "summary": "做机泵振动监测。",
    "type_codes": ["T4"],
    "scene_ids": ["S28"],
    "deployments": ["onprem"],
    "offline": "yes",
    "xinchuang": "",
    "nationwide": "y",
    "staff_band": "",
}
OFFERING = {"kind": "software", "name": "机泵监测", "summary": "无线测振。", "scene_ids": ["S28"]}


@pytest.fixture
def provider(create_provider: Callable[..., Provider]) -> Provider:
    return create_provider("甲服务有限公司")


@pytest.fixture
def member(
    provider: Provider, create_user: Callable[..., User], sign_in: Callable[[User], FlaskClient]
) -> FlaskClient:
    return sign_in(create_user(organisation=provider.organisation))


def test_a_new_member_starts_from_nothing_and_publishes(
    create_organisation: Callable[..., object],
    create_user: Callable[..., User],
    sign_in: Callable[[User], FlaskClient],
    session: Session,
) -> None:
    organisation = create_organisation("新来服务有限公司", is_provider=True, is_manufacturer=False)
    browser = sign_in(create_user(organisation=organisation))
    assert "还没有填写" in browser.get("/my/provider/").text
    assert browser.post("/my/provider/profile", data=PROFILE).status_code == 303
    browser.post("/my/provider/publish")
    provider = session.query(Provider).one()
    assert not provider.published, "a profile without an offering cannot be published"
    assert browser.post("/my/provider/offerings/0", data=OFFERING).status_code == 303
    browser.post("/my/provider/publish")
    session.expire_all()
    assert provider.published
    assert [offering.name for offering in provider.offerings] == ["机泵监测"]
    assert session.query(OutboxTask).filter_by(topic="index").count() == 1
    assert session.query(AuditEntry).filter_by(action="provider.published").count() == 1


def test_a_draft_changes_nothing_the_public_sees(
    member: FlaskClient, provider: Provider, client: FlaskClient
) -> None:
    member.post("/my/provider/profile", data=PROFILE)
    assert "做铸件外观检测" in client.get(f"/providers/{provider.id}").text
    preview = member.get("/my/provider/preview").text
    assert "做机泵振动监测。" in preview
    assert "未发布草稿的预览" in preview
    assert "做铸件外观检测" in client.get(f"/providers/{provider.id}").text


def test_a_mark_falls_when_the_fact_it_stood_for_changes(
    member: FlaskClient, provider: Provider, session: Session
) -> None:
    provider.cases[0].verification = "accepted"
    provider.offerings[0].verification = "checked"
    session.commit()
    case = {
        "title": "缸盖毛坯气孔判别",
        "client_name": "保密客户甲有限公司",
        "client_masked": "y",
        "client_label": "某铸造企业",
        "industry_code": "33",
        "scene_id": "S24",
        "year": "2025",
        "story": "替代三班目检，改写过。",
        "metrics-0-name": "漏检率",
        "metrics-0-before": "2.1",
        "metrics-0-after": "0.4",
        "metrics-0-unit": "%",
    }
    member.post("/my/provider/cases/1", data=case)
    member.post("/my/provider/publish")
    session.expire_all()
    assert provider.cases[0].verification == "declared"
    assert provider.offerings[0].verification == "checked"


def test_a_colleagues_draft_is_not_overwritten(
    member: FlaskClient, provider: Provider, session: Session
) -> None:
    member.post("/my/provider/profile", data={**PROFILE, "version": "0"})
    late = member.post(
        "/my/provider/profile", data={**PROFILE, "summary": "旧窗口", "version": "0"}
    )
    assert late.status_code == 409
    assert "同事刚刚改过这份草稿" in late.text
    assert "做机泵振动监测。" in member.get("/my/provider/").text


def test_a_masked_client_may_not_stand_in_the_public_story(
    member: FlaskClient, session: Session
) -> None:
    case = {
        "title": "检测",
        "client_name": "云岭重工有限公司",
        "client_masked": "y",
        "client_label": "某重工企业",
        "industry_code": "34",
        "scene_id": "S24",
        "year": "2025",
        "story": "给云岭重工有限公司装了三台。",
    }
    answer = member.post("/my/provider/cases/0", data=case)
    assert answer.status_code == 422
    assert "出现了不公开的客户名称" in answer.text
    assert session.query(Case).count() == 1


@pytest.mark.parametrize("price", ["abc", "-1", "1e400", "99999999999"])
def test_a_price_must_be_a_sane_number(member: FlaskClient, price: str) -> None:
    answer = member.post("/my/provider/offerings/0", data={**OFFERING, "price_min_wan": price})
    assert answer.status_code == 422


def test_a_member_cannot_set_a_mark_or_a_tier(
    member: FlaskClient, provider: Provider, session: Session
) -> None:
    data = {**OFFERING, "verification": "accepted", "tier": "tier1", "state": "valid"}
    member.post("/my/provider/offerings/1", data=data)
    member.post("/my/provider/publish")
    session.expire_all()
    assert provider.offerings[0].verification == "declared"


def test_another_organisations_members_see_none_of_it(
    create_user: Callable[..., User],
    create_organisation: Callable[..., object],
    sign_in: Callable[[User], FlaskClient],
    provider: Provider,
) -> None:
    stranger = create_organisation(is_provider=True, is_manufacturer=False)
    page = sign_in(create_user(organisation=stranger)).get("/my/provider/").text
    assert "铸件检测工位" not in page
