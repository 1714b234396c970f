"""Runs the rules over the latest snapshot and keeps each verdict; the worker's part.

Runs again after each supplement and whenever rules changed. Safe to repeat: what a person said
stands as long as the fact they saw is the same, and nothing is written when nothing changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from ..applications.models import Application, ApplicationSnapshot
from ..audit.services import record
from ..db import now
from ..permissions import Viewer
from ..web.filters import beijing_today
from .facts import gather_facts, get_review_rules
from .judging import Verdict, rules_of
from .models import FormalCheck
from .predicates import judge
from .queries import find_snapshot, list_checks
from .standing import outcome_of
from .steps import hold
from .supplements import close_handed_in

CHECK_TOPIC: Final = "formal_review"


def run_due_checks(session: Session, payloads: Sequence[dict[str, Any]]) -> None:
    """Run the rules for the applications named by the tasks; those gone on since are left alone."""
    for application_id in dict.fromkeys(payload["application_id"] for payload in payloads):
        application = session.get(Application, application_id)
        if application is not None:
            run_checks(session, application)


def run_checks(session: Session, application: Application, actor: Viewer | None = None) -> bool:
    """Judge every rule anew; return whether anything changed.

    Closes the round of supplements that was handed in. Does nothing outside the formal review.
    `actor` is who asked for it, None the worker.
    """
    hold(session, application)
    snapshot = find_snapshot(session, application.id)
    if application.state != "formal_review" or snapshot is None:
        return False
    close_handed_in(session, application, snapshot)
    at = now()
    rules = get_review_rules(session, beijing_today(at)).body
    facts = gather_facts(session, application, snapshot, rules, beijing_today(at))
    verdicts = [judge(rule, snapshot.body, facts) for rule in rules_of(rules)]
    if not _keep(session, application, snapshot, verdicts):
        return False
    checks = list_checks(session, application.id)
    outcomes = [outcome_of(check.verdict, check.decision) for check in checks]
    record(
        session,
        actor,
        "application.checked",
        ("application", application.id),
        number=application.number,
        snapshot=snapshot.ordinal,
        **{name: outcomes.count(name) for name in ("pass", "manual", "fail")},
    )
    return True


def _keep(
    session: Session,
    application: Application,
    snapshot: ApplicationSnapshot,
    verdicts: Sequence[Verdict],
) -> bool:
    """Make the checks of the application what the verdicts say; return whether any changed."""
    kept = {check.rule_code: check for check in list_checks(session, application.id)}
    at, changed = max(now(), snapshot.taken_at), False
    for verdict in verdicts:
        check = kept.pop(verdict.rule.code, None)
        if check is None:
            check = FormalCheck(application_id=application.id, rule_code=verdict.rule.code)
            session.add(check)
        elif _is_same(check, verdict) and check.checked_at >= snapshot.taken_at:
            continue
        elif not _is_same(check, verdict):
            # What a person decided was decided on another fact.
            check.decision, check.note = "", ""
            check.decided_at, check.decided_by_id = None, None
        check.rule_name = verdict.rule.name[:80]
        check.verdict, check.fact, check.checked_at = verdict.verdict, verdict.fact, at
        changed = True
    for gone in kept.values():
        session.delete(gone)
        changed = True
    session.flush()
    return changed


def _is_same(check: FormalCheck, verdict: Verdict) -> bool:
    return (check.verdict, check.fact, check.rule_name) == (
        verdict.verdict,
        verdict.fact,
        verdict.rule.name[:80],
    )
