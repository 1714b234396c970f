"""A call from draft to cancelled, by people; and who may know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, Unit, User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.models import AuditEntry
from marketplace.calls.drafts import CallDraft
from marketplace.calls.errors import Unfair, Unfinished
from marketplace.calls.materials import materials_for
from marketplace.calls.models import Call
from marketplace.calls.queries import desk_calls, get_call, get_desk_call, list_open_calls
from marketplace.calls.services import (
    cancel_call,
    draft_call,
    edit_call,
    extend_call,
    move_call,
    open_and_close_due,
    publish_call,
)
from marketplace.db import database_now, now
from marketplace.errors import Conflict, InvalidInput, NotFound, NotPermitted
from marketplace.permissions import VISITING
from marketplace.web.filters import beijing_today

Make = Callable[..., Any]


def draft(**values: Any) -> CallDraft:
    """A whole draft: open for three weeks from tomorrow."""
    whole = CallDraft(
        title="铸造行业人工智能服务商征集（第一批）",
        batch="2026年第一批",
        summary="面向全国征集铸造、机加工外观检测服务商。",
        conditions="有可核实的案例或试用记录。注册地不限。",
        industry_codes=("33",),
        tracks=("综合", "专业", "产品", "OPC"),
        materials=({"code": "licence", "name": "营业执照", "hint": "", "required": True},),
        rubric_number="2026.1",
        opens_at=now() + timedelta(days=1),
        closes_at=now() + timedelta(days=22),
        contact="试验市工信局 0000-1234567",
    )
    return replace(whole, **values)


@pytest.fixture
def create_draft(session: Session, clerk: User) -> Make:
    """Make a draft of the city's clerk."""

    def create(**values: Any) -> Call:
        call = draft_call(session, viewer_of(clerk), draft(**values))
        session.commit()
        return call

    return create


def test_a_published_call_gets_the_years_next_number(
    session: Session, reviewer: User, create_draft: Make
) -> None:
    year = beijing_today(now()).year
    for serial in (1, 2):
        call = create_draft()
        publish_call(session, viewer_of(reviewer), call, seen_version=call.version)
        assert call.number == f"ZJ-{year}-{serial:02d}"
        assert call.state == "planned"


def test_a_call_whose_time_has_come_opens_with_its_publication(
    session: Session, reviewer: User, create_draft: Make
) -> None:
    call = create_draft(opens_at=now() - timedelta(hours=1))
    publish_call(session, viewer_of(reviewer), call, seen_version=call.version)
    assert call.state == "open"


def test_who_drafted_it_is_told_that_another_published_it(
    session: Session, reviewer: User, clerk: User, create_draft: Make, letters: Make
) -> None:
    call = create_draft()
    publish_call(session, viewer_of(reviewer), call, seen_version=call.version)
    session.commit()
    assert [letter.subject for letter in letters(clerk.email)] == [f"征集{call.number}已发布"]


def test_a_clerk_drafts_but_does_not_publish(
    session: Session, clerk: User, create_draft: Make
) -> None:
    call = create_draft()
    with pytest.raises(NotPermitted):
        publish_call(session, viewer_of(clerk), call, seen_version=call.version)


def test_what_a_call_lacks_keeps_it_from_being_published(
    session: Session, reviewer: User, create_draft: Make
) -> None:
    call = create_draft(
        tracks=(), materials=(), contact="", closes_at=now() + timedelta(days=9), summary=""
    )
    with pytest.raises(Unfinished) as told:
        publish_call(session, viewer_of(reviewer), call, seen_version=call.version)
    assert told.value.what == (
        "没有写征集内容；没有选赛道；没有列材料；没有写联系方式；征集期不足10天。"
    )


def test_an_unfair_condition_keeps_a_call_from_being_published(
    session: Session, reviewer: User, create_draft: Make
) -> None:
    call = create_draft(conditions="申请单位须在本市注册。")
    with pytest.raises(Unfair) as told:
        publish_call(
            session, viewer_of(reviewer), call, seen_version=call.version, confirmation="领导同意"
        )
    assert told.value.what == "“本市注册”：以注册地或所在地作条件，限制了外地服务商参加。"
    session.rollback()
    assert call.state == "draft"
    assert call.number is None


def test_the_names_of_the_bureaus_own_region_count_as_local(
    session: Session, reviewer: User, create_draft: Make
) -> None:
    call = create_draft(conditions="申请单位须在潍坊注册。")
    with pytest.raises(Unfair):
        publish_call(session, viewer_of(reviewer), call, seen_version=call.version)


def test_a_doubtful_condition_is_published_with_a_reason_kept_in_the_audit_log(
    session: Session, reviewer: User, create_draft: Make
) -> None:
    call = create_draft(conditions="研发人员不少于10人。")
    actor = viewer_of(reviewer)
    with pytest.raises(InvalidInput):
        publish_call(session, actor, call, seen_version=call.version, confirmation="  ")
    publish_call(
        session, actor, call, seen_version=call.version, confirmation="综合赛道须同时服务十家。"
    )
    entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "call.publish"))
    assert entry is not None
    assert entry.detail["confirmation"] == "综合赛道须同时服务十家。"
    assert entry.detail["doubts"] == ["size：研发人员不少于10人"]


def test_words_of_a_published_call_stay(
    session: Session, clerk: User, reviewer: User, create_draft: Make
) -> None:
    call = create_draft()
    publish_call(session, viewer_of(reviewer), call, seen_version=call.version)
    with pytest.raises(NotPermitted):
        edit_call(session, viewer_of(clerk), call, draft(), seen_version=call.version)


