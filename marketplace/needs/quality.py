"""How clearly a need is written: points for what is said, none for length. Pure.

The items, their points and their conditions are the rule set `need_quality`; this module only
evaluates the few kinds of condition it may use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class QualityItem:
    """One thing a need should say: where, what it is worth, and the words for it."""

    code: str
    group: str
    section: str
    anchor: str
    gain: int
    clear: str
    missing: str
    ask: str


@dataclass(frozen=True, slots=True)
class QualityGroup:
    """One line of the reviewer's overview."""

    label: str
    got: int
    most: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """The score of a need, 0 to 100, with what earned it and what is missing."""

    score: int
    clear: tuple[QualityItem, ...]
    missing: tuple[QualityItem, ...]
    groups: tuple[QualityGroup, ...]
    review_at: int
    match_at: int

    @property
    def is_reviewable(self) -> bool:
        """Whether the need is clear enough to be accepted without further questions."""
        return self.score >= self.review_at

    @property
    def is_matchable(self) -> bool:
        """Whether the need is clear enough to be matched at once."""
        return self.score >= self.match_at


def score_need(need: Any, rules: Mapping[str, Any]) -> Quality:
    """Return the quality of a need (a row, or anything with its attributes) by these rules."""
    clear: list[QualityItem] = []
    missing: list[QualityItem] = []
    for entry in rules["items"]:
        item = QualityItem(**{key: value for key, value in entry.items() if key != "when"})
        (clear if _holds(entry["when"], need) else missing).append(item)
    return Quality(
        score=sum(item.gain for item in clear),
        clear=tuple(clear),
        missing=tuple(sorted(missing, key=lambda item: -item.gain)),
        groups=tuple(_group(group, clear, missing) for group in rules["groups"]),
        review_at=rules["thresholds"]["review"],
        match_at=rules["thresholds"]["match"],
    )


def _group(
    group: Mapping[str, str], clear: list[QualityItem], missing: list[QualityItem]
) -> QualityGroup:
    code = group["code"]
    got = sum(item.gain for item in clear if item.group == code)
    lacking = [item for item in missing if item.group == code]
    return QualityGroup(
        label=group["label"],
        got=got,
        most=got + sum(item.gain for item in lacking),
        missing=tuple(item.missing for item in lacking),
    )


def _holds(when: Mapping[str, Any], need: Any) -> bool:
    [(kind, wanted)] = when.items()
    return _CONDITIONS[kind](wanted, need)


def _filled(name: str, need: Any) -> bool:
    value = getattr(need, name)
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _mentions(wanted: Mapping[str, Any], need: Any) -> bool:
    text = getattr(need, wanted["field"]) or ""
    return any(word in text for word in wanted["words"])


def _beyond(wanted: Mapping[str, Any], need: Any) -> bool:
    """Whether something of substance is left when the all-purpose words are taken out."""
    text = getattr(need, wanted["field"]) or ""
    for word in sorted(wanted["words"], key=len, reverse=True):
        text = text.replace(word, "")
    return len(re.findall(r"\w", text)) >= 2


def _figure(name: str, need: Any) -> bool:
    return bool(re.search(r"\d", getattr(need, name) or ""))


def _goal(aspect: str, need: Any) -> bool:
    goals = [goal for goal in need.goals or () if goal.get("indicator")]
    if not goals:
        return False
    if aspect == "units":
        return all(str(goal.get("unit") or "").strip() for goal in goals)
    return any(goal.get(aspect) not in (None, "") for goal in goals[:1])


_CONDITIONS = {
    "filled": _filled,
    "known": lambda name, need: getattr(need, name) is not None,
    "mentions": _mentions,
    "beyond": _beyond,
    "figure": _figure,
    "goal": _goal,
    "any": lambda options, need: any(_holds(option, need) for option in options),
    "all": lambda options, need: all(_holds(option, need) for option in options),
}
