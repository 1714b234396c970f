"""Handing in, supplementing, taking back: in time, once, frozen with a digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.applications import services
from marketplace.applications.errors import Blocked, Faulty, TooLate
from marketplace.applications.models import Application
from marketplace.applications.queries import get_file
from marketplace.applications.snapshots import digest_of
from marketplace.applications.steps import take
from marketplace.audit.models import AuditEntry
from marketplace.calls.models import Call
from marketplace.db import database_now
from marketplace.errors import Conflict, NotPermitted
from marketplace.evidence.models import EvidenceFile
from marketplace.outbox.models import OutboxTask
from marketplace.permissions import Viewer
from marketplace.providers.models import Provider
from tests.fixtures.evidence import pdf

Make = Callable[..., Application]


def closes_in(session: Session, call: Call, **away: float) -> None:
    call.closes_at = database_now(session) + timedelta(**away)
    session.commit()


def ask(session: Session, clerk: User, viewer: Callable[[User], Viewer], it: Application) -> None:
    """Let the clerk ask for a supplement, as the formal review does."""
    draft = {**it.draft, "explanations": {"X-07": ""}}
    take(
        session,
        viewer(clerk),
        it,
        "ask_supplement",
        reason="案例缺验收证明。\nX-07 补甲方盖章验收单",
        draft=draft,
    )
    session.commit()


def test_submitting_freezes_what_stands_and_records_its_digest(
    session: Session, actor: Viewer, ready: Make
) -> None:
    application = ready()
    snapshot = services.submit_application(session, actor, application)
    session.commit()
    assert application.state == "formal_review"
    assert application.submitted_at is not None
    assert application.due_on is not None
    assert (snapshot.ordinal, snapshot.digest) == (1, digest_of(snapshot.body))
    assert [item["item"] for item in snapshot.body["files"]] == ["licence"]
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "application.frozen")
    ).one()
    assert entry.detail["digest"] == snapshot.digest
    tasks = session.scalars(select(OutboxTask).where(OutboxTask.topic == "formal_review")).all()
    assert [task.payload for task in tasks] == [{"application_id": application.id}]


def test_a_second_late_is_late_and_the_draft_is_kept(
    session: Session, actor: Viewer, ready: Make, browser: FlaskClient
) -> None:
    application = ready()
    closes_in(session, application.call, seconds=-1)
    with pytest.raises(TooLate, match="截止") as late:
        services.submit_application(session, actor, application)
    assert late.value.kept == "草稿和已上传的材料都在，没有提交。"
    answer = browser.post(
        f"/my/applications/{application.number}/submit", data={"version": application.version}
    )
    assert answer.status_code == 422
    session.refresh(application)
    assert (application.state, application.snapshots) == ("draft", [])
    assert len(application.files) == 1


def test_shortly_before_the_end_is_in_time_whatever_the_state_says(
    session: Session, actor: Viewer, ready: Make
) -> None:
    application = ready()
    application.call.state = "planned"
    closes_in(session, application.call, seconds=30)
    services.submit_application(session, actor, application)
    assert application.state == "formal_review"


def test_a_cancelled_call_takes_nothing(session: Session, actor: Viewer, ready: Make) -> None:
    application = ready()
    application.call.state = "cancelled"
    session.commit()
    with pytest.raises(TooLate):
        services.submit_application(session, actor, application)


def test_everything_missing_is_told_at_once(
    session: Session, actor: Viewer, provider: Provider, create_application: Make
) -> None:
    application = create_application(provider=provider, draft={}, track="", asked_tier="")
    with pytest.raises(Faulty) as faulty:
        services.submit_application(session, actor, application)
    assert [fault.section for fault in faulty.value.faults] == [
        "track",
        "track",
        "cases",
        "materials",
        "declarations",
    ]
    assert application.state == "draft"


def test_materials_of_other_tracks_are_not_asked_for(
    session: Session, actor: Viewer, ready: Make
) -> None:
    application = ready()
    only = {"code": "audit", "name": "审计报告", "hint": "", "required": True, "tracks": ["综合"]}
    application.call.materials = [*application.call.materials, only]
    session.commit()
    services.submit_application(session, actor, application)
    assert application.state == "formal_review"


def test_only_members_hand_in(
    session: Session,
    ready: Make,
    clerk: User,
    viewer: Callable[[User], Viewer],
) -> None:
    with pytest.raises(NotPermitted):
        services.submit_application(session, viewer(clerk), ready())


def test_a_stale_version_submits_nothing(session: Session, actor: Viewer, ready: Make) -> None:
    application = ready()
    with pytest.raises(Conflict):
        services.submit_application(session, actor, application, seen_version=1)
    assert application.snapshots == []


def test_a_supplement_needs_a_change_and_makes_a_new_snapshot(
    session: Session,
    actor: Viewer,
    ready: Make,
    clerk: User,
    viewer: Callable[[User], Viewer],
    keep_file: Callable[..., EvidenceFile],
) -> None:
    application = ready()
    services.submit_application(session, actor, application)
    ask(session, clerk, viewer, application)
    with pytest.raises(Blocked):
        services.hand_in_supplement(session, actor, application)
    first = application.files[0].file
    services.detach_file(session, actor, application, first.key)
    file = keep_file(application.organisation, "新执照.pdf", pdf(b"%% new"))
    services.attach_file(session, actor, application, "licence", file)
    snapshot = services.hand_in_supplement(session, actor, application)
    assert (application.state, snapshot.ordinal) == ("formal_review", 2)
    assert [item["key"] for item in snapshot.body["files"]] == [file.key]
    assert first.attached
    assert get_file(session, application, first.key) is first


def test_words_why_it_cannot_be_supplied_count_as_a_supplement(
    session: Session,
    browser: FlaskClient,
    actor: Viewer,
    ready: Make,
    clerk: User,
    viewer: Callable[[User], Viewer],
) -> None:
    application = ready()
    services.submit_application(session, actor, application)
    ask(session, clerk, viewer, application)
    path = f"/my/applications/{application.number}/supplement"
    page = browser.get(path).text
    assert "补甲方盖章验收单" in page
    assert "补甲方盖章验收单" in browser.get(f"/my/applications/{application.number}").text
    empty = browser.post(path, data={"text_X-07": "", "version": application.version})
    assert empty.status_code == 422
    assert "还没有补交材料" in empty.text
    saved = {"text_X-07": "甲方已注销。", "version": application.version, "later": "1"}
    assert browser.post(path, data=saved).location == path
    assert "甲方已注销。" in browser.get(path).text
    session.refresh(application)
    again = browser.post(path, data={"text_X-07": "甲方已注销。", "version": application.version})
    assert again.location == f"/my/applications/{application.number}"
    session.refresh(application)
    assert application.state == "formal_review"
    session.expire(application, ["snapshots"])
    assert application.snapshots[-1].body["explanations"] == {"X-07": "甲方已注销。"}
    shown = browser.get(f"/my/applications/{application.number}/snapshots/2")
    assert "补正说明“X-07”" in shown.text
    assert application.snapshots[-1].digest in shown.text


def test_a_supplement_after_its_day_is_late(
    session: Session,
    actor: Viewer,
    ready: Make,
    clerk: User,
    viewer: Callable[[User], Viewer],
) -> None:
    application = ready()
    services.submit_application(session, actor, application)
    ask(session, clerk, viewer, application)
    today = database_now(session).date()
    application.due_on = today - timedelta(days=2)
    session.commit()
    with pytest.raises(TooLate):
        services.hand_in_supplement(session, actor, application)


@pytest.mark.parametrize("state", ["draft", "formal_review", "expert_review", "notice"])
def test_an_application_can_be_taken_back_until_it_is_over(
    session: Session, browser: FlaskClient, provider: Provider, create_application: Make, state: str
) -> None:
    application = create_application(state, provider=provider)
    path = f"/my/applications/{application.number}/withdraw"
    assert "确认撤回" in browser.get(path).text
    answer = browser.post(path, data={"version": "1", "reason": "改报下一批"})
    assert answer.status_code == 303
    session.refresh(application)
    assert application.state == "withdrawn"
    assert browser.get(path).status_code == 404
    assert browser.post(path, data={"version": "2"}).status_code == 404


@pytest.mark.parametrize("state", ["listed", "not_listed", "rejected"])
def test_what_is_over_cannot_be_taken_back(
    browser: FlaskClient, provider: Provider, create_application: Make, state: str
) -> None:
    application = create_application(state, provider=provider)
    path = f"/my/applications/{application.number}/withdraw"
    assert browser.post(path, data={"version": "1"}).status_code == 404
