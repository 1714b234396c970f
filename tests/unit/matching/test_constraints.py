"""What a need demands, in the many ways people say it."""

from __future__ import annotations

import pytest

from marketplace.matching.constraints import (
    BUDGET,
    EXCLUSION,
    FILLED,
    MUST,
    NO_INDUSTRY,
    SCALE,
    STATED,
    Constraint,
    read_constraints,
)
from marketplace.matching.facts import NeedFacts, Vocabulary
from marketplace.matching.hosting import (
    DATA_STAYS,
    EXPLOSION_PROOF,
    ISOLATED,
    NO_CLOUD,
    ONPREM,
    XINCHUANG,
)
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.natures import load_natures

VOCABULARY = Vocabulary(industry_words={"38": ("电气", "家电"), "36": ("汽车",)})
HOSTING = {DATA_STAYS, NO_CLOUD, ISOLATED, ONPREM, XINCHUANG}


def read(text: str, **filled: object) -> dict[str, Constraint]:
    need = NeedFacts("n1", "需求", text, **filled)  # type: ignore[arg-type]
    return {
        item.key: item
        for item in read_constraints(need, load_lexicon(), load_natures(), VOCABULARY)
    }


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("数据不出厂", DATA_STAYS),
        ("生产数据不能出厂区", DATA_STAYS),
        ("图纸绝不外传", DATA_STAYS),
        ("录像留厂里", DATA_STAYS),
        ("照片不许带走", DATA_STAYS),
        ("配方数据一律不得带出车间", DATA_STAYS),
        ("客户图纸不能给第三方", DATA_STAYS),
        ("不要云部署", NO_CLOUD),
        ("不上云", NO_CLOUD),
        ("别放云上", NO_CLOUD),
        ("云的免谈", NO_CLOUD),
        ("SaaS不考虑", NO_CLOUD),
        ("不接受SaaS", NO_CLOUD),
        ("上云不行", NO_CLOUD),
        ("谢绝云平台", NO_CLOUD),
        ("数据不上云", NO_CLOUD),
        ("现场是内网", ISOLATED),
        ("内网不能联外网", ISOLATED),
        ("不许上公网", ISOLATED),
        ("井下没有外网", ISOLATED),
        ("外部接口一律不许", ISOLATED),
        ("走专网", ISOLATED),
        ("一律不许联网", ISOLATED),
        ("生产网隔离", ISOLATED),
        ("要能断网运行", ISOLATED),
        ("必须本地部署", ONPREM),
        ("只能装自己服务器", ONPREM),
        ("系统放自家机房", ONPREM),
        ("系统装园区里头", ONPREM),
        ("服务器只能放机房", ONPREM),
        ("要私有化", ONPREM),
        ("软件必须国产", XINCHUANG),
        ("要符合信创要求", XINCHUANG),
        ("得能在麒麟系统上跑", XINCHUANG),
        ("设备得防爆", EXPLOSION_PROOF),
        ("数据出不了厂", DATA_STAYS),
        ("配方进不得别家机房", DATA_STAYS),
        ("照片带不出去", DATA_STAYS),
        ("不允许数据传外面", DATA_STAYS),
        ("外网碰都别碰", ISOLATED),
        ("井下的网出不去", ISOLATED),
        ("现场没有联网条件", ISOLATED),
        ("网络是隔离的", ISOLATED),
        ("服务器只能摆自己屋里", ONPREM),
        ("要断网可用", ISOLATED),
    ],
)
def test_a_demand_is_read_from_plain_words(text: str, kind: str) -> None:
    found = read(text)
    assert kind in found
    assert found[kind].hard
    assert found[kind].source == STATED
    assert found[kind].quote in text


@pytest.mark.parametrize(
    "text",
    [
        "不限云或本地",
        "云、本地均可",
        "云部署也可以",
        "云端也行，本地也行",
        "不是不能上云",
        "不排斥上云",
        "不反对用云平台",
        "没有说不能上云",
        "非云不可",
        "不得不上云",
        "数据可以出厂",
        "数据能出厂",
        "数据出厂也没关系",
        "不一定要本地部署",
        "不要求本地部署",
        "机床还没联网",
        "设备联网后看停机原因",
        "不合格品不出厂",
        "产品出厂前检验",
        "国产设备居多",
        "要不要上云还没想好",
        "云母片分选",
        "车间不锈钢件多",
        "没有网管人员",
        "无云部署要求",
        "无信创要求",
        "没有特殊的内网要求",
        "货出不了厂",
        "数据拿不出来",
        "无机涂料",
    ],
)
def test_what_is_left_open_or_merely_told_demands_nothing(text: str) -> None:
    hard = {key for key, item in read(text).items() if item.kind in HOSTING and item.hard}
    assert hard == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("优先信创产品", XINCHUANG),
        ("最好能本地部署", ONPREM),
        ("希望数据不出厂", DATA_STAYS),
        ("尽量不上云", NO_CLOUD),
    ],
)
def test_a_wish_is_soft(text: str, kind: str) -> None:
    assert not read(text)[kind].hard


