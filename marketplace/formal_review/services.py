"""Verbs of formal review: judge what rules could not, pass, refuse to accept, assign, verify.

Rounds of supplements stand in `supplements`, the run of the rules in `checking`.
"""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _
from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from ..applications.models import Application, ApplicationFile, ApplicationSnapshot
from ..applications.steps import take
from ..audit.services import record
from ..db import now
from ..errors import InvalidInput, NotPermitted
from ..msgids import N_
from ..permissions import Viewer
from ..providers.verifying import mark_cases_checked
from ..web.filters import beijing_today
from .checking import CHECK_TOPIC, run_checks, run_due_checks
from .errors import Blocked
from .judging import FAIL, MANUAL, case_of_item
from .models import FormalCheck
from .policy import may_review
from .queries import find_snapshot, list_checks, list_handlers
from .standing import Standing, outcome_of, standing_of
from .steps import changed_meanwhile, hold, touch
from .supplements import (
    Item,
    ask_supplement,
    close_supplement,
    extend_supplement,
    get_flow,
    lapse_due_supplements,
)

__all__ = [
    "CHECK_TOPIC",
    "Item",
    "ask_supplement",
    "assign_handler",
    "close_supplement",
    "decide_check",
    "extend_supplement",
    "get_standing",
    "lapse_due_supplements",
    "pass_formal",
    "reject",
    "run_checks",
    "run_due_checks",
    "verify_file",
]

FILE_CHECKS: Final = ("original", "client", "pending")
"""已核原件, 甲方电话确认, 待认可."""
PROVEN: Final = frozenset({"original", "client"})
_UNCHANGED = N_("申请没有变化。")


def get_standing(session: Session, application: Application) -> Standing:
    """Return how the checks of an application stand."""
    snapshot = find_snapshot(session, application.id)
    return standing_of(
        list_checks(session, application.id), snapshot.taken_at if snapshot else None
    )


def decide_check(
    session: Session,
    actor: Viewer,
    check: FormalCheck,
    decision: str,
    note: str,
    *,
    seen_version: int | None = None,
) -> None:
    """Say on a check that waits for a person whether it is accepted or refused, or take it back.

    `decision` is "accepted", "refused" or "" (undecided again); a refusal needs words.
    `seen_version` is that of the application. Raises Blocked for what the rules decided and
    outside the formal review, Conflict when somebody else worked on the case meanwhile.
    """
    application = check.application
    _demand_reviewer(actor, application)
    if decision not in {"accepted", "refused", ""}:
        raise InvalidInput("请选择认可或不认可。", "这条判定没有变化。")
    if decision == "refused" and not note.strip():
        raise InvalidInput("不认可的，请写明理由；企业会看到。", "这条判定没有变化。")
    hold(session, application, check)
    if application.state != "formal_review":
        raise Blocked("申请不在形式审查中，不能认定。", "这条判定没有变化。", "请刷新页面。")
    if check.verdict != MANUAL:
        raise Blocked("这条由规则判定，不由人工认定。", "这条判定没有变化。")
    touch(session, application, seen_version)
    check.decision, check.note = decision, note.strip()
    check.decided_at = now() if decision else None
    check.decided_by_id = actor.user_id if decision else None
    session.flush()
    record(
        session,
        actor,
        "application.check_decided",
        ("application", application.id),
        number=application.number,
        rule=check.rule_code,
        decision=decision,
    )


def pass_formal(
    session: Session, actor: Viewer, application: Application, *, seen_version: int | None = None
) -> None:
    """Pass the application on to expert review, and mark the cases proven by checked documents.

    Raises Blocked while a check waits for a person, fails, or was made on an older snapshot.
    """
    hold(session, application)
    standing = get_standing(session, application)
    if application.state == "formal_review":
        _demand_clear(standing)
    take(session, actor, application, "pass_formal", seen_version=seen_version)
    snapshot = find_snapshot(session, application.id)
    if snapshot is not None:
        cases = proven_cases(application, snapshot)
        mark_cases_checked(session, actor, application.provider_id, cases)


def _demand_clear(standing: Standing) -> None:
    if not standing.is_current:
        raise Blocked(
            "规则还没有判定完最新的材料。", _UNCHANGED, "通常一分钟内完成，请稍后刷新页面。"
        )
    if standing.undecided:
        raise Blocked(
            _("还有%(codes)s须人工判定。", codes="、".join(standing.undecided)),
            _UNCHANGED,
            "请逐条认定后再办理。",
        )
    if standing.failed:
        raise Blocked(
            _("%(codes)s不通过。", codes="、".join(standing.failed)),
            _UNCHANGED,
            "可以要求补正；确实不符合条件的，由审核人员不予受理。",
        )


