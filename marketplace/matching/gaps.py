"""Says what is missing where few providers fit a need: which condition keeps whom out, what nobody has or does.

Pure; the sentences are read by the manufacturer and the bureau as they stand. Counts are of providers that may be
placed on the day, so that a sentence can be checked against the directory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from .batch import Brief
from .columns import STEPS
from .constraints import BUDGET, EXCLUSION, MUST, NO_INDUSTRY, SCALE, Constraint
from .prepared import Flags, Ints, Prepared
from .results import RECOMMENDED
from .understanding import Understanding

OFFERS = 0.35
"""A text leaning this far to a capability is about it; as where the same work is recognised in `explaining`."""
MOST_CAPABILITIES = 1
CONDITION, LISTED, INDUSTRY, CAPABILITY, SCENE, WORDING = (
    "condition",
    "listing",
    "industry",
    "capability",
    "scene",
    "wording",
)


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing: of what kind, which (a constraint's key or a code), and the sentence that says so."""

    kind: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Supply:
    """What the directory has on a day, counted when asked for and kept; how many providers are `enough` for a need."""

    prepared: Prepared
    as_of: date
    enough: int
    kept: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)

    def offering(self, capability_id: str) -> int:
        """Count the providers with a text about a capability."""
        return self._count(CAPABILITY, capability_id)

    def claiming(self, scene_id: str) -> int:
        """Count the providers that claim a scene."""
        return self._count(SCENE, scene_id)

    def with_case_in(self, industry_code: str) -> int:
        """Count the providers with a case in an industry."""
        return self._count(INDUSTRY, industry_code)

    def _count(self, kind: str, code: str) -> int:
        known = self.kept.get((kind, code))
        if known is None:
            mark = np.zeros(len(self.prepared), dtype=np.bool_)
            mark[self._having(kind, code)] = True
            known = self.kept[kind, code] = int(np.count_nonzero(mark & self._listed()))
        return known

    def _listed(self) -> Flags:
        listed: Flags = self.prepared.listed & (self.prepared.valid_until >= self.as_of.toordinal())
        return listed

    def _having(self, kind: str, code: str) -> Ints:
        """Give the places of who has it, perhaps more than once."""
        prepared = self.prepared
        if kind == CAPABILITY:
            axis = prepared.unit_meaning.axes.get(code)
            if axis is None:
                return np.zeros(0, dtype=np.int32)
            leaning = prepared.unit_meaning.matrix[:, axis] >= OFFERS * STEPS
            return prepared.unit_provider[leaning]
        table = prepared.claimed_scenes if kind == SCENE else prepared.case_industries
        column = table.column(code)
        if column is None:
            return np.zeros(0, dtype=np.int32)
        return column[0] if kind == SCENE else prepared.unit_provider[column[0]]


def lacks_of(understanding: Understanding, brief: Brief, supply: Supply) -> tuple[Lack, ...]:
    """Say what is missing for a need; nothing when enough providers are recommended.

    Conditions first, those that keep most out before others, since they are the need's own to relax.
    """
    if brief.fit_counts[RECOMMENDED] >= supply.enough:
        return ()
    found = [
        *_conditions(understanding.constraints, brief),
        *_abilities(understanding, supply),
        *_industries(understanding, supply),
        *_unlisted(brief),
    ]
    return tuple(found) or (
        Lack(
            WORDING,
            "",
            "目录内有相关的服务商，但产品和案例与需求所说的对不上，可把现状和目标写得更具体",
        ),
    )


def _conditions(constraints: Iterable[Constraint], brief: Brief) -> Iterable[Lack]:
    counted = []
    for item in constraints:
        refused, unproven = brief.refused_fit.get(item.key, 0), brief.unproven.get(item.key, 0)
        if item.hard and refused:
            counted.append((refused, item.key, f"{_demand(item)}：另有{refused}家{_but(item)}"))
        if item.hard and unproven:
            text = f"{_demand(item)}：另有{unproven}家有相关能力，但{_unsaid(item)}"
            counted.append((unproven, item.key, text))
    for _count, key, text in sorted(counted, key=lambda each: -each[0]):
        yield Lack(CONDITION, key, text)


def _demand(item: Constraint) -> str:
    if item.kind == MUST:
        return f"要求“{item.label}”"
    return item.label if item.kind in (BUDGET, EXCLUSION, NO_INDUSTRY) else f"要求{item.label}"


def _but(item: Constraint) -> str:
    if item.kind == BUDGET:
        return "能力对口但起价超出"
    if item.kind in (EXCLUSION, NO_INDUSTRY):
        return "能力对口但属于排除之列"
    return "能力对口但资料写明做不到"


def _unsaid(item: Constraint) -> str:
    if item.kind == BUDGET:
        return "未公布价格"
    return "未说明是否适合小企业" if item.kind == SCALE else "资料未写明"


def _abilities(understanding: Understanding, supply: Supply) -> Iterable[Lack]:
    told = 0
    for item in understanding.capabilities[:MOST_CAPABILITIES]:
        count = supply.offering(item.code)
        if count < supply.enough:
            told += 1
            yield Lack(CAPABILITY, item.code, _few(count, f"能对口“{item.name}”的"))
    for scene in understanding.scenes[:1]:
        count = supply.claiming(scene.code)
        if count < supply.enough and not told:
            yield Lack(SCENE, scene.code, _few(count, f"申报“{scene.name}”场景的"))


def _few(count: int, who: str) -> str:
    return f"目录内{who}仅{count}家" if count else f"目录内没有{who}服务商"


def _industries(understanding: Understanding, supply: Supply) -> Iterable[Lack]:
    for item in understanding.industries:
        if item.weight >= 1 and not supply.with_case_in(item.code):
            yield Lack(INDUSTRY, item.code, f"目录内没有{item.name}的案例")


def _unlisted(brief: Brief) -> Iterable[Lack]:
    count = brief.refused_fit.get("", 0)
    if count:
        yield Lack(LISTED, "", f"另有{count}家能力对口但不在库或有效期已满")
