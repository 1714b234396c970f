"""The words a need is matched by: the one list of its fields that count, whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable

from .models import Need
from .shown import ShownNeed


def matched_lines(need: Need | ShownNeed, problem: str, goals: Iterable[str]) -> list[str]:
    """Return what counts of a need beside its title, line by line; empty fields are left out.

    `problem` and `goals` as the reader at hand may have them.
    """
    lines = (problem, *goals, need.success_criterion, need.data_kinds, need.site_constraints)
    return [line for line in lines if line]
