"""Objections: until the last second, admitted, heard, decided, and what follows for one entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, User
from marketplace.accounts.queries import viewer_of
from marketplace.db import at_moment, db, now
from marketplace.errors import Conflict, InvalidInput, NotPermitted, Unavailable
from marketplace.evidence.models import EvidenceFile
from marketplace.evidence.refusals import Unfit
from marketplace.needs.errors import Blocked
from marketplace.notices.answers import answer_to_company, answer_to_objector
from marketplace.notices.drafts import NoticeRow, Upload
from marketplace.notices.models import Objection
from marketplace.notices.objection_queries import company_files, get_by_code
from marketplace.notices.queries import left_out_providers
from marketplace.notices.services import (
    add_finding,
    admit_objection,
    answer_objection,
    ask_company,
    decide_objection,
    draft_edition_notice,
    end_due_notices,
    publish_notice,
    refuse_objection,
    release_file,
)
from marketplace.rules.models import RuleVersion
from marketplace.rules.queries import shipped
from tests.fixtures.evidence import jpeg, pdf
from tests.fixtures.notices import OBJECTION
from tests.functional.needlists.test_races import at_once

Make = Callable[..., Any]
TIERS = {"tier1": "一级", "tier2": "二级", "tier3": "三级", "cultivation": "培育"}


@pytest.fixture
def heard(session: Session, reviewer: User, clerk: User, object_to: Make, store: Any) -> Make:
    """File an objection to an entry and bring it to where the company has answered."""

    def make(entry: Any, company: User, **upload: Any) -> Objection:
        objection, _code = object_to(entry, **upload)
        actor = viewer_of(clerk)
        admit_objection(session, actor, objection, "案例三是否上线", seen_version=1)
        ask_company(session, actor, objection, seen_version=2)
        words = "项目分两期，一期已验收。"
        answer_objection(session, viewer_of(company), objection, words, (), store, seen_version=3)
        session.commit()
        return objection

    return make


@pytest.fixture
def company(create_user: Make, session: Session) -> Make:
    """Make a person of the company an entry is about."""
    return lambda entry: create_user(organisation=entry.provider.organisation)


def test_an_objection_counts_until_the_last_second_of_the_databases_clock(
    session: Session, create_notice: Make, object_to: Make
) -> None:
    notice = create_notice()
    with at_moment(notice.ends_at - timedelta(seconds=1)):
        objection, _code = object_to(notice.entries[0])
    assert objection.state == "received"
    with at_moment(notice.ends_at), pytest.raises(Blocked, match="公示期已满"):
        object_to(notice.entries[0])


def test_the_real_clock_of_the_database_decides_too(
    session: Session, create_notice: Make, object_to: Make
) -> None:
    with pytest.raises(Blocked):
        object_to(create_notice(ends_in=-1).entries[0])
    objection, _code = object_to(create_notice(ends_in=30).entries[0])
    assert objection.number.startswith("YY-")


def test_a_draft_and_a_cancelled_notice_take_no_objection(
    session: Session, create_draft_notice: Make, object_to: Make
) -> None:
    with pytest.raises(Blocked):
        object_to(create_draft_notice().entries[0])


def test_the_lookup_code_finds_the_objection_and_is_kept_nowhere(
    session: Session, create_notice: Make, object_to: Make
) -> None:
    objection, code = object_to(create_notice().entries[0])
    assert len(code.replace("-", "")) == 16
    assert get_by_code(session, code.lower().replace("-", " ")) is objection
    assert code.replace("-", "") not in str(vars(objection))


def test_more_objections_an_hour_than_the_rules_allow_are_put_off(
    session: Session, create_notice: Make, object_to: Make
) -> None:
    body = {**shipped("notice_rules"), "objections_per_hour": 2}
    session.add(RuleVersion(name="notice_rules", number=1, effective_on=now().date(), body=body))
    session.commit()
    entry = create_notice().entries[0]
    object_to(entry)
    object_to(entry)
    with pytest.raises(Unavailable):
        object_to(entry)


def test_files_of_an_objector_lose_their_names_and_the_marks_of_the_camera(
    session: Session, create_notice: Make, object_to: Make, store: Any
) -> None:
    photo = jpeg((0xE1, b"Exif\0\0GPS-canary"))
    uploads = [Upload("鸢尾青举报.jpg", photo), Upload("C:\\鸢尾青\\证据.pdf", pdf())]
    objection, _code = object_to(create_notice().entries[0], uploads)
    assert [item.file.filename for item in objection.files] == ["异议材料1.jpg", "异议材料2.pdf"]
    assert all(item.file.attached and item.file.organisation_id is None for item in objection.files)
    kept = [path.read_bytes() for path in store.folder.rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert not any(b"GPS-canary" in body for body in kept)


def test_a_refused_file_or_too_many_store_no_objection(
    session: Session, create_notice: Make, object_to: Make
) -> None:
    entry = create_notice().entries[0]
    with pytest.raises(Unfit):
        object_to(entry, [Upload("证据.pdf", b"MZ not a pdf")])
    session.rollback()
    with pytest.raises(InvalidInput, match="最多附5份材料"):
        object_to(entry, [Upload("证据.pdf", pdf())] * 6)
    session.rollback()
    assert session.scalar(select(Objection.id)) is None
    assert session.scalar(select(EvidenceFile.id)) is None


def test_the_company_sees_the_gist_and_what_was_released_to_it(
    session: Session, clerk: User, create_notice: Make, object_to: Make
) -> None:
    uploads = [Upload("一.pdf", pdf()), Upload("二.pdf", pdf(b"%"))]
    objection, _code = object_to(create_notice().entries[0], uploads)
    actor = viewer_of(clerk)
    admit_objection(session, actor, objection, "案例三是否上线", seen_version=1)
    assert company_files(objection) == []
    first = objection.files[0]
    release_file(session, actor, objection, first.id, released=True, seen_version=2)
    assert company_files(objection) == [first]


def test_the_company_answers_by_the_end_of_its_day_and_no_later(
    session: Session, clerk: User, create_notice: Make, object_to: Make, company: Make, store: Any
) -> None:
    objection, _code = object_to(create_notice().entries[0])
    actor, member = viewer_of(clerk), viewer_of(company(objection.entry))
    admit_objection(session, actor, objection, "案例三是否上线", seen_version=1)
    ask_company(session, actor, objection, seen_version=2)
    assert objection.answer_due_on is not None
    with (
        at_moment(now() + timedelta(days=40)),
        pytest.raises(Blocked, match="答复期限已过"),
    ):
        answer_objection(session, member, objection, "已上线。", (), store, seen_version=3)
    answer_objection(
        session, member, objection, "已上线。", [Upload("验收单.pdf", pdf())], store, seen_version=3
    )
    assert objection.state == "answered"
    assert [item.file.filename for item in company_files(objection)] == ["验收单.pdf"]


def test_another_company_cannot_answer(
    session: Session, clerk: User, create_notice: Make, object_to: Make, company: Make, store: Any
) -> None:
    notice = create_notice("tier2", "tier3")
    objection, _code = object_to(notice.entries[0])
    admit_objection(session, viewer_of(clerk), objection, "案例三", seen_version=1)
    ask_company(session, viewer_of(clerk), objection, seen_version=2)
    other = viewer_of(company(notice.entries[1]))
    with pytest.raises(NotPermitted):
        answer_objection(session, other, objection, "不是。", (), store, seen_version=3)


def test_nothing_is_decided_against_a_company_that_was_not_heard(
    session: Session, reviewer: User, create_notice: Make, object_to: Make
) -> None:
    objection, _code = object_to(create_notice().entries[0])
    actor = viewer_of(reviewer)
    admit_objection(session, actor, objection, "案例三", seen_version=1)
    for outcome in ("upheld", "partly"):
        with pytest.raises(Blocked, match="须先请企业答复"):
            decide_objection(
                session, actor, objection, outcome, "属实", after_tier="tier3", seen_version=2
            )
    decide_objection(session, actor, objection, "dismissed", "经查不实。", seen_version=2)
    assert objection.state == "dismissed"


def test_a_company_that_lets_its_day_pass_was_heard(
    session: Session, reviewer: User, create_notice: Make, object_to: Make
) -> None:
    objection, _code = object_to(create_notice().entries[0])
    actor = viewer_of(reviewer)
    admit_objection(session, actor, objection, "案例三", seen_version=1)
    ask_company(session, actor, objection, seen_version=2)
    with at_moment(now() + timedelta(days=40)):
        decide_objection(session, actor, objection, "upheld", "属实", seen_version=3)
    assert objection.state == "upheld"


def test_a_dismissed_objection_leaves_the_entry_to_be_listed(
    session: Session, reviewer: User, create_notice: Make, heard: Make, company: Make
) -> None:
    notice = create_notice()
    entry = notice.entries[0]
    objection = heard(entry, company(entry))
    with at_moment(notice.ends_at):
        end_due_notices(session)
    assert entry.state == "open"
    actor = viewer_of(reviewer)
    decide_objection(session, actor, objection, "dismissed", "经查不实。", seen_version=4)
    assert entry.state == "settled"
    assert entry.application.state == "notice"


def test_a_partly_upheld_objection_voids_the_tier_and_sends_the_application_back(
    session: Session, reviewer: User, create_notice: Make, heard: Make, company: Make
) -> None:
    notice = create_notice("tier2", "tier3")
    entry, other = notice.entries
    objection = heard(entry, company(entry))
    actor = viewer_of(reviewer)
    for tier in ("tier2", "tier1", "", None):
        with pytest.raises(InvalidInput, match="没有选择改定的等级"):
            decide_objection(
                session, actor, objection, "partly", "属实", after_tier=tier, seen_version=4
            )
    reason = "案例三停用，不计改善幅度。"
    decide_objection(
        session, actor, objection, "partly", reason, after_tier="tier3", seen_version=4
    )
    assert (objection.state, objection.after_tier, entry.state) == ("partly", "tier3", "regraded")
    assert (entry.application.state, entry.decision.state) == ("agreed", "void")
    assert entry.application.decisions[-1].reason == reason
    assert (other.state, other.application.state) == ("open", "notice")


def test_an_upheld_objection_ends_the_application_and_nobody_elses(
    session: Session, reviewer: User, create_notice: Make, heard: Make, company: Make
) -> None:
    notice = create_notice("tier2", "tier3")
    entry, other = notice.entries
    objection = heard(entry, company(entry))
    decide_objection(session, viewer_of(reviewer), objection, "upheld", "属实。", seen_version=4)
    assert (entry.state, entry.application.state) == ("not_listed", "not_listed")
    assert (entry.decision.state, objection.decided_by_id) == ("void", reviewer.id)
    assert (other.state, other.decision.state) == ("open", "approved")
    with pytest.raises(Conflict):
        decide_objection(
            session, viewer_of(reviewer), objection, "dismissed", "不实。", seen_version=4
        )


def test_two_people_deciding_one_objection_at_once_decide_it_once(
    app: Flask, session: Session, reviewer: User, create_notice: Make, heard: Make, company: Make
) -> None:
    entry = create_notice().entries[0]
    objection_id, reviewer_id = heard(entry, company(entry)).id, reviewer.id
    session.remove()  # type: ignore[attr-defined]

    def deciding(outcome: str) -> Callable[[], None]:
        def job() -> None:
            actor = viewer_of(db.session.get(User, reviewer_id))
            found = db.session.get(Objection, objection_id)
            decide_objection(db.session, actor, found, outcome, "属实。", seen_version=4)

        return job

    ends = at_once(app, [deciding("upheld"), deciding("dismissed")] * 3)
    assert ends == ["Conflict"] * 5 + ["done"]
    found = session.get_one(Objection, objection_id)
    expected = {"upheld": "not_listed", "dismissed": "notice"}
    assert found.entry.application.state == expected[found.state]


def test_a_second_objection_to_an_entry_already_decided_can_only_be_dismissed(
    session: Session, reviewer: User, create_notice: Make, heard: Make, company: Make
) -> None:
    entry = create_notice().entries[0]
    member = company(entry)
    first, second = heard(entry, member), heard(entry, member)
    actor = viewer_of(reviewer)
    decide_objection(session, actor, first, "upheld", "属实。", seen_version=4)
    with pytest.raises(Blocked, match="去向已定"):
        decide_objection(session, actor, second, "upheld", "属实。", seen_version=4)
    decide_objection(session, actor, second, "dismissed", "同一事项已有决定。", seen_version=4)
    assert entry.state == "not_listed"


def test_a_decision_needs_its_reason_and_a_choice(
    session: Session, reviewer: User, create_notice: Make, heard: Make, company: Make
) -> None:
    entry = create_notice().entries[0]
    objection = heard(entry, company(entry))
    actor = viewer_of(reviewer)
    with pytest.raises(InvalidInput, match="没有写明理由"):
        decide_objection(session, actor, objection, "upheld", " ", seen_version=4)
    with pytest.raises(InvalidInput, match="没有选择决定"):
        decide_objection(session, actor, objection, "listed", "属实", seen_version=4)


def test_a_clerk_looks_into_an_objection_but_does_not_decide(
    session: Session, clerk: User, create_notice: Make, heard: Make, company: Make
) -> None:
    entry = create_notice().entries[0]
    objection = heard(entry, company(entry))
    add_finding(session, viewer_of(clerk), objection, "电话核实：一期属实。", seen_version=4)
    add_finding(session, viewer_of(clerk), objection, "到厂查看：设备断电。", seen_version=5)
    assert [item["text"] for item in objection.findings] == [
        "电话核实：一期属实。",
        "到厂查看：设备断电。",
    ]
    with pytest.raises(Conflict):
        add_finding(session, viewer_of(clerk), objection, "又一条", seen_version=5)
    with pytest.raises(NotPermitted):
        decide_objection(session, viewer_of(clerk), objection, "upheld", "属实", seen_version=6)


def test_staff_of_another_region_cannot_handle_it(
    session: Session, create_user: Make, create_unit: Make, create_notice: Make, object_to: Make
) -> None:
    far = viewer_of(create_user(role="reviewer", unit=create_unit("371000")))
    objection, _code = object_to(create_notice().entries[0])
    with pytest.raises(NotPermitted):
        admit_objection(session, far, objection, "要点", seen_version=1)


def test_both_answers_come_from_the_reason_and_name_no_other_side(
    session: Session, reviewer: User, create_notice: Make, heard: Make, company: Make
) -> None:
    entry = create_notice().entries[0]
    objection = heard(entry, company(entry))
    reason = "案例三停用，不计改善幅度。"
    decide_objection(
        session,
        viewer_of(reviewer),
        objection,
        "partly",
        reason,
        after_tier="tier3",
        seen_version=4,
    )
    assert answer_to_objector(objection, TIERS) == (
        f"您提出的异议{objection.number}经核查部分成立，{entry.name}由二级改定为三级，"
        f"重新公示。理由：{reason}"
    )
    assert answer_to_company(objection, TIERS) == (
        f"涉及贵单位的异议{objection.number}经核查部分成立，拟定等级由二级改定为三级，"
        f"重新公示后入库。理由：{reason}"
    )


def test_letters_go_to_the_company_and_the_desk_and_hold_no_word_of_it(
    session: Session, reviewer: User, create_notice: Make, heard: Make, company: Make
) -> None:
    entry = create_notice().entries[0]
    member = company(entry)
    objection = heard(entry, member)
    decide_objection(session, viewer_of(reviewer), objection, "dismissed", "不实。", seen_version=4)
    letters = session.scalars(select(MailMessage).order_by(MailMessage.id)).all()
    told = [row.subject for row in letters if row.recipient == member.email]
    assert told[-2:] == [
        f"请答复异议{objection.number}",
        f"异议{objection.number}已作出决定",
    ]
    for row in letters:
        for words in ("鸢尾青", "13900001234", "断电", "是否上线", "不实"):
            assert words not in row.subject + row.body


def test_an_objection_not_admitted_gives_its_reason_to_who_has_the_code(
    session: Session, clerk: User, create_notice: Make, object_to: Make
) -> None:
    objection, _code = object_to(create_notice().entries[0])
    actor = viewer_of(clerk)
    with pytest.raises(InvalidInput):
        refuse_objection(session, actor, objection, "", seen_version=1)
    refuse_objection(session, actor, objection, "没有可核实的事实。", seen_version=1)
    assert answer_to_objector(objection, TIERS) == (
        f"您提出的异议{objection.number}不予受理。理由：没有可核实的事实。"
    )
    assert answer_to_company(objection, TIERS) == ""


def test_a_sealed_objection_to_an_edition_only_takes_the_row_off(
    session: Session,
    reviewer: User,
    create_edition: Make,
    create_provider: Make,
    heard: Make,
    company: Make,
    known_calendar: None,
) -> None:
    providers = [create_provider() for _ in range(2)]
    rows = [NoticeRow(item.id, item.organisation.name, tier="tier2") for item in providers]
    actor = viewer_of(reviewer)
    notice = draft_edition_notice(
        session, actor, create_edition().id, "目录公示", rows, region_code="370700"
    )
    publish_notice(session, actor, notice, seen_version=1)
    session.commit()
    entry = notice.entries[0]
    objection = heard(entry, company(entry), draft=replace(OBJECTION, standing="sealed"))
    with pytest.raises(Blocked, match="不改定等级"):
        decide_objection(
            session, actor, objection, "partly", "属实", after_tier="tier3", seen_version=4
        )
    decide_objection(session, actor, objection, "upheld", "属实。", seen_version=4)
    with at_moment(notice.ends_at):
        end_due_notices(session)
    assert [item.state for item in notice.entries] == ["not_listed", "settled"]
    assert left_out_providers(session, notice) == {providers[0].id}
