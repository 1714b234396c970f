from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, User
from marketplace.needs.models import Need
from marketplace.needs.sections import SECTIONS
from marketplace.rules.queries import shipped

Create = Callable[..., Need]
Person = tuple[Organisation, User]


@pytest.fixture
def own(sign_in: Callable[[User], FlaskClient], manufacturer: Person) -> FlaskClient:
    return sign_in(manufacturer[1])


@pytest.fixture
def desk(client_of_role: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of_role("reviewer")


def fresh(session: Session, need: Need) -> Need:
    session.expire_all()
    return session.get_one(Need, need.id)


def test_a_need_is_written_section_by_section_and_submitted_without_script(
    session: Session, own: FlaskClient
) -> None:
    answer = own.post(
        "/my/needs/new",
        data={
            "title": "压铸转向节外观缺陷检测",
            "pain": "两条产线三班目检，漏件被索赔",
            "scene_id": "S24",
            "industry_code": "33",
            "region_code": "370785",
        },
    )
    assert answer.status_code == 303
    need = session.scalars(select(Need)).one()
    base = f"/my/needs/{need.number}/edit"
    assert answer.location == f"{base}/goals"
    steps: list[tuple[str, dict[str, Any]]] = [
        (
            "goals",
            {
                "goals-0-indicator": "漏检率",
                "goals-0-baseline": "1.6",
                "goals-0-target": "0.3",
                "goals-0-unit": "%",
                "success_criterion": "连续30天",
            },
        ),
        ("data", {"data_kinds": "照片", "data_may_leave": "no"}),
        ("site", {"network_isolated": "yes", "deployments": ["onprem", "edge"]}),
        ("budget", {"budget_min_wan": "40", "budget_max_wan": "80.5", "start_by": "2030-01-31"}),
        ("musts", {"must_haves-0": "断网可用", "must_haves-1": "", "must_haves-2": "有铸件案例"}),
        (
            "disclosure",
            {"disclosure": "masked", "contact_name": "李试验", "contact_phone": "13900001111"},
        ),
    ]
    for place, (section, data) in enumerate(steps, 2):
        answer = own.post(f"{base}/{section}", data={"version": str(place - 1), **data})
        assert answer.status_code == 303, answer.text
        following = steps[place - 1][0] if place - 1 < len(steps) else "check"
        assert answer.location == f"{base}/{following}"
    need = fresh(session, need)
    assert need.goals == [{"indicator": "漏检率", "baseline": 1.6, "target": 0.3, "unit": "%"}]
    assert (need.data_may_leave, need.network_isolated) == (False, True)
    assert need.deployments == ["onprem", "edge"]
    assert (need.budget_min_yuan, need.budget_max_yuan, need.budget_kind) == (
        400_000,
        805_000,
        "range",
    )
    assert need.must_haves == ["断网可用", "有铸件案例"]
    answer = own.post(f"/my/needs/{need.number}/submit", data={"version": str(need.version)})
    assert answer.location == f"/needs/{need.number}"
    assert fresh(session, need).state == "submitted"
    assert "经办人正在审核" in own.get(f"/needs/{need.number}").text


def test_a_need_without_a_name_is_not_begun(session: Session, own: FlaskClient) -> None:
    answer = own.post("/my/needs/new", data={"title": " ", "pain": "漏件"})
    assert answer.status_code == 422
    assert "先写一个名称" in answer.text
    assert "漏件" in answer.text
    assert session.scalars(select(Need)).all() == []


@pytest.mark.parametrize("section", [section.code for section in SECTIONS])
def test_every_section_opens_on_its_own_page(
    own: FlaskClient, create_need: Create, manufacturer: Person, section: str
) -> None:
    need = create_need("draft", organisation=manufacturer[0])
    answer = own.get(f"/my/needs/{need.number}/edit/{section}")
    assert answer.status_code == 200
    assert f'id="s-{section}"' in answer.text
    assert "需求完整度" in answer.text


def test_going_on_leads_to_the_first_section_that_lacks_something(
    own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("draft", organisation=manufacturer[0], data_volume="", start_by=None)
    assert own.get(f"/my/needs/{need.number}/edit").location.endswith("/edit/data")


def test_what_is_missing_links_to_its_field(
    own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("draft", organisation=manufacturer[0], baseline_source="")
    page = own.get(f"/my/needs/{need.number}/edit/problem").text
    assert f'href="/my/needs/{need.number}/edit/goals#baseline_source"' in page
    assert 'id="baseline_source"' in own.get(f"/my/needs/{need.number}/edit/goals").text


@pytest.mark.parametrize("section", [section.code for section in SECTIONS[:-1]])
def test_every_item_of_the_completeness_meter_leads_to_a_field(
    own: FlaskClient, manufacturer: Person, create_need: Create, section: str
) -> None:
    need = create_need("draft", organisation=manufacturer[0])
    page = own.get(f"/my/needs/{need.number}/edit/{section}").text
    for item in shipped("need_quality")["items"]:
        if item["section"] == section:
            assert f'id="{item["anchor"]}"' in page, item["code"]


def test_a_faulty_amount_is_told_and_everything_filled_in_stays(
    session: Session, own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("draft", organisation=manufacturer[0])
    answer = own.post(
        f"/my/needs/{need.number}/edit/budget",
        data={"version": "1", "budget_min_wan": "大约四十", "budget_max_wan": "80"},
    )
    assert answer.status_code == 422
    assert "请填数字，单位是万元" in answer.text
    assert 'value="大约四十"' in answer.text
    assert fresh(session, need).budget_max_yuan == 800_000


def test_a_stale_form_keeps_its_text_and_shows_who_was_first(
    session: Session,
    own: FlaskClient,
    create_need: Create,
    manufacturer: Person,
    create_user: Callable[..., User],
    sign_in: Callable[[User], FlaskClient],
) -> None:
    need = create_need("draft", organisation=manufacturer[0])
    colleague = sign_in(create_user(organisation=manufacturer[0], display_name="王试验"))
    address = f"/my/needs/{need.number}/edit/data"
    assert colleague.post(address, data={"version": "1", "data_kinds": "台账"}).status_code == 303
    answer = own.post(address, data={"version": "1", "data_kinds": "我写了很久的照片说明"})
    assert answer.status_code == 409
    assert "王试验在" in answer.text
    assert "我写了很久的照片说明" in answer.text
    assert fresh(session, need).data_kinds == "台账"
    again = own.post(address, data={"version": "2", "data_kinds": "我写了很久的照片说明"})
    assert again.status_code == 303
    assert fresh(session, need).data_kinds == "我写了很久的照片说明"


def test_autosave_keeps_the_section_and_hands_back_the_new_version(
    session: Session, own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("draft", organisation=manufacturer[0])
    answer = own.post(
        f"/my/needs/{need.number}/autosave/data",
        data={"version": "1", "data_kinds": "新写的", "data_may_leave": ""},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 200
    assert answer.json["fields"] == {"version": "2"}
    assert fresh(session, need).data_kinds == "新写的"


def test_a_stale_autosave_is_a_conflict_and_writes_nothing(
    session: Session, own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("draft", organisation=manufacturer[0])
    address = f"/my/needs/{need.number}/autosave/data"
    headers = {"Accept": "application/json"}
    own.post(address, data={"version": "1", "data_kinds": "先到的"}, headers=headers)
    answer = own.post(address, data={"version": "1", "data_kinds": "后到的"}, headers=headers)
    assert answer.status_code == 409
    assert "他人改过" in answer.json["error"]["what"]
    assert fresh(session, need).data_kinds == "先到的"


def test_autosave_leaves_out_what_is_faulty_and_says_so(
    session: Session, own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("draft", organisation=manufacturer[0])
    answer = own.post(
        f"/my/needs/{need.number}/autosave/budget",
        data={"version": "1", "budget_min_wan": "x", "start_by": "2031-05-01"},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 200
    assert "预算不低于" in answer.json["saved_at"]
    need = fresh(session, need)
    assert need.budget_min_yuan == 400_000
    assert str(need.start_by) == "2031-05-01"


def test_another_indicator_can_be_added_without_script(
    own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("draft", organisation=manufacturer[0])
    answer = own.post(
        f"/my/needs/{need.number}/edit/goals",
        data={"version": "1", "goals-0-indicator": "漏检率", "add_goal": "1"},
    )
    assert answer.status_code == 200
    assert 'value="漏检率"' in answer.text
    assert 'name="goals-1-indicator"' in answer.text


def test_the_own_name_in_the_public_words_is_refused_beside_the_field(
    session: Session, own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("draft", organisation=manufacturer[0])
    answer = own.post(
        f"/my/needs/{need.number}/edit/disclosure",
        data={"version": "1", "disclosure": "masked", "mask_pain": "衡钧压铸想检缺陷"},
    )
    assert answer.status_code == 422
    assert "公众版说明里出现了贵公司名称中的" in answer.text
    assert "衡钧压铸想检缺陷" in answer.text
    assert fresh(session, need).mask_pain == ""


def test_submitting_too_early_lists_what_is_missing_with_links(
    own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("draft", organisation=manufacturer[0], contact_phone="", pain="")
    answer = own.post(f"/my/needs/{need.number}/submit", data={"version": "1"})
    assert answer.status_code == 422
    assert "还有2项必须补上才能提交" in answer.text
    assert f"/my/needs/{need.number}/edit/disclosure#contact_phone" in answer.text


def test_a_submitted_need_is_no_longer_edited_until_it_is_recalled(
    session: Session, own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("submitted", organisation=manufacturer[0])
    assert own.get(f"/my/needs/{need.number}/edit/data").status_code == 409
    assert own.get(f"/my/needs/{need.number}/confirm/recall").status_code == 200
    answer = own.post(f"/my/needs/{need.number}/confirm/recall", data={"version": "1"})
    assert answer.status_code == 303
    assert fresh(session, need).state == "draft"


def test_withdrawing_asks_first_and_renewing_is_offered_only_near_the_end(
    session: Session, own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need(organisation=manufacturer[0])
    assert own.get(f"/my/needs/{need.number}/confirm/renew").status_code == 404
    assert "不能恢复" in own.get(f"/my/needs/{need.number}/confirm/withdraw").text
    own.post(f"/my/needs/{need.number}/confirm/withdraw", data={"version": "1"})
    assert fresh(session, need).state == "withdrawn"


def test_loosening_on_the_page_asks_again_and_then_works(
    session: Session, own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("published", "listed", organisation=manufacturer[0])
    address = f"/my/needs/{need.number}/disclosure"
    assert own.get(address).status_code == 200
    answer = own.post(address, data={"version": "1", "level": "public"})
    assert answer.status_code == 422
    assert "请再确认一次" in answer.text
    assert fresh(session, need).disclosure == "listed"
    answer = own.post(address, data={"version": "1", "level": "public", "confirmed": "1"})
    assert answer.status_code == 303
    assert fresh(session, need).disclosure == "public"


def test_staff_change_the_level_of_an_imported_need_in_its_owners_name(
    session: Session, desk: FlaskClient, create_need: Create
) -> None:
    need = create_need("accepted", "masked")
    address = f"/desk/needs/{need.number}/disclosure"
    assert address in desk.get(f"/desk/needs/{need.number}").text
    assert "请先取得企业同意" in desk.get(address).text
    assert desk.post(address, data={"version": "1", "level": "public"}).status_code == 422
    answer = desk.post(address, data={"version": "1", "level": "bureau"})
    assert answer.location == f"/desk/needs/{need.number}"
    assert fresh(session, need).disclosure == "bureau"


def test_my_needs_say_whose_turn_it_is_and_by_when(
    own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    create_need("draft", organisation=manufacturer[0])
    create_need("submitted", organisation=manufacturer[0])
    page = own.get("/my/needs/").text
    assert "现在轮到贵公司：写完并提交" in page
    assert "经办人正在审核" in page


def test_without_needs_the_page_says_what_to_do(own: FlaskClient) -> None:
    assert "还没有提出需求" in own.get("/my/needs/").text


def test_the_desk_shows_the_own_region_only_and_no_drafts(
    desk: FlaskClient, create_need: Create
) -> None:
    mine = create_need("submitted")
    elsewhere = create_need("submitted", region_code="371002")
    draft = create_need("draft")
    page = desk.get("/desk/needs/").text
    assert mine.number in page
    assert elsewhere.number not in page
    assert draft.number not in page
    assert desk.get(f"/desk/needs/{elsewhere.number}").status_code == 404
    assert desk.get(f"/desk/needs/{draft.number}").status_code == 404


def test_accepting_and_publishing_is_one_press_and_two_entries(
    session: Session, desk: FlaskClient, create_need: Create
) -> None:
    need = create_need("submitted", "masked")
    page = desk.get(f"/desk/needs/{need.number}").text
    assert "受理并发布" in page
    answer = desk.post(
        f"/desk/needs/{need.number}/decide", data={"decision": "accept_and_publish", "version": "1"}
    )
    assert answer.status_code == 303
    page = desk.get(f"/desk/needs/{need.number}").text
    assert fresh(session, need).state == "published"
    assert page.count("审计号") == 2


def test_a_blocked_decision_stays_visible_with_its_reason(
    desk: FlaskClient, create_need: Create
) -> None:
    need = create_need("submitted", "bureau")
    page = desk.get(f"/desk/needs/{need.number}").text
    assert "企业选择了仅局内，不能发布" in page
    answer = desk.post(
        f"/desk/needs/{need.number}/decide", data={"decision": "accept_and_publish", "version": "1"}
    )
    assert answer.status_code == 422
    assert "不能发布" in answer.text


def test_a_blocked_second_step_takes_the_first_back(
    session: Session, desk: FlaskClient, create_need: Create
) -> None:
    need = create_need("submitted", "bureau")
    desk.post(
        f"/desk/needs/{need.number}/decide", data={"decision": "accept_and_publish", "version": "1"}
    )
    assert fresh(session, need).state == "submitted"


def test_a_return_reaches_the_owner_with_its_words(
    desk: FlaskClient, own: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("submitted", organisation=manufacturer[0], baseline_source="")
    assert "这个现状数从哪来" in desk.get(f"/desk/needs/{need.number}").text
    desk.post(
        f"/desk/needs/{need.number}/decide",
        data={"decision": "return", "reason": "请补充基线来源", "version": "1"},
    )
    page = own.get(f"/needs/{need.number}").text
    assert "请补充基线来源" in page
    assert "现在轮到贵公司" in page


def test_a_stale_decision_is_a_conflict(
    session: Session, desk: FlaskClient, create_need: Create
) -> None:
    need = create_need("submitted")
    address = f"/desk/needs/{need.number}/decide"
    desk.post(address, data={"decision": "accept", "version": "1"})
    answer = desk.post(address, data={"decision": "return", "reason": "x", "version": "1"})
    assert answer.status_code == 409
    assert fresh(session, need).state == "accepted"


def test_doubles_are_listed_and_merged(
    session: Session, desk: FlaskClient, create_need: Create, manufacturer: Person
) -> None:
    kept = create_need(organisation=manufacturer[0])
    double = create_need("submitted", organisation=manufacturer[0])
    page = desk.get(f"/desk/needs/{double.number}").text
    assert "疑似重复 1" in page
    answer = desk.post(
        f"/desk/needs/{double.number}/merge", data={"into": kept.number, "version": "1"}
    )
    assert answer.location == f"/desk/needs/{kept.number}"
    assert fresh(session, double).state == "merged"
    assert f"已并入{kept.number}" in desk.get(f"/desk/needs/{double.number}").text


def test_staff_put_the_public_words_right_on_the_page(
    session: Session, desk: FlaskClient, create_need: Create
) -> None:
    need = create_need("submitted", "masked")
    answer = desk.post(
        f"/desk/needs/{need.number}/correct",
        data={
            "version": "1",
            "scene_id": "S24",
            "industry_code": "33",
            "region_code": "370785",
            "mask_title": "铸件外观检测",
            "mask_pain": "目检漏件较多",
        },
    )
    assert answer.status_code == 303
    assert fresh(session, need).mask_pain == "目检漏件较多"


def test_browsing_finds_by_facet_and_by_shown_words(
    client: FlaskClient, create_need: Create
) -> None:
    public = create_need(disclosure="public")
    masked = create_need(disclosure="masked", mask_pain="末端目检漏检较多", scene_id="S26")
    page = client.get("/needs/").text
    assert public.number in page
    assert masked.number in page
    assert masked.number not in client.get("/needs/?scene=S24").text
    assert masked.number in client.get("/needs/?q=末端目检").text
    assert public.number in client.get("/needs/?q=夜班").text
    assert masked.number not in client.get("/needs/?q=夜班").text
    assert masked.number not in client.get("/needs/?q=衡钧").text


def test_a_page_number_or_facet_of_nonsense_is_borne(client: FlaskClient) -> None:
    for query in ("page=-1", "page=x", "scene=%00", "state=draft", "stage=zz", "q=%25"):
        assert client.get(f"/needs/?{query}").status_code in {200, 422}


def test_an_unknown_need_and_a_hidden_one_get_the_same_answer(
    client: FlaskClient, create_need: Create
) -> None:
    hidden = create_need(disclosure="bureau", state="internal")
    numbers = (hidden.number, "XQ-2020-9999")
    answers = [client.get(f"/needs/{number}") for number in numbers]
    assert [answer.status_code for answer in answers] == [404, 404]
    told = [
        answer.text.replace(number, "") for answer, number in zip(answers, numbers, strict=True)
    ]
    assert told[0] == told[1]


def test_other_peoples_drafts_cannot_be_opened_saved_or_submitted(
    create_need: Create, client_of_role: Callable[[str], FlaskClient]
) -> None:
    need = create_need("draft")
    stranger = client_of_role("manufacturer")
    assert stranger.get(f"/my/needs/{need.number}/edit/data").status_code == 404
    assert stranger.post(f"/my/needs/{need.number}/edit/data", data={}).status_code == 404
    assert stranger.post(f"/my/needs/{need.number}/autosave/data", data={}).status_code == 404
    assert stranger.post(f"/my/needs/{need.number}/submit", data={}).status_code == 404
    assert stranger.get(f"/needs/{need.number}").status_code == 404
