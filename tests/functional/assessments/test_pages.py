"""The pages of expert review, clicked through by clerk, experts, chair and a second person."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.applications.models import Application
from marketplace.assessments.models import Agreement, Expert, Interest, Seat
from marketplace.assessments.queries import find_agreement, seats_of
from tests.fixtures.assessments import POINTS, Panel, hand_in, sit

Make = Callable[..., Any]
SignIn = Callable[[User], FlaskClient]


def sheet(session: Session, seat: Seat, reason: str = "", **points: float) -> dict[str, Any]:
    """Return the fields of a whole sheet as a browser posts them."""
    session.refresh(seat)
    values = {**POINTS, **points}
    return {
        "version": seat.version,
        **{f"points-{code}": f"{value:g}" for code, value in values.items()},
        **{f"reason-{code}": reason for code in values},
    }


def text_of(answer: Any) -> str:
    """Return the page, with its status asserted."""
    assert answer.status_code == 200, answer.get_data(as_text=True)[:400]
    return str(answer.get_data(as_text=True))


def test_a_clerk_draws_experts_and_sees_how(
    session: Session, sign_in: SignIn, clerk: User, create_application: Make, create_expert: Make
) -> None:
    application = create_application("expert_review")
    names = [create_expert(name=f"钱专家{place}").user.display_name for place in range(4)]
    client = sign_in(clerk)
    url = f"/desk/applications/{application.number}/panel"
    assert "领域相符可抽4人" in text_of(client.get(url))
    answer = client.post(f"{url}/draw", data={"seats": "9", "seats_seen": "0"})
    assert answer.status_code == 422
    assert "可以抽取的专家还差5人" in answer.get_data(as_text=True)
    answer = client.post(f"{url}/draw", data={"seats": "3", "seats_seen": "0"})
    assert answer.status_code == 303
    page = text_of(client.get(url))
    assert "重算一致" in page
    assert sum(name in page for name in names) == 4
    assert client.post(f"{url}/draw", data={"seats": "1", "seats_seen": "0"}).status_code == 409
    assert len(seats_of(session, application)) == 3


@pytest.mark.parametrize("seats", ["", "x", "-1", "0", "999", "1e3"])
def test_odd_numbers_of_experts_are_refused_on_the_page(
    sign_in: SignIn, clerk: User, create_application: Make, seats: str
) -> None:
    application = create_application("expert_review")
    answer = sign_in(clerk).post(
        f"/desk/applications/{application.number}/panel/draw",
        data={"seats": seats, "seats_seen": "0"},
    )
    assert answer.status_code == 422


def test_an_expert_sees_nothing_handed_in_before_the_declaration_is_signed(
    session: Session, sign_in: SignIn, create_panel: Panel
) -> None:
    seat = seats_of(session, create_panel(3))[0]
    client = sign_in(seat.expert.user)
    url = f"/my/reviews/{seat.id}"
    assert seat.application.number in text_of(client.get("/my/reviews/"))
    page = text_of(client.get(url))
    assert "回避声明" in page
    assert "第三方评测报告见附件" not in page
    refused = client.post(f"{url}/declare", data={"version": seat.version})
    assert refused.status_code == 422
    assert "没有勾选声明" in refused.get_data(as_text=True)
    answer = client.post(f"{url}/declare", data={"version": seat.version, "agree": "y"})
    assert answer.status_code == 303
    page = text_of(client.get(url))
    assert "第三方评测报告见附件" in page
    assert "回避声明已签" in page


def test_a_sheet_is_saved_autosaved_checked_and_handed_in(
    session: Session, sign_in: SignIn, create_panel: Panel
) -> None:
    seat = seats_of(session, create_panel(3))[0]
    sit(session, seat)
    client, url = sign_in(seat.expert.user), f"/my/reviews/{seat.id}"
    answer = client.post(
        f"{url}/autosave", data=sheet(session, seat), headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200
    assert answer.json["fields"] == {"version": str(seat.version)}
    answer = client.post(url, data=sheet(session, seat, model_evaluation=9.5))
    assert answer.status_code == 303
    page = text_of(client.get(url))
    assert "还不能提交：1项缺理由" in page
    assert "落在9–10档，须写明理由" in page
    assert "还不能提交" in text_of(client.get(f"{url}/submit"))
    refused = client.post(f"{url}/submit", data={"version": seat.version})
    assert refused.status_code in {409, 422}
    answer = client.post(url, data={**sheet(session, seat, "有评测"), "then": "submit"})
    assert answer.location.endswith(f"{url}/submit")
    session.refresh(seat)
    assert client.post(f"{url}/submit", data={"version": seat.version}).status_code == 303
    page = text_of(client.get(url))
    assert "评分已提交，不能再改" in page
    assert 'name="points-team"' not in page
    assert client.post(url, data=sheet(session, seat)).status_code == 409


@pytest.mark.parametrize("typed", ["abc", "-1", "5.5", "0.3", "1e1", "nan", "９", "4,5"])
def test_a_refused_mark_stays_on_the_page_as_typed_and_nothing_is_kept(
    session: Session, sign_in: SignIn, create_panel: Panel, typed: str
) -> None:
    seat = seats_of(session, create_panel(3))[0]
    sit(session, seat)
    client = sign_in(seat.expert.user)
    data = {**sheet(session, seat, "我写的长理由"), "points-team": typed}
    answer = client.post(f"/my/reviews/{seat.id}", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'value="{typed}"' in page
    assert "我写的长理由" in page
    assert seats_of(session, seat.application)[0].scores == []


def test_fields_that_are_not_marks_change_nothing(
    session: Session, sign_in: SignIn, create_panel: Panel
) -> None:
    seat = seats_of(session, create_panel(3))[0]
    sit(session, seat)
    data = {
        **sheet(session, seat),
        "state": "submitted",
        "letter": "王",
        "points-improvement": "15",
        "tier": "tier1",
    }
    assert sign_in(seat.expert.user).post(f"/my/reviews/{seat.id}", data=data).status_code == 303
    [kept, *_others] = seats_of(session, seat.application)
    assert (kept.state, kept.letter) == ("scoring", "甲")
    assert {score.indicator for score in kept.scores} == set(POINTS)


def test_an_expert_steps_back_and_no_longer_sees_the_application(
    session: Session, sign_in: SignIn, create_panel: Panel
) -> None:
    seat = seats_of(session, create_panel(3))[0]
    sit(session, seat)
    client, url = sign_in(seat.expert.user), f"/my/reviews/{seat.id}"
    assert "回避后会怎样" in text_of(client.get(f"{url}/recuse"))
    empty = client.post(f"{url}/recuse", data={"version": seat.version, "text": " "})
    assert empty.status_code == 422
    answer = client.post(f"{url}/recuse", data={"version": seat.version, "text": "合作过"})
    assert answer.status_code == 303
    page = text_of(client.get(url))
    assert "您已退出这项评审" in page
    assert "第三方评测报告见附件" not in page


def test_the_chair_agrees_the_experts_confirm_and_two_people_decide(
    session: Session, sign_in: SignIn, create_panel: Panel, reviewer: User, create_user: Make
) -> None:
    application = create_panel(3)
    first, second, third = seats_of(session, application)
    hand_in(session, first)
    hand_in(session, second)
    hand_in(session, third, "没看到评测", model_evaluation=3.0)
    chair = sign_in(reviewer)
    url = f"/desk/applications/{application.number}"
    page = text_of(chair.get(f"{url}/agreement"))
    assert "没看到评测" not in page
    assert chair.post(f"{url}/agreement/open").status_code == 303
    page = text_of(chair.get(f"{url}/agreement"))
    assert "须讨论1项" in page
    assert "没看到评测" in page
    assert first.expert.user.display_name not in page
    agreement = find_agreement(session, application)
    assert agreement is not None
    data = {
        "version": agreement.version,
        "agreed-model_evaluation": "7.5",
        "basis-model_evaluation": "丙补看附件后同意",
        "minutes": "补看第9页。",
    }
    wrong = chair.post(f"{url}/agreement", data={**data, "agreed-model_evaluation": "99"})
    assert wrong.status_code == 422
    assert "补看第9页。" in wrong.get_data(as_text=True)
    answer = chair.post(f"{url}/agreement/autosave", data=data)
    assert answer.json["fields"] == {"version": str(agreement.version)}
    session.refresh(agreement)
    answer = chair.post(
        f"{url}/agreement", data={**data, "version": agreement.version, "then": "finalise"}
    )
    assert answer.location.endswith("/agreement/final")
    assert "定稿并请3人确认" in text_of(chair.get(f"{url}/agreement/final"))
    session.refresh(agreement)
    done = chair.post(f"{url}/agreement/final", data={"version": agreement.version})
    assert done.status_code == 303
    for seat in (first, second, third):
        expert = sign_in(seat.expert.user)
        assert "确认合议结果" in text_of(expert.get("/my/reviews/"))
        assert expert.post(f"/my/reviews/{seat.id}/confirm").status_code == 303
    session.refresh(application)
    assert application.state == "agreed"
    _two_people_decide(session, sign_in, application, reviewer, create_user)


def _two_people_decide(
    session: Session,
    sign_in: SignIn,
    application: Application,
    reviewer: User,
    create_user: Make,
) -> None:
    url = f"/desk/applications/{application.number}/proposal"
    first = sign_in(reviewer)
    page = text_of(first.get(url))
    assert "合议57.8分" in page
    data = {"version": application.version, "option": "grant:tier1", "reasons": "好"}
    assert first.post(url, data=data).status_code == 422
    data = {"version": application.version, "option": "decline", "reasons": "未达到入库线。"}
    assert first.post(url, data=data).status_code == 303
    session.refresh(application)
    own = first.post(f"{url}/approve", data={"version": application.version})
    assert own.status_code == 403
    assert "您没有核准权限的" in text_of(first.get(url))
    second = sign_in(create_user(role="curator", unit=reviewer.unit))
    empty = second.post(f"{url}/send-back", data={"version": application.version})
    assert empty.status_code == 422
    done = second.post(f"{url}/approve", data={"version": application.version, "text": "同意"})
    assert done.status_code == 303
    session.refresh(application)
    assert application.state == "not_listed"
    assert "不予入库" in text_of(second.get(url))


def test_the_chair_returns_a_sheet_and_its_expert_reads_why(
    session: Session, sign_in: SignIn, create_agreement: Make, reviewer: User
) -> None:
    agreement: Agreement = create_agreement("final")
    seat = seats_of(session, agreement.application)[0]
    chair = sign_in(reviewer)
    url = f"/desk/applications/{agreement.application.number}/agreement/return"
    assert "专家甲" in text_of(chair.get(url))
    assert chair.post(url, data={"seat": "987654", "text": "x"}).status_code == 422
    assert chair.post(url, data={"seat": seat.id, "text": "请再看第9页"}).status_code == 303
    assert "请再看第9页" in text_of(sign_in(seat.expert.user).get(f"/my/reviews/{seat.id}"))


def test_site_checks_are_drawn_and_recorded_on_the_panel_page(
    session: Session, sign_in: SignIn, create_application: Make, clerk: User
) -> None:
    application = create_application("agreed")
    client = sign_in(clerk)
    url = f"/desk/applications/{application.number}"
    assert "为本批抽取现场核查" in text_of(client.get(f"{url}/panel"))
    answer = client.post(
        f"/desk/calls/{application.call_id}/site-checks", data={"number": application.number}
    )
    assert answer.status_code == 303
    session.refresh(application)
    assert application.state == "site_check"
    empty = client.post(f"{url}/site-check", data={"version": application.version})
    assert empty.status_code == 422
    data = {
        "version": application.version,
        "visit_on": "2026-11-02",
        "visitors": "周经办、孙审核",
        "findings": "设备与申报不一致",
        "confirmed": "no",
    }
    assert client.post(f"{url}/site-check", data=data).status_code == 303
    assert "与申报不符" in text_of(client.get(f"{url}/panel"))
    assert "现场核查与申报不符" in text_of(client.get(f"{url}/proposal"))


def test_the_pool_is_kept_on_its_pages(
    session: Session,
    sign_in: SignIn,
    reviewer: User,
    clerk: User,
    create_user: Make,
    create_organisation: Make,
) -> None:
    person = create_user(role="expert", display_name="钱教授")
    organisation = create_organisation("苏江试验仪表有限公司")
    client = sign_in(reviewer)
    assert "专家库还是空的" in text_of(client.get("/desk/experts/"))
    assert "钱教授" in text_of(client.get("/desk/experts/new"))
    data = {"user": person.id, "employer": "", "industry_codes": ["33"]}
    assert client.post("/desk/experts/new", data=data).status_code == 422
    data["employer"] = "试验大学"
    assert client.post("/desk/experts/new", data=data).status_code == 303
    expert = session.scalars(select(Expert)).one()
    url = f"/desk/experts/{expert.id}"
    wrong = client.post(f"{url}/interests", data={"organisation": "无此单位", "kind": "declared"})
    assert wrong.status_code == 422
    assert "没有找到这家单位" in wrong.get_data(as_text=True)
    good = {"organisation": organisation.uscc, "kind": "contract", "ended_on": "2026-01-31"}
    assert client.post(f"{url}/interests", data=good).status_code == 303
    page = text_of(client.get(url))
    assert "2029-01-31" in page
    interest = session.scalars(select(Interest)).one()
    ended = client.post(f"{url}/interests/{interest.id}/end", data={"until": "2026-02-01"})
    assert ended.status_code == 303
    paused = client.post(f"{url}/active", data={"active": "n", "version": expert.version})
    assert paused.status_code == 303
    assert "暂停1人" in text_of(client.get("/desk/experts/"))
    assert "没有找到" in text_of(client.get("/desk/experts/?q=赵"))
    assert sign_in(clerk).post(url, data={"employer": "x"}).status_code == 403
    assert "钱教授" in text_of(sign_in(clerk).get(url))


def test_experts_keep_their_own_interests(
    session: Session, sign_in: SignIn, create_expert: Make, create_organisation: Make
) -> None:
    create_organisation("苏江试验仪表有限公司")
    client = sign_in(create_expert().user)
    url = "/my/reviews/interests"
    assert "还没有登记利害关系" in text_of(client.get(url))
    assert (
        client.post(url, data={"organisation": "无此单位", "kind": "declared"}).status_code == 422
    )
    data = {"organisation": "苏江试验仪表有限公司", "kind": "shareholding"}
    assert client.post(url, data=data).status_code == 303
    assert "苏江试验仪表有限公司" in text_of(client.get(url))


def test_who_holds_the_role_but_is_not_in_the_pool_reads_what_to_do(
    sign_in: SignIn, create_user: Make
) -> None:
    client = sign_in(create_user(role="expert"))
    assert "您还没有加入专家库" in text_of(client.get("/my/reviews/"))
    assert "您还没有加入专家库" in text_of(client.get("/my/reviews/interests"))
    data = {"organisation": "x", "kind": "declared"}
    assert client.post("/my/reviews/interests", data=data).status_code == 404


CANARY = "只有乙才会写的理由-黄铜月亮"


def _every_page_of_an_expert(client: FlaskClient, seats: list[int]) -> dict[str, str]:
    """Return all pages reachable for an expert: their own, and those of every seat by its id."""
    rules = client.application.url_map.iter_rules()
    paths = set()
    for rule in rules:
        if "GET" not in (rule.methods or ()) or not rule.endpoint.startswith(
            ("assessments.", "formal_review.", "applications.", "listings.", "calls.")
        ):
            continue
        for seat in seats:
            path = re.sub(r"<int:seat_id>", str(seat), rule.rule)
            path = re.sub(r"<int:\w+>", str(seat), path)
            paths.add(re.sub(r"<[^>]+>", "SQ-2026-0001", path))
    return {path: client.get(path).get_data(as_text=True) for path in sorted(paths)}


@pytest.mark.parametrize("state", ["scoring", "submitted", "final", "confirmed"])
def test_no_page_shows_an_expert_what_another_scored_or_who_they_are(
    session: Session, sign_in: SignIn, create_panel: Panel, reviewer: User, state: str
) -> None:
    from marketplace.accounts.queries import viewer_of
    from marketplace.assessments.services.agreeing import finalise_agreement, open_agreement
    from tests.fixtures.assessments import confirm_all

    application = create_panel(3)
    first, second, third = seats_of(session, application)
    hand_in(session, second, CANARY)
    if state == "scoring":
        sit(session, first)
    else:
        hand_in(session, first)
        hand_in(session, third)
    if state in {"final", "confirmed"}:
        chair = viewer_of(reviewer)
        agreement = open_agreement(session, chair, application)
        finalise_agreement(session, chair, agreement, seen_version=agreement.version)
        session.commit()
    if state == "confirmed":
        confirm_all(session, application)
    names = [seat.expert.user.display_name for seat in (second, third)]
    client = sign_in(first.expert.user)
    pages = _every_page_of_an_expert(client, [first.id, second.id, third.id])
    assert len(pages) > 10
    for path, page in pages.items():
        assert CANARY not in page, path
        assert not [name for name in names if name in page], path
    for other in (second, third):
        for tail in ("", "/submit", "/recuse", "/files/x"):
            assert client.get(f"/my/reviews/{other.id}{tail}").status_code == 404
        for tail in ("", "/autosave", "/declare", "/submit", "/recuse", "/confirm"):
            answer = client.post(f"/my/reviews/{other.id}{tail}", data={"version": 1, "text": "x"})
            assert answer.status_code == 404


def test_the_desk_sees_no_points_before_the_agreement_is_opened_and_only_the_chair_then(
    session: Session, sign_in: SignIn, create_panel: Panel, reviewer: User, clerk: User
) -> None:
    from marketplace.accounts.queries import viewer_of
    from marketplace.assessments.services.agreeing import open_agreement

    application = create_panel(3)
    for seat in seats_of(session, application):
        hand_in(session, seat, CANARY)
    url = f"/desk/applications/{application.number}"
    for user in (reviewer, clerk):
        for page in ("panel", "agreement", "proposal"):
            assert CANARY not in text_of(sign_in(user).get(f"{url}/{page}"))
    open_agreement(session, viewer_of(reviewer), application)
    session.commit()
    assert CANARY in text_of(sign_in(reviewer).get(f"{url}/agreement"))
    assert CANARY not in text_of(sign_in(clerk).get(f"{url}/agreement"))


def test_a_file_is_given_only_to_an_expert_who_declared_and_only_its_own_applications(
    session: Session, sign_in: SignIn, create_panel: Panel, create_application: Make
) -> None:
    seat = seats_of(session, create_panel(3))[0]
    client = sign_in(seat.expert.user)
    assert client.get(f"/my/reviews/{seat.id}/files/{'0' * 32}").status_code == 404
    sit(session, seat)
    assert client.get(f"/my/reviews/{seat.id}/files/{'0' * 32}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/desk/applications/SQ-1999-0001/panel",
        "/desk/applications/SQ-1999-0001/agreement",
        "/desk/applications/SQ-1999-0001/agreement/final",
        "/desk/applications/SQ-1999-0001/agreement/return",
        "/desk/applications/SQ-1999-0001/proposal",
        "/desk/experts/987654",
    ],
)
def test_pages_of_rows_that_are_not_there_answer_404(
    sign_in: SignIn, reviewer: User, path: str
) -> None:
    assert sign_in(reviewer).get(path).status_code == 404


def test_another_regions_office_knows_nothing_of_the_review(
    session: Session, sign_in: SignIn, create_panel: Panel, create_user: Make, create_unit: Make
) -> None:
    application = create_panel(3)
    elsewhere = sign_in(create_user(role="reviewer", unit=create_unit("371000", "邻市工信局")))
    for page in ("panel", "agreement", "proposal"):
        url = f"/desk/applications/{application.number}/{page}"
        assert elsewhere.get(url).status_code == 404
    answer = elsewhere.post(f"/desk/calls/{application.call_id}/site-checks")
    assert answer.status_code == 404
