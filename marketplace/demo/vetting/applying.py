"""Calls, and applications from the first line to the end of formal review."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from ...applications.drafting import save_section
from ...applications.drafts import CaseFacts
from ...applications.filing import attach_file
from ...applications.models import Application
from ...applications.services import submit_application, withdraw_application
from ...applications.starting import start_application
from ...calls.drafts import CallDraft
from ...calls.materials import materials_for
from ...calls.models import Call
from ...calls.services import draft_call, move_call, open_and_close_due, publish_call
from ...db import now
from ...evidence.services import keep_evidence
from ...formal_review.checking import run_checks
from ...formal_review.queries import list_checks
from ...formal_review.services import assign_handler, decide_check, pass_formal, reject, verify_file
from ...formal_review.supplements import Item, ask_supplement
from ...providers.models import Case
from ...rules.queries import get_rules
from ...web.filters import BEIJING, beijing_today
from .cast import CLERK, REVIEWER, Stage, days_ago
from .paper import demo_pdf

RUBRIC = "2026.1"


def load_call(stage: Stage, row: Mapping[str, Any]) -> Call:
    """Draft and publish a call at its time, and let it open when it is due."""
    opened = row.get("opened_days_ago", 0)
    with days_ago(opened + 4, "15:10"):
        call = draft_call(stage.session, stage.person(CLERK), _draft(stage, row))
        publish_call(stage.session, stage.person(REVIEWER), call, seen_version=call.version)
    if opened:
        with days_ago(opened, "09:30"):
            open_and_close_due(stage.session)
    stage.session.refresh(call)
    return call


def close_call(stage: Stage, row: Mapping[str, Any], call: Call) -> None:
    """Let a call whose time is over close, and hand it to the reviewers."""
    if "closed_days_ago" in row:
        with days_ago(row["closed_days_ago"], "09:30"):
            open_and_close_due(stage.session)
            stage.session.refresh(call)
            move_call(stage.session, stage.person(REVIEWER), call, "review")


def _draft(stage: Stage, row: Mapping[str, Any]) -> CallDraft:
    materials = get_rules(stage.session, "call_materials", beijing_today(now())).body["materials"]

    def moment(past: str, ahead: str) -> datetime:
        days = -row[past] if past in row else row[ahead]
        day = stage.today + timedelta(days=days)
        return datetime.combine(day, time(9, 0), BEIJING)

    closes_at = moment("closed_days_ago", "closes_in_days")
    return CallDraft(
        title=row["title"],
        batch=row["batch"],
        summary=row["summary"],
        conditions=row["conditions"],
        industry_codes=tuple(row["industry_codes"]),
        scene_ids=tuple(row["scene_ids"]),
        tracks=tuple(row["tracks"]),
        materials=tuple(materials),
        rubric_number=RUBRIC,
        opens_at=moment("opened_days_ago", "opens_in_days"),
        closes_at=closes_at,
        review_by=beijing_today(closes_at) + timedelta(days=45),
        contact="数字产业处，0000-12345671",
    )


def load_application(
    stage: Stage,
    row: Mapping[str, Any],
    call: Call,
    statements: Mapping[str, str],
    place: int,
    started_days_ago: int,
) -> Application:
    """Fill in one application and take it as far as formal review brings it."""
    started = started_days_ago + place % 5
    member = stage.member(row["provider_key"])
    with days_ago(started, "10:20"):
        application = start_application(stage.session, member, call)
        _fill(stage, application, row, statements)
        if row["state"] in {"draft"}:
            return application
        _attach(stage, application, proven=not row.get("unproven"))
    with days_ago(started - 1, f"{14 + place % 3}:{10 + place}"):
        submit_application(stage.session, member, application, seen_version=application.version)
        run_checks(stage.session, application)
    if row["state"] == "withdrawn":
        with days_ago(started - 2, "16:40"):
            withdraw_application(
                stage.session, member, application, seen_version=application.version
            )
        return application
    if row["state"] != "formal_review" or row.get("handled"):
        with days_ago(started - 2, "09:05"):
            clerk = stage.person(CLERK)
            assign_handler(stage.session, clerk, application, clerk.user_id, seen_handler_id=None)
    if row["state"] not in {"formal_review"}:
        _review(stage, row, application, started)
    return application


def _fill(
    stage: Stage,
    application: Application,
    row: Mapping[str, Any],
    statements: Mapping[str, str],
) -> None:
    member = stage.member(row["provider_key"])
    cases = stage.provider(row["provider_key"]).cases
    sections: dict[str, dict[str, Any]] = {
        "track": {"track": row["track"], "asked_tier": row["asked_tier"]},
        "cases": {"cases": tuple(_facts(case, at) for at, case in enumerate(cases))},
        "statements": {"statements": dict(statements)},
    }
    if row["state"] != "draft":
        rules = get_rules(stage.session, "application_declarations", beijing_today(now())).body
        codes = tuple(item["code"] for item in rules["declarations"])
        sections["declarations"] = {"declarations": codes}
    for code, values in sections.items():
        save_section(stage.session, member, application, code, values, application.version)


def _facts(case: Case, at: int) -> CaseFacts:
    accepted = beijing_today(now()) - timedelta(days=120 + 70 * at)
    return CaseFacts(
        case_id=case.id,
        accepted_on=accepted.isoformat(),
        client_is_sme=at % 2 == 0,
        on_time=True,
        first_pass=at == 0,
        is_repeat=at % 2 == 1,
        client_rating=4 + at % 2,
    )


def _attach(stage: Stage, application: Application, *, proven: bool) -> None:
    """Hand in the materials that must be there, and, where proven, an acceptance a case."""
    member = stage.member_of(application.organisation_id)
    asked = {
        item["code"]: item["name"]
        for item in materials_for(application.call, application.track)
        if item["required"]
    }
    if proven:
        asked |= {f"case-{item['case_id']}": "验收单" for item in application.draft["cases"]}
    for place, (code, name) in enumerate(asked.items(), 1):
        file = keep_evidence(
            stage.session,
            member,
            demo_pdf(f"{application.number} {place}"),
            f"{name}.pdf",
            stage.folder,
            organisation_id=application.organisation_id,
            scanner=stage.scanner,
        )
        attach_file(stage.session, member, application, code, file)


def _review(stage: Stage, row: Mapping[str, Any], application: Application, started: int) -> None:
    clerk = stage.person(CLERK)
    if row["state"] == "rejected":
        with days_ago(started - 5, "15:30"):
            for check in list_checks(stage.session, application.id):
                if check.verdict == "manual":
                    decide_check(stage.session, clerk, check, "refused", row["words"])
            reject(
                stage.session,
                stage.person(REVIEWER),
                application,
                row["words"],
                seen_version=application.version,
            )
        return
    if row["state"] == "supplement":
        with days_ago(3, "10:45"):
            case_id = application.draft["cases"][0]["case_id"]
            ask_supplement(
                stage.session,
                clerk,
                application,
                row["words"],
                [Item(f"case-{case_id}", "盖章的验收单")],
                seen_version=application.version,
            )
        return
    with days_ago(started - 6, "11:15"):
        for check in list_checks(stage.session, application.id):
            if check.verdict == "manual":
                decide_check(stage.session, clerk, check, "accepted", "已核对材料，予以认可。")
        for file in application.files:
            if file.item.startswith("case-"):
                verify_file(stage.session, clerk, file, "original", seen_checked=file.checked)
        pass_formal(stage.session, clerk, application, seen_version=application.version)
