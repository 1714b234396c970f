"""The signals by name, and what of them does not depend on a provider's texts: kinds of business and regions.

The formulas are in `scoring`; what a signal is worth in points is the weight set's affair.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .kernels import Floats
from .natures import load_natures
from .prepared import Prepared
from .understanding import Understanding
from .weights import Weights

ABILITY, TEXT, CASES, INDUSTRY, CONSTRAINTS, STANDING, DISTANCE = (
    "ability",
    "text",
    "cases",
    "industry",
    "constraints",
    "standing",
    "distance",
)
NAMES = {
    ABILITY: "能力匹配",
    TEXT: "文字依据",
    CASES: "同类案例",
    INDUSTRY: "行业工序",
    CONSTRAINTS: "约束符合",
    STANDING: "等级核验",
    DISTANCE: "现场响应",
}
# In the order of `scoring`.
ORDER = tuple(NAMES)


def ordinary_discount(excused: frozenset[str], prepared: Prepared, weights: Weights) -> Floats:
    """Discount providers whose text is ordinary trade, unless the need asks for that trade: 1 is no discount.

    “泵配件与检修外包” shares every word with a need about pumps and answers none of it.
    """
    start, end = weights.setting("ordinary.from"), weights.setting("ordinary.to")
    strength = np.clip((prepared.ordinary_share - start) / (end - start), 0, 1)
    for nature_id in sorted(excused):
        column = prepared.natures.column(nature_id)
        if column is not None:
            rows, named = column
            strength[rows[named > 0]] = 0
    discount: Floats = np.clip(1 - weights.setting("ordinary.cost") * strength, 0, 1)
    return discount.astype(np.float32)


def excused_natures(understanding: Understanding) -> frozenset[str]:
    """Give the ordinary kinds of business that the need itself asks for, by its words and its scenes."""
    return understanding.trades | _excused(
        frozenset(item.code for item in understanding.scenes if item.weight >= 0.5)
    )


@lru_cache(maxsize=256)
def _excused(wanted: frozenset[str]) -> frozenset[str]:
    return frozenset(
        nature.id
        for nature in load_natures().by_id.values()
        if nature.ordinary and wanted.intersection(nature.scene_ids)
    )


def distance(region: str, prepared: Prepared) -> Floats:
    """Compare regions, for on-site response only; worth nothing unless a weight set says so.

    Same prefecture 1, same province 0.6, the province served 0.6, else 0.
    """
    values = np.zeros(len(prepared), dtype=np.float32)
    for place, provider in enumerate(prepared.providers):
        code = provider.facts.region_code or ""
        served = any(item[:2] == region[:2] for item in provider.facts.service_regions)
        if code[:4] == region[:4]:
            values[place] = 1.0
        elif code[:2] == region[:2] or served:
            values[place] = 0.6
    return values
