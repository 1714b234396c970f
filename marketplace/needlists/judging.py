"""One row of an import between the readers and the table: kept as JSON, judged again from it.

Pure. Adds to the readers' verdict what only the site knows: how long a text may be, which county
the unit may import, which need is here already, what a person decided.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from .notices import ELSEWHERE, EXCLUDED, OUTSIDE, TOO_LONG, TWIN
from .understanding import (
    LABELS,
    Budget,
    RowVerdict,
    TableContext,
    Vocabulary,
    recheck_row,
    row_key,
)

ACTIONS: Final = {
    "import": "import",
    "review": "review",
    "skip_duplicate": "duplicate",
    "reject": "reject",
    "ignore_blank": "blank",
    "ignore_note": "note",
}
"""The readers' actions as the site names them."""

DATA_ACTIONS: Final = frozenset({"import", "review", "duplicate", "reject"})
LONGEST: Final = {"company": 120, "title": 160, "contact": 60}
FIXABLE: Final = (
    "company",
    "title",
    "industry",
    "region",
    "budget",
    "deadline",
    "contact",
    "phone",
    "description",
    "goal",
    "scene",
    "disclosure",
    "uscc",
)
"""Fields a person may set, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people set and decided about one row."""

    values: Mapping[str, str]
    confirmed: frozenset[str] = frozenset()
    excluded: bool = False
    distinct: bool = False

    @classmethod
    def of(cls, fixes: Mapping[str, Any]) -> Decisions:
        """Read the decisions kept in a row."""
        return cls(
            dict(fixes.get("values", {})),
            frozenset(fixes.get("confirmed", ())),
            bool(fixes.get("excluded")),
            bool(fixes.get("distinct")),
        )


@dataclass(frozen=True, slots=True)
class Twin:
    """Something that says the same already: the words to name it, and the need if it is one."""

    words: str
    need_id: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A row as it is to be kept."""

    action: str
    understood: dict[str, Any]
    warnings: list[str]
    twin_key: str
    twin_id: int | None = None


def raw_of(verdict: RowVerdict) -> dict[str, Any]:
    """Return what is kept of a row as it came: everything needed to judge it again."""
    return {
        "cells": dict(verdict.raw),
        "notes": list(verdict.notes),
        "text": verdict.text,
        "table": verdict.table,
        "action": ACTIONS[verdict.action],
    }


def verdict_of(raw: Mapping[str, Any], sheet: str, excel_row: int) -> RowVerdict:
    """Return the bare verdict of a kept row, ready to be judged again."""
    return RowVerdict(
        excel_row,
        sheet,
        next(ours for ours, name in ACTIONS.items() if name == raw["action"]),
        raw["table"],
        raw["cells"],
        tuple(raw["notes"]),
        text=raw["text"],
    )


def key_of_row(verdict: RowVerdict) -> str:
    """Return what is equal for rows of the same company and title; empty when unknown."""
    key = row_key(verdict)
    return hashlib.sha256(key.encode()).hexdigest() if key else ""


def judge_again(
    verdict: RowVerdict, decisions: Decisions, context: TableContext, vocabulary: Vocabulary
) -> RowVerdict:
    """Return the readers' verdict on a row with what people set in it."""
    return recheck_row(verdict, decisions.values, context, vocabulary, decisions.confirmed)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The region a unit may import for: `is_strict` for offices below another unit of the site.

    Rows from elsewhere wait for a person in a district office. The bureau at the top takes them
    without a county, since there is nobody else on the site to hand them to.
    """

    prefix: str
    is_strict: bool

    def includes(self, region_code: str) -> bool:
        """Whether the unit handles rows of this region."""
        return region_code.startswith(self.prefix)


def judge(verdict: RowVerdict, decisions: Decisions, bounds: Bounds, twin: Twin | None) -> Judged:
    """Return the site's verdict; `bounds` are what the unit may import."""
    if not verdict.is_data:
        return Judged(ACTIONS[verdict.action], {}, [], "")
    action, warnings = ACTIONS[verdict.action], list(verdict.warnings)
    for name, most in LONGEST.items():
        if len(verdict.value(name) or "") > most:
            warnings.append(f"{TOO_LONG}:{LABELS[name]}")
            action = "review" if action == "import" else action
    understood, region = understood_of(verdict), verdict.value("region")
    if region and not bounds.includes(region):
        warnings.append(OUTSIDE if bounds.is_strict else ELSEWHERE)
        if bounds.is_strict:
            action = "review" if action == "import" else action
        else:
            understood["region"]["value"] = None
    twin_id = None
    if twin and not decisions.distinct and action in {"import", "review"}:
        action, twin_id = "duplicate", twin.need_id
        warnings = [twin.words]
    if decisions.excluded:
        action, warnings = "reject", [EXCLUDED]
    return Judged(action, understood, warnings, key_of_row(verdict), twin_id)


def as_twin_of_need(number: str, need_id: int) -> Twin:
    """Return the twin that is a need in the database."""
    return Twin(f"{TWIN}:{number}", need_id)


def as_twin_of_row(name: str) -> Twin:
    """Return the twin that is an earlier row of the same file."""
    return Twin(f"duplicate_of:{name}")


def understood_of(verdict: RowVerdict) -> dict[str, Any]:
    """Return the fields as understood, ready for JSON; empty ones are left out."""
    found = {}
    for name, field in verdict.fields.items():
        value = _plain(field.value)
        if value is None and not field.warnings and not field.candidates:
            continue
        found[name] = {
            "value": value,
            "warnings": list(field.warnings),
            "candidates": list(field.candidates),
        }
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Budget):
        return {"kind": value.kind, "min_wan": value.min_wan, "max_wan": value.max_wan}
    return value.isoformat() if isinstance(value, date) else value
