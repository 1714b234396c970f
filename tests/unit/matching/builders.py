"""Small facts for the tests of the matcher."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np

from marketplace.matching.columns import Postings
from marketplace.matching.facts import (
    CaseFacts,
    NeedFacts,
    OfferingFacts,
    ProviderFacts,
    Vocabulary,
)
from marketplace.matching.kernels import add_rows, fixed
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.prepared import Prepared, prepare
from marketplace.matching.ranking import rank
from marketplace.matching.results import Ranking
from marketplace.matching.understanding import understand
from marketplace.matching.weights import Weights, load_weights

TODAY = date(2026, 11, 22)
VOCABULARY = Vocabulary(
    scenes={"S24": "在线智能检测", "S09": "车间智能排产", "S28": "设备故障诊断与预测"},
    industries={"36": "汽车制造业", "29": "橡胶和塑料制品业", "30": "非金属矿物制品业"},
)


def need(
    title: str = "压铸件外观要人看", description: str = "毛刺气孔漏检多", **more: Any
) -> NeedFacts:
    return NeedFacts("n1", title, description, **{"industry_codes": ("36",), **more})


def provider(provider_id: str, profile: str, *cases: str | CaseFacts, **more: Any) -> ProviderFacts:
    made = tuple(
        case if isinstance(case, CaseFacts) else CaseFacts(f"case:{provider_id}-{place}", case, "")
        for place, case in enumerate(cases, start=1)
    )
    return ProviderFacts(provider_id, f"服务商{provider_id}", profile, cases=made, **more)


def case(ref: str, title: str, **more: Any) -> CaseFacts:
    return CaseFacts(ref, title, "", **more)


def offering(ref: str, text: str, kind: str = "software", **more: Any) -> OfferingFacts:
    return OfferingFacts(ref, kind, text[:12], text, **more)


def run(
    asked: NeedFacts,
    providers: Iterable[ProviderFacts],
    evidence: Mapping[str, float] | None = None,
    weights: Weights | None = None,
    as_of: date = TODAY,
    explain_top: int | None = None,
) -> Ranking:
    """Rank with the shipped lexicon and weights, everything explained."""
    lexicon = load_lexicon()
    return rank(
        understand(asked, lexicon, VOCABULARY),
        prepare(providers, lexicon),
        evidence or {},
        weights or load_weights(),
        as_of,
        explain_top,
    )


def order(ranking: Ranking) -> list[str]:
    return [item.provider_id for item in ranking.placed]


CATALOGUE = (
    provider(
        "vision",
        "压铸件与机加件外观检测工作站，毛刺、气孔、磕碰自动判别，模型在工位主机上推理。",
        "转向节厂：毛刺气孔在线判别，替换三班检验工",
        industry_codes=("36", "33"),
        scene_ids=("S24",),
    ),
    provider(
        "cloud",
        "汽车零部件外观检测云平台，图像上传后在云端训练，按年订阅。",
        "轮毂厂：砂眼识别",
        industry_codes=("36",),
        scene_ids=("S24",),
    ),
    provider(
        "glass",
        "玻璃原片与瓷砖外观检测，结石、气泡、色差分级。",
        "浮法玻璃厂：结石气泡定位",
        industry_codes=("30",),
        scene_ids=("S24",),
    ),
    provider(
        "moulding",
        "注塑与压铸机台排产软件，模具寿命和换色都算进去，可内网装。",
        "车灯厂：换模换色少排四成",
        industry_codes=("36", "29"),
        scene_ids=("S09",),
    ),
    provider("pumps", "机泵群无线测振，手机推送，提前发现轴承磨损。", "氟化工厂：三百台泵上线一年"),
    provider("parts", "压铸件毛坯、压铸机配件与模具耗材供货。", "压铸厂：易损件年度供货"),
)


def units_of(prepared: Prepared, place: int) -> range:
    """Give the places of a provider's units."""
    bounds = [*prepared.starts.tolist(), len(prepared.unit_refs)]
    return range(bounds[place], bounds[place + 1])


def postings(entries: Iterable[tuple[int, str, float]], size: int) -> Postings:
    """Compile (row, feature, weight); rows of a feature stay in the order they come."""
    keys: dict[str, int] = {}
    numbers: list[int] = []
    rows: list[int] = []
    weights: list[float] = []
    for row, key, weight in entries:
        numbers.append(keys.setdefault(key, len(keys)))
        rows.append(row)
        weights.append(weight)
    order = np.argsort(np.array(numbers, dtype=np.int64), kind="stable")
    counts = np.bincount(np.array(numbers, dtype=np.int64), minlength=len(keys))
    return Postings(
        keys,
        fixed(np.concatenate(([0], np.cumsum(counts))), np.int64),
        fixed(np.array(rows, dtype=np.int32)[order], np.int32),
        fixed(np.array(weights, dtype=np.float32)[order], np.float32),
        size,
    )


def answers(prepared: Prepared, wanted: Mapping[str, float]) -> list[float]:
    """Give how far each provider's words answer those of a need, 0 to about 1."""
    total = np.zeros(len(prepared), dtype=np.float32)
    add_rows(*prepared.words.answers(wanted), total)
    return total.tolist()
