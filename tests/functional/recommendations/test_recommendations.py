"""Who gets which recommendations, and whether a saved run can be replayed."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEntry
from marketplace.catalogue.indexing import rebuild
from marketplace.catalogue.models import Listing
from marketplace.needs.models import Need
from marketplace.permissions import VISITING
from marketplace.providers.models import Provider
from marketplace.recommendations.models import FactsSnapshot, RecommendationRun
from marketplace.recommendations.replaying import replay_run
from marketplace.recommendations.services import recommend, save_run
from marketplace.taxonomy.models import TaxonomyTerm
from marketplace.taxonomy.queries import get_taxonomy

CreateProvider = Callable[..., Provider]
CreateNeed = Callable[..., Need]
SignIn = Callable[[User], FlaskClient]

CLOUD = {
    "summary": "做外观检测算法，在云端训练和推理，须开通公网上传图像。",
    "profile": "",
    "deployments": ("cloud",),
    "offline": False,
    "cases": (),
    "offerings": (
        {
            "kind": "model",
            "name": "云质检",
            "summary": "图像上传云端判别缺陷，须连公网。",
            "scene_ids": ("S24",),
            "deployments": ("cloud",),
        },
    ),
}


@pytest.fixture
def candidates(
    create_provider: CreateProvider, app: Flask, session: Session
) -> dict[str, Provider]:
    made = {
        "fitting": create_provider("对口检测有限公司", tier="tier1"),
        "cloudy": create_provider("云上质检有限公司", **CLOUD),
        "other": create_provider(
            "能碳咨询有限公司",
            summary="做产品碳足迹和节能诊断。",
            profile="",
            type_codes=("T6",),
            scene_ids=("S17",),
            industry_codes=("26",),
            offerings=(),
            cases=(),
        ),
        "suspended": create_provider("暂停检测有限公司", state="suspended"),
    }
    rebuild(session, app.extensions["duijie.index"])
    return made


@pytest.fixture
def need(create_need: CreateNeed) -> Need:
    return create_need(state="published", disclosure="masked")


@pytest.fixture
def owner(need: Need, create_user: Callable[..., User], sign_in: SignIn) -> FlaskClient:
    return sign_in(create_user(organisation=need.organisation))


def test_the_owner_sees_ranked_providers_each_with_its_reason(
    owner: FlaskClient, need: Need, candidates: dict[str, Provider]
) -> None:
    page = owner.get(f"/needs/{need.number}/providers").text
    first = re.search(r'<h3 id="match-1"><a href="[^"]+">([^<]+)</a>', page)
    assert first
    assert first.group(1) == "对口检测有限公司"
    assert "缸盖毛坯气孔判别" in page, "the case that earned the place is quoted"
    assert "数据不出厂" in page


def test_everybody_of_the_pool_is_placed_or_excluded_with_a_reason(
    app: Flask, session: Session, need: Need, candidates: dict[str, Provider]
) -> None:
    made = recommend(session, app.extensions["duijie.index"], get_taxonomy(session), need)
    ids = {item.provider_id for item in (*made.ranking.placed, *made.ranking.excluded)}
    assert ids == {str(provider.id) for provider in candidates.values()}
    reasons = {item.provider_id: item for item in made.ranking.excluded}
    assert reasons[str(candidates["cloudy"].id)].gate == "deployment"
    assert reasons[str(candidates["suspended"].id)].gate == "listing"
    assert "暂停" in reasons[str(candidates["suspended"].id)].reason


def test_a_listing_that_ends_leaves_the_ranking_at_once(
    app: Flask, session: Session, need: Need, candidates: dict[str, Provider]
) -> None:
    index = app.extensions["duijie.index"]
    before = recommend(session, index, get_taxonomy(session), need)
    fitting = str(candidates["fitting"].id)
    assert fitting in {item.provider_id for item in before.ranking.placed}
    listing = session.query(Listing).filter_by(provider_id=candidates["fitting"].id).one()
    listing.state, listing.version = "suspended", listing.version + 1
    session.commit()
    after = recommend(session, index, get_taxonomy(session), need)
    assert fitting in {item.provider_id for item in after.ranking.excluded}


def test_others_do_not_learn_that_there_are_recommendations(
    need: Need,
    candidates: dict[str, Provider],
    client: FlaskClient,
    client_of_role: Callable[[str], FlaskClient],
    create_user: Callable[..., User],
    sign_in: SignIn,
) -> None:
    address = f"/needs/{need.number}/providers"
    assert client.get(address).status_code == 302
    assert client_of_role("manufacturer").get(address).status_code == 404
    assert client_of_role("provider").get(address).status_code == 404
    listed = sign_in(create_user(organisation=candidates["fitting"].organisation))
    assert listed.get(address).status_code == 404


def test_staff_see_the_needs_of_their_region_only(
    need: Need,
    candidates: dict[str, Provider],
    create_user: Callable[..., User],
    create_unit: Callable[..., Any],
    sign_in: SignIn,
) -> None:
    address = f"/needs/{need.number}/providers"
    here = sign_in(create_user(role="clerk", unit=create_unit(need.region_code)))
    away = sign_in(create_user(role="clerk", unit=create_unit("371000")))
    assert here.get(address).status_code == 200
    assert away.get(address).status_code == 404


def test_why_not_answers_for_any_provider_by_name_or_credit_code(
    owner: FlaskClient, need: Need, candidates: dict[str, Provider]
) -> None:
    def ask(name: str) -> str:
        return owner.get(f"/needs/{need.number}/providers", query_string={"why": name}).text

    assert "须连公网" in ask("云上质检有限公司")
    assert "须连公网" in ask(candidates["cloudy"].organisation.uscc.lower())
    assert "目录里没有这个名称或信用代码的服务商" in ask("不存在的公司")
    assert re.search(r"排第1名", ask("对口检测"))


def test_the_stage_follows_from_the_scene_and_is_shown(
    owner: FlaskClient, need: Need, candidates: dict[str, Provider]
) -> None:
    page = owner.get(f"/needs/{need.number}/providers").text
    assert "生产制造" in page
    assert "随场景" in page


def test_what_the_machine_read_can_be_dropped_with_one_click(
    owner: FlaskClient, need: Need, candidates: dict[str, Provider]
) -> None:
    answer = owner.get(f"/needs/{need.number}/providers?remove=data_stays")
    assert answer.status_code == 302
    assert answer.location.endswith("drop=data_stays#understood")


def test_what_was_set_aside_is_shown_and_counts_again_with_one_click(
    owner: FlaskClient, session: Session, need: Need, candidates: dict[str, Provider]
) -> None:
    need.pain = "夜班漏得明显，打光相机已经有了，别再卖相机。"
    session.commit()
    address = f"/needs/{need.number}/providers"
    page = owner.get(address).text
    assert "不计入" in page
    removal = re.search(r'value="(aside:[0-9a-f]{12})"\s+aria-label="移除：打光相机已经有了"', page)
    assert removal, "the address carries no word of the need"
    again = owner.get(address, query_string={"remove": removal.group(1)}, follow_redirects=True)
    assert "移除：打光相机已经有了" not in again.text
    assert "移除：不要“相机”" in again.text


def test_what_was_understood_stays_open_once_it_was_corrected(
    owner: FlaskClient, need: Need, candidates: dict[str, Provider]
) -> None:
    address = f"/needs/{need.number}/providers"
    assert '<details class="phone_fold" open>' not in owner.get(address).text
    page = owner.get(f"{address}?drop=data_stays").text
    assert page.count('<details class="phone_fold" open>') == 1
    assert 'id="understood"' in page


def test_a_saved_run_replays_bit_for_bit_after_the_world_has_changed(
    app: Flask, session: Session, need: Need, candidates: dict[str, Provider]
) -> None:
    index, taxonomy = app.extensions["duijie.index"], get_taxonomy(session)
    run = save_run(session, need, recommend(session, index, taxonomy, need), VISITING)
    session.commit()
    candidates["fitting"].summary = "改做别的。"
    candidates["fitting"].version += 1
    session.query(Listing).filter_by(provider_id=candidates["cloudy"].id).one().tier = "tier1"
    need.title = "改成别的需求"
    word = need.pain[:4] or need.title[:4]
    for kind, code in (("scene_synonym", "S01"), ("industry_alias", "06")):
        session.add(TaxonomyTerm(kind=kind, code=code, name=word, source="试验"))
    session.commit()
    shutil.rmtree(app.config["INDEX_PATH"])
    session.expire_all()
    assert replay_run(session, run).same


def test_a_tampered_result_is_noticed_on_replay(
    app: Flask, session: Session, need: Need, candidates: dict[str, Provider]
) -> None:
    index, taxonomy = app.extensions["duijie.index"], get_taxonomy(session)
    run = save_run(session, need, recommend(session, index, taxonomy, need), VISITING)
    run.text_scores = {ref: score + 1 for ref, score in run.text_scores.items()}
    session.commit()
    assert not replay_run(session, run).same


def test_runs_over_the_same_pool_share_one_snapshot(
    owner: FlaskClient, need: Need, candidates: dict[str, Provider], session: Session
) -> None:
    for _turn in range(2):
        assert owner.post(f"/needs/{need.number}/runs").status_code == 303
    assert session.query(RecommendationRun).count() == 2
    assert session.query(FactsSnapshot).count() == 1
    assert session.query(AuditEntry).filter_by(action="recommendation.saved").count() == 2
    numbers = [run.number for run in session.query(RecommendationRun)]
    assert [number[-2:] for number in sorted(numbers)] == ["01", "02"]


def test_looking_writes_nothing(
    owner: FlaskClient, need: Need, candidates: dict[str, Provider], session: Session
) -> None:
    before = session.query(AuditEntry).count()
    owner.get(f"/needs/{need.number}/providers")
    assert session.query(RecommendationRun).count() == 0
    assert session.query(AuditEntry).count() == before


@pytest.mark.parametrize(
    ("matcher", "told"),
    [(None, "匹配程序已升级"), ("0" * 64, "匹配程序已升级"), ("as it is", "与当时结果不一致")],
)
def test_a_difference_is_no_alarm_when_the_matcher_is_a_later_one(
    owner: FlaskClient,
    app: Flask,
    session: Session,
    need: Need,
    candidates: dict[str, Provider],
    matcher: str | None,
    told: str,
) -> None:
    made = recommend(session, app.extensions["duijie.index"], get_taxonomy(session), need)
    run = save_run(session, need, made, VISITING)
    run.result_sha256 = "0" * 64
    if matcher != "as it is":
        run.matcher_sum = matcher
    session.commit()
    page = owner.get(f"/runs/{run.number}").text
    notices = {"匹配程序已升级", "与当时结果不一致"}
    assert {notice for notice in notices if notice in page} == {told}


def test_a_saved_run_page_says_that_the_replay_agrees(
    owner: FlaskClient, need: Need, candidates: dict[str, Provider], session: Session
) -> None:
    owner.post(f"/needs/{need.number}/runs")
    run = session.query(RecommendationRun).one()
    page = owner.get(f"/runs/{run.number}").text
    assert "已保存，与当时结果一致" in page
    assert f'href="/needs/{need.number}/providers">重新计算</a>' in page
    folded = page[page.index("核对用的版本和校验值") :]
    assert run.result_sha256[:16] in folded[: folded.index("</details>")]
    assert page.count(run.result_sha256[:16]) == 1


def test_two_providers_stand_side_by_side(
    owner: FlaskClient, need: Need, create_provider: CreateProvider, app: Flask, session: Session
) -> None:
    one, two = create_provider("甲检测有限公司"), create_provider("乙检测有限公司")
    rebuild(session, app.extensions["duijie.index"])
    page = owner.get(f"/needs/{need.number}/providers?compare={one.id}&compare={two.id}").text
    assert 'id="compare"' in page


def test_without_an_index_the_ranking_stands_and_the_page_says_what_is_missing(
    owner: FlaskClient, need: Need, candidates: dict[str, Provider], app: Flask
) -> None:
    shutil.rmtree(app.config["INDEX_PATH"])
    page = owner.get(f"/needs/{need.number}/providers").text
    assert "检索服务正在恢复" in page
    assert "对口检测有限公司" in page


def test_the_download_holds_both_sheets_and_no_formula(
    owner: FlaskClient, need: Need, candidates: dict[str, Provider]
) -> None:
    answer = owner.get(f"/needs/{need.number}/providers.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["排序", "未入选"]
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
