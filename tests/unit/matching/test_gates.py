"""Who may not be placed, on whose word, and what silence costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from marketplace.matching import gates, screening
from marketplace.matching.facts import NeedFacts
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.prepared import prepare
from marketplace.matching.ranking import rank
from marketplace.matching.results import Excluded, Placed
from marketplace.matching.understanding import understand
from marketplace.matching.weights import load_weights

from .builders import (
    CATALOGUE,
    TODAY,
    VOCABULARY,
    case,
    need,
    offering,
    order,
    provider,
    run,
    units_of,
)


def outcome(description: str, profile: str, *cases: str, **more: object) -> Placed | Excluded:
    asked = need(description=description)
    return run(asked, [provider("p", profile, *cases, **more)]).by_provider["p"]


@pytest.mark.parametrize(
    ("description", "profile"),
    [
        ("数据不出厂", "外观检测云平台，图像上传后训练"),
        ("不要云部署", "外观检测SaaS"),
        ("现场是内网", "外观检测，要求企业开通公网"),
        ("必须本地部署", "外观检测云服务，按年订阅"),
        ("必须信创", "外观检测，仅支持Windows"),
        ("不要咨询公司", "外观检测改善咨询与辅导"),
    ],
)
def test_a_broken_demand_excludes_with_the_providers_own_words(
    description: str, profile: str
) -> None:
    found = outcome(description, profile)
    assert isinstance(found, Excluded)
    assert found.quote in profile
    assert found.quote
    assert found.ref == "profile:p"
    assert found.reason


@pytest.mark.parametrize(
    "description",
    ["数据不出厂", "不要云部署", "现场是内网", "必须本地部署", "必须信创", "设备得防爆"],
)
def test_silence_is_asked_about_and_never_excludes(description: str) -> None:
    found = outcome(description, "压铸件外观检测，毛刺气孔判别")
    assert isinstance(found, Placed)
    assert any("请确认" in item for item in found.to_confirm)


def test_silence_costs_something() -> None:
    silent = outcome("毛刺气孔漏检多，数据不出厂", "压铸件外观检测，毛刺气孔判别")
    spoken = outcome("毛刺气孔漏检多，数据不出厂", "压铸件外观检测，毛刺气孔判别，本地部署")
    assert isinstance(silent, Placed)
    assert isinstance(spoken, Placed)
    parts = [{part.signal: part.points for part in item.contributions} for item in (silent, spoken)]
    assert parts[0]["constraints"] < parts[1]["constraints"]


def test_a_provider_that_offers_both_meets_the_demand() -> None:
    assert isinstance(outcome("数据不出厂", "外观检测云平台，也支持私有化部署"), Placed)


def test_a_wish_does_not_exclude_but_counts_against() -> None:
    found = outcome("最好数据不出厂", "外观检测云平台，图像上传后训练")
    assert isinstance(found, Placed)
    assert any(reason.sign == "minus" and "云端" in reason.claim for reason in found.reasons)


def test_what_was_ticked_counts_like_what_was_written() -> None:
    assert isinstance(outcome("数据不出厂", "外观检测", deployments=("cloud",)), Excluded)
    assert isinstance(outcome("数据不出厂", "外观检测", deployments=("cloud", "onprem")), Placed)
    assert isinstance(outcome("必须信创", "外观检测", xinchuang=False), Excluded)
    assert isinstance(outcome("现场是内网", "外观检测", offline=True), Placed)


def test_a_clients_cloud_is_not_the_providers() -> None:
    assert isinstance(outcome("数据不出厂", "外观检测", "食堂：云端巡查"), Placed)


def test_an_unrelated_offering_does_not_bind_the_one_that_fits() -> None:
    offers = (
        offering("offering:1", "压铸件外观检测，毛刺气孔判别"),
        offering("offering:2", "旧设备云端竞拍，账号开通即用，按账号订阅的云平台"),
    )
    assert isinstance(outcome("数据不出厂", "综合服务", offerings=offers), Placed)


def test_an_unlisted_provider_is_excluded_with_its_reason() -> None:
    found = outcome("", "压铸件外观检测", listed=False, unlisted_reason="限期整改")
    assert isinstance(found, Excluded)
    assert (found.gate, found.reason) == ("listing", "限期整改")
    assert found.relaxed_rank is None


def test_a_listing_is_valid_through_its_last_day() -> None:
    last = provider("p", "压铸件外观检测", valid_on=TODAY)
    assert order(run(need(), [last])) == ["p"]
    assert order(run(need(), [last], as_of=date(2026, 11, 23))) == []


@pytest.mark.parametrize(
    ("price", "state"), [(18.0, Placed), (20.0, Placed), (25.0, Placed), (27.0, Excluded)]
)
def test_only_a_price_well_above_the_budget_is_impossible(price: float, state: type) -> None:
    offers = (offering("offering:1", "压铸件外观检测", price_min_wan=price),)
    asked = need(budget_max_wan=20.0)
    found = run(asked, [provider("p", "外观检测", offerings=offers)]).by_provider["p"]
    assert isinstance(found, state)


def test_a_price_written_as_a_floor_is_read() -> None:
    asked = need(budget_max_wan=5.0)
    found = run(asked, [provider("p", "压铸件外观检测，30万元起")]).by_provider["p"]
    assert isinstance(found, Excluded)
    assert found.gate == "budget"


def test_a_hardware_maker_is_kept_out_when_only_software_is_wanted() -> None:
    assert isinstance(outcome("只要软件", "智能电表成套供应，须整体更换表计"), Excluded)
    both = outcome("只要软件", "外观检测工作站与配套软件")
    assert isinstance(both, Placed)
    assert any("兼做硬件设备" in item for item in both.to_confirm)


def test_a_provider_of_only_the_excepted_industry_is_kept_out() -> None:
    asked = need(description="除玻璃行业外的案例都可以")
    ranking = run(
        asked,
        [
            provider("only", "外观检测", industry_codes=("30",)),
            provider("more", "外观检测", industry_codes=("30", "36")),
        ],
    )
    assert order(ranking) == ["more"]


def test_a_must_have_is_met_by_a_sentence_and_broken_by_its_denial() -> None:
    asked = need(must_haves=("提供驻厂调试",))
    ranking = run(
        asked,
        [
            provider("yes", "压铸件外观检测，提供驻厂调试"),
            provider("no", "压铸件外观检测，不提供驻厂调试"),
            provider("silent", "压铸件外观检测"),
        ],
    )
    assert set(order(ranking)) == {"yes", "silent"}
    assert [item.gate for item in ranking.excluded] == ["must_have"]
    silent = ranking.by_provider["silent"]
    assert isinstance(silent, Placed)
    assert "未说明“提供驻厂调试”，请确认" in silent.to_confirm


def test_the_excluded_learn_where_they_would_have_stood() -> None:
    ranking = run(need(description="毛刺气孔漏检多，数据不出厂"), CATALOGUE)
    cloud = ranking.by_provider["cloud"]
    assert isinstance(cloud, Excluded)
    above = sum(item.score > (cloud.relaxed_score or 0) for item in ranking.placed)
    assert cloud.relaxed_rank == above + 1
    assert cloud.relaxed_rank <= 2


def test_a_relaxed_score_is_what_it_would_earn_without_the_demand() -> None:
    bound = run(need(description="毛刺气孔漏检多，数据不出厂"), CATALOGUE).by_provider["cloud"]
    free = run(need(description="毛刺气孔漏检多"), CATALOGUE).by_provider["cloud"]
    assert isinstance(bound, Excluded)
    assert isinstance(free, Placed)
    assert bound.relaxed_score == pytest.approx(free.score, abs=3.0)


DEMANDS = (
    "数据不出厂",
    "不要云部署，必须信创",
    "现场是内网，设备得防爆",
    "最好本地部署，小作坊",
    "只要软件，不要咨询",
    "预算不超过20万元",
    "除玻璃行业外，要有同行业案例",
)
PROFILES = (
    "压铸件外观检测，可内网装，信创适配齐",
    "外观检测云平台，图像上传后训练",
    "外观检测，要求企业开通公网，支持私有化部署",
    "集团级总包，30万元起",
    "防爆相机成套供应，22万元起",
    "咨询辅导与培训",
    "几个人的作坊也能用的小程序，仅支持Windows",
    "玻璃检测算法",
)


@pytest.mark.parametrize("demand", DEMANDS)
def test_screening_all_at_once_says_what_judging_one_says(demand: str) -> None:
    lexicon, weights = load_lexicon(), load_weights()
    asked = NeedFacts("n", "压铸件外观要人看", demand, must_haves=("支持私有化部署升级",))
    understanding = understand(asked, lexicon, VOCABULARY)
    providers = [
        provider(
            f"p{place}",
            profile,
            case(f"case:p{place}", "玻璃厂：云端看板，断网也能用"),
            industry_codes=("30",) if "玻璃" in profile else ("36",),
            offerings=(offering(f"offering:p{place}", other, price_min_wan=10.0 * place or None),),
            xinchuang=None if place % 3 else bool(place % 2),
        )
        for place, (profile, other) in enumerate(zip(PROFILES, reversed(PROFILES), strict=True))
    ]
    prepared = prepare(providers, lexicon)
    made = rank(understanding, prepared, {}, weights, TODAY).run
    for place, read in enumerate(prepared.providers):
        relevant = [bool(made.felt["relevant"][row]) for row in units_of(prepared, place)]
        verdicts = gates.judge(understanding, read, relevant, weights)
        assert [screening.STATES[item.state] for item in verdicts] == made.answer.states[
            :, place
        ].tolist()
        assert bool(made.scored["refused"][place]) == (gates.refusal(verdicts) is not None)


def test_an_empty_catalogue_gives_an_empty_ranking() -> None:
    ranking = run(need(description="数据不出厂"), [])
    assert (ranking.placed, ranking.excluded) == ((), ())


def test_the_excluded_stay_excluded_whatever_else_improves() -> None:
    asked = need(description="毛刺气孔漏检多，数据不出厂")
    better = replace(
        CATALOGUE[1],
        tier="tier1",
        cases=(case("case:x", "转向节厂：毛刺气孔判别", verification="accepted", year=2026),),
    )
    assert isinstance(run(asked, [better]).by_provider["cloud"], Excluded)
