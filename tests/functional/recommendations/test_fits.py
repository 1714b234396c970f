"""The reverse of a recommendation: a provider finds the needs that fit it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.catalogue.models import Listing
from marketplace.db import now
from marketplace.needs.models import Need
from marketplace.needs.queries import get_masker
from marketplace.providers.models import Provider
from marketplace.recommendations.facts import need_facts, shown_facts
from marketplace.recommendations.fit_queries import list_fits
from marketplace.recommendations.services import Recommender
from marketplace.taxonomy.loading import load_industries
from marketplace.taxonomy.queries import get_taxonomy
from marketplace.web.filters import beijing_today
from tests.fixtures.fits import page_of

CreateNeed = Callable[..., Need]
CreateProvider = Callable[..., Provider]
SignIn = Callable[[User], FlaskClient]

CANTEEN: dict[str, Any] = {
    "title": "食堂订餐想统一",
    "pain": "各车间分头订餐，费用对不上。",
    "goals": [],
    "scene_id": None,
    "industry_code": "14",
    "must_haves": [],
    "success_criterion": "",
    "data_kinds": "",
    "site_constraints": "",
}


def test_a_provider_sees_the_needs_that_fit_it_with_its_own_evidence(
    ours: Provider,
    member: User,
    create_provider: CreateProvider,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    need = create_need(title="缸体气孔靠人看")
    create_need(**CANTEEN)
    words = "做食堂订餐系统，各车间统一订餐，费用自动对账。"
    create_provider(
        "团餐软件有限公司", summary=words, profile=words, scene_ids=(), offerings=(), cases=()
    )
    index_now()
    page = page_of(sign_in(member))
    assert need.title in page
    assert "缸盖毛坯气孔判别" in page, "its own case is the reason"
    assert "食堂订餐" not in page


def test_a_provider_learns_nothing_of_others_nor_of_points_and_places(
    ours: Provider,
    member: User,
    create_provider: CreateProvider,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    create_need()
    create_provider("竞争对手检测有限公司", tier="tier1")
    index_now()
    page = page_of(sign_in(member))
    assert "竞争对手" not in page
    main = page[page.index("<main") : page.index("<aside")]
    for word in ("名次", "得分", "第1", "排第", "前10"):
        assert word not in main


def test_what_the_profile_lacks_is_said_to_the_provider(
    member: User, create_need: CreateNeed, index_now: Callable[[], None], sign_in: SignIn
) -> None:
    create_need(xinchuang_required=True)
    index_now()
    page = page_of(sign_in(member))
    assert "贵单位的资料还缺" in page
    assert "资料未说明是否符合“信创（国产软硬件）”" in page


def test_a_condition_the_profile_rules_out_is_named_with_the_words_it_rests_on(
    create_provider: CreateProvider,
    create_user: Callable[..., User],
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    cloudy = create_provider(profile="推理须连公网使用。", deployments=("cloud",), offline=False)
    create_need(data_may_leave=None, must_haves=[], deployments=[])
    index_now()
    client = sign_in(create_user(organisation=cloudy.organisation))
    page = page_of(client, "/my/fits/?band=barred")
    assert "不符条件：须连公网使用，不满足“内网可用，不依赖公网”" in page


def test_the_private_words_of_a_masked_need_neither_rank_nor_explain(
    app: Flask,
    session: Session,
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    masked = {
        "disclosure": "masked",
        "mask_title": "检测类需求",
        "mask_pain": "目检费人。",
        "goals": [],
        "must_haves": [],
    }
    private = create_need(
        title="气孔砂眼毛刺", pain="铸件气孔砂眼毛刺漏检，外观检测已经有了，不要这个。", **masked
    )
    empty = create_need(
        title="无", pain="无", **{**masked, "site_constraints": "", "success_criterion": ""}
    )
    index_now()
    recommender = Recommender(session, app.extensions["duijie.index"], get_taxonomy(session))
    fits = {
        fit.need.number: fit for fit in list_fits(session, recommender, viewer_of(member), ours)
    }
    told = fits[private.number], fits[empty.number]
    assert told[0].score == told[1].score
    page = page_of(sign_in(member))
    assert "检测类需求" in page
    assert "需求原文“毛刺" not in page
    assert "需求不要的" not in page
    shown = get_masker(session, beijing_today(now())).show(private, "listed")
    assert shown is not None
    facts = shown_facts(shown)
    assert "气孔" not in facts.title + facts.description
    assert facts.must_haves == ()


def test_who_may_read_all_of_a_need_is_matched_by_what_its_own_page_is(
    session: Session, create_need: CreateNeed
) -> None:
    need = create_need(budget_max_yuan=600_000, size_class="small")
    shown = get_masker(session, beijing_today(now())).show(need, "owner")
    assert shown is not None
    assert shown_facts(shown) == need_facts(need)
    assert need_facts(need).description.splitlines()[:3] == [
        need.pain,
        "油孔毛刺漏检率 1.6 0.3",
        "单件检测时间 26 10",
    ]


def test_only_needs_that_still_look_for_a_provider_and_are_open_to_it_are_shown(
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
    session: Session,
) -> None:
    titles = {
        "published": create_need(title="公开检测需求甲"),
        "listed": create_need(title="库内检测需求乙", disclosure="listed"),
        "contracted": create_need(title="已签检测需求丙", state="contracted"),
        "bureau": create_need(title="局内检测需求丁", state="internal", disclosure="bureau"),
    }
    index_now()
    client = sign_in(member)
    page = page_of(client)
    assert [key for key, need in titles.items() if need.title in page] == ["published", "listed"]
    titles["published"].state = "withdrawn"
    session.commit()
    assert titles["published"].title not in page_of(client)


def test_an_organisation_is_not_offered_its_own_needs(
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    own = create_need(title="自己的检测需求", organisation=ours.organisation)
    index_now()
    assert own.title not in page_of(sign_in(member))


def test_who_leaves_the_directory_sees_no_fits_at_once(
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
    session: Session,
) -> None:
    need = create_need()
    index_now()
    client = sign_in(member)
    assert need.title in page_of(client)
    session.scalars(select(Listing).where(Listing.provider_id == ours.id)).one().state = "suspended"
    session.commit()
    page = page_of(client)
    assert need.title not in page
    assert "入库后才参与匹配" in page


def test_the_needs_can_be_narrowed_by_industry_and_scene(
    member: User, create_need: CreateNeed, index_now: Callable[[], None], sign_in: SignIn
) -> None:
    create_need(title="铸件检测需求甲", industry_code="33")
    create_need(title="汽车件检测需求乙", industry_code="36")
    index_now()
    client = sign_in(member)
    page = page_of(client, "/my/fits/?industry=36&scene=S24")
    assert "汽车件检测需求乙" in page
    assert "铸件检测需求甲" not in page
    assert "没有符合筛选条件的需求" in page_of(client, "/my/fits/?scene=S09")


def test_the_numbers_beside_the_filters_are_those_of_the_band_shown_and_the_links_keep_the_filters(
    create_provider: CreateProvider,
    create_user: Callable[..., User],
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    cloudy = create_provider(profile="推理须连公网使用。", deployments=("cloud",), offline=False)
    open_to_all: dict[str, Any] = {
        "must_haves": [],
        "deployments": [],
        "data_may_leave": True,
        "network_isolated": False,
        "site_constraints": "",
    }
    create_need(industry_code="33", **open_to_all)
    create_need(industry_code="36", **open_to_all)
    create_need(industry_code="36", **{**open_to_all, "network_isolated": True})
    index_now()
    client = sign_in(create_user(organisation=cloudy.organisation))
    names = {item.code: item.name for item in load_industries()}
    page = page_of(client)
    assert f"{names['33']} 1<" in page
    assert f"{names['36']} 1<" in page, "the third is in another band"
    page = page_of(client, "/my/fits/?industry=36&scene=S24")
    assert f"{names['33']} 1<" in page, "what another industry would show"
    for band in ("fitting", "thin", "barred"):
        assert f'href="/my/fits/?band={band}&amp;industry=36&amp;scene=S24"' in page
    empty = page_of(client, "/my/fits/?band=barred&industry=33")
    assert f"{names['33']} 0<" in empty, "the choice in force stays to be seen"
    assert 'href="/my/fits/?band=barred"' in empty


def test_the_page_says_what_the_needs_were_matched_by(
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    create_user: Callable[..., User],
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    create_need()
    index_now()
    masked = "脱敏的需求只按脱敏后的文字匹配"
    staff = page_of(sign_in(create_user(role="clerk")), f"/desk/providers/{ours.id}/fits")
    assert "本单位经办的需求按全文匹配" in staff
    assert masked not in staff
    assert masked in page_of(sign_in(member))


def test_staff_see_on_a_provider_the_needs_they_may_see(
    ours: Provider,
    create_need: CreateNeed,
    create_user: Callable[..., User],
    create_unit: Callable[..., Any],
    index_now: Callable[[], None],
    sign_in: SignIn,
    client_of_role: Callable[[str], FlaskClient],
) -> None:
    need = create_need(title="局内检测需求", state="internal", disclosure="bureau")
    index_now()
    address = f"/desk/providers/{ours.id}/fits"
    here = sign_in(create_user(role="clerk", unit=create_unit(str(need.region_code))))
    away = sign_in(create_user(role="clerk", unit=create_unit("371000")))
    assert need.title in page_of(here, address)
    assert need.title not in page_of(away, address)
    assert client_of_role("provider").get(address).status_code == 404


def test_staff_read_once_that_a_provider_outside_the_directory_takes_no_part(
    session: Session,
    ours: Provider,
    create_user: Callable[..., User],
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    create_need()
    session.query(Listing).filter_by(provider_id=ours.id).one().state = "suspended"
    session.commit()
    index_now()
    page = page_of(sign_in(create_user(role="clerk")), f"/desk/providers/{ours.id}/fits")
    assert "目前不在有效目录内" in page
    assert f'href="/providers/{ours.id}">看入库状态</a>' in page
    assert not any(told in page for told in ("暂时没有适合的需求", "对口的有0条"))


def test_people_who_are_not_of_a_provider_have_no_such_page(
    client: FlaskClient, client_of_role: Callable[[str], FlaskClient]
) -> None:
    assert client.get("/my/fits/").status_code == 302
    refused = client_of_role("manufacturer").get("/my/fits/")
    assert refused.status_code == 403
    assert "这里供服务商使用；如有这类账号，请改用它登录。" in refused.text
    assert "请联系本单位的系统管理员" not in refused.text
