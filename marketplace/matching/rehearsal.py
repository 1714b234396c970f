"""Ranks a made-up need once, so that the compiled loops are made before anybody waits for them.

Compiling takes some seconds, once an installation and once more after a release that changes a loop.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from .facts import CaseFacts, NeedFacts, OfferingFacts, ProviderFacts, Vocabulary
from .lexicon import Lexicon
from .prepared import prepare
from .ranking import rank
from .results import Ranking
from .semantics import cosines_of, in_steps, semantic_of
from .understanding import understand
from .weights import Weights

_NEED = NeedFacts(
    need_id="rehearsal",
    title="压铸件外观靠人看",
    description="三班倒看件看花眼，毛刺和气孔漏检多。数据不出厂，车间不能上外网，不要咨询，预算30万元以内。",
    industry_codes=("36",),
    scene_ids=("S24",),
    budget_max_wan=30.0,
    must_haves=("毛刺自动判别",),
    network_isolated=True,
)
_OFFERING = OfferingFacts(
    ref="offering:1",
    kind="software",
    name="压铸件瑕疵检测",
    text="压铸件外观瑕疵检测，毛刺自动判别，私有化部署，断网可用。",
    price_min_wan=12.0,
)
_CASE = CaseFacts(
    ref="case:1",
    title="某厂压铸件检测",
    text="毛刺气孔判别，漏检率下降。",
    industry_code="36",
    year=2025,
)
_PROVIDERS = tuple(
    ProviderFacts(
        provider_id=str(number),
        name=f"服务商{number}",
        profile="工业视觉检测",
        tier="tier1",
        industry_codes=("36",),
        scene_ids=("S24",),
        offerings=(_OFFERING,),
        cases=(_CASE,),
    )
    for number in range(2)
)


def rehearse(lexicon: Lexicon, vocabulary: Vocabulary, weights: Weights, as_of: date) -> Ranking:
    """Rank a made-up need with reasons, with and without full embeddings."""
    prepared = prepare(_PROVIDERS, lexicon, keep=False)
    understanding = understand(_NEED, lexicon, vocabulary)
    said = np.ones(len(prepared.unit_refs), dtype=np.float32)
    vectors = np.eye(2, dtype=np.float32)[np.arange(len(prepared.unit_refs)) % 2]
    cosines = cosines_of(in_steps(vectors), vectors[0])
    held = np.ones(len(cosines), dtype=np.bool_)
    semantic = semantic_of(cosines, held, prepared.starts)
    rank(understanding, prepared, said, weights, as_of, semantic=semantic)
    ranking = rank(understanding, prepared, said, weights, as_of)
    ranking.first(len(prepared))
    return ranking
