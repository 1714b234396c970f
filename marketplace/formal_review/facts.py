"""Gathers the facts the rules need beside the snapshot; reads only."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.uscc import tidy_uscc
from ..applications.models import Application, ApplicationSnapshot
from ..applications.snapshots import digest_of
from ..listings.models import ListingDecision
from ..rules.queries import Rules, get_rules
from ..web.filters import beijing_today
from .judging import Dishonest, Facts


def get_review_rules(session: Session, on: date) -> Rules:
    """Return the rules of formal review in force on a day."""
    return get_rules(session, "formal_review", on)


def gather_facts(
    session: Session,
    application: Application,
    snapshot: ApplicationSnapshot,
    rules: dict[str, Any],
    today: date,
) -> Facts:
    """Return the facts on one application; `rules` is the body of the rule set."""
    return Facts(
        today=today,
        submitted_on=beijing_today(application.submitted_at or snapshot.taken_at),
        materials=application.call.materials,
        declarations=_declarations(session, rules, today),
        dishonest=_dishonest(session, today),
        cases_needed={
            item["track"]: {name: int(count) for name, count in item.items() if name != "track"}
            for item in rules["cases_needed"]
        },
        tier_names={
            tier["code"]: tier["name"] for tier in get_rules(session, "tiers", today).body["tiers"]
        },
        reapply_after=_reapply_after(session, application.provider_id),
        digest_kept=snapshot.digest,
        digest_now=digest_of(snapshot.body),
    )


def _declarations(session: Session, rules: dict[str, Any], on: date) -> dict[str, str]:
    """Return the declarations that must be signed, by code: those the rule names, or all required."""
    named = {
        code
        for rule in rules["rules"]
        if rule["kind"] == "declarations"
        for code in str(rule["parameter"]).split()
    }
    return {
        item["code"]: item["text"].rstrip("。")
        for item in get_rules(session, "application_declarations", on).body["declarations"]
        if (item["code"] in named if named else item["required"])
    }


def _dishonest(session: Session, today: date) -> dict[str, Dishonest]:
    found: dict[str, Dishonest] = {}
    for entry in get_rules(session, "dishonesty_list", today).body["entries"]:
        try:
            until = date.fromisoformat(str(entry["until"]).strip())
        except ValueError:
            # A day nobody can read must not let a listed one through.
            until = date.max
        code = tidy_uscc(str(entry["uscc"]))
        if code not in found or found[code].until < until:
            found[code] = Dishonest(until, str(entry["source"]))
    return found


def _reapply_after(session: Session, provider_id: int) -> date | None:
    """Return until when the provider may not apply again, by the removals in force."""
    return session.scalar(
        select(ListingDecision.reapply_after)
        .where(
            ListingDecision.provider_id == provider_id,
            ListingDecision.state == "in_force",
            ListingDecision.reapply_after.is_not(None),
        )
        .order_by(ListingDecision.reapply_after.desc())
        .limit(1)
    )
