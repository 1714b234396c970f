"""Reads from a provider's own words whether its work can run inside the factory, offline, on domestic systems.

Only what is said counts: silence is neither yes nor no. “适配中” and “计划支持” are not yet abilities.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .clauses import RULED_OUT, clauses, stance
from .lexicon import Lexicon

LOCAL = "local"
OFFLINE = "offline"
CLOUD = "cloud"
NEEDS_NET = "needs_net"
XINCHUANG = "xinchuang"
NO_XINCHUANG = "no_xinchuang"
EXPLOSION_PROOF = "explosion_proof"
LIGHT = "light"
HEAVY = "heavy"
ALL = (
    LOCAL,
    OFFLINE,
    CLOUD,
    NEEDS_NET,
    XINCHUANG,
    NO_XINCHUANG,
    EXPLOSION_PROOF,
    LIGHT,
    HEAVY,
)

_FROM_CUES = {
    "onprem_capable": LOCAL,
    "edge_capable": LOCAL,
    "offline_capable": OFFLINE,
    "cloud_only": CLOUD,
    "cloud_capable": CLOUD,
    "xinchuang_capable": XINCHUANG,
    "xinchuang_not_capable": NO_XINCHUANG,
    "explosion_proof_capable": EXPLOSION_PROOF,
    "light_capable": LIGHT,
}
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        OFFLINE,
        re.compile(
            r"离线|(?<!诊)断网(?!续传|关|络)|脱网|不[出离]内网|隔离网|内网|涉密|单机(?:版|运行)|井下环网|不(?:依赖|需要?|用|接|连|联|经)(?:互联网|外网|公网)"
            r"|无[需须](?:互联网|外网|公网|联网)|断外网"
        ),
    ),
    (
        LOCAL,
        re.compile(
            r"本地(?:部署|化部署|服务器|推理|训练|运行|版|安装)|私有(?:化|部署|安装|云)|自[建有家己]\S{0,2}(?:机房|服务器)"
            r"|(?:厂内|厂里|企业|客户|工位|现场|机台)\S{0,2}(?:机房|主机|服务器|盒子|工控机|电脑)|厂区网"
            r"|(?:装|放|落|部署|安装|置)[在于到进](?:客户|企业|工厂|厂|车间|园区|机房|现场|产线|计量室|本地)"
            r"|(?<![包组])(?:装|放|部署)(?:企业|厂内|厂里|客户|园区|机房|自[己家有建])"
            r"|边缘|边端|端侧|下沉到厂|不[出离](?:厂|机台|现场|车间|内网|园区|企业)|不带走|一体机|整机交付"
        ),
    ),
    (
        CLOUD,
        re.compile(
            r"SaaS|saas|云端|云上|上云|公有云|云(?:产品|平台|服务|软件|版|看板|检测|训练|推理|巡查|系统|应用)|租户|订阅[制费]|[年月]订阅|素材上传|上传(?:后|到|至|素材|图像|数据|对象存储)"
            r"|在线众包|公有(?:智算|算力)|(?:汇入|传[至到]|送[至到]|回传[至到]?|推流[至到]|集中到|托管(?:在|于|到))(?:我方|我们|我司|本公司|服务商|云|平台|租户|监测中心)"
            r"|我方(?:平台|服务器|机房|中心)"
        ),
    ),
    (
        NEEDS_NET,
        re.compile(r"(?:要求|须|需|必须|需要)\S{0,4}(?:开通公网|公网|联网|外网|互联网)|开通公网"),
    ),
    (
        XINCHUANG,
        re.compile(
            r"信创|国产(?:化|系统|服务器|算力|操作系统|加速卡|芯片|数据库|密码|求解|二维|三维|软件)|自主可控|源码可控|麒麟|统信|昇腾|鲲鹏|飞腾|龙芯"
        ),
    ),
    (
        NO_XINCHUANG,
        re.compile(
            r"(?:采用|选用|基于|搭载|代理|经销|原装|仅用|只用)\S{0,4}(?:境外|国外|外资|进口|欧美)(?:品牌|原厂)"
            r"|(?:境外|国外|外资|进口|欧美)品牌(?:防火墙|软件|服务器|数据库|操作系统|交换机)(?!替代|的替代|国产)"
        ),
    ),
    (EXPLOSION_PROOF, re.compile(r"防爆|本安|本质安全|隔爆|煤安|矿安|矿用")),
    (
        LIGHT,
        re.compile(
            r"小程序|微信里|按[年月](?:付费|付|租|收费)|一年[几数一二两三四五六七八九十\d]+百|[几数]百元|便宜|免安装|作坊|夫妻店|几个人|小厂|微型|小微|轻量|扫个?码就|上手快|[都就]能上手"
        ),
    ),
    (
        HEAVY,
        re.compile(
            r"集团(?:级|型|化)|总包|总承包|套件|多法人|[几数二三四五六七八九十]+个模块|周期[一两半]年|千万级|整厂|大型企业|资源计划"
        ),
    ),
)
_ASKS_FOR_NET = re.compile(r"公网|联网|互联网|外网")
_NAMES_CLOUD = re.compile(r"云|saas")
_NOT_YET = re.compile(
    r"计划(?:支持|推出)|拟支持|将支持|即将|开发中|研发中|适配中|规划中|内测|预计|后续支持|正在(?:申请|认证|适配)"
)
# A negated ability is a statement of its own for these; for the others negation only cancels.
_OPPOSITE = {
    LOCAL: CLOUD,
    OFFLINE: NEEDS_NET,
    CLOUD: LOCAL,
    NEEDS_NET: OFFLINE,
    XINCHUANG: NO_XINCHUANG,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a provider, where it stands, and who has checked it."""

    quote: str
    ref: str
    verification: str = "declared"


