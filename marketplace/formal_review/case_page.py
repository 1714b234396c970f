"""Gathers everything the case page shows; reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..applications.asking import asked_of, in_names, item_names
from ..applications.lifecycle import STATES, TONES
from ..applications.models import Application, ApplicationSnapshot
from ..applications.progress import now_of
from ..applications.trail import trail_items
from ..audit.queries import list_trail
from ..catalogue.shown import tier_names
from ..listings.desk_views import shown_decisions
from ..listings.queries import list_decisions_on
from ..permissions import GRANTS, Viewer
from ..rules.queries import get_rules
from ..taxonomy.queries import get_taxonomy
from ..web.filters import show_date
from .facts import get_review_rules
from .forms import AskForm, ExtendForm, RejectForm
from .judging import FAIL, MANUAL
from .models import FormalCheck, Supplement
from .policy import may_review
from .possible import Situation, possible
from .possible_later import Action
from .progress import due_of, life_line
from .queries import (
    find_open_supplement,
    find_snapshot,
    list_checks,
    list_handlers,
    list_supplements,
)
from .rounds import comparing, rounds_of
from .services import reason_of_rejection
from .shown import (
    FILE_CHECK_NAMES,
    KINDS,
    case_rows,
    file_rows,
    list_people,
    rule_rows,
    snapshot_facts,
)
from .standing import Standing, outcome_of, standing_of
from .supplements import get_flow

SHOWN_TRAIL = 12


def case_context(
    session: Session, viewer: Viewer, application: Application, today: date
) -> dict[str, Any]:
    """Return the context of the case page, but for its forms."""
    snapshot = find_snapshot(session, application.id)
    checks = list_checks(session, application.id)
    supplements = list_supplements(session, application.id)
    trail = list_trail(session, "application", application.id)
    standing = standing_of(checks, snapshot.taken_at if snapshot else None)
    flow = get_flow(session, today)
    actions, refusals = possible(_situation(viewer, application, standing, supplements, flow))
    loud, passed = rule_rows(checks)
    names = item_names(application, asked_of(session, application))
    return {
        **_head(session, viewer, application, names, today),
        "tier_decisions": _tier_decisions(session, viewer, application, today),
        "clear": standing.is_clear and application.state == "formal_review",
        "line": life_line(
            application.state,
            application.submitted_at,
            trail,
            rounds=len(supplements),
            percent=application.call.site_check_percent,
            experts=flow["experts_per_application"],
        ),
        "standing": standing,
        "loud": loud,
        "passed": passed,
        "rounds": rounds_of(
            supplements, application.snapshots, comparing(application, checks), names, today
        ),
        "most_rounds": flow["supplement_rounds"],
        "actions": [item for item in map(_linked(application), actions) if item],
        "refusals": refusals,
        "trail": trail_items(trail[-SHOWN_TRAIL:]),
        "older": trail_items(trail[:-SHOWN_TRAIL]),
        **_snapshot(session, application, snapshot),
    }


def _head(
    session: Session,
    viewer: Viewer,
    application: Application,
    names: Mapping[str, str],
    today: date,
) -> dict[str, Any]:
    reviews = may_review(viewer, application)
    told = now_of(application, application.decisions, current_app.config["BUREAU_NAME"], today)
    return {
        "application": application,
        "state": (STATES[application.state], TONES[application.state]),
        "kind": KINDS[application.kind],
        "tier": _tier(session, application, today),
        "due": due_of(application.due_on, today),
        "handler": application.handler.display_name if application.handler else "",
        "handlers": list_handlers(session, application.region_code) if reviews else [],
        "may_decide": reviews and application.state == "formal_review",
        "rules_number": get_review_rules(session, today).number,
        "told": replace(told, text=in_names(told.text, names)),
        "decisions": [(item, in_names(item.reason, names)) for item in application.decisions],
        "report_url": _report_url(application),
    }


def _tier_decisions(
    session: Session, viewer: Viewer, application: Application, today: date
) -> list[Any]:
    """Return the decisions on the tier, newest first; they are taken on the page of the tier."""
    if not viewer.may("unit:decision:view"):
        return []
    decisions = list(list_decisions_on(session, application.id))
    shown = shown_decisions(decisions, viewer, today)
    return [replace(item, waits=False, blocked="") for item in shown]


def _snapshot(
    session: Session, application: Application, snapshot: ApplicationSnapshot | None
) -> dict[str, Any]:
    if snapshot is None:
        return {"snapshot": None}
    taxonomy = get_taxonomy(session)
    return {
        "snapshot": snapshot,
        "facts": snapshot_facts(snapshot.body, taxonomy),
        "cases": case_rows(snapshot.body, taxonomy),
        "files": file_rows(application, snapshot, list_people(session, application)),
        "file_checks": [
            (code, str(name)) for code, (name, _tone) in FILE_CHECK_NAMES.items() if code
        ],
    }


def _tier(session: Session, application: Application, today: date) -> tuple[str, str] | None:
    names = tier_names(get_rules(session, "tiers", today).body)
    code = application.asked_tier
    return (code, names[code]) if code in names else None


def _situation(
    viewer: Viewer,
    application: Application,
    standing: Standing,
    supplements: Sequence[Supplement],
    flow: dict[str, Any],
) -> Situation:
    open_round = next((item for item in supplements if not item.outcome), None)
    return Situation(
        state=application.state,
        held=frozenset().union(*(GRANTS[role] for role in viewer.roles)),
        standing=standing,
        rounds=len(supplements),
        most_rounds=flow["supplement_rounds"],
        extended=bool(open_round and open_round.extended),
        extension_days=flow["supplement_extension_days"],
        experts=flow["experts_per_application"],
        due=show_date(application.due_on),
    )


def _linked(application: Application) -> Any:
    """Return what turns an action into a row of the page: with its address, or None without one."""
    here = url_for("formal_review.case", number=application.number)
    forms = {"pass": "formal_review.let_pass", "recheck": "formal_review.recheck"}

    def linked(action: Action) -> dict[str, Any] | None:
        row = {
            "label": action.label,
            "note": action.note,
            "tone": action.tone,
            "symbol": action.symbol,
            "post": action.place in forms,
        }
        if action.place.startswith("#"):
            return {**row, "url": f"{here}?do={action.place[1:]}{action.place}"}
        url = _address(forms.get(action.place, action.place), application)
        return {**row, "url": url} if url else None

    return linked


def _address(endpoint: str, application: Application) -> str | None:
    """Return the address of a page of this or another room; None when the room has no such page."""
    if endpoint not in current_app.view_functions:
        return None
    known = {"number": application.number, "provider_id": application.provider_id}
    takes = current_app.url_map.is_endpoint_expecting
    return url_for(endpoint, **{name: known[name] for name in known if takes(endpoint, name)})


def _report_url(application: Application) -> str | None:
    return _address("board.application_report", application)


def ask_form(checks: Sequence[FormalCheck], version: int) -> AskForm:
    """Return the form of a round of supplements, begun from the checks that do not hold."""
    form = AskForm(formdata=None, data={"version": str(version)})
    form.offer(
        {
            check.rule_code: _("%(name)s：%(fact)s", name=check.rule_name, fact=check.fact)[:300]
            for check in checks
            if outcome_of(check.verdict, check.decision) in {MANUAL, FAIL}
        }
    )
    return form


def plain_forms(session: Session, viewer: Viewer, application: Application) -> dict[str, Any]:
    """Return the empty forms that exist in this state for the viewer, and what a rejection quotes."""
    if not may_review(viewer, application):
        return {}
    version = {"version": str(application.version)}
    if application.state == "supplement":
        open_round = find_open_supplement(session, application.id)
        if open_round is None or open_round.extended:
            return {}
        return {"extend": ExtendForm(formdata=None, data={**version, "days": 3})}
    if application.state != "formal_review":
        return {}
    return {
        "ask": ask_form(list_checks(session, application.id), application.version),
        "reject": RejectForm(formdata=None, data=version),
        "quoted": reason_of_rejection(session, application),
    }
