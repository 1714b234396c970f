"""What a provider's own words say of where its work can run, and of its kind of business."""

from __future__ import annotations

import pytest

from marketplace.matching.abilities import (
    CLOUD,
    EXPLOSION_PROOF,
    HEAVY,
    LIGHT,
    LOCAL,
    NEEDS_NET,
    NO_XINCHUANG,
    OFFLINE,
    XINCHUANG,
    read_abilities,
)
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.natures import load_natures, ordinary_share


def read(text: str) -> set[str]:
    return set(read_abilities(text, load_lexicon(), "profile:p"))


@pytest.mark.parametrize(
    ("text", "ability"),
    [
        ("支持私有化部署", LOCAL),
        ("模型在工位主机上推理", LOCAL),
        ("装在厂里电脑上", LOCAL),
        ("可放客户自有机房", LOCAL),
        ("数据不离机台", LOCAL),
        ("原片不离现场，不带走", LOCAL),
        ("推理在现场盒子", LOCAL),
        ("可内网装", OFFLINE),
        ("断网也能用", OFFLINE),
        ("全程断外网", OFFLINE),
        ("不依赖互联网", OFFLINE),
        ("无需联网即可运行", OFFLINE),
        ("支持涉密内网", OFFLINE),
        ("SaaS知识助手", CLOUD),
        ("云端看板", CLOUD),
        ("图像上传后由平台处理", CLOUD),
        ("不支持私有化", CLOUD),
        ("生产数据汇入我方平台训练", CLOUD),
        ("视频推流至云上分析", CLOUD),
        ("样本集中到服务商机房标注", CLOUD),
        ("要求企业开通公网", NEEDS_NET),
        ("信创适配齐", XINCHUANG),
        ("麒麟系统可运行", XINCHUANG),
        ("未做信创适配", NO_XINCHUANG),
        ("境外品牌防火墙与终端检测集成", NO_XINCHUANG),
        ("采用进口品牌控制器", NO_XINCHUANG),
        ("防爆巡检机器人", EXPLOSION_PROOF),
        ("一年几百元", LIGHT),
        ("集团级资源计划套件", HEAVY),
    ],
)
def test_an_ability_is_read_from_plain_words(text: str, ability: str) -> None:
    assert ability in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "工控软件，维修进口品牌机器人",
        "兼容进口品牌机床",
        "替代进口品牌控制器",
        "国外品牌的国产替代",
        "不用境外品牌",
        "打破国外厂商垄断",
        "价格是进口品牌的一半",
    ],
)
def test_who_speaks_of_foreign_brands_need_not_use_them(text: str) -> None:
    assert NO_XINCHUANG not in read(text)


@pytest.mark.parametrize(
    ("text", "ability"),
    [
        ("设备远程诊断网关", OFFLINE),
        ("断网续传，不丢数据", OFFLINE),
        ("包装厂：废边少三成", LOCAL),
        ("信创适配中", XINCHUANG),
        ("计划支持私有化部署", LOCAL),
        ("不上云", CLOUD),
        ("不提供SaaS服务", CLOUD),
        ("报警订阅、免安装", CLOUD),
        ("云母板检测", CLOUD),
    ],
)
def test_a_similar_word_is_no_ability(text: str, ability: str) -> None:
    assert ability not in read(text)


def test_the_clause_is_kept_as_evidence() -> None:
    found = read_abilities("外观检测，可内网装，两周上线", load_lexicon(), "offering:7", "checked")
    evidence = found[OFFLINE]
    assert (evidence.quote, evidence.ref, evidence.verification) == (
        "可内网装",
        "offering:7",
        "checked",
    )


def share(text: str) -> float:
    words = load_natures().read(text)
    return ordinary_share(words.ordinary, words.digital)


def test_parts_and_labour_are_ordinary_trade() -> None:
    assert share("化工泵配件、机械密封检修与巡检外包") > 0.75
    assert share("司机招聘与二手设备撮合") > 0.75


def test_digital_work_that_mentions_parts_is_not() -> None:
    assert share("热辊温差衰退预测，换件与备件计划自动提醒") < 0.35


def test_an_ordinary_share_is_ordinary_words_over_all() -> None:
    # 供货 and 配件 against 预测: 2 / (2 + 1 + ½)
    assert share("配件供货，附带预测") == pytest.approx(2 / 3.5)
