"""What a need has already or turns down counts nowhere, and who comes to sell it stands further down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.matching.asides import set_aside
from marketplace.matching.clauses import clauses
from marketplace.matching.constraints import ASIDE
from marketplace.matching.facts import NeedFacts
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.results import Placed
from marketplace.matching.understanding import Corrections, Understanding, understand

from .builders import VOCABULARY, need, provider, run

TITLE = "说说我们的事"


def read(title: str, text: str, corrections: Corrections | None = None) -> Understanding:
    return understand(NeedFacts("n1", title, text), load_lexicon(), VOCABULARY, corrections)


@pytest.mark.parametrize(
    ("told", "aside", "things"),
    [
        ("水漏到哪去了。抢修队我们自己有", "抢修队我们自己有", []),
        ("拐角差点撞人，护栏装过没用", "护栏装过没用", []),
        ("拐角差点撞人，也不打算换无人叉车", "也不打算换无人叉车", ["无人叉车"]),
        ("到货都化了，车不缺", "车不缺", []),
        ("到货都化了，不用帮我找车", "不用帮我找车", []),
        ("超差要提前报警，检测相机已经够多，别再卖相机", "检测相机已经够多", []),
        ("换型慢，讲课的千万别再来", "讲课的千万别再来", ["讲课"]),
        ("超差要提前报警，检测相机早就够用", "检测相机早就够用", []),
        ("超差要提前报警，别再卖相机", "别再卖相机", ["相机"]),
        ("想自己跑数据，采购比价平台一直在用，人手我们不缺", "人手我们不缺", []),
        ("电费说不清，表都有了", "表都有了", []),
        ("想把老师傅的本事记下来，不是要招人", "不是要招人", []),
        ("这单赚没赚说不清，记账报税有会计", "记账报税有会计", []),
        ("想少换几次模，大屏就不用了", "大屏就不用了", ["大屏"]),
        ("维修单先整理，问答机器人现在不买", "问答机器人现在不买", ["问答机器人"]),
        ("怕二级供方断供，放贷的、查征信的也别来", "放贷的、查征信的也别来", ["放贷", "查征信"]),
        ("想自己做英文站，不搞直播带货", "不搞直播带货", ["直播带货"]),
        ("想自己做英文站，也不要扫码会员积分那套", "也不要扫码会员积分那套", ["扫码会员积分"]),
        ("叶片脱胶靠敲，不是飞无人机看外皮的那种", "不是飞无人机看外皮的那种", ["无人机看外皮"]),
        ("作业票补签，劳保用品已有年度供应商", "劳保用品已有年度供应商", ["劳保用品"]),
        ("新厂布局没底，土建施工另行招标", "土建施工另行招标", ["土建施工"]),
        ("电费摊不清，前年换的电表，不再换表", "不再换表", []),
        ("亏不亏说不清，大系统以后再说，服务器自备", "服务器自备", []),
        ("工单理不清，卖软件的勿扰", "卖软件的勿扰", []),
        ("工单理不清，中介公司请绕道", "中介公司请绕道", ["中介"]),
        ("毛刺检测再加三个品种，相机现成的", "相机现成的", []),
    ],
)
def test_what_is_there_already_or_turned_down_is_set_aside(
    told: str, aside: str, things: list[str]
) -> None:
    found = {item.said: list(item.things) for item in set_aside(clauses(f"{TITLE}\n{told}"))}
    assert found[aside] == things
    assert aside not in read(TITLE, told).search_text


@pytest.mark.parametrize(
    "told",
    [
        "不要再靠人眼看",
        "不想停线换型",
        "不用换模就能出新花样",
        "领走半年没还的都有",
        "毛刺、划伤、压痕都有",
        "收货晚了就不要了",
        "要不要换设备说不准",
        "没人盯着就出废品",
        "保证不缺料",
        "一天比一天不够用",
        "机器租不买",
        "误报已经够多了",
        "没有压铸案例的别来",
        "不能离线的不考虑",
        "没有防爆证的不考虑",
        "超过三十万的不考虑",
        "工期长的不考虑",
        "不想再重复录入",
        "不用重复输单",
        "最好不用换设备",
        "不用找图纸",
        "不用招人也能看过来",
        "不要推翻现有系统",
        "不要搞混批次",
        "夜班没有人管",
        "服务商要有专人负责",
        "最好是现成的",
        "有没有现成的",
        "希望以后能我们自己做",
        "等发现时毛刺已经有了",
        "客户已经用上了",
        "隔壁厂早就用上了",
        "只要能报警就够了",
        "准确率95%就够用",
        "孔径在不在公差范围内",
        "温度不在范围内",
        "质量问题不是料的问题就是刀的问题",
        "希望人工就不用了",
        "上了以后抄表就不用了",
        "摄像头已经装了，但是看不清划痕",
        "另外三个型号数据够了",
    ],
)
def test_a_complaint_or_an_aim_is_not_set_aside(told: str) -> None:
    assert set_aside(clauses(f"{TITLE}\n{told}")) == []


def test_a_pronoun_speaks_of_the_clause_before() -> None:
    found = set_aside(clauses(f"{TITLE}\n备货凭感觉。比价招标平台已经有了，不要这个"))
    assert [item.said for item in found] == ["比价招标平台已经有了", "不要这个"]
    assert found[0].things == ("比价招标平台",)


def test_the_title_is_never_set_aside() -> None:
    assert set_aside(clauses("无人叉车我们自己有")) == []


def test_what_is_there_turns_nobody_away_unless_it_is_said_again() -> None:
    for told in ("MES已经有了", "数采平台我们自己有", "记账有会计"):
        (aside,) = set_aside(clauses(f"{TITLE}\n{told}"))
        assert aside.things == ()


def test_an_everyday_word_is_no_thing() -> None:
    (aside,) = set_aside(clauses(f"{TITLE}\n不要再卖设备"))
    assert aside.things == ()


def test_a_demand_said_from_behind_turns_away_nobody_who_meets_it() -> None:
    asked = replace(need(), description="毛刺气孔漏检多，没有压铸案例的别来")
    with_cases = provider("a", "压铸件外观检测，有压铸案例多个")
    found = run(asked, [with_cases, provider("b", "压铸件外观检测")])
    assert [item.provider_id for item in found.placed] == ["a", "b"]


def test_a_thing_the_need_is_about_is_nobodys_reason_to_stay_away() -> None:
    found = set_aside(clauses("叉车拐弯差点铲了人\n别又来推叉车、装护栏"))
    assert [item.things for item in found] == [("护栏",)]


def test_an_aside_counts_again_once_its_mark_is_removed() -> None:
    told = "路口拐角看不见，无人叉车我们自己有"
    found = read("搬运差点撞人", told)
    (aside,) = [item for item in found.constraints if item.kind == ASIDE]
    assert "无人叉车" not in found.search_text
    assert "无人叉车" not in aside.key
    again = read("搬运差点撞人", told, Corrections(dropped=frozenset({aside.key})))
    assert ASIDE not in [item.kind for item in again.constraints]
    assert "无人叉车我们自己有" in again.search_text


def test_who_sells_what_is_turned_down_stands_below_and_it_is_said() -> None:
    asked = replace(need(), title="采购备货凭感觉", description="物料备多了占钱备少了停线")
    sellers = [
        provider("a", "物料采购备货预测，比价招标平台一站开通"),
        provider("b", "物料采购备货预测，安全库存随到货波动调整"),
    ]
    turned_down = replace(asked, description=f"{asked.description}。比价招标平台已经有了，不要这个")
    found = run(turned_down, sellers)
    assert [item.provider_id for item in found.placed] == ["b", "a"]
    seller = found.by_provider["a"]
    assert isinstance(seller, Placed)
    assert seller.score < run(asked, sellers).by_provider["a"].score  # type: ignore[union-attr]
    against = [item for item in seller.reasons if item.claim == "提供需求不要的“比价招标平台”"]
    assert [item.quote for item in against] == ["比价招标平台一站开通"]
