"""Reads what a need has already or turns down: grammar and everyday turns of phrase, no subject matter.

Needs name what they do not want, and in the very words of those who sell it: “比价招标平台已经有了，不要这个”,
“车不缺，不用帮我找车”, “也不打算换无人叉车”. Complaints and aims are no asides: “不要再靠人眼看”, “不用换模就能出”.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .clauses import Clause, without_questions
from .vectors import load_vectors


@dataclass(frozen=True, slots=True)
class Aside:
    """A clause about what is not wanted; `things` are what nobody shall come to sell, as it is written."""

    said: str
    things: tuple[str, ...] = ()


_SURELY = r"(?:已经|早就|早已|早|本来就|自己|我们|厂里|公司|已)"
# Is there already, has been tried in vain, or is taken care of by others.
_THERE = re.compile(
    rf"{_SURELY}(?:都|也)?(?:有|买|上|装|配|在用|用着|用上)(?:了|过了?|好了|齐了|着)?$"
    r"|都(?:有|买|上|装|配)(?:了|过了?|好了|齐了)$"
    r"|(?<![不要])(?<!(?<!早)就)(?<!数据)(?<!资料)(?<!样本)够(?:用|了|用了)$"
    r"|不缺了?$|不缺(?:人|人手|设备|车|系统|软件|订单)$|不差这\S{0,3}$"
    r"|(?:装|上|试|用|买)过\S{0,6}(?:没用|不行|不好使|不管用|没效果|白搭)$"
    r"|有(?:专人|人|会计|别家|别的公司|外包)(?:在)?(?:做|管|弄|负责|盯)?(?:了|着)?$"
    r"|我们?自己(?:来|做|搞|弄|会做|搞定|解决)$|现成的?$|(?:自备|自理|自购)$"
    r"|不在其列$|^不在范围(?:之?内)?$"
)
# Is bought elsewhere: who sells it has nothing to look for here.
_ELSEWHERE = re.compile(
    rf"{_SURELY}(?:有|定|找|签|包)(?:给|了|好)?\S{{0,6}}(?:供应商|供方|厂家|施工队|公司|单位|队伍)$"
    r"|(?:另行|另外|单独)(?:招标|采购|招|委托)$"
    r"|不(?:在|属于?)\S{0,2}(?:这次|本次|此次|招标|采购|需求|服务|承包)\S{0,4}范围(?:之?内)?$"
)
# What is wished for, complained of, or told of others is not there.
_WISHED = re.compile(
    r"希望|最好|必须|总得|需要|要求|要(?=[有能现够])|想|^能|只要|以后|没有?(?:专?人|现成)|□现成|发现|误报"
    r"|客户|同行|隔壁|对手|别的厂"
)
_HOWEVER = re.compile(r"^(?:但|可|就是|不过|却|还是|只是|看)")
# “相机已经够多，别再卖相机”; alone it may as well be a complaint.
_PLENTY = re.compile(r"(?:已经|早就)够多了?$")
_AGAIN = r"(?:再|另外|另|又)*"
_FOR_US = r"(?:跟我们?|给我们?|帮我们?|帮|替我们?|为我们?|来|去)?"
# What follows shall not be sold, or is not meant: “不要再卖相机”, “也不打算换无人叉车”, “不用帮我找车”, “不是要招人”.
_DECLINED = re.compile(
    rf"(?:(?:不打算|不准备|没打算){_AGAIN}(?:换成?|找|招|添置|添|买|上|装|租|搞)"
    rf"|(?:不想|不要|不用|不需要|不必|无需|不是来|别){_AGAIN}{_FOR_US}"
    r"(?:推销|推荐|卖|推(?![翻倒迟进])|租(?!不)|重复(?=[建买上装投采])|搞(?![错混乱清定复大])|讲(?![清明解]))"
    rf"|(?:不用|不需要|不必|无需|别){_AGAIN}(?:帮|替|给)我?们?(?:找|招|联系|介绍)"
    r"|不再(?:更?换|采购|买|上)(?![型模产刀线班卷色料品网批单人])|不是(?:要|想|来)(?:找|招|买|租)|不[找招搞](?![到清错混乱]))"
    r"(?P<things>\S*)$"
    r"|(?:不要|不用|不考虑|不是|别上)(?P<kind>\S{2,14}?)的?(?:那套|那种|那类|之类|这套|这种|这类)的?$"
)
# What precedes shall not: “大屏就不用了”, “放贷的、查征信的也别来”, “问答机器人现在不买”.
_TURNED_DOWN = re.compile(
    r"^(?P<things>\S{1,20}?[^了])(?:(?:就|先|也|都|统统|一律|千万)+(?:不用|不需要|不要|不必|不考虑|算了|免了|免谈|别再?来)"
    r"|的?(?:勿扰|别打电话|请?绕[道行])|的(?:千万|都|也|就)*别再?来|(?:现在|暂时|今年|暂)不(?:买|上|要|做|考虑|需要)"
    r"|(?:那类|这类|之类|那种|这种)?的?不考虑)(?:了|啦|吧)?$"
)
# A demand said from behind (“没有压铸案例的别来”), an aim, a limit of money or time.
_DEMANDED = re.compile(
    r"^(?:没|不(?!锈)|无(?![人线尘纺菌损])|希望|最好|这样|以后|上了)|超过|超出|年费|预算|工期|价格|[\d一二两三四五六七八九十百][千百十]*万"
)
# “不要这个” speaks of the clause before.
_OF_BEFORE = re.compile(
    r"^(?:所以|就|也|都)?(?:不要|不用|不考虑|不需要|不是要?|别来)(?:再)?(?:这个|这些|这种|这类|这套|那个|那种|那些|它)(?:东西)?了?$"
    r"|^(?:不要|不用|别)(?:再|来)*(?:卖|推|推销|重复|来)(?:了|啦)?$"
    r"|^(?:这个|这些|这种|这类|这套|那个|那种|那些)(?:东西)?(?:就|都|我们)?(?:不要|不用|不考虑|不需要|免了|算了)了?$"
)
_LEADING = re.compile(
    r"^(?:现有的?|原有的?|我们|厂里|公司|再|又|来|去|也|和|(?:飞|装|买|卖)(?=\S{2}))+"
)
_TRAILING = re.compile(
    r"(?:我们|厂里|公司|自己|也|都|就|已经|早就|现在|那套|那种|那类|这套|这些|那些|这块|之类|的|了|队|队伍)+$"
)
_NO_THING = re.compile(r"^(?:[的得又也回没]|不(?!锈)|无(?![人线尘纺菌损]))|\d")
_SHORTEST, _LONGEST = 2, 14


def set_aside(found: Sequence[Clause]) -> list[Aside]:
    """Give the asides among the clauses of a need, in their order; the first clause is its title and never one.

    A thing that the rest of the need speaks of too is nobody's reason to stay away: “别又来推叉车” of a need about
    forklifts.
    """
    asides: dict[str, Aside] = {}
    said_of = [clause.text.strip() for clause in found]
    before = ""
    for said, after in pairwise([*said_of[1:], ""]):
        if before and _OF_BEFORE.search(without_questions(said)):
            asides[before] = Aside(before, _things(_what_is_there(before) or before))
            asides[said] = Aside(said)
        elif (aside := _read(said, after)) is not None:
            asides.setdefault(said, aside)
        before = said
    wanted = "\n".join(said for said in said_of if said not in asides)
    return [
        Aside(aside.said, tuple(thing for thing in aside.things if thing not in wanted))
        for aside in asides.values()
    ]


def _read(said: str, after: str) -> Aside | None:
    """Read a clause; what is there already is told for a reason when `after` goes on with a but."""
    masked = without_questions(said)
    if declined := _DECLINED.search(masked):
        name = "things" if declined.group("things") is not None else "kind"
        return Aside(said, _things(said[slice(*declined.span(name))]))
    turned_down = _TURNED_DOWN.search(masked)
    if turned_down and not _DEMANDED.search(masked):
        return Aside(said, _things(said[slice(*turned_down.span("things"))]))
    if elsewhere := _ELSEWHERE.search(masked):
        return Aside(said, _things(said[: elsewhere.start()]))
    if _THERE.search(masked) and not _WISHED.search(masked) and not _HOWEVER.search(after):
        return Aside(said)
    if _PLENTY.search(masked) and _DECLINED.search(without_questions(after)):
        return Aside(said)
    return None


def _what_is_there(said: str) -> str:
    match = _THERE.search(without_questions(said))
    return said[: match.start()] if match else ""


def _things(text: str) -> tuple[str, ...]:
    """Cut a list of things into single ones, without what only joins them to the clause; everyday words are none."""
    parts = [part for part in re.split(r"[、和及]", text) if len(part) <= 2 * _LONGEST]
    cut = (_TRAILING.sub("", _LEADING.sub("", part)) for part in parts)
    return tuple(part for part in cut if _is_thing(part))


def _is_thing(text: str) -> bool:
    if not _SHORTEST <= len(text) <= _LONGEST or _NO_THING.search(text):
        return False
    place = load_vectors().places.get(text)
    return place is None or load_vectors().tells(place)
