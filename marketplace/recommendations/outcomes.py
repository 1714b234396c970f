"""What a page shows of a ranking: the recommended in full, of all others the counts and the first few.

Made from a ranking just computed, of which only these are put into words, or from a saved result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..matching.gates import GATE_NAMES
from ..matching.results import RECOMMENDED, UNFIT, WEAK, Ranking

MOST_RECOMMENDED = 10
"""A manufacturer leaves with three to ten providers [domain.md]; the rest are told their place."""
MOST_SHOWN = 30
BEHIND = "behind"
Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Those left out for one reason: its code (a fit, `BEHIND` or a gate), how many, the first few."""

    code: str
    count: int
    first: list[Result]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A ranking as a page shows it. `excluded_by` counts the excluded by the key of the condition."""

    recommended: list[Result]
    left: list[Group]
    excluded_by: Mapping[str, int]

    @property
    def left_count(self) -> int:
        """How many are left out."""
        return sum(group.count for group in self.left)


def outcome_of(ranking: Ranking) -> Outcome:
    """Return what to show of a ranking just computed."""
    fits, gates = ranking.fit_counts(), ranking.gate_counts()
    behind = ranking.of_fit(RECOMMENDED, MOST_SHOWN, after=MOST_RECOMMENDED, brief=True)
    left = [
        Group(BEHIND, max(0, fits[RECOMMENDED] - MOST_RECOMMENDED), _plain(behind)),
        *(
            Group(fit, fits[fit], _plain(ranking.of_fit(fit, MOST_SHOWN, brief=True)))
            for fit in (WEAK, UNFIT)
        ),
        *(
            Group(gate, gates[gate], _plain(ranking.of_gate(gate, MOST_SHOWN)))
            for gate in GATE_NAMES
            if gate in gates
        ),
    ]
    return Outcome(
        _plain(ranking.recommended(MOST_RECOMMENDED)),
        [group for group in left if group.count],
        ranking.excluded_by(),
    )


def outcome_saved(result: Mapping[str, list[Result]]) -> Outcome:
    """Return what to show of a saved result."""
    fitting = [item for item in result["placed"] if item["fit"] == RECOMMENDED]
    groups = {BEHIND: fitting[MOST_RECOMMENDED:]}
    for fit in (WEAK, UNFIT):
        groups[fit] = [item for item in result["placed"] if item["fit"] == fit]
    for gate in GATE_NAMES:
        groups[gate] = [item for item in result["excluded"] if item["gate"] == gate]
    excluded_by: dict[str, int] = {}
    for item in result["excluded"]:
        if key := item.get("constraint"):
            excluded_by[key] = excluded_by.get(key, 0) + 1
    return Outcome(
        fitting[:MOST_RECOMMENDED],
        [Group(code, len(rows), rows[:MOST_SHOWN]) for code, rows in groups.items() if rows],
        excluded_by,
    )


def _plain(items: Iterable[Any]) -> list[Result]:
    return [asdict(item) for item in items]
