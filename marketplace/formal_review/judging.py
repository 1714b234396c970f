"""What the rules of formal review work on and give: rule, facts, verdict; pure.

A rule is one entry of the rule set `formal_review`. Its predicate (see `predicates`) looks at the
body of a snapshot and at `Facts`, and says in one sentence what it found; whether what it found
is a definite failure or is left to a person is the rule's `on_fail`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

PASS, MANUAL, FAIL = "pass", "manual", "fail"

_CASE_ITEM = re.compile(r"case[-:]?(\d{1,10})$")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `parameter` is a text the predicate reads, `on_fail` "fail" or "manual"."""

    code: str
    name: str
    kind: str
    parameter: str = ""
    on_fail: str = MANUAL


@dataclass(frozen=True, slots=True)
class Finding:
    """What a predicate found: holds, does not hold, or `holds` None when it cannot tell."""

    holds: bool | None
    fact: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule's verdict with the fact it rests on."""

    rule: Rule
    verdict: str
    fact: str


@dataclass(frozen=True, slots=True)
class Dishonest:
    """An entry of the list of seriously dishonest: until when it counts, and who says so."""

    until: date
    source: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules need beside the snapshot, gathered from the database beforehand.

    `today` is the day of the check (lists and bars count by it), `submitted_on` the day of the
    first submission (ages and validities count by it). `materials` is that of the call;
    `cases_needed` by track and tier; the digests are the one kept and the one computed again.
    """

    today: date
    submitted_on: date
    materials: Sequence[Mapping[str, Any]] = ()
    declarations: Mapping[str, str] = field(default_factory=dict)
    dishonest: Mapping[str, Dishonest] = field(default_factory=dict)
    cases_needed: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    tier_names: Mapping[str, str] = field(default_factory=dict)
    reapply_after: date | None = None
    digest_kept: str = ""
    digest_now: str = ""


def rules_of(body: Mapping[str, Any]) -> list[Rule]:
    """Return the rules of the rule set's body, in its order."""
    return [
        Rule(
            code=str(item["code"]),
            name=str(item["name"]),
            kind=str(item["kind"]),
            parameter=str(item["parameter"]),
            on_fail=FAIL if item["on_fail"] == FAIL else MANUAL,
        )
        for item in body["rules"]
    ]


def case_of_item(item: str) -> int | None:
    """Return the id of the case a file is attached to: 'case-12' → 12; None for materials."""
    found = _CASE_ITEM.match(item)
    return int(found[1]) if found else None


def months_before(day: date, months: int) -> date:
    """Return the same day `months` earlier, or the last of a shorter month.

    2026-10-29, 24 months → 2024-10-29; 2026-03-31, 1 month → 2026-02-28.
    """
    number = day.year * 12 + day.month - 1 - months
    year, month = divmod(number, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)
