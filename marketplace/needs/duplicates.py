"""Which other needs say the same: a plain likeness of texts, explained. Pure.

Likeness is Dice's coefficient of the character pairs of title and problem (twice the pairs in
common over the pairs of both; Dice 1945), which needs no dictionary and is not fooled by
word order: '壳体外观检测' and '检测壳体外观' share 4 of 5 pairs, likeness 0.8. The same company and
the same scene raise it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from .models import Need

SAME_COMPANY, SAME_SCENE = 0.3, 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A need that may be the same, how alike (0 to 1), what agrees and what differs."""

    need: Need
    likeness: float
    same: tuple[str, ...]
    different: tuple[str, ...]


def text_likeness(one: str, other: str) -> float:
    """Return Dice's coefficient of the character pairs of two texts, 0 to 1."""
    left, right = _pairs(one), _pairs(other)
    size = left.total() + right.total()
    return 2 * (left & right).total() / size if size else 0.0


def _pairs(text: str) -> Counter[str]:
    tight = "".join(re.findall(r"\w", text.lower()))
    return Counter(tight[place : place + 2] for place in range(len(tight) - 1))


def find_alike(
    need: Need, others: Iterable[Need], at_least: float, most: int = 5
) -> list[Candidate]:
    """Return the needs most like this one, likest first."""
    found = [_compare(need, other) for other in others if other.id != need.id]
    found = [item for item in found if item.likeness >= at_least]
    return sorted(found, key=lambda item: (-item.likeness, item.need.id))[:most]


def _compare(need: Need, other: Need) -> Candidate:
    likeness = max(
        text_likeness(need.title, other.title),
        text_likeness(need.title + need.pain, other.title + other.pain),
    )
    same, different = [], []
    if _company(need) and _company(need) == _company(other):
        same.append(_("企业"))
        likeness += SAME_COMPANY
    else:
        different.append(_("企业"))
    if need.scene_id and need.scene_id == other.scene_id:
        same.append(_("场景"))
        likeness += SAME_SCENE
    elif need.scene_id and other.scene_id:
        different.append(_("场景"))
    for label, name in ((_("行业"), "industry_code"), (_("数据能否出厂"), "data_may_leave")):
        mine, theirs = getattr(need, name), getattr(other, name)
        if mine is not None and theirs is not None:
            (same if mine == theirs else different).append(label)
    if need.budget_max_yuan != other.budget_max_yuan:
        different.append(_("预算"))
    return Candidate(other, min(1.0, round(likeness, 2)), tuple(same), tuple(different))


def _company(need: Need) -> str:
    return need.company_uscc or need.company_name
