"""Where few providers fit, the sentence says what is missing, and the directory bears it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from marketplace.matching.batch import rank_many
from marketplace.matching.facts import NeedFacts, ProviderFacts
from marketplace.matching.gaps import Supply, lacks_of
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.prepared import prepare
from marketplace.matching.understanding import understand
from marketplace.matching.weights import load_weights

from .builders import CATALOGUE, TODAY, VOCABULARY, need, provider

VISION = CATALOGUE[0]


def lacks(asked: NeedFacts, providers: Iterable[ProviderFacts]) -> list[str]:
    lexicon = load_lexicon()
    prepared = prepare(providers, lexicon)
    understanding = understand(asked, lexicon, VOCABULARY)
    scores = np.zeros((1, len(prepared.unit_refs)), dtype=np.float32)
    (brief,) = rank_many([understanding], prepared, scores, load_weights(), TODAY)
    return [item.text for item in lacks_of(understanding, brief, Supply(prepared, TODAY, 3))]


def like_vision(*names: str, **changes: object) -> list[ProviderFacts]:
    return [replace(VISION, provider_id=name, **changes) for name in names]  # type: ignore[arg-type]


def test_three_who_fit_are_enough() -> None:
    assert lacks(need(scene_ids=("S24",)), like_vision("a", "b", "c")) == []


def test_a_condition_says_how_many_able_providers_it_keeps_out() -> None:
    profile = "压铸件与机加件外观检测，毛刺、气孔、磕碰自动判别，须连公网使用。"
    online = like_vision("x", "y", offline=False, profile=profile)
    asked = need(network_isolated=True, scene_ids=("S24",))
    assert lacks(asked, [*like_vision("a", "b", "c")[:1], *online]) == [
        "要求内网可用，不依赖公网：另有2家能力对口但资料写明做不到"
    ]


def test_a_budget_says_who_asks_for_more() -> None:
    dear = like_vision("x", profile=VISION.profile + "整套80万元起。")
    asked = need(budget_max_wan=50.0, scene_ids=("S24",))
    assert lacks(asked, [VISION, *like_vision("b"), *dear]) == [
        "预算不超过50万元：另有1家能力对口但起价超出"
    ]


def test_a_condition_nobody_speaks_of_is_told_with_who_falls_short_for_it() -> None:
    terse = provider("terse", "做表面缺陷识别。")
    asked = need(xinchuang_required=True, scene_ids=("S24",))
    assert lacks(asked, [VISION, terse, *CATALOGUE[4:]])[0] == (
        "要求信创（国产软硬件）：另有1家有相关能力，但资料未写明"
    )


def test_a_must_have_in_free_text_is_quoted() -> None:
    terse = provider("terse", "做表面缺陷识别。")
    asked = need(must_haves=("客户认可的格式",), scene_ids=("S24",))
    assert lacks(asked, [VISION, terse])[0] == (
        "要求“客户认可的格式”：另有1家有相关能力，但资料未写明"
    )


def test_an_industry_without_any_case_is_named() -> None:
    asked = need("外观要人看", "划痕漏检多", industry_codes=("29",), scene_ids=("S24",))
    assert lacks(asked, like_vision("a", "b", cases=())) == [
        "目录内能对口“表面外观检测”的仅2家",
        "目录内没有橡胶和塑料制品业的案例",
    ]


def test_a_capability_nobody_offers_is_named() -> None:
    found = lacks(need(scene_ids=("S24",)), [CATALOGUE[4]])
    assert found[0].startswith("目录内没有能对口“")
    assert found[0].endswith("”的服务商")


def test_able_providers_outside_the_directory_are_counted_last() -> None:
    gone = like_vision("x", "y", listed=False)
    assert lacks(need(scene_ids=("S24",)), [VISION, *gone])[-1] == (
        "另有2家能力对口但不在库或有效期已满"
    )


def test_unlisted_providers_do_not_count_as_supply() -> None:
    prepared = prepare([VISION, *like_vision("x", listed=False)], load_lexicon())
    supply = Supply(prepared, TODAY, 3)
    assert (supply.claiming("S24"), supply.claiming("S09"), supply.with_case_in("39")) == (1, 0, 0)