def proven_cases(
    application: Application, snapshot: ApplicationSnapshot
) -> list[dict[str, object]]:
    """Return the cases of the snapshot one of whose documents was checked."""
    handed_in = {item["key"] for item in snapshot.body["files"]}
    proven = {
        case_of_item(row.item)
        for row in application.files
        if row.checked in PROVEN and row.file.key in handed_in
    }
    return [case for case in snapshot.body["cases"] if case["case_id"] in proven]


def reject(
    session: Session,
    actor: Viewer,
    application: Application,
    words: str,
    *,
    seen_version: int | None = None,
) -> None:
    """Refuse to accept the application: quotes the rules that fail, and tells of the one appeal.

    Raises Blocked when no rule fails or the rules have not judged the latest material.
    """
    hold(session, application)
    if application.state == "formal_review":
        standing = get_standing(session, application)
        if not standing.is_current:
            _demand_clear(standing)
        if not standing.failed:
            raise Blocked(
                "没有不通过的规则，不能不予受理。", _UNCHANGED, "须人工判定的，请先逐条认定。"
            )
    reason = reason_of_rejection(session, application, words)
    take(session, actor, application, "reject", seen_version=seen_version, reason=reason)


def reason_of_rejection(session: Session, application: Application, words: str = "") -> str:
    """Return what the provider will read: each failing rule with its fact, and how to appeal."""
    lines = [_("不符合以下规则：")]
    for check in list_checks(session, application.id):
        if outcome_of(check.verdict, check.decision) == FAIL:
            fact = f"{check.fact}（{check.note}）" if check.note else check.fact
            lines.append(f"{check.rule_code} {check.rule_name}：{fact}")
    if words.strip():
        lines.append(words.strip())
    days = get_flow(session, beijing_today(now()))["appeal_within_days"]
    lines.append(_("对决定有异议的，可以在%(days)s个工作日内申诉一次。", days=days))
    return "\n".join(lines)


def assign_handler(
    session: Session,
    actor: Viewer,
    application: Application,
    handler_id: int | None,
    *,
    seen_handler_id: int | None,
) -> None:
    """Give the case to a person of the office, or to nobody.

    Raises InvalidInput for a person who may not review it, Conflict when it has gone to somebody
    else since it was with `seen_handler_id`.
    """
    _demand_reviewer(actor, application)
    name = _name_of_handler(session, application, handler_id)
    result = session.execute(
        update(Application)
        .where(
            Application.id == application.id,
            Application.handler_id.is_(None)
            if seen_handler_id is None
            else Application.handler_id == seen_handler_id,
        )
        .values(handler_id=handler_id)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise changed_meanwhile()
    session.refresh(application)
    record(
        session,
        actor,
        "application.assigned",
        ("application", application.id),
        number=application.number,
        to=name,
    )


def _name_of_handler(session: Session, application: Application, user_id: int | None) -> str:
    if user_id is None:
        return ""
    known = {user.id: user for user in list_handlers(session, application.region_code)}
    if user_id not in known:
        raise InvalidInput("请从名单中选择经手人。", "经手人没有变化。")
    return known[user_id].display_name


def verify_file(
    session: Session, actor: Viewer, row: ApplicationFile, checked: str, *, seen_checked: str
) -> None:
    """Say how far a file was verified: original seen, confirmed by the client, still open.

    Raises Blocked once the formal review is over: what it rested on must not change behind it.
    """
    application = row.application
    _demand_reviewer(actor, application)
    if checked not in FILE_CHECKS:
        raise InvalidInput("请选择核实程度。", "这件证据的核实程度没有变化。")
    hold(session, application)
    if application.state != "formal_review":
        raise Blocked("只在形式审查中核实证据。", "这件证据的核实程度没有变化。", "请刷新页面。")
    result = session.execute(
        update(ApplicationFile)
        .where(ApplicationFile.id == row.id, ApplicationFile.checked == seen_checked)
        .values(checked=checked, checked_by_id=actor.user_id, checked_at=now())
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise changed_meanwhile()
    session.refresh(row)
    record(
        session,
        actor,
        "application.file_checked",
        ("application", application.id),
        number=application.number,
        file=row.file.filename,
        checked=checked,
    )


def _demand_reviewer(actor: Viewer, application: Application) -> None:
    if not may_review(actor, application):
        raise NotPermitted(
            "您不能办理这份申请的形式审查。",
            "申请没有变化。",
            "如确需办理，请联系负责该批次的经办人。",
        )
