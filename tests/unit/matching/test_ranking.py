"""The order, the points, and the reasons given for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.matching.explaining import explain
from marketplace.matching.results import RECOMMENDED, UNFIT, Excluded, Placed, Ranking
from marketplace.matching.weights import (
    WeightsError,
    list_weights,
    load_weights,
    parse_weights,
)

from .builders import CATALOGUE, case, need, order, provider, run


def placed(ranking: Ranking, provider_id: str) -> Placed:
    found = ranking.by_provider[provider_id]
    assert isinstance(found, Placed)
    return found


def test_the_same_work_in_the_same_industry_comes_first() -> None:
    assert order(run(need(), CATALOGUE))[:3] == ["vision", "cloud", "glass"]


def test_a_supplier_of_parts_with_the_same_words_does_not_come_near() -> None:
    ranking = run(need("压铸件外观要人看", "压铸件毛坯毛刺多"), CATALOGUE)
    assert placed(ranking, "parts").score < placed(ranking, "vision").score / 2


def test_placed_and_excluded_are_all_providers_once() -> None:
    ranking = run(need(description="数据不出厂"), CATALOGUE)
    seen = [item.provider_id for item in (*ranking.placed, *ranking.excluded)]
    assert sorted(seen) == sorted(item.provider_id for item in CATALOGUE)


def test_contributions_add_up_to_the_score_and_stay_within_their_maxima() -> None:
    for item in run(need(description="数据不出厂"), CATALOGUE).placed:
        assert sum(part.points for part in item.contributions) == pytest.approx(
            item.score, abs=1e-9
        )
        assert all(0 <= part.points <= part.maximum for part in item.contributions)
        assert sum(part.maximum for part in item.contributions) == 100


def test_text_evidence_of_any_document_counts() -> None:
    same = [provider(key, "外观检测", f"压铸厂{key}") for key in ("a", "b", "c")]
    ranking = run(need(), same, evidence={"case:b-1": 7.0, "profile:c": 3.0})
    assert order(ranking)[:2] == ["b", "c"]


def test_ties_are_broken_by_lot_and_not_by_the_alphabet() -> None:
    same = [provider(key, "压铸件外观检测") for key in "abcdefgh"]
    orders = {
        tuple(order(run(replace(need(), need_id=need_id), same))) for need_id in ("n1", "n2", "n3")
    }
    assert len(orders) == 3
    assert tuple("abcdefgh") not in orders


def test_the_order_does_not_depend_on_the_order_given() -> None:
    assert order(run(need(), CATALOGUE)) == order(run(need(), tuple(reversed(CATALOGUE))))


def test_a_case_in_the_industry_counts_more_than_a_claim() -> None:
    claim = provider("claim", "压铸件外观检测", "某厂：毛刺判别", industry_codes=("36",))
    shown = provider(
        "shown", "压铸件外观检测", case("case:s", "某厂：毛刺判别", industry_code="36")
    )
    ranking = run(need(), [claim, shown])
    assert order(ranking) == ["shown", "claim"]


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"verification": "declared"}, {"verification": "checked"}),
        ({"verification": "checked"}, {"verification": "accepted"}),
        ({"year": 2018}, {"year": 2026}),
    ],
)
def test_checked_and_recent_cases_count_more(worse: dict[str, str], better: dict[str, str]) -> None:
    profile = "压铸件外观检测"
    ranking = run(
        need(),
        [
            provider("worse", profile, case("case:w", "压铸厂：毛刺判别", **worse)),
            provider("better", profile, case("case:b", "压铸厂：毛刺判别", **better)),
        ],
    )
    assert order(ranking) == ["better", "worse"]


def test_a_tier_only_tips_the_scale() -> None:
    low = replace(CATALOGUE[0], provider_id="low", tier="tier3")
    high = replace(CATALOGUE[0], provider_id="high", tier="tier1")
    other = replace(CATALOGUE[2], provider_id="other", tier="tier1")
    ranking = run(need(), [low, high, other])
    assert order(ranking) == ["high", "low", "other"]
    assert placed(ranking, "high").score - placed(ranking, "low").score < 3


def test_claiming_every_scene_earns_less_than_doing_one() -> None:
    scenes = tuple(f"S{number:02d}" for number in range(1, 31))
    one = provider("one", "视觉方案提供商", "轮毂厂：砂眼外观检测", scene_ids=("S24",))
    all_of_them = provider("all", "视觉方案提供商", "园区：视频会议", scene_ids=scenes)
    ranking = run(need(), [one, all_of_them])
    assert order(ranking) == ["one", "all"]
    assert any("申报30个场景" in reason.claim for reason in placed(ranking, "all").reasons)


def test_the_place_of_registration_counts_for_nothing() -> None:
    near = replace(CATALOGUE[0], region_code="370600")
    far = replace(CATALOGUE[0], region_code="540000")
    asked = need(region_code="370600")
    assert placed(run(asked, [near]), "vision").score == placed(run(asked, [far]), "vision").score


def test_a_poor_choice_earns_a_poor_score() -> None:
    ranking = run(need(), [CATALOGUE[4]])
    assert placed(ranking, "pumps").score < 40
    assert placed(ranking, "pumps").fit == UNFIT
    assert ranking.recommended() == ()


def test_a_good_fit_is_recommended() -> None:
    assert placed(run(need(), CATALOGUE), "vision").fit == RECOMMENDED


def test_every_quote_stands_in_the_providers_text() -> None:
    texts = {
        item.provider_id: item.profile + "".join(entry.title for entry in item.cases)
        for item in CATALOGUE
    }
    for item in run(need(description="毛刺多，最好本地部署"), CATALOGUE).placed:
        for reason in item.reasons:
            assert reason.quote.rstrip("…") in texts[item.provider_id]


def test_reasons_name_capability_trigger_case_and_who_checked_it() -> None:
    checked = replace(
        CATALOGUE[0],
        cases=(case("case:v", "转向节厂：毛刺气孔在线判别", year=2025, verification="accepted"),),
    )
    reasons = placed(run(need("三班倒看件看花眼"), [checked]), "vision").reasons
    ability = next(reason for reason in reasons if reason.signal == "ability")
    assert ability.claim == "能力对口：表面外观检测（需求原文“看件”）"
    shown = next(reason for reason in reasons if reason.signal == "cases")
    assert shown.source == "案例：转向节厂：毛刺气孔在线判别，2025年"
    assert shown.verification == "accepted"


def test_what_speaks_against_a_provider_is_said_last() -> None:
    signs = [reason.sign for reason in placed(run(need(), CATALOGUE), "glass").reasons]
    assert signs == sorted(signs, reverse=True)
    claims = [reason.claim for reason in placed(run(need(), CATALOGUE), "glass").reasons]
    assert "没有汽车制造业的案例" in claims


def test_a_declared_case_is_to_be_confirmed() -> None:
    asked = placed(run(need(), CATALOGUE), "vision").to_confirm
    assert "同类案例为企业自述，建议索取验收材料或联系原客户核实" in asked


def test_any_provider_can_be_explained_afterwards() -> None:
    ranking = run(need(description="数据不出厂"), CATALOGUE, explain_top=1)
    assert [item.explained for item in ranking.placed] == [
        True,
        *[False] * (len(ranking.placed) - 1),
    ]
    later = explain(ranking, "glass")
    assert isinstance(later, Placed)
    assert later == placed(run(need(description="数据不出厂"), CATALOGUE), "glass")
    assert isinstance(explain(ranking, "cloud"), Excluded)
    assert explain(ranking, "nobody") is None


def test_the_run_names_its_weights_and_lexicon() -> None:
    ranking = run(need(), CATALOGUE)
    assert ranking.weights_name == load_weights().name
    assert ranking.lexicon_version


def test_every_weight_set_on_file_loads_and_adds_up() -> None:
    for name in list_weights():
        weights = load_weights(name)
        assert weights.name == name
        assert sum(weights.points.values()) == pytest.approx(100)
        assert weights.points["distance"] == 0


def test_a_weight_set_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(WeightsError, match="合计不是100分"):
        parse_weights(
            {"name": "x", "dated_on": "2026-01-01", "points": {"text": 99}, "settings": {}}
        )
    with pytest.raises(WeightsError, match="没有名为"):
        load_weights("nosuch")
