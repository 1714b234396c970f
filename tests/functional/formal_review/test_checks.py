"""Checks on an application: kept, run again, decided by people, and what they allow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import Application
from marketplace.audit.models import AuditEntry
from marketplace.errors import Conflict, InvalidInput, NotPermitted
from marketplace.formal_review.errors import Blocked
from marketplace.formal_review.models import FormalCheck
from marketplace.formal_review.queries import get_check, list_checks
from marketplace.formal_review.services import (
    decide_check,
    get_standing,
    pass_formal,
    reject,
    run_checks,
    run_due_checks,
    verify_file,
)
from marketplace.listings.models import ListingDecision
from marketplace.outbox.models import OutboxTask
from marketplace.providers.models import Case
from marketplace.rules.queries import shipped
from marketplace.rules.services import write_version
from tests.functional.formal_review.conftest import hand_in

Make = Callable[..., Any]


def verdicts(session: Session, application: Application) -> dict[str, str]:
    return {check.rule_code: check.verdict for check in list_checks(session, application.id)}


def test_a_complete_application_passes_every_rule_and_waits_for_one_click(
    session: Session, create_reviewed: Make
) -> None:
    application = create_reviewed()
    assert set(verdicts(session, application).values()) == {"pass"}
    assert len(verdicts(session, application)) == 15
    assert get_standing(session, application).is_clear
    assert application.state == "formal_review"


def test_running_the_rules_again_writes_nothing_when_nothing_changed(
    session: Session, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed(lacks=("document",))
    check = get_check(session, application, "X-07")
    decide_check(session, viewer_of(clerk), check, "accepted", "验收单随纸质件送达，已核。")
    before = len(session.scalars(select(AuditEntry)).all())
    assert run_checks(session, application) is False
    assert len(session.scalars(select(AuditEntry)).all()) == before
    assert get_check(session, application, "X-07").decision == "accepted"


def test_a_decision_stands_while_its_fact_stands_and_falls_with_it(
    session: Session, create_reviewed: Make, clerk: User, attach: Make
) -> None:
    application = create_reviewed(lacks=("document", "safety"))
    for code in ("X-07", "X-13"):
        decide_check(
            session, viewer_of(clerk), get_check(session, application, code), "accepted", ""
        )
    application.draft = {**application.draft, "statements": {"safety": "部署在企业机房。"}}
    hand_in(session, application)
    run_checks(session, application)
    document, safety = (get_check(session, application, code) for code in ("X-07", "X-13"))
    assert (document.verdict, document.decision) == ("manual", "accepted")
    assert (safety.verdict, safety.decision, safety.decided_by_id) == ("pass", "", None)


def test_the_worker_runs_the_rules_once_for_tasks_that_name_one_application_twice(
    session: Session, create_application: Make
) -> None:
    application = create_application("formal_review")
    run_due_checks(session, [{"application_id": application.id}] * 2 + [{"application_id": 987654}])
    done = session.scalars(select(AuditEntry).where(AuditEntry.action == "application.checked"))
    assert len(done.all()) == 1


@pytest.mark.parametrize("state", ["draft", "supplement", "expert_review", "rejected", "withdrawn"])
def test_the_rules_are_run_only_in_formal_review(
    session: Session, create_application: Make, state: str
) -> None:
    application = create_application(state)
    assert run_checks(session, application) is False
    assert verdicts(session, application) == {}


def test_a_rule_taken_out_of_the_set_leaves_no_check(
    session: Session, create_reviewed: Make, create_user: Make
) -> None:
    application = create_reviewed(lacks=("licence",))
    body = shipped("formal_review")
    rules = [rule for rule in body["rules"] if rule["code"] != "X-05"]
    today = date(2026, 1, 1)
    curator = viewer_of(create_user(role="curator"))
    write_version(session, curator, "formal_review", {**body, "rules": rules}, today, "试验", today)
    assert run_checks(session, application) is True
    assert "X-05" not in verdicts(session, application)


def test_a_provider_on_the_dishonesty_list_fails(
    session: Session, create_reviewed: Make, create_user: Make
) -> None:
    application = create_reviewed()
    body = shipped("dishonesty_list")
    entry = {
        "uscc": application.organisation.uscc,
        "name": "试验",
        "until": "2099-12-31",
        "source": "信用平台2026-11",
    }
    today = date(2026, 1, 1)
    curator = viewer_of(create_user(role="curator"))
    write_version(
        session, curator, "dishonesty_list", {**body, "entries": [entry]}, today, "试验", today
    )
    run_checks(session, application)
    check = get_check(session, application, "X-02")
    assert check.verdict == "fail"
    assert check.fact == "列入严重失信主体名单，至2099-12-31（信用平台2026-11）"


def test_a_declaration_not_signed_is_named(session: Session, create_application: Make) -> None:
    application = create_application("formal_review")
    run_checks(session, application)
    check = get_check(session, application, "X-03")
    assert check.verdict == "fail"
    assert check.fact.startswith("未签署：本单位及法定代表人未被列入严重失信主体名单、")


def test_a_removed_provider_fails_until_it_may_apply_again(
    session: Session, create_reviewed: Make, create_decision: Make, reviewer: User
) -> None:
    application = create_reviewed()
    decision: ListingDecision = create_decision(
        application, tier=None, state="in_force", kind="remove", reapply_after=date(2099, 1, 1)
    )
    assert decision.reapply_after == date(2099, 1, 1)
    run_checks(session, application)
    assert verdicts(session, application)["X-14"] == "fail"


def test_nothing_passes_while_a_check_waits_for_a_person(
    session: Session, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed(lacks=("document", "safety"))
    with pytest.raises(Blocked) as refused:
        pass_formal(session, viewer_of(clerk), application)
    assert refused.value.what == "还有X-07、X-13须人工判定。"
    assert application.state == "formal_review"


def test_nothing_passes_while_a_rule_fails_or_a_person_refused(
    session: Session, create_reviewed: Make, clerk: User
) -> None:
    failing = create_reviewed(lacks=("licence",))
    with pytest.raises(Blocked, match="X-05"):
        pass_formal(session, viewer_of(clerk), failing)
    refused = create_reviewed(lacks=("document",))
    check = get_check(session, refused, "X-07")
    decide_check(session, viewer_of(clerk), check, "refused", "验收单无日期。")
    with pytest.raises(Blocked, match="X-07"):
        pass_formal(session, viewer_of(clerk), refused)


def test_nothing_passes_on_checks_of_an_older_snapshot(
    session: Session, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed()
    hand_in(session, application)
    with pytest.raises(Blocked, match="规则还没有判定完"):
        pass_formal(session, viewer_of(clerk), application)
    run_checks(session, application)
    pass_formal(session, viewer_of(clerk), application)
    assert application.state == "expert_review"


def test_passing_tells_the_provider(
    session: Session, create_reviewed: Make, clerk: User, create_user: Make
) -> None:
    application = create_reviewed()
    member = create_user(organisation=application.organisation)
    pass_formal(session, viewer_of(clerk), application, seen_version=application.version)
    letter = session.scalars(select(MailMessage).where(MailMessage.recipient == member.email)).one()
    assert letter.subject == f"入库申请{application.number}通过形式审查"


def test_a_case_whose_document_was_checked_is_marked_when_the_application_passes(
    session: Session, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed()
    actor = viewer_of(clerk)
    document = next(row for row in application.files if row.item.startswith("case-"))
    verify_file(session, actor, document, "client", seen_checked="")
    pass_formal(session, actor, application)
    [case] = application.provider.cases
    assert case.verification == "checked"
    topics = session.scalars(select(OutboxTask.topic).order_by(OutboxTask.id.desc())).all()
    assert "index" in topics


def test_a_case_edited_since_or_only_looked_at_keeps_its_mark(
    session: Session, create_reviewed: Make, clerk: User
) -> None:
    actor = viewer_of(clerk)
    edited, open_one = create_reviewed(), create_reviewed()
    for application, checked in ((edited, "original"), (open_one, "pending")):
        document = next(row for row in application.files if row.item.startswith("case-"))
        verify_file(session, actor, document, checked, seen_checked="")
    case = session.scalars(select(Case).where(Case.provider_id == edited.provider_id)).one()
    case.story = "改写过的经过。"
    session.flush()
    for application in (edited, open_one):
        pass_formal(session, actor, application)
    assert set(session.scalars(select(Case.verification))) == {"declared"}


def test_files_are_verified_only_during_formal_review(
    session: Session, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed()
    actor, document = viewer_of(clerk), application.files[0]
    with pytest.raises(InvalidInput):
        verify_file(session, actor, document, "看过", seen_checked="")
    verify_file(session, actor, document, "original", seen_checked="")
    with pytest.raises(Conflict):
        verify_file(session, actor, document, "pending", seen_checked="")
    pass_formal(session, actor, application)
    with pytest.raises(Blocked):
        verify_file(session, actor, document, "pending", seen_checked="original")


def test_only_what_waits_for_a_person_is_decided_and_refusals_need_words(
    session: Session, create_reviewed: Make, clerk: User
) -> None:
    application = create_reviewed(lacks=("document", "licence"))
    actor = viewer_of(clerk)
    with pytest.raises(Blocked):
        decide_check(session, actor, get_check(session, application, "X-05"), "accepted", "")
    with pytest.raises(InvalidInput):
        decide_check(session, actor, get_check(session, application, "X-07"), "refused", "  ")
    with pytest.raises(Conflict):
        decide_check(
            session,
            actor,
            get_check(session, application, "X-07"),
            "accepted",
            "",
            seen_version=application.version - 1,
        )
    assert session.scalars(select(FormalCheck.decision).distinct()).all() == [""]


def test_rejecting_quotes_the_rules_and_tells_of_the_one_appeal(
    session: Session, create_reviewed: Make, reviewer: User, create_user: Make
) -> None:
    application = create_reviewed(lacks=("licence", "document"))
    member = create_user(organisation=application.organisation)
    actor = viewer_of(reviewer)
    check = get_check(session, application, "X-07")
    decide_check(session, actor, check, "refused", "验收单无日期")
    reject(session, actor, application, "", seen_version=application.version)
    assert application.state == "rejected"
    [decision] = application.decisions
    assert decision.reason.splitlines() == [
        "不符合以下规则：",
        "X-05 必交材料齐全：缺：营业执照",
        "X-07 案例须有验收证明：没有附验收证明：案例1（验收单无日期）",
        "对决定有异议的，可以在10个工作日内申诉一次。",
    ]
    letter = session.scalars(select(MailMessage).where(MailMessage.recipient == member.email)).one()
    assert letter.subject == f"入库申请{application.number}不予受理"
    assert "营业执照" not in letter.body


def test_nothing_is_rejected_without_a_rule_that_fails(
    session: Session, create_reviewed: Make, reviewer: User
) -> None:
    application = create_reviewed(lacks=("document",))
    with pytest.raises(Blocked, match="没有不通过的规则"):
        reject(session, viewer_of(reviewer), application, "材料不好。")


def test_a_clerk_cannot_reject(session: Session, create_reviewed: Make, clerk: User) -> None:
    application = create_reviewed(lacks=("licence",))
    with pytest.raises(NotPermitted):
        reject(session, viewer_of(clerk), application, "缺营业执照。")
    assert application.state == "formal_review"


def test_a_clerk_of_another_district_can_do_nothing(
    session: Session, create_reviewed: Make, create_user: Make, create_unit: Make
) -> None:
    other = create_user(role="clerk", unit=create_unit("370302", "外区工信局"))
    application = create_reviewed(lacks=("document",))
    check = get_check(session, application, "X-07")
    with pytest.raises(NotPermitted):
        decide_check(session, viewer_of(other), check, "accepted", "")
    with pytest.raises(NotPermitted):
        pass_formal(session, viewer_of(other), create_reviewed())
