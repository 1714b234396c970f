"""The pages of weights, of the log of a run, and of exposure: what each shows and refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import Unit
from marketplace.catalogue.indexing import rebuild
from marketplace.db import now
from marketplace.matching.weights import DEFAULT_WEIGHTS, list_weights, load_weights
from marketplace.needs.models import Need
from marketplace.permissions import VISITING
from marketplace.providers.models import Provider
from marketplace.recommendations.models import (
    RecommendationRun,
    RunEvent,
    WeightComparison,
    WeightMeasure,
    WeightSet,
)
from marketplace.recommendations.services import recommend, save_run
from marketplace.recommendations.weight_sets import (
    add_weight_set,
    open_proposal,
    weights_in_force,
)
from marketplace.recommendations.weight_shown import SETTING_NAMES
from marketplace.taxonomy.queries import get_taxonomy
from marketplace.web.filters import beijing_today

from .test_weight_sets import WORDS, body

Make = Callable[..., Any]


def is_refused_at_the_reason(answer: Any, typed: str) -> bool:
    """Whether a page says at the field of the reason what is missing, and keeps what was typed."""
    told = re.search(r'id="words-error">[^<]*<i [^>]*></i>\s*请写明理由，至少8个字。', answer.text)
    kept = re.search(f"<textarea[^>]*>\\s*{typed}</textarea>", answer.text)
    return answer.status_code == 422 and told is not None and kept is not None


@pytest.fixture
def unit(create_unit: Make) -> Unit:
    return create_unit()


@pytest.fixture
def curator(sign_in: Make, create_user: Make, unit: Unit) -> FlaskClient:
    return sign_in(create_user(role="curator", unit=unit, display_name="钱管理"))


@pytest.fixture
def reviewer(sign_in: Make, create_user: Make, unit: Unit) -> FlaskClient:
    return sign_in(create_user(role="reviewer", unit=unit, display_name="孙审核"))


@pytest.fixture
def clerk(sign_in: Make, create_user: Make, unit: Unit) -> FlaskClient:
    return sign_in(create_user(role="clerk", unit=unit, display_name="周经办"))


@pytest.fixture
def need(create_need: Make) -> Need:
    return create_need(state="published", disclosure="masked")


@pytest.fixture
def pool(app: Flask, session: Session, create_provider: Make) -> list[Provider]:
    other = {
        "summary": "做产品碳足迹和节能诊断。",
        "profile": "",
        "scene_ids": ("S17",),
        "cases": (),
    }
    made = [
        create_provider(f"第{number}能碳有限公司", tier="tier1", offerings=(), **other)
        for number in range(4)
    ]
    made += [
        create_provider(f"第{number}检测有限公司", tier="cultivation", cases=())
        for number in range(8)
    ]
    rebuild(session, app.extensions["duijie.index"])
    return made


@pytest.fixture
def by_tier(session: Session) -> WeightSet:
    points = {"ability": 4, "text": 4, "cases": 2, "industry": 2, "constraints": 8, "standing": 80}
    row = add_weight_set(session, None, body(**points), {})
    session.commit()
    return row


@pytest.fixture
def run(app: Flask, session: Session, need: Need, pool: list[Provider]) -> RecommendationRun:
    index = app.extensions["duijie.index"]
    saved = save_run(
        session, need, recommend(session, index, get_taxonomy(session), need), VISITING
    )
    session.commit()
    return saved


def test_two_sets_are_compared_proposed_and_put_in_force_by_another(
    app: Flask,
    session: Session,
    curator: FlaskClient,
    reviewer: FlaskClient,
    need: Need,
    pool: list[Provider],
    by_tier: WeightSet,
) -> None:
    answer = curator.post(
        "/desk/weights/comparisons", data={"before": DEFAULT_WEIGHTS, "after": by_tier.name}
    )
    assert answer.status_code == 303
    path = answer.location
    assert "计算中" in curator.get(path).text
    assert curator.get(f"{path}/progress.json").json["total"] == 1
    app.extensions["duijie.worker"].drain(session)
    page = curator.get(path).text
    assert need.title in page
    assert "等级核验" in page
    assert "在找服务商的需求1条" in page
    short = curator.post(f"{path}/propose", data={"words": "改得好"})
    assert is_refused_at_the_reason(short, "改得好")
    assert curator.post(f"{path}/propose", data={"words": WORDS}).status_code == 303
    assert "核准启用" not in curator.get(path).text
    assert "撤回提请" in curator.get(path).text
    assert WORDS in reviewer.get("/desk/weights/").text
    proposal = open_proposal(session)
    assert proposal is not None
    decide = f"/desk/weights/proposals/{proposal.id}/approve"
    assert curator.post(decide, data={"words": WORDS}).status_code == 403
    assert is_refused_at_the_reason(reviewer.post(decide, data={"words": "可以"}), "可以")
    assert reviewer.post(decide, data={"words": WORDS}).status_code == 303
    session.expire_all()
    assert weights_in_force(session).name == by_tier.name
    assert f"现行{by_tier.name}" in reviewer.get("/desk/weights/").text
    assert reviewer.post(decide, data={"words": WORDS}).status_code == 409


def test_a_comparison_shows_only_the_needs_the_viewer_may_see(
    app: Flask,
    session: Session,
    curator: FlaskClient,
    sign_in: Make,
    create_user: Make,
    create_unit: Make,
    need: Need,
    pool: list[Provider],
    by_tier: WeightSet,
) -> None:
    curator.post(
        "/desk/weights/comparisons", data={"before": DEFAULT_WEIGHTS, "after": by_tier.name}
    )
    app.extensions["duijie.worker"].drain(session)
    path = f"/desk/weights/comparisons/{session.query(WeightComparison).one().id}"
    away = sign_in(create_user(role="curator", unit=create_unit("371000")))
    assert need.title in curator.get(path).text
    page = away.get(path)
    assert page.status_code == 200
    assert need.title not in page.text
    assert need.number not in page.text


def test_a_set_is_not_compared_with_itself_and_the_page_says_so_at_the_choice(
    session: Session, curator: FlaskClient, by_tier: WeightSet
) -> None:
    same = {"before": by_tier.name, "after": by_tier.name}
    answer = curator.post("/desk/weights/comparisons", data=same)
    assert answer.status_code == 422
    assert '<a href="#after">新权重：请选两套不同的权重。</a>' in answer.text
    assert answer.text.count(f'<option selected value="{by_tier.name}">') == 2
    assert session.query(WeightComparison).count() == 0


def test_a_comparison_names_all_numbers_that_differ_and_what_it_was_measured_by(
    session: Session, curator: FlaskClient
) -> None:
    content = body()
    settings, tiers = dict(content["settings"]), dict(content["tiers"])  # type: ignore[call-overload]
    settings |= {"fit.score": 50, "text.semantic": 0.25}
    tiers |= {"cultivation": 0.3}
    other = add_weight_set(session, None, {**content, "settings": settings, "tiers": tiers}, {})
    figures = {"ndcg": 0.9, "recall": 0.8, "mrr": 0.7, "needs": 6, "providers": 9}
    figures |= {"top_places": 30, "broken": None}  # type: ignore[dict-item]
    for name, label in ((DEFAULT_WEIGHTS, "judged"), (other.name, "自建评判集")):
        session.add(
            WeightMeasure(
                weights_name=name,
                judged_set=label,
                judged_digest="0" * 64,
                lexicon_version="1",
                figures=figures,
            )
        )
    session.commit()
    names = {"before": DEFAULT_WEIGHTS, "after": other.name}
    page = curator.get(curator.post("/desk/weights/comparisons", data=names).location).text
    rows = re.findall(r"<tr role=\"row\">(.*?)</tr>", page, re.DOTALL)
    told = [re.sub(r"\s*<[^>]*>\s*", " ", row).split() for row in rows]
    assert ["推荐线（总分）", "45", "50"] in told
    assert ["语义向量占文字依据的比例", "0.4", "0.25"] in told
    assert ["等级“培育”的折算", "0.4", "0.3"] in told
    assert "自建评判集" in page
    assert all(head in page for head in ("次序质量（nDCG@10）", "找全率（Recall@10）"))
    assert "首位命中（MRR）" in page


def test_every_number_of_the_shipped_sets_has_a_name() -> None:
    used = {key for name in list_weights() for key in load_weights(name).settings}
    assert used == set(SETTING_NAMES)


def test_an_unknown_set_cannot_be_compared(curator: FlaskClient, by_tier: WeightSet) -> None:
    answer = curator.post(
        "/desk/weights/comparisons", data={"before": DEFAULT_WEIGHTS, "after": "nosuch"}
    )
    assert answer.status_code == 422
    assert curator.get("/desk/weights/comparisons/987").status_code == 404


def test_outcomes_are_recorded_and_taken_back_on_the_page_of_a_run(
    session: Session, clerk: FlaskClient, run: RecommendationRun
) -> None:
    path = f"/desk/runs/{run.number}/log"
    first = run.result["placed"][0]["provider_id"]
    told = {"provider": first, "happened_on": run.as_of.isoformat(), "note": "电话邀请"}
    assert "登记邀请和结果" in clerk.get(f"/runs/{run.number}").text
    assert clerk.post(path, data={**told, "kind": "invited"}).status_code == 303
    assert clerk.post(path, data={**told, "kind": "nosuch"}).status_code == 422
    page = clerk.get(path).text
    assert "电话邀请" in page
    assert "已邀请" in page
    event = session.query(RunEvent).one()
    assert clerk.post(f"{path}/{event.id}/undo", data={"note": "记错了"}).status_code == 303
    assert "已撤回" in clerk.get(path).text


def days_from(run: RecommendationRun, days: int) -> str:
    return (run.as_of + timedelta(days=days)).isoformat()


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_a_run_cannot_have_is_told_at_its_field_and_nothing_typed_is_lost(
    session: Session, clerk: FlaskClient, run: RecommendationRun, days: int
) -> None:
    first = run.result["placed"][0]["provider_id"]
    typed = {"provider": first, "kind": "invited", "note": "电话邀请"}
    typed["happened_on"] = days_from(run, days)
    answer = clerk.post(f"/desk/runs/{run.number}/log", data=typed)
    assert answer.status_code == 422
    assert (
        f'<a href="#happened_on">日期：须在运行当日（{run.as_of}）至今天之间。</a>' in answer.text
    )
    assert 'id="happened_on-error"' in answer.text
    assert f'value="{typed["happened_on"]}"' in answer.text
    assert 'value="电话邀请"' in answer.text
    assert session.query(RunEvent).count() == 0


def test_a_day_before_the_last_record_is_told_at_the_day(
    app: Flask, session: Session, clerk: FlaskClient, run: RecommendationRun
) -> None:
    first = run.result["placed"][0]["provider_id"]
    event = RunEvent(
        run_id=run.id,
        provider_id=int(first),
        kind="invited",
        note="",
        happened_on=run.as_of + timedelta(days=1),
        by_id=None,
    )
    session.add(event)
    session.commit()
    typed = {"provider": first, "kind": "declined", "happened_on": run.as_of.isoformat()}
    answer = clerk.post(f"/desk/runs/{run.number}/log", data=typed)
    assert answer.status_code == 422
    assert (
        f'<a href="#happened_on">日期：不能早于上次记录的{days_from(run, 1)}。</a>' in answer.text
    )


def test_a_step_out_of_order_is_told_at_the_outcome(
    session: Session, clerk: FlaskClient, run: RecommendationRun
) -> None:
    first = run.result["placed"][0]["provider_id"]
    typed = {"provider": first, "kind": "accepted", "happened_on": run.as_of.isoformat()}
    answer = clerk.post(f"/desk/runs/{run.number}/log", data={**typed, "note": "已验收"})
    assert answer.status_code == 422
    assert (
        '<a href="#kind">结果：这家服务商上次记的是“未邀请”，不能接着记“验收通过”。'
        "请先补记中间的步骤，或撤回记错的一条。</a>" in answer.text
    )
    assert '<option selected value="accepted">' in answer.text
    assert 'value="已验收"' in answer.text
    assert session.query(RunEvent).count() == 0


def test_a_record_is_taken_back_with_a_reason_asked_for_in_its_row(
    session: Session, clerk: FlaskClient, run: RecommendationRun
) -> None:
    path, first = f"/desk/runs/{run.number}/log", run.result["placed"][0]["provider_id"]
    told = {"provider": first, "kind": "invited", "happened_on": run.as_of.isoformat()}
    clerk.post(path, data=told)
    event = session.query(RunEvent).one()
    for typed, said in ((" ", "请写明撤回的原因"), ("长" * 301, "不超过300字")):
        answer = clerk.post(f"{path}/{event.id}/undo", data={"note": typed})
        assert answer.status_code == 422
        assert f'<a href="#note-{event.id}">撤回原因：{said}</a>' in answer.text
        assert f'value="{typed.strip()}"' in answer.text
        assert "<details open>" in answer.text
    assert session.query(RunEvent).count() == 1


def test_everybody_a_run_placed_can_be_chosen_in_its_log(
    app: Flask, session: Session, create_provider: Make, need: Need, clerk: FlaskClient
) -> None:
    made = [create_provider(f"第{number}检测有限公司") for number in range(1, 33)]
    index = app.extensions["duijie.index"]
    rebuild(session, index)
    run = save_run(session, need, recommend(session, index, get_taxonomy(session), need), VISITING)
    session.commit()
    page = clerk.get(f"/desk/runs/{run.number}/log").text
    assert [item.id for item in made if f'<option value="{item.id}"' not in page] == []


def test_the_log_is_the_bureaus_own(
    run: RecommendationRun,
    clerk: FlaskClient,
    need: Need,
    pool: list[Provider],
    sign_in: Make,
    create_user: Make,
    create_unit: Make,
) -> None:
    path = f"/desk/runs/{run.number}/log"
    first = run.result["placed"][0]["provider_id"]
    told = {"provider": first, "kind": "invited", "happened_on": run.as_of.isoformat()}
    clerk.post(path, data=told)
    owner = sign_in(create_user(organisation=need.organisation))
    assert owner.get(path).status_code == 404
    assert "已邀请" not in owner.get(f"/runs/{run.number}").text
    assert sign_in(create_user(organisation=pool[0].organisation)).get(path).status_code == 404
    away = sign_in(create_user(role="clerk", unit=create_unit("371000")))
    assert away.get(path).status_code == 404
    assert away.post(path, data=told).status_code == 404


def test_exposure_counts_what_was_shown_and_invited(
    clerk: FlaskClient, run: RecommendationRun
) -> None:
    first = run.result["placed"][0]["provider_id"]
    told = {"provider": first, "kind": "invited", "happened_on": run.as_of.isoformat()}
    clerk.post(f"/desk/runs/{run.number}/log", data=told)
    page = clerk.get("/desk/exposure").text
    assert "1次已保存运行" in page
    assert "基尼系数" in page
    assert "在库12家" in page
    assert "没有保存过推荐" in clerk.get("/desk/exposure?from=2020-01-01&to=2020-02-01").text


def test_days_of_exposure_that_were_not_taken_as_asked_are_told(clerk: FlaskClient) -> None:
    today = beijing_today(now())
    begin, tomorrow = today - timedelta(days=89), today + timedelta(days=1)
    for asked, told in (
        ("from=x&to=", f"“x”不是日期，改用{begin}。"),
        ("from=x&to=2026-11-20", "“x”不是日期，改用2026-08-23。"),
        (f"from=&to={tomorrow}", f"{tomorrow}不在2020-01-01至今天之间，改用{today}。"),
        ("from=0001-01-01", "0001-01-01不在2020-01-01至今天之间，改用2020-01-01。"),
        (f"from={today}&to={begin}", "起止日期颠倒，已对调。"),
    ):
        page = clerk.get(f"/desk/exposure?{asked}")
        assert page.status_code == 200
        assert told in page.text
    for taken in (f"from={begin}&to={today}", "to=2020-06-30"):
        page = clerk.get(f"/desk/exposure?{taken}")
        assert not any(word in page.text for word in ("改用", "已对调"))


def test_a_chart_of_exposure_has_its_numbers_in_one_table(
    clerk: FlaskClient, run: RecommendationRun
) -> None:
    page = clerk.get("/desk/exposure").text
    assert page.count('<table class="table row_table"') == 5
    assert "data_table" not in page


def test_exposure_shows_counts_of_the_own_region_only(
    run: RecommendationRun, sign_in: Make, create_user: Make, create_unit: Make
) -> None:
    away = sign_in(create_user(role="clerk", unit=create_unit("371000")))
    assert "没有保存过推荐" in away.get("/desk/exposure").text
