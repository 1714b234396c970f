"""The pages of calls: what the public, providers and the desk see and can do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.calls.models import Call
from marketplace.db import now
from marketplace.web.filters import BEIJING

Make = Callable[..., Any]


def typed(**values: Any) -> dict[str, Any]:
    """What a clerk posts: a whole call for three weeks from tomorrow."""
    opens_at = now().astimezone(BEIJING) + timedelta(days=1)
    return {
        "title": "铸造行业人工智能服务商征集",
        "batch": "2026年第一批",
        "summary": "面向全国征集。",
        "conditions": "注册地不限。",
        "industry_codes": ["33"],
        "tracks": ["综合", "OPC"],
        "opens_at": opens_at.strftime("%Y-%m-%dT09:00"),
        "closes_at": (opens_at + timedelta(days=21)).strftime("%Y-%m-%dT17:00"),
        "rubric_number": "2026.1",
        "site_check_percent": "10",
        "contact": "试验市工信局 0000-1234567",
        "materials-0-code": "licence",
        "materials-0-name": "营业执照",
        "materials-0-required": "y",
        "materials-0-tracks": ["综合", "专业", "产品", "OPC"],
        "materials-1-code": "Bad Code",
        "materials-1-name": "试用记录",
        "materials-1-tracks": ["OPC"],
        "materials-2-code": "gone",
        "materials-2-name": "",
        **values,
    }


@pytest.fixture
def desk(clerk: User, sign_in: Make) -> FlaskClient:
    """The city's clerk."""
    return sign_in(clerk)


@pytest.fixture
def chief(reviewer: User, sign_in: Make) -> FlaskClient:
    """The city's reviewer."""
    return sign_in(reviewer)


def text_of(answer: Any) -> str:
    return answer.get_data(as_text=True)


def only_call(session: Session) -> Call:
    session.expire_all()
    return session.scalars(select(Call)).one()


def test_without_calls_the_public_page_says_what_to_do(client: FlaskClient) -> None:
    page = text_of(client.get("/calls/"))
    assert "现在没有正在进行的征集" in page
    assert "往次征集" not in page


def test_the_public_page_puts_calls_where_their_time_is(
    client: FlaskClient, create_call: Make
) -> None:
    create_call(title="甲次", closes_at=now() + timedelta(days=3, hours=1))
    create_call("planned", title="乙次", opens_at=now() + timedelta(days=3))
    create_call(title="丙次", closes_at=now())
    create_call("draft", title="丁次")
    page = text_of(client.get("/calls/"))
    places = [
        page.index(name) for name in ("正在征集", "甲次", "即将开放", "乙次", "往次征集", "丙次")
    ]
    assert places == sorted(places)
    assert "还剩3天" in page
    assert "丁次" not in page


def test_a_visitor_of_an_open_call_is_led_to_sign_in(
    client: FlaskClient, create_call: Make
) -> None:
    call = create_call(conditions="<b>有案例</b>")
    page = text_of(client.get(f"/calls/{call.id}"))
    assert "登录后申请" in page
    assert "注册服务商账号" in page
    assert "开始申请" not in page
    assert "入库不是采购中标资格" in page
    assert "注册地、所有制、规模不作为条件" in page
    assert "&lt;b&gt;有案例" in page


@pytest.mark.parametrize(
    ("state", "more", "said"),
    [
        ("planned", {"opens_at": now() + timedelta(days=2)}, "开放申请"),
        ("open", {"closes_at": now() - timedelta(seconds=1)}, "征集已截止，不再接收申请"),
        ("closed", {}, "征集已截止，不再接收申请"),
        ("reviewing", {}, "评审后拟定等级，列入公示"),
        ("notice", {}, "公示期满后公布结果"),
        ("listed", {}, "结果已公布，入库名单见目录"),
        ("cancelled", {"cancel_reason": "与省级征集合并"}, "与省级征集合并"),
    ],
)
def test_a_call_that_takes_no_applications_says_why(
    client: FlaskClient, create_call: Make, state: str, more: dict[str, Any], said: str
) -> None:
    page = text_of(client.get(f"/calls/{create_call(state, **more).id}"))
    assert said in page
    assert "登录后申请" not in page


def test_a_draft_is_unknown_to_the_public_and_to_the_district(
    client: FlaskClient,
    desk: FlaskClient,
    create_call: Make,
    create_user: Make,
    create_unit: Make,
    sign_in: Make,
) -> None:
    call = create_call("draft")
    district = sign_in(create_user(role="clerk", unit=create_unit("370785", "试验县工信局")))
    assert client.get(f"/calls/{call.id}").status_code == 404
    for path in (f"/calls/{call.id}", f"/desk/calls/{call.id}", f"/desk/calls/{call.id}/edit"):
        assert district.get(path).status_code == 404
        assert desk.get(path).status_code == 200
    assert call.title not in text_of(district.get("/desk/calls/"))
    assert call.title in text_of(desk.get("/desk/calls/"))


