"""The rounds of supplements with what changed in each, as the case page shows them; reads only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from flask_babel import gettext as _

from ..applications.asking import name_of
from ..applications.changes import compare
from ..applications.models import Application, ApplicationSnapshot
from ..web.filters import show_date, show_moment
from .models import FormalCheck, Supplement

Changes = Callable[[Mapping[str, Any], Mapping[str, Any]], Sequence[Any]]
"""Compares the bodies of two snapshots; gives rows with `where`, `before`, `after`."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round: when asked, what, by whom, until when, how it ended, what changed."""

    ordinal: int
    facts: str
    words: str
    items: Sequence[Mapping[str, Any]]
    asked_by: str
    tag: tuple[str, str]
    answer: str
    changes: Sequence[Any]


def comparing(application: Application, checks: Sequence[FormalCheck]) -> Changes:
    """Return what compares snapshots of the application, naming materials and rules in words."""
    names = {check.rule_code: f"{check.rule_code} {check.rule_name}" for check in checks}
    names |= {item["code"]: item["name"] for item in application.call.materials}
    return partial(compare, names=names)


def rounds_of(
    supplements: Sequence[Supplement],
    snapshots: Sequence[ApplicationSnapshot],
    compare: Changes,
    names: Mapping[str, str],
    today: date,
) -> list[Round]:
    """Return the rounds, the latest first; `names` of materials and cases by code."""
    return [_round(item, snapshots, compare, names, today) for item in reversed(supplements)]


def _round(
    supplement: Supplement,
    snapshots: Sequence[ApplicationSnapshot],
    compare: Changes,
    names: Mapping[str, str],
    today: date,
) -> Round:
    before = [item for item in snapshots if item.taken_at <= supplement.asked_at]
    after = [item for item in snapshots if item.taken_at > supplement.asked_at]
    answered = supplement.outcome in {"answered", "explained"} and before and after
    due = show_date(supplement.due_on)
    limit = _("限%(day)s，已延长", day=due) if supplement.extended else _("限%(day)s", day=due)
    facts = _("%(at)s发出", at=show_moment(supplement.asked_at))
    if supplement.answered_at:
        facts += _("，%(at)s补回", at=show_moment(supplement.answered_at))
    return Round(
        ordinal=supplement.ordinal,
        facts=f"{facts}（{limit}）",
        words=supplement.words,
        items=[{**item, "code": name_of(item["code"], names)} for item in supplement.items],
        asked_by=supplement.asked_by.display_name if supplement.asked_by else "",
        tag=_tag(supplement, today),
        answer=supplement.answer,
        changes=compare(before[-1].body, after[0].body) if answered else (),
    )


def _tag(supplement: Supplement, today: date) -> tuple[str, str]:
    if supplement.outcome:
        return {
            "answered": (_("按期补回"), "ok"),
            "explained": (_("只作说明"), "info"),
            "lapsed": (_("逾期未补"), "bad"),
        }[supplement.outcome]
    if supplement.due_on < today:
        return _("已逾期"), "bad"
    return _("等企业补正"), "warn"