def test_an_edit_of_an_older_version_is_refused(
    session: Session, clerk: User, create_draft: Make
) -> None:
    call = create_draft()
    seen = call.version
    edit_call(session, viewer_of(clerk), call, draft(title="改过的名称"), seen_version=seen)
    with pytest.raises(Conflict):
        edit_call(session, viewer_of(clerk), call, draft(title="又一个"), seen_version=seen)
    assert call.title == "改过的名称"


def test_the_end_is_put_off_with_a_reason_and_never_brought_forward(
    session: Session, reviewer: User, create_call: Make
) -> None:
    call, actor = create_call(), viewer_of(reviewer)
    ends = call.closes_at
    for closes_at, reason in ((ends - timedelta(days=1), "提前"), (ends + timedelta(days=1), " ")):
        with pytest.raises(InvalidInput):
            extend_call(session, actor, call, closes_at, reason, seen_version=call.version)
    extend_call(
        session,
        actor,
        call,
        ends + timedelta(days=7),
        "多家企业反映评测周期长",
        seen_version=call.version,
    )
    assert call.closes_at == ends + timedelta(days=7)
    entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "call.extended"))
    assert entry is not None
    assert entry.detail["reason"] == "多家企业反映评测周期长"


def test_an_end_that_has_come_is_not_put_off_even_while_the_state_lags(
    session: Session, reviewer: User, create_call: Make
) -> None:
    call = create_call(closes_at=now() - timedelta(seconds=1))
    with pytest.raises(NotPermitted):
        extend_call(
            session,
            viewer_of(reviewer),
            call,
            now() + timedelta(days=3),
            "晚了",
            seen_version=call.version,
        )


def test_a_call_is_cancelled_with_a_reason_and_takes_no_more_applications(
    session: Session, reviewer: User, create_call: Make
) -> None:
    call, actor = create_call(), viewer_of(reviewer)
    with pytest.raises(InvalidInput):
        cancel_call(session, actor, call, "", seen_version=call.version)
    cancel_call(session, actor, call, "与省级征集合并。", seen_version=call.version)
    session.commit()
    assert (call.state, call.cancel_reason) == ("cancelled", "与省级征集合并。")
    assert list_open_calls(session) == []


def test_rooms_above_move_a_call_one_arrow_at_a_time(
    session: Session, reviewer: User, create_call: Make
) -> None:
    call, actor = create_call("closed"), viewer_of(reviewer)
    for name in ("return_to_review", "list"):
        with pytest.raises(Conflict):
            move_call(session, actor, call, name)
    move_call(session, actor, call, "review")
    move_call(session, actor, call, "publicise")
    move_call(session, actor, call, "publicise")
    move_call(session, None, call, "list")
    assert call.state == "listed"
    with pytest.raises(ValueError, match="not for rooms above"):
        move_call(session, actor, call, "cancel")


def test_a_closed_call_put_on_notice_skips_no_step(
    session: Session, reviewer: User, create_call: Make, actions: Make
) -> None:
    call = create_call("closed")
    move_call(session, viewer_of(reviewer), call, "publicise")
    assert call.state == "notice"
    assert actions() == ["call.review", "call.publicise"]


def test_an_open_call_is_not_put_on_notice(
    session: Session, reviewer: User, create_call: Make
) -> None:
    with pytest.raises(Conflict):
        move_call(session, viewer_of(reviewer), create_call(), "publicise")


def test_the_district_does_not_know_of_the_citys_drafts(
    session: Session, create_user: Make, create_unit: Make, create_draft: Make, create_call: Make
) -> None:
    call, open_call = create_draft(), create_call()
    district: Unit = create_unit("370785", "试验县工信局")
    clerk = viewer_of(create_user(role="clerk", unit=district))
    for get in (get_call, get_desk_call):
        with pytest.raises(NotFound):
            get(session, clerk, call.id)
    with pytest.raises(NotFound):
        get_call(session, VISITING, call.id)
    assert session.scalars(desk_calls(clerk)).all() == []
    assert get_call(session, clerk, open_call.id) is open_call


def test_a_draft_cancelled_before_publication_stays_unknown(
    session: Session, reviewer: User, create_draft: Make
) -> None:
    call = create_draft()
    cancel_call(session, viewer_of(reviewer), call, "并入下一批。", seen_version=call.version)
    with pytest.raises(NotFound):
        get_call(session, VISITING, call.id)


def test_a_material_of_some_tracks_is_not_asked_of_the_others(create_call: Make) -> None:
    call = create_call(
        materials=[
            {"code": "a", "name": "甲", "hint": "", "required": True, "tracks": ["综合", "专业"]},
            {"code": "b", "name": "乙", "hint": "", "required": True, "tracks": []},
            {"code": "c", "name": "丙", "hint": "", "required": True},
        ]
    )
    assert [row["code"] for row in materials_for(call, "OPC")] == ["b", "c"]
    assert [row["code"] for row in materials_for(call, "综合")] == ["a", "b", "c"]


def test_the_office_is_told_when_a_call_closes(
    session: Session, clerk: User, create_call: Make
) -> None:
    create_call(closes_at=database_now(session))
    assert open_and_close_due(session) == 1
    session.commit()
    assert session.scalars(select(MailMessage.recipient)).all() == [clerk.email]
