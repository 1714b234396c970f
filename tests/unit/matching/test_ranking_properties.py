"""Promises the ranking keeps for any catalogue."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.matching.facts import CaseFacts, NeedFacts, ProviderFacts
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.meaning import MeaningSpace
from marketplace.matching.results import Excluded, Placed, Ranking
from marketplace.matching.understanding import meaning_space

from .builders import case, order, run

SENTENCES = (
    "压铸件外观检测，毛刺气孔判别",
    "外观检测云平台，图像上传后训练",
    "注塑机台排产软件，可内网装",
    "机泵群无线测振，手机推送",
    "泵配件供货与检修外包",
    "集团级总包，列了全部场景",
    "玻璃原片检测，结石气泡定位",
    "仓储管理，立体库与料箱机器人",
    "信创适配，支持私有化部署",
    "订单合并与修边损耗计算",
)
CASES = (
    "车桥厂：外观检测云平台",
    "转向节厂：毛刺判别",
    "轮胎厂：门尼预测",
    "纸箱厂：修边少两个点",
    "电厂：振动预警",
    "某集团：视频会议",
)
NEEDS = (
    NeedFacts("n1", "三班倒看件看花眼", "毛刺多，数据不出厂", ("36",)),
    NeedFacts("n2", "泵多人少看不过来", "坏一台全停", ("26",), ("S28",)),
    NeedFacts("n3", "修边浪费", "最好本地部署，一年几千块", ("22",), ("S24",)),
    NeedFacts("n4", "几十台注塑机谁干哪单", "现场是内网，必须信创", ("29",), budget_max_wan=20.0),
    NeedFacts(
        "n5",
        "看件看花眼",
        "毛刺漏检多，外观检测云平台已经有了，不要这个，排产我们自己会做",
        ("36",),
    ),
)
# Characters no capability and no need uses: text that says nothing to the matter.
STRANGE = "魑魅魍魉饕餮貔貅麒蟾鹦鹉鸳鸯蝴蟋蟀蜻蜓蚯蚓"

texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map("。".join)
verifications = st.sampled_from(("declared", "checked", "accepted"))


@st.composite
def catalogues(draw: st.DrawFn) -> tuple[ProviderFacts, ...]:
    count = draw(st.integers(2, 5))
    return tuple(
        ProviderFacts(
            f"p{place}",
            f"服务商{place}",
            draw(texts),
            tier=draw(st.sampled_from((None, "tier1", "tier3"))),
            industry_codes=tuple(
                draw(st.sets(st.sampled_from(("36", "26", "22", "29")), max_size=2))
            ),
            scene_ids=tuple(draw(st.sets(st.sampled_from(("S24", "S28", "S09")), max_size=2))),
            cases=tuple(
                CaseFacts(f"case:p{place}-{n}", title, "", verification=draw(verifications))
                for n, title in enumerate(draw(st.lists(st.sampled_from(CASES), max_size=2)))
            ),
        )
        for place in range(count)
    )


def evidence_for(providers: tuple[ProviderFacts, ...], asked: NeedFacts) -> dict[str, float]:
    """Stand in for a text index: shared characters over length, per document."""

    def score(text: str) -> float:
        shared = set(text) & set(asked.title + asked.description)
        return len(shared) / (10 + len(text))

    found = {f"profile:{item.provider_id}": score(item.profile) for item in providers}
    found.update({entry.ref: score(entry.title) for item in providers for entry in item.cases})
    return found


def ranked(asked: NeedFacts, providers: tuple[ProviderFacts, ...]) -> Ranking:
    return run(asked, providers, evidence_for(providers, asked))


def changed(
    providers: tuple[ProviderFacts, ...], facts: ProviderFacts
) -> tuple[ProviderFacts, ...]:
    return tuple(facts if item.provider_id == facts.provider_id else item for item in providers)


def standing(ranking: Ranking, provider_id: str) -> tuple[float, int]:
    found = ranking.by_provider[provider_id]
    if isinstance(found, Placed):
        return found.score, found.rank
    return found.relaxed_score or 0.0, found.relaxed_rank or 0


def test_the_strange_characters_say_nothing_to_any_capability() -> None:
    space: MeaningSpace = meaning_space(load_lexicon())
    assert not set(STRANGE) & set(space.rarity)


@given(catalogues(), st.sampled_from(NEEDS), st.text(STRANGE, min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_adding_irrelevant_text_never_helps(
    providers: tuple[ProviderFacts, ...], asked: NeedFacts, noise: str
) -> None:
    before = ranked(asked, providers)
    stuffed = replace(providers[0], profile=f"{providers[0].profile}。{noise}")
    after = ranked(asked, changed(providers, stuffed))
    assert standing(after, "p0")[0] <= standing(before, "p0")[0]
    assert standing(after, "p0")[1] >= standing(before, "p0")[1]


@given(catalogues(), st.sampled_from(NEEDS))
@settings(max_examples=40, deadline=None)
def test_saying_it_again_never_helps(
    providers: tuple[ProviderFacts, ...], asked: NeedFacts
) -> None:
    before = ranked(asked, providers)
    louder = replace(providers[0], profile="。".join([providers[0].profile] * 4))
    after = ranked(asked, changed(providers, louder))
    assert standing(after, "p0")[0] <= standing(before, "p0")[0]


@given(
    catalogues(),
    st.sampled_from(NEEDS),
    st.sampled_from(CASES + SENTENCES),
    st.sampled_from(("checked", "accepted")),
)
@settings(max_examples=80, deadline=None)
def test_a_verified_case_never_hurts(
    providers: tuple[ProviderFacts, ...], asked: NeedFacts, title: str, verification: str
) -> None:
    before = ranked(asked, providers)
    more = case("case:new", title, verification=verification, year=2026)
    proven = replace(providers[0], cases=(*providers[0].cases, more))
    after = ranked(asked, changed(providers, proven))
    was, now = before.by_provider["p0"], after.by_provider["p0"]
    assert not (isinstance(was, Placed) and isinstance(now, Excluded))
    if type(was) is type(now):
        assert standing(after, "p0")[0] >= standing(before, "p0")[0]
        assert standing(after, "p0")[1] <= standing(before, "p0")[1]


@given(catalogues(), st.sampled_from(NEEDS), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_is_total_and_does_not_depend_on_the_order_given(
    providers: tuple[ProviderFacts, ...], asked: NeedFacts, random: object
) -> None:
    shuffled = list(providers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = ranked(asked, providers), ranked(asked, tuple(shuffled))
    assert order(first) == order(second)
    assert [item.rank for item in first.placed] == list(range(1, len(first.placed) + 1))
    scores = [item.score for item in first.placed]
    assert scores == sorted(scores, reverse=True)


@given(catalogues(), st.sampled_from(NEEDS))
@settings(max_examples=40, deadline=None)
def test_every_provider_is_placed_or_excluded_once_and_points_add_up(
    providers: tuple[ProviderFacts, ...], asked: NeedFacts
) -> None:
    ranking = ranked(asked, providers)
    seen = [item.provider_id for item in (*ranking.placed, *ranking.excluded)]
    assert sorted(seen) == [item.provider_id for item in providers]
    for item in ranking.placed:
        assert abs(sum(part.points for part in item.contributions) - item.score) < 1e-9
        assert 0 <= item.score <= 100
    for gone in ranking.excluded:
        assert gone.reason


@given(catalogues(), st.sampled_from(NEEDS), st.text(STRANGE, max_size=30), verifications)
@settings(max_examples=40, deadline=None)
def test_the_excluded_stay_excluded_by_anything_but_the_demand(
    providers: tuple[ProviderFacts, ...], asked: NeedFacts, noise: str, verification: str
) -> None:
    before = ranked(asked, providers)
    for gone in before.excluded:
        facts = next(item for item in providers if item.provider_id == gone.provider_id)
        better = replace(
            facts,
            profile=facts.profile + "。" + noise,
            tier="tier1",
            cases=(*facts.cases, case("case:new", "轮毂厂：砂眼判别", verification=verification)),
        )
        after = ranked(asked, changed(providers, better)).by_provider[gone.provider_id]
        assert isinstance(after, Excluded)
        assert (after.gate, after.reason) == (gone.gate, gone.reason)


@given(catalogues(), st.sampled_from(NEEDS))
@settings(max_examples=40, deadline=None)
def test_the_same_input_replays_bit_for_bit(
    providers: tuple[ProviderFacts, ...], asked: NeedFacts
) -> None:
    assert ranked(asked, providers) == ranked(replace(asked), tuple(replace(p) for p in providers))