Abilities = Mapping[str, Evidence]


def read_abilities(
    text: str, lexicon: Lexicon, ref: str, verification: str = "declared"
) -> dict[str, Evidence]:
    """Read the abilities a text states, each with its clause as evidence."""
    found: dict[str, Evidence] = {}
    # Most texts say nothing of most abilities: ask the whole text once before going clause by clause.
    patterns = tuple(pair for pair in _PATTERNS if pair[1].search(text))
    if not patterns and not any(
        constraint in _FROM_CUES for constraint, _ in lexicon.cue_hits(text, "provider")
    ):
        return found
    for clause in clauses(text):
        if _NOT_YET.search(clause.text):
            continue
        evidence = Evidence(clause.text.strip(), ref, verification)
        for code in _stated(clause.text, lexicon, patterns):
            found.setdefault(code, evidence)
    return found


def _stated(
    clause: str, lexicon: Lexicon, patterns: tuple[tuple[str, re.Pattern[str]], ...]
) -> Iterable[str]:
    taken: list[tuple[int, int]] = []
    for constraint, match in lexicon.cue_hits(clause, "provider"):
        # “断网续传” keeps data over an outage; it does not work without a network.
        code = None if "续" in match.phrase else _FROM_CUES.get(constraint)
        if code == CLOUD and _ASKS_FOR_NET.search(match.phrase):
            code = NEEDS_NET
        if constraint == "cloud_capable" and not _NAMES_CLOUD.search(match.phrase):
            # “订阅”, “免安装”, “小程序” hint at a cloud and do not say where the data lies.
            code = None
        if code:
            taken.append((match.start, match.end))
            yield from _turned(clause, code, match.start, match.end)
    for code, pattern in patterns:
        for found in pattern.finditer(clause):
            if not any(start < found.end() and found.start() < end for start, end in taken):
                yield from _turned(clause, code, found.start(), found.end())


def _turned(clause: str, code: str, start: int, end: int) -> Iterable[str]:
    """Give the ability, its opposite when the clause denies it, or nothing when denial means nothing."""
    phrase_says_no = clause[start : start + 1] in "不无免断离"
    if not phrase_says_no and stance(clause, start, end) == RULED_OUT:
        if code in _OPPOSITE:
            yield _OPPOSITE[code]
        return
    yield code


def merge(parts: Iterable[Abilities]) -> dict[str, Evidence]:
    """Join the abilities of several texts, the first evidence of each kept."""
    merged: dict[str, Evidence] = {}
    for part in parts:
        for code, evidence in part.items():
            merged.setdefault(code, evidence)
    return merged
