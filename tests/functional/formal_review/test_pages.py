"""The queue and the case page: who sees which rows, what is offered, what is refused and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import Application
from marketplace.formal_review.queries import get_check, list_checks
from marketplace.formal_review.report_sections import report_sections, trail_section
from marketplace.formal_review.services import Item, ask_supplement, pass_formal, run_checks
from tests.functional.formal_review.conftest import hand_in

Make = Callable[..., Any]
ClientOf = Callable[[User], FlaskClient]


def shown(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.text)


def case_url(application: Application) -> str:
    return f"/desk/applications/{application.number}"


def test_the_queue_shows_the_rows_of_the_region_only(
    sign_in: ClientOf,
    create_reviewed: Make,
    create_call: Make,
    clerk: User,
    create_user: Make,
    create_unit: Make,
) -> None:
    own = create_reviewed()
    other = create_reviewed(call=create_call(region_code="370300"))
    page = shown(sign_in(clerk), "/desk/applications/?state=all")
    assert own.number in page
    assert other.number not in page
    district = create_user(role="clerk", unit=create_unit("370785", "县区工信局"))
    page = shown(sign_in(district), "/desk/applications/?state=all")
    assert own.number not in page
    assert sign_in(district).get(case_url(own)).status_code == 404
    assert sign_in(clerk).get(case_url(other)).status_code == 404


def test_what_may_be_passed_has_a_tab_of_its_own(
    sign_in: ClientOf, create_reviewed: Make, clerk: User
) -> None:
    clear, waiting, failing = (
        create_reviewed(),
        create_reviewed(lacks=("document",)),
        create_reviewed(lacks=("licence",)),
    )
    page = shown(sign_in(clerk), "/desk/applications/?state=clear")
    assert clear.number in page
    assert waiting.number not in page
    assert failing.number not in page
    page = shown(sign_in(clerk), "/desk/applications/")
    assert page.count("可以放行</span>") == 1
    assert "通过14，须人工1，不通过0" in page
    assert "通过14，须人工0，不通过1" in page


def test_a_new_snapshot_takes_an_application_out_of_that_tab_until_the_rules_ran(
    session: Session, sign_in: ClientOf, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed()
    hand_in(session, application)
    session.commit()
    assert application.number not in shown(sign_in(clerk), "/desk/applications/?state=clear")
    run_checks(session, application)
    session.commit()
    assert application.number in shown(sign_in(clerk), "/desk/applications/?state=clear")


def test_the_queue_is_narrowed_by_call_track_handler_and_words(
    session: Session, sign_in: ClientOf, create_reviewed: Make, clerk: User
) -> None:
    mine, other = create_reviewed(track="OPC"), create_reviewed()
    mine.handler_id = clerk.id
    session.commit()
    client = sign_in(clerk)
    for query, found, missing in (
        ("handler=mine", mine, other),
        ("handler=none", other, mine),
        ("track=OPC", mine, other),
        (f"call={other.call_id}", other, mine),
        (f"q={mine.number}", mine, other),
        (f"q={other.organisation.uscc}", other, mine),
        (f"q={mine.organisation.name}", mine, other),
    ):
        page = shown(client, f"/desk/applications/?{query}")
        assert found.number in page, query
        assert missing.number not in page, query


def test_empty_queues_say_why(sign_in: ClientOf, create_reviewed: Make, clerk: User) -> None:
    client = sign_in(clerk)
    assert "还没有收到申请" in shown(client, "/desk/applications/")
    create_reviewed()
    assert "都在其他状态" in shown(client, "/desk/applications/?state=supplement")
    assert "没有符合条件的申请" in shown(client, "/desk/applications/?q=没有的名字")


def test_odd_addresses_get_an_answer(sign_in: ClientOf, clerk: User) -> None:
    client = sign_in(clerk)
    for query in ("state=draft", "state=没有", "call=x", "call=99999999999", "page=x", "handler=x"):
        assert client.get(f"/desk/applications/?{query}").status_code == 200, query
    for path in ("SQ-0", "SQ-0/files/x"):
        assert client.get(f"/desk/applications/{path}").status_code == 404


def test_a_person_decides_on_the_page_and_the_application_moves_on(
    session: Session, sign_in: ClientOf, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed(lacks=("document",))
    client, path = sign_in(clerk), case_url(application)
    page = shown(client, path)
    assert "没有附验收证明：案例1" in page
    assert "还有1条须人工判定未定：X-07" in page
    assert page.count('value="accepted"') == 1
    seen = {"version": application.version}
    assert client.post(f"{path}/pass", data=seen).status_code == 422
    refused = client.post(f"{path}/checks/X-07", data={**seen, "decision": "refused"})
    assert refused.status_code == 422
    assert "不认可的，请写明理由" in refused.text
    decided = client.post(f"{path}/checks/X-07", data={**seen, "decision": "accepted"})
    assert decided.status_code == 303
    assert client.post(f"{path}/pass", data=seen).status_code == 409
    session.refresh(application)
    assert client.post(f"{path}/pass", data={"version": application.version}).status_code == 303
    session.refresh(application)
    assert application.state == "expert_review"
    page = shown(client, path)
    assert "认定X-07：认可" in page
    assert "须先合议定稿" in page


def test_asking_for_supplements_on_the_page(
    session: Session, sign_in: ClientOf, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed(lacks=("document",))
    client, path = sign_in(clerk), case_url(application)
    page = shown(client, f"{path}?do=ask")
    assert "案例须有验收证明：没有附验收证明：案例1" in page
    data = {
        "version": application.version,
        "items-0-code": "X-07",
        "items-0-wanted": "y",
        "items-0-ask": "请补案例1的验收单",
        "items-1-code": "Q-1",
        "items-1-ask": "说明团队人数",
        "items-2-code": "Q-2",
        "items-2-ask": "",
    }
    refused = client.post(f"{path}/supplement", data=data)
    assert refused.status_code == 422
    assert "请补案例1的验收单" in refused.text
    answer = client.post(f"{path}/supplement", data={**data, "words": "缺两样材料。"})
    assert answer.status_code == 303
    session.refresh(application)
    assert application.draft["explanations"] == {"X-07": "", "Q-1": ""}
    page = shown(client, path)
    assert "第1轮" in page
    assert "说明团队人数" in page
    assert "逾期自动按现有材料审查" in page
    extended = client.post(f"{path}/extend", data={"days": "3", "reason": "材料在外地。"})
    assert extended.status_code == 303
    assert "这一轮已延长过一次" in shown(client, path)


def test_the_page_shows_what_changed_in_a_round(
    session: Session, sign_in: ClientOf, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed(lacks=("safety",))
    items = [Item("X-13", "写明安全措施")]
    ask_supplement(session, viewer_of(clerk), application, "请补充。", items)
    application.draft = {**application.draft, "statements": {"safety": "数据不出厂。"}}
    hand_in(session, application)
    run_checks(session, application)
    session.commit()
    page = shown(sign_in(clerk), case_url(application))
    assert "1处改动" in page
    assert "<ins>数据不出厂。</ins>" in page
    assert "按期补回" in page


def test_only_a_reviewer_is_offered_to_reject_and_the_words_are_quoted(
    session: Session, sign_in: ClientOf, create_reviewed: Make, clerk: User, reviewer: User
) -> None:
    application = create_reviewed(lacks=("licence",))
    path = case_url(application)
    page = shown(sign_in(clerk), path)
    assert "须由审核人员办理，经办可以先要求补正" in page
    seen = {"version": application.version, "words": "请备齐后重报。"}
    assert sign_in(clerk).post(f"{path}/reject", data=seen).status_code == 403
    page = shown(sign_in(reviewer), path)
    assert "X-05 必交材料齐全：缺：营业执照" in page
    assert sign_in(reviewer).post(f"{path}/reject", data=seen).status_code == 303
    session.refresh(application)
    assert application.state == "rejected"
    assert "从形式审查恢复办理" in shown(sign_in(reviewer), path)


def test_files_are_verified_and_the_handler_changed_on_the_page(
    session: Session, sign_in: ClientOf, create_reviewed: Make, clerk: User, reviewer: User
) -> None:
    application = create_reviewed()
    client, path = sign_in(clerk), case_url(application)
    row = application.files[0]
    done = client.post(f"{path}/files/{row.id}/check", data={"checked": "original", "seen": ""})
    assert done.status_code == 303
    assert client.post(f"{path}/files/987654/check", data={"checked": "client"}).status_code == 404
    assert "已核原件" in shown(client, path)
    data = {"handler": str(reviewer.id), "seen_handler": ""}
    assert client.post(f"{path}/handler", data=data).status_code == 303
    assert client.post(f"{path}/handler", data=data).status_code == 409
    assert client.post(f"{path}/handler", data={"handler": "x"}).status_code == 422
    assert "转办给孙审核" in shown(client, path)


def test_running_the_rules_again_is_one_press(
    sign_in: ClientOf, create_reviewed: Make, clerk: User
) -> None:
    path = case_url(create_reviewed())
    answer = sign_in(clerk).post(f"{path}/recheck", follow_redirects=True)
    assert "判定没有变化" in answer.text


def test_a_batch_does_what_can_be_done_and_tells_of_each(
    session: Session, sign_in: ClientOf, create_reviewed: Make, create_call: Make, clerk: User
) -> None:
    clear, waiting = create_reviewed(), create_reviewed(lacks=("document",))
    other = create_reviewed(call=create_call(region_code="370300"))
    numbers = [clear.number, waiting.number, other.number]
    client = sign_in(clerk)
    answer = client.post("/desk/applications/batch", data={"number": numbers, "action": "pass"})
    assert answer.status_code == 200
    assert "办理1件，1件没有办理" in answer.text
    assert "还有X-07须人工判定。" in answer.text
    assert other.number not in answer.text
    for application, state in (
        (clear, "expert_review"),
        (waiting, "formal_review"),
        (other, "formal_review"),
    ):
        session.refresh(application)
        assert application.state == state
    data = {"number": numbers, "action": "assign", "handler": str(clerk.id)}
    assert "2件都已办理" in client.post("/desk/applications/batch", data=data).text
    session.refresh(waiting)
    assert waiting.handler_id == clerk.id


@pytest.mark.parametrize("data", [{}, {"action": "pass"}, {"number": "SQ-0", "action": "pass"}])
def test_a_batch_of_nothing_is_refused(
    sign_in: ClientOf, clerk: User, data: dict[str, str]
) -> None:
    assert sign_in(clerk).post("/desk/applications/batch", data=data).status_code == 422


def test_a_batch_needs_a_handler_and_an_action(
    sign_in: ClientOf, create_reviewed: Make, clerk: User
) -> None:
    number = create_reviewed().number
    for data in ({"action": "assign"}, {"action": "没有"}, {"action": "assign", "handler": "x"}):
        data["number"] = number
        answer = sign_in(clerk).post("/desk/applications/batch", data=data)
        assert answer.status_code == 422


def test_a_curator_may_look_but_is_offered_nothing_of_the_review(
    sign_in: ClientOf, create_reviewed: Make, create_user: Make, clerk: User
) -> None:
    curator = create_user(role="curator", unit=clerk.unit)
    page = shown(sign_in(curator), case_url(create_reviewed(lacks=("document",))))
    assert "您的账号只能查看" in page
    assert "发出补正通知" not in page
    assert "认可</button>" not in page


@pytest.mark.parametrize(
    "state",
    [
        "supplement",
        "expert_review",
        "agreed",
        "site_check",
        "proposed",
        "approved",
        "notice",
        "listed",
        "not_listed",
        "rejected",
        "withdrawn",
    ],
)
def test_the_page_stands_in_every_state_and_says_what_cannot_be_done(
    sign_in: ClientOf, create_application: Make, clerk: User, state: str
) -> None:
    page = shown(sign_in(clerk), case_url(create_application(state)))
    assert "现在不能做" in page


def test_masked_clients_stay_masked(sign_in: ClientOf, create_reviewed: Make, clerk: User) -> None:
    page = shown(sign_in(clerk), case_url(create_reviewed()))
    assert "某铸造企业" in page
    assert "保密客户甲" not in page


def test_checks_and_pages_survive_a_second_pass(
    session: Session, sign_in: ClientOf, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed()
    pass_formal(session, viewer_of(clerk), application)
    session.commit()
    assert get_check(session, application, "X-01").verdict == "pass"
    assert len(list_checks(session, application.id)) == 15
    assert "可以放行</span>" not in shown(sign_in(clerk), case_url(application))


def test_the_report_tells_checks_rounds_words_and_the_trail_in_order(
    session: Session, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed(lacks=("document",))
    items = [Item("X-07", "案例1的验收单")]
    ask_supplement(session, viewer_of(clerk), application, "请补。", items)
    sections = report_sections(session, application, date(2026, 11, 24))
    titles = [section.title for section in sections]
    assert titles[:5] == ["申请", "申报内容", "案例", "证据", "规则判定"]
    assert titles[5].startswith("补正第1轮")
    assert titles[6:] == ["书面意见"]
    checks = {row[0]: row for row in sections[4].rows}
    assert checks["X-07 案例须有验收证明"][1:] == (
        "须人工，未定",
        "没有附验收证明：案例1",
        "—",
    )
    for section in sections:
        assert {len(row) for row in section.rows} <= {len(section.heads) or 2}
    trail = trail_section(session, application)
    assert [row[2] for row in trail.rows] == [
        "按规则核对：通过14，须人工1，不通过0",
        "要求补正",
    ]


def test_a_file_handed_in_is_given_to_its_region_only(
    session: Session,
    app: Flask,
    sign_in: ClientOf,
    create_reviewed: Make,
    clerk: User,
    create_user: Make,
    create_unit: Make,
) -> None:
    application = create_reviewed()
    file = application.files[0].file
    folder = Path(app.config["UPLOAD_FOLDER"]) / "evidence"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file.stored_as).write_bytes(b"%PDF-1.7 licence")
    file.sha256 = sha256(b"%PDF-1.7 licence").hexdigest()
    session.commit()
    path = f"{case_url(application)}/files/{file.key}"
    answer = sign_in(clerk).get(path)
    assert answer.data == b"%PDF-1.7 licence"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    district = create_user(role="clerk", unit=create_unit("370785", "县区工信局"))
    assert sign_in(district).get(path).status_code == 404


def test_the_case_tells_what_was_proposed_and_by_whom(
    sign_in: ClientOf, create_application: Make, create_decision: Make, reviewer: User, clerk: User
) -> None:
    application = create_application("approved")
    create_decision(application, "tier2", reasons="合议82分，各项依据见评分表。")
    page = shown(sign_in(clerk), case_url(application))
    assert "合议82分，各项依据见评分表。" in page
    assert "总分82" in page


def test_items_asked_for_go_by_their_names(
    session: Session, sign_in: ClientOf, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed()
    items = [Item("licence", "请补营业执照。"), Item("Q-1", "请补公章授权书。")]
    ask_supplement(session, viewer_of(clerk), application, "请补正。", items)
    session.commit()
    page = " ".join(shown(sign_in(clerk), case_url(application)).split())
    assert "Q-1" not in page
    assert "其他事项：请补公章授权书。" in page
