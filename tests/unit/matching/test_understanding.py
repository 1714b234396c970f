"""What is read from a need, and how it is shown and corrected."""

from __future__ import annotations

import pytest

from marketplace.matching.constraints import FILLED, INFERRED, STATED
from marketplace.matching.facts import NeedFacts
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.understanding import Corrections, Understanding, understand

from .builders import VOCABULARY


def read(
    title: str, text: str = "", corrections: Corrections | None = None, **more: object
) -> Understanding:
    need = NeedFacts("n1", title, text, **more)  # type: ignore[arg-type]
    return understand(need, load_lexicon(), VOCABULARY, corrections)


def test_shop_floor_words_become_a_capability_with_their_triggers() -> None:
    first = read("三班倒看件看花眼").capabilities[0]
    assert first.code == "surface-inspection"
    assert first.source == STATED
    assert first.triggers == ("看件", "看花眼")


def test_a_capability_can_be_concluded_from_words_nobody_listed() -> None:
    found = read("玻璃里的小泡小石头", industry_codes=("30",)).capabilities
    concluded = next(item for item in found if item.code == "glass-ceramic-inspection")
    assert concluded.source == INFERRED
    assert concluded.triggers == ("玻璃里的小泡小石头",)


def test_a_blank_scene_is_filled_from_the_text() -> None:
    scene = read("三班倒看件看花眼").scenes[0]
    assert (scene.code, scene.name) == ("S24", "在线智能检测")
    assert scene.source != FILLED


def test_a_given_scene_the_text_bears_out_is_believed() -> None:
    scene = read("三班倒看件看花眼", scene_ids=("S24",)).scenes[0]
    assert (scene.code, scene.weight, scene.doubted) == ("S24", 1.0, False)


def test_a_given_scene_the_text_contradicts_counts_less_and_is_marked() -> None:
    scenes = {item.code: item for item in read("三班倒看件看花眼", scene_ids=("S09",)).scenes}
    assert scenes["S09"].doubted
    assert scenes["S09"].weight < scenes["S24"].weight


def test_a_given_scene_stands_when_the_text_says_nothing() -> None:
    assert read("求助", scene_ids=("S09",)).scenes[0].doubted is False


def test_an_industry_is_read_from_its_products_when_blank() -> None:
    readings = {item.code: item for item in read("轮胎混炼胶忽软忽硬").industries}
    assert readings["29"].source == STATED
    assert "轮胎" in readings["29"].triggers


def test_a_filled_in_industry_outweighs_what_the_text_names() -> None:
    readings = {item.code: item for item in read("主机厂天天催", industry_codes=("29",)).industries}
    assert readings["29"].weight == 1.0
    assert readings["36"].weight < 0.5


def test_conditions_are_not_mistaken_for_the_matter() -> None:
    plain = read("板面问题靠停机翻着看", "线速快")
    conditioned = read("板面问题靠停机翻着看", "线速快，服务器只能放机房")
    assert conditioned.capabilities[0].code == plain.capabilities[0].code
    assert conditioned.pieces["板面"] == 1.0
    assert conditioned.pieces["机房"] < 0.5


def test_what_is_ruled_out_is_not_asked_for() -> None:
    assert "讲课" not in read("换型慢", "不要来讲课做咨询的").pieces
    assert "讲课" not in read("换型慢", "不要来讲课做咨询的").search_text


def test_a_ruled_out_clause_is_quoted_for_nothing() -> None:
    found = read("录音抽听不过来", "三十个坐席，不要机器人替人接电话，不要食品行业的平台公司")
    quoted = [word for item in (*found.capabilities, *found.scenes) for word in item.triggers]
    assert not [word for word in quoted if "机器人" in word]


@pytest.mark.parametrize(
    ("told", "trades"),
    [
        ("办公与车间综合布线、弱电、机房工程、视频会议、门禁要统一施工", {"works", "premises"}),
        ("要一套软件监测弱电井，施工队进出要有识别", set()),
        ("泵的备件不知道什么时候该换", set()),
        ("备件占钱，配件常缺，供货周期说不准", set()),
        ("检修安排凭经验，抢修多，大修总拖", set()),
    ],
)
def test_a_need_may_ask_for_an_ordinary_trade(told: str, trades: set[str]) -> None:
    assert read("说说我们的事", told).trades == trades


def test_dropping_a_capability_brings_up_no_other() -> None:
    told = "排产靠老师傅，插单一来就乱，交期也不准"
    left = {item.code for item in read(told).capabilities}
    assert len(left) > 1
    dropped: set[str] = set()
    for code in sorted(left):
        dropped.add(code)
        keys = frozenset(f"capability:{key}" for key in dropped)
        found = {
            item.code for item in read(told, corrections=Corrections(dropped=keys)).capabilities
        }
        assert found <= left - dropped


def test_a_dropped_reading_stays_away() -> None:
    dropped = read("三班倒看件看花眼", corrections=Corrections(dropped=frozenset({"scene:S24"})))
    assert "S24" not in {item.code for item in dropped.scenes}
    assert "data_stays" in {item.key for item in read("看件", "数据不出厂").constraints}
    corrected = read("看件", "数据不出厂", Corrections(dropped=frozenset({"data_stays"})))
    assert corrected.constraints == ()


def test_an_added_reading_counts_as_filled_in() -> None:
    changed = Corrections(
        scene_ids=("S28",), industry_codes=("29",), capability_ids=("vibration-monitoring",)
    )
    found = read("三班倒看件看花眼", corrections=changed)
    assert found.scenes[0].code == "S28"
    assert found.capabilities[0].code == "vibration-monitoring"
    assert {item.source for item in (found.scenes[0], found.capabilities[0])} == {FILLED}
    assert found.industries[0].code == "29"


def test_leanings_have_length_one() -> None:
    leanings = read("三班倒看件看花眼").leanings.values()
    assert abs(sum(value * value for value in leanings) - 1) < 1e-4


def test_a_need_without_words_leans_nowhere() -> None:
    assert read("").leanings == {}
    assert read("").capabilities == ()
