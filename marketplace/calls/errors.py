"""What keeps a call from being published, in words a person can act on."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InvalidInput
from .fairness import Finding


class Unfinished(InvalidInput):
    """Something the call needs is missing or does not fit."""

    title = "征集内容还不完整"


class Unfair(InvalidInput):
    """The words of the call hold a condition that fair competition does not allow."""

    title = "条件不符合公平竞争要求"

    def __init__(self, what: str, kept: str, next_step: str, findings: Sequence[Finding]) -> None:
        super().__init__(what, kept, next_step)
        self.findings = tuple(findings)
