"""Reads what a need has already or turns down: grammar and everyday turns of phrase, no subject matter.

Needs name what they do not want, and in the very words of those who sell it: “比价招标平台已经有了，不要这个”,
“车不缺，不用帮我找车”, “也不打算换无人叉车”. Complaints and aims are no asides: “不要再靠人眼看”, “不用换模就能出”.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .clauses import Clause, without_questions


@dataclass(frozen=True, slots=True)
class Aside:
    """A clause about what is not wanted; `things` are what nobody shall come to sell, as it is written."""

    said: str
    things: tuple[str, ...] = ()


_SURELY = r"(?:已经|早就|早已|早|本来就|自己|我们|厂里|公司|已)"
# Is there already, has been tried in vain, or is taken care of by others.
_THERE = re.compile(
    rf"{_SURELY}(?:都|也)?(?:有|买|上|装|配|在用|用着|用上)(?:了|过了?|好了|齐了|着)?$"
    rf"|{_SURELY}(?:有|定|找|签|包)(?:给|了|好)?\S{{0,6}}(?:供应商|供方|厂家|施工队|公司|单位|队伍)$"
    r"|都(?:有|买|上|装|配)(?:了|过了?|好了|齐了)$"
    r"|(?<!不)(?<!数据)(?<!资料)(?<!样本)够(?:用|多|了|用了|多了)$|不缺了?$|不缺(?:人|人手|设备|车|系统|软件|订单)$|不差这\S{0,3}$"
    r"|(?:装|上|试|用|买)过\S{0,6}(?:没用|不行|不好使|不管用|没效果|白搭)$"
    r"|有(?:专人|人|会计|别家|别的公司|外包)(?:在)?(?:做|管|弄|负责|盯)?(?:了|着)?$"
    r"|我们?自己(?:来|做|搞|弄|会做|搞定|解决)$"
    r"|(?:另行|另外|单独)(?:招标|采购|招|委托)$|不(?:在|属于?)\S{0,6}范围(?:之?内)?$|不在其列$"
    r"|(?:是|都是|有)?现成的?$|不是\S{1,8}(?:的问题|的事)$"
)
_NOT = r"(?:不打算|不准备|没打算|不是要|不是想|不是来|不用|不想|不要|不需要|不必|无需|不再|别|不(?=[找招搞]))"
_SELL = r"(?:推销|推荐|卖|买|推|找|招|租|讲|添置|添|搞|重复|换成?(?!型|模|产|刀|线|班|卷|色|料|品|网|批|单))"
# What follows shall not be sold: “不要再卖相机”, “也不打算换无人叉车”.
_DECLINED = re.compile(
    rf"{_NOT}(?:再|另外|另|又)*(?:跟我们?|给我们?|帮我们?|帮|替我们?|为我们?|来|去)?{_SELL}(?P<things>\S*)$"
    r"|(?:不要|不用|不考虑|不是|别上)(?P<kind>\S{2,14}?)的?(?:那套|那种|那类|之类|这套|这种|这类)的?$"
)
# What precedes shall not: “大屏就不用了”, “放贷的、查征信的也别来”, “问答机器人现在不买”.
_TURNED_DOWN = re.compile(
    r"^(?P<things>\S{1,20}?[^了])(?:(?:就|先|也|都|统统|一律|千万)+(?:不用|不需要|不要|不必|不考虑|算了|免了|免谈|别再?来)"
    r"|的别再?来|(?:现在|暂时|今年|暂)不(?:买|上|要|做|考虑|需要)|(?:那类|这类|之类|那种|这种)?的?不考虑)(?:了|啦|吧)?$"
)
# “不要这个” speaks of the clause before.
_OF_BEFORE = re.compile(
    r"^(?:所以|就|也|都)?(?:不要|不用|不考虑|不需要|不是要?|别来)(?:再)?(?:这个|这些|这种|这类|这套|那个|那种|那些|它)(?:东西)?了?$"
    r"|^(?:不要|不用|别)(?:再|来)*(?:卖|推|推销|重复|来)(?:了|啦)?$"
    r"|^(?:这个|这些|这种|这类|这套|那个|那种|那些)(?:东西)?(?:就|都|我们)?(?:不要|不用|不考虑|不需要|免了|算了)了?$"
)
_LEADING = re.compile(
    r"^(?:现有的?|原有的?|我们|厂里|公司|再|又|来|去|也|和|给我们?|(?:飞|装|上|卖|推|换|买|招)(?=\S{2}))+"
)
_TRAILING = re.compile(
    r"(?:我们|厂里|公司|自己|也|都|就|已经|早就|现在|那套|那种|那类|这套|这些|那些|这块|之类|的|了|队|队伍)+$"
)
_SHORTEST, _LONGEST = 2, 14


# What is there and works with what is wanted: its makers are not turned away for it.
_WORKS_ALONG = re.compile(r"[A-Za-z]|(?:系统|平台|软件|门户|设备|数据|网络|[表线车网仪机台])$")


def set_aside(found: Sequence[Clause]) -> list[Aside]:
    """Give the asides among the clauses of a need, in their order; the first clause is its title and never one.

    A thing that the rest of the need speaks of too is nobody's reason to stay away: “别又来推叉车” of a need about
    forklifts.
    """
    asides: dict[str, Aside] = {}
    before = ""
    for clause in found[1:]:
        said = clause.text.strip()
        if before and _OF_BEFORE.search(without_questions(said)):
            asides[before] = Aside(before, _things(_what_is_there(before) or before))
            asides[said] = Aside(said)
        elif (aside := _read(said)) is not None:
            asides.setdefault(said, aside)
        before = said
    wanted = "\n".join(clause.text for clause in found if clause.text.strip() not in asides)
    return [
        Aside(aside.said, tuple(thing for thing in aside.things if thing not in wanted))
        for aside in asides.values()
    ]


def _read(said: str) -> Aside | None:
    masked = without_questions(said)
    if declined := _DECLINED.search(masked):
        name = "things" if declined.group("things") is not None else "kind"
        return Aside(said, _things(said[slice(*declined.span(name))]))
    if turned_down := _TURNED_DOWN.search(masked):
        return Aside(said, _things(said[slice(*turned_down.span("things"))]))
    if _THERE.search(masked):
        there = _things(_what_is_there(said))
        return Aside(said, tuple(thing for thing in there if not _WORKS_ALONG.search(thing)))
    return None


def _what_is_there(said: str) -> str:
    match = _THERE.search(without_questions(said))
    return said[: match.start()] if match else ""


def _things(text: str) -> tuple[str, ...]:
    """Cut a list of things into single ones, without what only joins them to the clause."""
    cut = (_TRAILING.sub("", _LEADING.sub("", part)) for part in re.split(r"[、和及]", text))
    return tuple(part for part in cut if _SHORTEST <= len(part) <= _LONGEST)
