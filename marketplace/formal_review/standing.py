"""Where the checks of an application stand together: what holds, what fails, what waits; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .judging import FAIL, MANUAL, PASS


class Check(Protocol):
    """What is looked at of a check; a row of `formal_check` is one."""

    rule_code: str
    rule_name: str
    verdict: str
    fact: str
    decision: str
    note: str
    checked_at: datetime


def outcome_of(verdict: str, decision: str) -> str:
    """Return what counts of a check: pass, fail, or manual while nobody has decided it."""
    if verdict != MANUAL:
        return verdict
    return {"accepted": PASS, "refused": FAIL}.get(decision, MANUAL)


@dataclass(frozen=True, slots=True)
class Standing:
    """The codes of the rules that pass, that wait for a person, and that fail.

    `is_current` tells whether every check was made on the latest snapshot.
    """

    passed: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    is_current: bool = False

    @property
    def is_clear(self) -> bool:
        """Whether nothing stands against passing: all rules judged, none waits, none fails."""
        return self.is_current and not self.undecided and not self.failed


def standing_of(checks: Sequence[Check], handed_in_at: datetime | None) -> Standing:
    """Return how the checks stand; `handed_in_at` is when the latest snapshot was taken."""
    by_outcome: dict[str, list[str]] = {PASS: [], MANUAL: [], FAIL: []}
    for check in checks:
        by_outcome[outcome_of(check.verdict, check.decision)].append(check.rule_code)
    return Standing(
        passed=tuple(by_outcome[PASS]),
        undecided=tuple(by_outcome[MANUAL]),
        failed=tuple(by_outcome[FAIL]),
        is_current=bool(checks)
        and handed_in_at is not None
        and all(check.checked_at >= handed_in_at for check in checks),
    )
