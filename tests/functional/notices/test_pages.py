"""The pages: what the public reads, what the desk does, what a company answers, end to end."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.db import at_moment
from marketplace.notices.models import Objection, PublicNotice
from marketplace.notices.services import end_due_notices
from tests.fixtures.canaries import text_of
from tests.fixtures.evidence import pdf

Make = Callable[..., Any]
SignIn = Callable[[User], FlaskClient]


def fields(entry_id: int, **more: Any) -> dict[str, Any]:
    return {
        "entry": entry_id,
        "standing": "named",
        "name": "王某",
        "contact": "13900001234",
        "text": "名单所附案例三并未上线，设备已断电。",
        "consent": "y",
        **more,
    }


def test_a_running_notice_shows_its_list_its_countdown_and_how_to_object(
    client: FlaskClient, create_notice: Make
) -> None:
    notice = create_notice("tier2", "cultivation")
    page = client.get(f"/notices/{notice.id}").text
    for entry in notice.entries:
        assert entry.name in page
    assert "提出异议" in page
    assert "异议人的姓名、单位和联系方式保密" in page
    assert "不构成采购资格" in page
    assert notice.digest in page
    listed = client.get("/notices/").text
    assert notice.title in listed


def test_drafts_do_not_exist_for_the_public(client: FlaskClient, create_draft_notice: Make) -> None:
    notice = create_draft_notice()
    for address in ("", ".xlsx", "/objection"):
        assert client.get(f"/notices/{notice.id}{address}").status_code == 404
    assert notice.title not in client.get("/notices/").text


def test_while_a_notice_runs_nobody_reads_that_somebody_objected(
    client: FlaskClient, create_notice: Make, object_to: Make
) -> None:
    notice = create_notice("tier2", "tier3")
    before = _body(client, notice)
    object_to(notice.entries[0])
    assert _body(client, notice) == before


def _body(client: FlaskClient, notice: PublicNotice) -> str:
    page = client.get(f"/notices/{notice.id}").text
    return re.sub(r'value="[\w.-]{40,}"', "", page)


def test_after_its_end_the_page_stays_with_its_result(
    session: Session, client: FlaskClient, create_notice: Make, object_to: Make
) -> None:
    notice = create_notice("tier2", "tier3", ends_in=1)
    object_to(notice.entries[0])
    with at_moment(notice.ends_at):
        end_due_notices(session)
        session.commit()
        page = client.get(f"/notices/{notice.id}").text
        form = client.get(f"/notices/{notice.id}/objection").text
    assert "核查中" in page
    assert "期满无异议" in page
    assert "公示期已结束，不再受理异议" in page
    assert "<textarea" not in form


def test_the_list_can_be_taken_away_as_a_spreadsheet(
    client: FlaskClient, create_notice: Make
) -> None:
    notice = create_notice("tier2")
    answer = client.get(f"/notices/{notice.id}.xlsx")
    text = text_of(answer.data)
    assert notice.entries[0].name in text
    assert notice.digest in text
    assert "不构成采购资格" in text


def test_an_objection_needs_no_account_and_is_followed_by_its_code(
    client: FlaskClient, session: Session, create_notice: Make
) -> None:
    notice = create_notice()
    form = client.get(f"/notices/{notice.id}/objection?entry={notice.entries[0].id}").text
    assert "我同意主办单位为核实和答复" in form
    answer = client.post(
        f"/notices/{notice.id}/objection",
        data=fields(notice.entries[0].id, files=(BytesIO(pdf()), "证据.pdf")),
    )
    assert answer.status_code == 200
    code = re.search(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", answer.text)
    assert code is not None
    found = client.get("/notices/objections/", query_string={"code": code[0].lower()})
    page = client.get(found.location).text
    assert "待受理" in page
    assert "王某" not in page
    assert "断电" not in page
    objection = session.scalars(select(Objection)).one()
    assert [item.file.filename for item in objection.files] == ["异议材料1.pdf"]
    assert client.get("/notices/objections/AAAA-AAAA").status_code == 404
    wrong = client.get("/notices/objections/", query_string={"code": "AAAA-AAAA"})
    assert (wrong.status_code, "没有这个查询码" in wrong.text) == (404, True)
    assert 'value="AAAA-AAAA"' in wrong.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"consent": ""}, "请先同意"),
        ({"name": ""}, "请填写姓名或单位名称"),
        ({"standing": "anonymous"}, ""),
        ({"text": "太短"}, "请写10至4000字"),
        ({"homepage": "http://spam.example"}, "没有通过检查"),
        ({"entry": "99999"}, ""),
        ({"entry": "x"}, ""),
        ({"files": (BytesIO(b"MZ\x90\0"), "证据.pdf")}, ""),
    ],
)
def test_an_objection_that_does_not_fit_is_told_so_and_not_stored(
    client: FlaskClient, session: Session, create_notice: Make, change: dict[str, Any], words: str
) -> None:
    notice = create_notice()
    answer = client.post(
        f"/notices/{notice.id}/objection", data=fields(notice.entries[0].id, **change)
    )
    assert answer.status_code == 422
    assert words in answer.text
    if "text" not in change:
        assert "设备已断电" in answer.text
    assert session.scalar(select(Objection.id)) is None


def test_an_objection_cannot_set_fields_that_are_not_its_own(
    client: FlaskClient, session: Session, create_notice: Make
) -> None:
    notice = create_notice()
    data = fields(notice.entries[0].id, state="upheld", gist="伪造要点", number="YY-0000-1")
    assert client.post(f"/notices/{notice.id}/objection", data=data).status_code == 200
    objection = session.scalars(select(Objection)).one()
    assert (objection.state, objection.gist) == ("received", "")
    assert objection.number != "YY-0000-1"


def test_the_desk_drafts_publishes_hears_decides_and_lists(
    app: Flask,
    session: Session,
    reviewer: User,
    clerk: User,
    create_call: Make,
    approved: Make,
    create_user: Make,
    known_calendar: None,
    sign_in: SignIn,
) -> None:
    call = create_call("reviewing", contact="数字产业处 0000-12345671")
    applications = approved(call, "tier2", "tier3")
    desk, review = sign_in(clerk), sign_in(reviewer)
    made = desk.post("/desk/notices/new", data={"call": call.id})
    notice = session.scalars(select(PublicNotice)).one()
    assert made.status_code == 303
    address = f"/desk/notices/{notice.id}"
    assert made.location == address
    page = desk.get(address).text
    assert all(item.organisation.name in page for item in applications)
    saved = desk.post(
        address,
        data={
            "version": notice.version,
            "title": "第一批公示",
            "contact": "王同志",
            "working_days": 5,
            "applications": [item.id for item in applications],
        },
    )
    assert saved.status_code == 303
    assert "公示到" in review.get(f"{address}/publish").text
    session.refresh(notice)
    published = review.post(f"{address}/publish", data={"version": notice.version})
    assert published.status_code == 303
    session.refresh(notice)
    assert notice.state == "published"

    entry = notice.entries[0]
    assert "不可以：须另发公示，重新起算" in review.get(address).text
    app.test_client().post(f"/notices/{notice.id}/objection", data=fields(entry.id))
    objection = session.scalars(select(Objection)).one()
    case = f"/desk/objections/{objection.number}"
    assert "断电" in desk.get(case).text
    for path, data in (
        ("admit", {"text": "案例三是否上线", "version": 1}),
        ("ask", {"version": 2}),
        ("findings", {"text": "到厂查看：设备断电。", "version": 3}),
    ):
        assert desk.post(f"{case}/{path}", data=data).status_code == 303

    member = sign_in(create_user(organisation=entry.provider.organisation))
    mine = f"/my/objections/{objection.number}"
    assert objection.number in member.get("/my/objections/").text
    shown = member.get(mine).text
    assert "案例三是否上线" in shown
    assert "断电" not in shown
    answered = member.post(
        mine, data={"text": "一期已验收。", "version": 4, "files": (BytesIO(pdf()), "验收单.pdf")}
    )
    assert answered.status_code == 303
    assert "验收单.pdf" in desk.get(case).text

    refused = review.post(
        f"{case}/decision",
        data={"outcome": "partly", "after_tier": "tier1", "text": "属实", "version": 5},
    )
    assert refused.status_code == 422
    assert "没有选择改定的等级" in refused.text
    decided = review.post(
        f"{case}/decision", data={"outcome": "upheld", "text": "并未上线。", "version": 5}
    )
    assert decided.status_code == 303
    assert "给异议人的答复" in review.get(case).text
    assert "并未上线。" in member.get(mine).text

    session.refresh(notice)
    with at_moment(notice.ends_at):
        end_due_notices(session)
        session.commit()
        assert "期满无异议的全部入库" in review.get(address).text
        listed = review.post(f"{address}/list")
    assert listed.status_code == 303
    session.expire_all()
    assert [item.state for item in notice.entries] == ["not_listed", "listed"]
    public = app.test_client().get(f"/notices/{notice.id}").text
    assert "已入库" in public
    assert "未入库" in public

    appeal = f"/my/applications/{entry.application.number}/appeal"
    assert "并未上线。" in member.get(appeal).text
    assert member.post(appeal, data={"text": "已上线，见验收单。"}).status_code == 303
    assert "正在复核" in member.get(appeal).text
    curator = sign_in(create_user(role="curator", unit=reviewer.unit))
    number = re.search(r"SS-\d{4}-\d+", curator.get("/desk/appeals/").text)
    assert number is not None
    assert "所申诉的决定是您作出的" in review.get(f"/desk/appeals/{number[0]}").text
    done = curator.post(
        f"/desk/appeals/{number[0]}",
        data={"outcome": "upheld", "text": "验收单属实。", "version": 1},
    )
    assert done.status_code == 303
    assert "验收单属实。" in member.get(appeal).text
    session.expire_all()
    assert entry.application.state == "agreed"


@pytest.mark.parametrize("path", ["admit", "refuse", "ask", "findings", "release", "decision"])
def test_steps_on_objections_of_another_region_or_none_answer_404(
    path: str,
    create_user: Make,
    create_unit: Make,
    create_notice: Make,
    object_to: Make,
    sign_in: SignIn,
) -> None:
    far = sign_in(create_user(role="reviewer", unit=create_unit("371000")))
    objection, _code = object_to(create_notice().entries[0])
    for number in (objection.number, "YY-1999-001"):
        answer = far.post(f"/desk/objections/{number}/{path}", data={"text": "要点"})
        assert answer.status_code == 404


def test_a_draft_is_not_saved_over_a_newer_one(
    session: Session, clerk: User, create_draft_notice: Make, sign_in: SignIn
) -> None:
    notice = create_draft_notice()
    data = {"version": 0, "title": "旧页面", "contact": "王", "working_days": 5}
    answer = sign_in(clerk).post(f"/desk/notices/{notice.id}", data=data)
    assert answer.status_code == 409
    session.refresh(notice)
    assert notice.title != "旧页面"


def test_cancelling_asks_for_a_reason_and_the_public_reads_it(
    app: Flask, session: Session, reviewer: User, create_notice: Make, sign_in: SignIn
) -> None:
    notice = create_notice()
    address = f"/desk/notices/{notice.id}/cancel"
    review = sign_in(reviewer)
    assert review.post(address, data={"text": "", "version": 2}).status_code == 422
    assert review.post(address, data={"text": "名单有误。", "version": 2}).status_code == 303
    page = app.test_client().get(f"/notices/{notice.id}").text
    assert "名单有误。" in page
    assert "已取消" in page
