"""Reads from a clause of a need where its data and the software may be: inside, offline, on domestic systems.

Grammar decides: a word of clouds ruled out and a word of the factory asked for say the same. Used by `constraints`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .clauses import ASKED, OPEN, RULED_OUT, stance
from .phrases import Match

Cues = Sequence[tuple[str, Match]]

DATA_STAYS = "data_stays"
NO_CLOUD = "no_cloud"
ISOLATED = "isolated"
ONPREM = "onprem"
XINCHUANG = "xinchuang"
EXPLOSION_PROOF = "explosion_proof"

_CUE_KINDS = {
    "data_may_not_leave": DATA_STAYS,
    "network_isolated": ISOLATED,
    "onprem_required": ONPREM,
    "xinchuang_required": XINCHUANG,
    "explosion_proof": EXPLOSION_PROOF,
}
_DATA = (
    r"(?:数据|资料|图纸|图像|图片|图|照片|录像|视频|样本|底片|片子|配方|工艺|参数|算例|模型"
    r"|文件|代码|信息|材料|原片|音频|台账)"
)
_LEAVING = (
    r"(?:出厂|出园区?|出企业|出公司|出车间|出现场|出内网|出门|出境|出矿|出井|出集团|出机房|离厂|离开|外传|外发|外泄|外流|外带|带走|带出|带离|拿走|拿出|传出|上传|流出|外借|拷走"
    r"|给第三方|给外人|给别人|放外面|放到外面|传到外面|传外面|发外面|传外网|泄露)"
)
_DATA_LEAVES = re.compile(rf"{_DATA}?\S{{0,8}}?({_LEAVING})")
_HAS_DATA = re.compile(_DATA)
# “出不了厂”, “带不走”, “进不得别家机房”: the potential with 不 says the same as a ban.
_CANNOT_LEAVE = re.compile(
    r"[出离]不(?:了|得)(?:厂|门|园|企|公司|车间|内网|本)|带不(?:走|得|出去?)|传不(?:得|出[厂门去])|拿不走"
    r"|给不(?:了|得)(?:外|别|第三)|[进放]不(?:了|得)(?:别|外|人家|他)"
)
_GOODS = re.compile(r"产品|次品|不良|成品|货|工件|坏件|废品|件|酒|瓶|车(?!间)|人员|员工")
_DATA_KEPT = re.compile(
    rf"({_DATA}\S{{0,6}}?(?:留在?|存在?|放在?)(?:厂|本厂|本地|内网|现场|车间|自己|自家|企业|园区|公司|我们|机房))"
)
_CLOUD = re.compile(
    r"上云|云端|云上|公有云|云部署|云平台|云服务|云版|云产品|云化|云的|[Ss][Aa]{2}[Ss]|(?<![\w])云(?=$|[或和与、也都])|(?<=[不要放用])云(?![母杉梯南冈石纹])"
)
_NETWORK = re.compile(r"外网|公网|互联网|外部网络|外部接口|对外接口|因特网")
_CONNECT = re.compile(r"联网|上网|远程接入|远程")
_MODAL_NO = re.compile(r"不许|不准|不得|不让|不能|不可|禁止|严禁|不允许|一律不")
_INSIDE = re.compile(
    r"内网|专网|隔离网|物理隔离|生产网隔离|网络?(?:是|已|都|全)?隔离|涉密|断网运行|离线(?:运行|使用|可用)?|单机运行|没网|不通网|保密车间|军工保密"
    r"|网络?(?:信号)?出不去|(?:没有?|无|不具备)[联上]网条件"
)
_LOCAL = re.compile(
    r"本地部署|私有化|私有部署|本地化部署|本地服务器|本地版|单机版|(?:放|装|存|落|部署|跑|搁|摆)[在到进]?(?:厂里?|自己|自家|本地|本厂|机房|园区|公司|我们|车间|内网|现场)\S{0,6}"
    r"|自[家己建有]\S{0,2}(?:机房|服务器)|厂[内里]机房"
)
_XINCHUANG = re.compile(
    r"信创|国产化|国产替代|全国产|国产(?!设备|机床|机器|线|车|轮胎|材料|品牌机|电机)|自主可控|安可|麒麟|统信|昇腾|鲲鹏|飞腾|龙芯|海光"
)
_EXPLOSION = re.compile(r"防爆|本安|本质安全|隔爆|煤安|爆炸性环境")
# Where the cue list leans too far for a gate: a word of confidentiality is not yet a demand to stay inside.
_WEAK_CUES = frozenset(
    {
        "核心数据",
        "重要数据",
        "商业秘密",
        "配方保密",
        "工艺保密",
        "签了保密协议",
        "断供风险",
        "一区",
        "二区",
    }
)

_HOSTING_WORDS = (
    (_CLOUD, NO_CLOUD, RULED_OUT),
    (_NETWORK, ISOLATED, RULED_OUT),
    (_INSIDE, ISOLATED, ASKED),
    (_LOCAL, ONPREM, ASKED),
    (_XINCHUANG, XINCHUANG, ASKED),
    (_EXPLOSION, EXPLOSION_PROOF, ASKED),
)


# Without one of these characters a clause can state nothing of the kind; most clauses have none.
DATA_CHARACTERS = frozenset("留存放不出离外带拿传走给泄")
SAID_CHARACTERS = frozenset("云Ss网口离密单本私房放装存落跑搁摆署自创国安可麒统昇鲲飞龙海爆远")


def _hosting_said(text: str) -> Iterable[str]:
    for pattern, kind, wanted in _HOSTING_WORDS:
        for match in pattern.finditer(text):
            if stance(text, match.start(), match.end()) == wanted:
                yield kind
    for match in _CONNECT.finditer(text):
        if _MODAL_NO.search(text) and stance(text, match.start(), match.end()) == RULED_OUT:
            yield ISOLATED


def hosting_kinds(text: str, previous: str, cues: Cues) -> Iterable[str]:
    """Give the kinds of hosting constraint a clause states.

    `previous` may hold its subject; `cues` are the cues of needs found in it.
    """
    if not DATA_CHARACTERS.isdisjoint(text):
        yield from _data_kinds(text, previous)
    said = [] if SAID_CHARACTERS.isdisjoint(text) else list(_hosting_said(text))
    yield from said
    hosting = {NO_CLOUD, ISOLATED, ONPREM}.intersection(said)
    for constraint, hit in cues:
        kind = _CUE_KINDS.get(constraint)
        if kind == DATA_STAYS and hosting:
            # “只能放机房” has been read as a place already; one clause is one demand.
            continue
        if kind and hit.phrase not in _WEAK_CUES and _cue_stands(text, hit.start, hit.end):
            yield kind


def _cue_stands(text: str, start: int, end: int) -> bool:
    """A listed cue counts unless the clause leaves it open or denies it; its own “不” is part of it."""
    if text[start : start + 1] in "不没无":
        return stance(text, start, start) in (ASKED, RULED_OUT) and stance(text, end, end) != OPEN
    return stance(text, start, end) == ASKED


def _data_kinds(text: str, previous: str) -> Iterable[str]:
    if _DATA_KEPT.search(text):
        match = _DATA_KEPT.search(text)
        if match and stance(text, match.start(1), match.end(1)) == ASKED:
            yield DATA_STAYS
    stuck = _CANNOT_LEAVE.search(text)
    if stuck and (
        _HAS_DATA.search(text[: stuck.start()])
        or (_HAS_DATA.search(previous) and not _GOODS.search(text[: stuck.start()]))
    ):
        yield DATA_STAYS
    for match in _DATA_LEAVES.finditer(text):
        about_data = _HAS_DATA.search(text[: match.end()]) or (
            _HAS_DATA.search(previous) and not _GOODS.search(text[: match.start(1)])
        )
        if about_data and stance(text, match.start(1), match.end(1)) == RULED_OUT:
            yield DATA_STAYS
