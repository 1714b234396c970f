"""The pages of the lexicon: what each shows, writes and refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import Unit
from marketplace.audit.models import AuditEntry
from marketplace.matching.lexicon import load_lexicon
from marketplace.needs.models import Need
from marketplace.recommendations.lexicon_models import LexiconVersion
from marketplace.recommendations.lexicons import lexicon_in_force, open_version

from .test_learning_pages import is_refused_at_the_reason
from .test_lexicons import KEY, WORDS

Make = Callable[..., Any]
PAGE = f"/desk/lexicon/capabilities/{KEY}"


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


def add(client: FlaskClient, phrase: str, kind: str = "cue", meaning: str = "") -> Any:
    return client.post(f"{PAGE}/words", data={"kind": kind, "phrase": phrase, "meaning": meaning})


def test_staff_browse_by_scene_and_find_by_any_word(clerk: FlaskClient) -> None:
    whole = clerk.get("/desk/lexicon/").text
    assert f"共{len(load_lexicon().capabilities)}项能力" in whole
    assert "工厂规划与产线布局设计" in clerk.get("/desk/lexicon/?scene=S01").text
    found = clerk.get("/desk/lexicon/?q=搬新厂").text
    assert "工厂规划与产线布局设计" in found
    assert "没有找到" in clerk.get("/desk/lexicon/?q=龘龘").text


def test_a_clerk_sees_a_capability_and_changes_nothing(
    session: Session, clerk: FlaskClient
) -> None:
    page = clerk.get(PAGE).text
    assert all(word in page for word in ("搬新厂", "室内设计", "装修"))
    assert "写入草稿" not in page
    assert add(clerk, "盘厂子").status_code == 404
    assert clerk.get("/desk/lexicon/new").status_code == 404
    assert clerk.get("/desk/lexicon/capabilities/none").status_code == 404
    assert open_version(session) is None


def test_a_refused_word_is_told_at_its_field_and_begins_no_draft(
    session: Session, curator: FlaskClient
) -> None:
    refused = add(curator, "厂")
    assert refused.status_code == 422
    assert "“厂”太短，至少两个字。" in refused.text
    assert open_version(session) is None


def test_words_go_into_the_draft_and_come_out_again(session: Session, curator: FlaskClient) -> None:
    assert add(curator, "盘厂子").status_code == 303
    assert add(curator, "搬厂广告", "lookalike", "租赁").status_code == 303
    assert curator.post(f"{PAGE}/words/remove", data={"phrase": "扩建"}).status_code == 303
    page = curator.get(PAGE).text
    assert all(told in page for told in ("草稿增加", "草稿删去", "<del>扩建</del>"))
    shown = curator.get("/desk/lexicon/versions/1").text
    assert all(word in shown for word in ("盘厂子", "搬厂广告", "扩建"))
    restore = re.search(f'{PAGE}/words/restore[^"]*', page)
    assert restore is not None
    assert curator.post(restore[0], data={"phrase": "扩建"}).status_code == 303
    assert "<del>扩建</del>" not in curator.get(PAGE).text
    assert curator.post("/desk/lexicon/versions/1/discard").status_code == 303
    assert open_version(session) is None


def test_a_new_capability_is_added_to_the_draft(session: Session, curator: FlaskClient) -> None:
    assert "增加能力" in curator.get("/desk/lexicon/new").text
    told = {"name": "盐田卤水调度", "scene": "S12", "terms": "卤水调度", "cues": "卤水跑了\n"}
    assert curator.post("/desk/lexicon/new", data={**told, "terms": ""}).status_code == 422
    made = curator.post("/desk/lexicon/new", data=told)
    assert made.location.endswith("/desk/lexicon/capabilities/own-1")
    assert "卤水跑了" in curator.get(made.location).text


def test_a_new_capability_begins_without_a_scene_and_says_what_is_wrong_in_plain_words(
    session: Session, curator: FlaskClient
) -> None:
    offered = re.findall(r"<option.*?</option>", curator.get("/desk/lexicon/new").text)
    assert offered[0] == '<option value="">请选择</option>'
    assert not any("selected" in option for option in offered)
    blank = curator.post("/desk/lexicon/new", data={}).text
    assert '<a href="#scene">场景：请选择场景</a>' in blank
    told = {"name": "表面外观检测", "scene": "S12", "terms": "卤水调度", "cues": "长" * 501}
    long = curator.post("/desk/lexicon/new", data=told).text
    assert '<a href="#cues">现场说法：不超过500字</a>' in long
    taken = curator.post("/desk/lexicon/new", data={**told, "cues": ""}).text
    assert (
        '<a href="#name">名称：已有同名能力“表面外观检测”。请换一个说法，或打开那项能力，给它加词。</a>'
        in taken
    )
    assert open_version(session) is None


def test_while_a_version_waits_no_form_of_a_new_capability_is_offered(curator: FlaskClient) -> None:
    add(curator, "盘厂子")
    curator.post("/desk/lexicon/versions/1/propose", data={"words": WORDS})
    page = curator.get("/desk/lexicon/new").text
    assert "第1版正在等待核准，核准或退回后才能再改。" in page
    assert 'action="/desk/lexicon/new"' not in page


def test_what_was_typed_stays_when_a_version_was_proposed_meanwhile(curator: FlaskClient) -> None:
    add(curator, "盘厂子")
    curator.post("/desk/lexicon/versions/1/propose", data={"words": WORDS})
    told = {"name": "盐田卤水调度", "scene": "S12", "terms": "卤水调度", "cues": "卤水跑了"}
    late = [curator.post("/desk/lexicon/new", data=told), add(curator, "搬家式搬厂")]
    assert [answer.status_code for answer in late] == [422, 422]
    assert all(
        "第1版正在等待核准，不能修改。请等核准或退回后再修改。" in answer.text for answer in late
    )
    assert all(kept in late[0].text for kept in ("盐田卤水调度", "卤水跑了"))
    assert "搬家式搬厂" in late[1].text


def test_a_change_of_words_leads_back_to_their_list(curator: FlaskClient) -> None:
    assert add(curator, "盘厂子").location.endswith(f"{PAGE}#h-cue")
    assert add(curator, "PCZ", "abbreviation").location.endswith(f"{PAGE}#h-term")
    addresses = re.findall(f'{PAGE}/words/remove[^"]*', curator.get(PAGE).text)
    address = next(item for item in addresses if "kind=cue" in item)
    removed = curator.post(address, data={"phrase": "盘厂子"})
    assert removed.location.endswith(f"{PAGE}#h-cue")
    assert curator.post(f"{PAGE}/words/remove?kind=x", data={"phrase": "PCZ"}).location == PAGE


def test_the_proposer_reads_who_may_approve_and_a_closed_version_explains_no_step(
    curator: FlaskClient, reviewer: FlaskClient
) -> None:
    address = "/desk/lexicon/versions/1"
    add(curator, "盘厂子")
    curator.post(f"{address}/propose", data={"words": WORDS})
    page = curator.get(address).text
    assert "撤回提请" in page
    assert "须由主管单位里提请人以外的审核或管理员核准。" in page
    assert "须由主管单位里提请人以外的" not in reviewer.get(address).text
    curator.post(f"{address}/withdraw")
    curator.post(f"{address}/discard")
    closed = curator.get(address).text
    assert "已放弃" in closed
    assert "h-switch" not in closed


def test_a_sentence_is_tried_by_both_and_kept_nowhere(
    session: Session, curator: FlaskClient, clerk: FlaskClient
) -> None:
    add(curator, "盘厂子")
    before = session.query(AuditEntry).count()
    assert clerk.get("/desk/lexicon/trial").status_code == 200
    tried = clerk.post("/desk/lexicon/trial", data={"text": "今年要盘厂子"}).text
    assert tried.count("<mark>盘厂子</mark>") == 1
    assert all(title in tried for title in ("现行词库", "第1版（草稿）"))
    assert "工厂规划与产线布局设计" in tried
    assert session.query(AuditEntry).count() == before
    assert clerk.post("/desk/lexicon/trial", data={"text": "厂" * 501}).status_code == 422


def test_another_person_puts_the_draft_in_force(
    session: Session,
    curator: FlaskClient,
    reviewer: FlaskClient,
    create_need: Make,
) -> None:
    need: Need = create_need(
        state="published",
        title="想请人盘厂子",
        pain="老板说今年要盘厂子。",
        scene_id=None,
        goals=[],
        success_criterion="",
        data_kinds="",
    )
    add(curator, "盘厂子")
    assert need.title in curator.get("/desk/lexicon/versions/1").text
    address = "/desk/lexicon/versions/1"
    short = curator.post(f"{address}/propose", data={"words": "改得好"})
    assert is_refused_at_the_reason(short, "改得好")
    assert curator.post(f"{address}/propose", data={"words": WORDS}).status_code == 303
    assert add(curator, "盘场子").status_code == 422
    assert "核准启用" not in curator.get(address).text
    assert curator.post(f"{address}/approve", data={"words": WORDS}).status_code == 403
    assert "核准启用" in reviewer.get(address).text
    refused = reviewer.post(f"{address}/refuse", data={"words": "不行"})
    assert is_refused_at_the_reason(refused, "不行")
    assert reviewer.post(f"{address}/approve", data={"words": WORDS}).status_code == 303
    assert reviewer.post(f"{address}/approve", data={"words": WORDS}).status_code == 409
    assert session.query(LexiconVersion).one().state == "in_force"
    assert "盘厂子" in lexicon_in_force(session).capabilities[KEY].cues
    assert "本局增加" in curator.get(PAGE).text
    assert "现行" in curator.get("/desk/lexicon/").text


def test_a_version_sent_back_and_proposed_again_tells_why_it_was_sent_back(
    curator: FlaskClient, reviewer: FlaskClient
) -> None:
    add(curator, "盘厂子")
    address = "/desk/lexicon/versions/1"
    curator.post(f"{address}/propose", data={"words": WORDS})
    trial = curator.post("/desk/lexicon/trial", data={"text": "今年要盘厂子"}).text
    assert "第1版（待核准）" in trial
    reviewer.post(f"{address}/refuse", data={"words": "和另一项能力容易混。"})
    assert "此前的退回和撤回" not in curator.get(address).text
    curator.post(f"{address}/propose", data={"words": WORDS})
    page = reviewer.get(address).text
    assert "此前的退回和撤回" in page
    assert page.count("和另一项能力容易混。") == 1


def test_an_office_within_the_region_of_another_sees_the_words_and_changes_none(
    session: Session, unit: Unit, sign_in: Make, create_user: Make, create_unit: Make
) -> None:
    county = sign_in(create_user(role="curator", unit=create_unit("370785")))
    page = county.get(PAGE).text
    assert "主管单位的管理员" in page
    assert "写入草稿" not in page
    assert add(county, "盘厂子").status_code == 403
    assert open_version(session) is None