def test_a_call_nobody_wrote_is_not_found(client: FlaskClient, chief: FlaskClient) -> None:
    assert client.get("/calls/987654").status_code == 404
    for step in ("edit", "publish", "extend", "cancel"):
        assert chief.get(f"/desk/calls/987654/{step}").status_code == 404
        assert chief.post(f"/desk/calls/987654/{step}").status_code == 404


def test_a_new_call_starts_with_the_usual_materials_and_the_rubric_in_force(
    desk: FlaskClient,
) -> None:
    page = text_of(desk.get("/desk/calls/new"))
    assert 'value="营业执照或登记证书"' in page
    assert '<option selected value="2026.1">' in page


def test_a_clerk_writes_a_draft_in_beijing_time(session: Session, desk: FlaskClient) -> None:
    answer = desk.post("/desk/calls/new", data=typed())
    assert answer.status_code == 303
    call = only_call(session)
    assert call.state == "draft"
    assert call.opens_at.astimezone(BEIJING).hour == 9
    assert call.materials == [
        {"code": "licence", "name": "营业执照", "hint": "", "required": True, "tracks": []},
        {"code": "other1", "name": "试用记录", "hint": "", "required": False, "tracks": ["OPC"]},
    ]


def test_a_row_for_a_material_is_added_without_losing_what_was_typed(
    session: Session, desk: FlaskClient
) -> None:
    page = text_of(desk.post("/desk/calls/new", data=typed(add_material="1")))
    assert 'name="materials-3-name"' in page
    assert "铸造行业人工智能服务商征集" in page
    assert session.scalars(select(Call)).all() == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "请填写征集名称"),
        ("title", "长" * 161, "不超过160字"),
        ("closes_at", "2026-01-01T00:00", "截止时间应晚于开放时间"),
        ("opens_at", "明天", "开放时间"),
        ("opens_at", "0001-01-01T00:00", "年份应在2000至2099之间"),
        ("site_check_percent", "101", "请填写0至100的整数"),
        ("tracks", ["大赛道"], "赛道"),
        ("industry_codes", ["99999"], "行业"),
        ("rubric_number", "9999.9", "评价标准"),
        ("materials-0-hint", "长" * 301, "不超过300字"),
    ],
)
def test_odd_input_is_told_and_nothing_is_kept(
    session: Session, desk: FlaskClient, field: str, value: Any, said: str
) -> None:
    answer = desk.post("/desk/calls/new", data=typed(**{field: value}))
    assert answer.status_code == 422
    page = text_of(answer)
    assert said in page
    assert "有内容需要改正" in page
    assert session.scalars(select(Call)).all() == []


def test_fields_of_the_row_cannot_be_posted(session: Session, desk: FlaskClient) -> None:
    desk.post("/desk/calls/new", data=typed(state="open", number="ZJ-1", region_code="110000"))
    call = only_call(session)
    assert (call.state, call.number, call.region_code) == ("draft", None, "370700")


def test_saving_tells_what_is_not_fair_and_what_to_write_instead(
    session: Session, desk: FlaskClient
) -> None:
    answer = desk.post(
        "/desk/calls/new", data=typed(conditions="须在本市注册。"), follow_redirects=True
    )
    page = text_of(answer)
    assert "有条件不符合公平竞争要求，改写后才能发布" in page
    assert "<q>本市注册</q>" in page
    assert "接到通知后24小时内到达现场" in page


def test_a_stale_save_is_a_conflict(session: Session, desk: FlaskClient) -> None:
    desk.post("/desk/calls/new", data=typed())
    call = only_call(session)
    path, seen = f"/desk/calls/{call.id}/edit", str(call.version)
    assert desk.post(path, data=typed(version=seen, title="先改的")).status_code == 303
    for version in (seen, "x", ""):
        assert desk.post(path, data=typed(version=version)).status_code == 409
    assert only_call(session).title == "先改的"


def test_a_clerk_cannot_publish(session: Session, desk: FlaskClient) -> None:
    desk.post("/desk/calls/new", data=typed())
    call = only_call(session)
    answer = desk.post(f"/desk/calls/{call.id}/publish", data={"version": call.version})
    assert answer.status_code == 403
    assert only_call(session).state == "draft"


def test_a_reviewer_publishes_and_the_public_reads_it(
    session: Session, desk: FlaskClient, chief: FlaskClient, client: FlaskClient
) -> None:
    desk.post("/desk/calls/new", data=typed())
    call = only_call(session)
    path = f"/desk/calls/{call.id}/publish"
    assert "公平竞争检查没有发现问题" in text_of(chief.get(path))
    assert chief.post(path, data={"version": call.version}).status_code == 303
    assert only_call(session).state == "planned"
    assert call.title in text_of(client.get(f"/calls/{call.id}"))
    assert chief.post(path, data={"version": call.version}).status_code == 409