def test_a_demand_beside_a_wish_is_hard() -> None:
    assert read("最好本地部署，数据不许出厂")[DATA_STAYS].hard


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("不含硬件", "hardware"),
        ("不要再卖我设备", "hardware"),
        ("只要软件", "hardware"),
        ("不要来讲课做咨询的", "consulting"),
        ("不要来讲课做咨询的", "training"),
        ("谢绝中间商", "trade"),
        ("外包公司勿扰", "labour"),
        ("除了机器人以外都可以谈", "robot"),
        ("不考虑总包", "integration"),
        ("不要进口的", "foreign"),
        ("国外软件不考虑", "foreign"),
        ("卖设备的别来", "hardware"),
        ("不要再卖相机", "hardware"),
        ("不要机器人替人接电话", "robot"),
        ("讲课培训就算了", "training"),
    ],
)
def test_a_kind_of_provider_can_be_ruled_out(text: str, target: str) -> None:
    assert f"{EXCLUSION}:{target}" in read(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("不要机器人替人接电话", "hardware"), ("讲课培训就算了", "consulting")],
)
def test_ruling_out_one_kind_rules_out_no_other(text: str, kept: str) -> None:
    assert f"{EXCLUSION}:{kept}" not in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "不要停线",
        "不想编程",
        "不能影响生产",
        "不用换设备也行",
        "别耽误交货",
        "要不要换设备说不准",
        "不要机器等人",
        "不用换相机",
        "不用等设备坏了再修",
        "不要漏掉相机没拍到的",
    ],
)
def test_ruling_out_a_way_of_working_rules_out_no_provider(text: str) -> None:
    assert not [item for item in read(text).values() if item.kind == EXCLUSION]


@pytest.mark.parametrize(
    "text", ["除电气行业外的案例都可以", "除电气外", "不要电气行业的", "除了电气别的都行"]
)
def test_an_industry_can_be_excepted(text: str) -> None:
    found = read(text)
    assert [item.target for item in found.values() if item.kind == NO_INDUSTRY] == ["38"]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("预算不超过20万元", 20.0),
        ("1万元以内", 1.0),
        ("最多三五万", 5.0),
        ("一年几千块", 0.9),
        ("费用控制在二十万以内", 20.0),
        ("顶多花8千元", 0.8),
    ],
)
def test_a_ceiling_is_read_in_ten_thousands(text: str, limit: float) -> None:
    assert read(text)[BUDGET].value == pytest.approx(limit)


@pytest.mark.parametrize("text", ["一天压几千张", "三百台泵", "几万块板子", "每年损失200万元"])
def test_a_count_or_a_loss_is_no_ceiling(text: str) -> None:
    assert BUDGET not in read(text)


@pytest.mark.parametrize(
    "text", ["二十人，别搞复杂", "八个人的小厂", "夫妻店", "手机微信里用就行", "小作坊"]
)
def test_a_small_shop_is_recognised_and_never_hard(text: str) -> None:
    found = read(text)
    assert SCALE in found
    assert not found[SCALE].hard


@pytest.mark.parametrize("text", ["每班9个人目检", "下面小厂一停我们才知道", "两千人的大厂"])
def test_other_peoples_numbers_do_not_make_a_shop_small(text: str) -> None:
    assert SCALE not in read(text)


@pytest.mark.parametrize("text", ["无防爆要求", "普通车间，无需防爆", "非防爆区", "防爆不作要求"])
def test_explosion_protection_that_is_denied_is_not_demanded(text: str) -> None:
    assert EXPLOSION_PROOF not in read(text)


def test_ruling_out_foreign_software_does_not_rule_out_software() -> None:
    assert f"{EXCLUSION}:software" not in read("国外软件不考虑")


def test_a_way_of_paying_that_is_refused_says_nothing_of_size() -> None:
    assert SCALE not in read("不接受按年付费")


def test_what_was_filled_in_counts_as_filled_in() -> None:
    found = read("", data_may_leave=False, network_isolated=True, xinchuang_required=True)
    assert {found[kind].source for kind in (DATA_STAYS, ISOLATED, XINCHUANG)} == {FILLED}
    assert all(found[kind].hard for kind in (DATA_STAYS, ISOLATED, XINCHUANG))


def test_a_wish_in_the_text_does_not_soften_what_was_filled_in() -> None:
    found = read("最好数据不出厂", data_may_leave=False)
    assert found[DATA_STAYS].hard
    assert found[DATA_STAYS].source == FILLED


def test_declared_deployments_without_the_cloud_mean_inside() -> None:
    assert ONPREM in read("", deployments=("onprem", "edge"))
    assert ONPREM not in read("", deployments=("cloud", "onprem"))


def test_a_must_have_that_is_a_known_demand_is_read_as_one() -> None:
    found = read("", must_haves=("数据不出厂", "有压铸件案例"))
    assert found[DATA_STAYS].hard
    assert "有压铸件案例" in [item.target for item in found.values() if item.kind == MUST]


def test_the_lower_of_two_budgets_binds() -> None:
    assert read("预算不超过20万元", budget_max_wan=50.0)[BUDGET].value == 20.0