def test_an_unfair_call_is_not_published_whatever_is_written(
    session: Session, desk: FlaskClient, chief: FlaskClient
) -> None:
    desk.post("/desk/calls/new", data=typed(conditions="本地企业优先。"))
    call = only_call(session)
    path = f"/desk/calls/{call.id}/publish"
    assert "这里不接受说明理由后保留" in text_of(chief.get(path))
    answer = chief.post(path, data={"version": call.version, "confirmation": "领导同意"})
    assert answer.status_code == 422
    assert only_call(session).state == "draft"


def test_a_doubtful_call_is_published_with_a_reason(
    session: Session, desk: FlaskClient, chief: FlaskClient
) -> None:
    desk.post("/desk/calls/new", data=typed(conditions="研发人员不少于10人。"))
    call = only_call(session)
    path = f"/desk/calls/{call.id}/publish"
    answer = chief.post(path, data={"version": call.version})
    assert answer.status_code == 422
    assert "须写明确需保留的理由" in text_of(answer)
    data = {"version": call.version, "confirmation": "综合赛道同时服务多家企业。"}
    assert chief.post(path, data=data).status_code == 303


def test_a_reviewer_puts_the_end_off_and_the_desk_reads_why(
    session: Session, chief: FlaskClient, create_call: Make
) -> None:
    call = create_call()
    path = f"/desk/calls/{call.id}/extend"
    later = (call.closes_at + timedelta(days=7)).astimezone(BEIJING)
    data = {"version": call.version, "reason": "评测排期长", "closes_at": f"{later:%Y-%m-%dT%H:%M}"}
    earlier = chief.post(path, data={**data, "closes_at": "2026-01-01T00:00"})
    assert earlier.status_code == 422
    assert "应晚于原定的" in text_of(earlier)
    assert chief.post(path, data={**data, "reason": ""}).status_code == 422
    assert chief.post(path, data=data).status_code == 303
    assert "评测排期长" in text_of(chief.get(f"/desk/calls/{call.id}"))
    create_call("closed")
    assert chief.get(f"/desk/calls/{call.id + 1}/extend").status_code == 409


def test_a_call_is_cancelled_only_with_a_reason(
    session: Session, chief: FlaskClient, client: FlaskClient, create_call: Make
) -> None:
    call = create_call()
    path = f"/desk/calls/{call.id}/cancel"
    assert call.number in text_of(chief.get(path))
    assert chief.post(path, data={"version": call.version, "reason": " "}).status_code == 422
    data = {"version": call.version, "reason": "与省级征集合并"}
    assert chief.post(path, data=data).status_code == 303
    assert "与省级征集合并" in text_of(client.get(f"/calls/{call.id}"))


def test_the_desk_counts_applications_by_track_and_state_but_opens_no_draft(
    desk: FlaskClient, create_call: Make, create_application: Make
) -> None:
    call = create_call("closed")
    create_application("formal_review", call=call, track="专业")
    create_application("formal_review", call=call, track="专业")
    create_application("expert_review", call=call, track="OPC")
    create_application("draft", call=call)
    page = text_of(desk.get(f"/desk/calls/{call.id}"))
    assert "已提交3份，另有1份在填写" in page
    for word in ("形式审查", "专家评审", "专业", "OPC"):
        assert word in page


def test_a_clerk_moves_a_closed_call_to_its_review(
    session: Session, desk: FlaskClient, create_call: Make
) -> None:
    call = create_call("closed")
    path = f"/desk/calls/{call.id}/review"
    assert "转入评审" in text_of(desk.get(f"/desk/calls/{call.id}"))
    assert desk.post(path, data={"version": "0"}).status_code == 409
    assert desk.post(path, data={"version": call.version}).status_code == 303
    assert only_call(session).state == "reviewing"


def test_the_desks_list_narrows_to_a_state_and_bears_nonsense(
    desk: FlaskClient, create_call: Make
) -> None:
    create_call("closed", title="已经截止的一次")
    create_call("open", title="正在进行的一次")
    page = text_of(desk.get("/desk/calls/?state=closed"))
    assert "已经截止的一次" in page
    assert "正在进行的一次" not in page
    assert "正在进行的一次" in text_of(desk.get("/desk/calls/?state=%27&page=99999999"))
    assert "没有这个状态的征集" in text_of(desk.get("/desk/calls/?state=notice"))


def test_the_operator_lists_calls_on_the_terminal(app: Flask, create_call: Make) -> None:
    call = create_call(title="终端上的一次")
    written = app.test_cli_runner().invoke(args=["calls", "list"])
    assert written.exit_code == 0
    assert call.number in written.output
    assert "征集中" in written.output
    assert "终端上的一次" in written.output
