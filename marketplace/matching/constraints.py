"""Reads what a need demands of how the work is done: data, network, 信创, exclusions, budget, scale, site.

It reads only the need. Whether a provider meets a constraint is decided in `gates`. Each constraint keeps the words
it was read from, so that the manufacturer can see and correct it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from . import amounts
from .asides import set_aside
from .clauses import OPEN, RULED_OUT, Clause, clauses, is_soft, stance, without_questions
from .facts import NeedFacts, Vocabulary
from .hosting import (
    DATA_STAYS,
    EXPLOSION_PROOF,
    ISOLATED,
    NO_CLOUD,
    ONPREM,
    XINCHUANG,
    Cues,
    hosting_kinds,
)
from .lexicon import Lexicon
from .natures import Natures
from .phrases import find_named
from .words import NEED

FILLED, STATED, INFERRED = "填报", "原文", "推断"

DEPLOYMENT = "deployment"
EXCLUSION = "exclusion"
NO_INDUSTRY = "no_industry"
BUDGET = "budget"
SCALE = "scale"
MUST = "must"
ASK = "ask"
ASIDE = "aside"

LABELS = {
    DATA_STAYS: "数据不出厂",
    NO_CLOUD: "不上云",
    ISOLATED: "内网可用，不依赖公网",
    ONPREM: "本地部署",
    XINCHUANG: "信创（国产软硬件）",
    EXPLOSION_PROOF: "现场防爆",
    SCALE: "适合小企业",
}


@dataclass(frozen=True, slots=True)
class Constraint:
    """One demand: what, how firm, where it was read, in which words.

    `target` names the kind of business, industry or deployment concerned; `value` is 万元 for a budget.
    """

    kind: str
    label: str
    hard: bool
    source: str
    quote: str = ""
    target: str = ""
    value: float | None = None

    @property
    def key(self) -> str:
        """A stable name by which the manufacturer can drop this; it stands in addresses and holds no free text."""
        written = {MUST: self.target, ASIDE: f"{self.quote}{self.target}"}.get(self.kind)
        target = self.target if written is None else short_sum(written)
        return f"{self.kind}:{target}" if target else self.kind


def short_sum(text: str) -> str:
    """Give a short name of what somebody wrote, by which it is known and cannot be read."""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


_SMALL = re.compile(
    r"(?<![下外])(?<!面)(?<!些)小\S{0,3}厂|小作坊|作坊|小微|夫妻店|个体户|小企业|小公司|几个人的|别搞复杂|别整大系统|不要大系统|不要复杂|简单点|越简单越好|轻量"
)
_HEADCOUNT = re.compile(
    r"^\S{0,4}?([\d一二两三四五六七八九十百]+)(?:来|多|几)?(?:个|口|号)?人(?:的\S{0,4}厂|左右|的\S{0,4}企业|的小\S*)?$"
)
_OTHERS = re.compile(r"下面|上游|下游|供应|外协|协作|客户|那些|周边")
_COUNTED_THING = re.compile(r"块(?![钱一的就以左上预内够，。]|$)")
_EXCLUDING = re.compile(
    r"除(?:了|去)?(.{1,16}?)(?:以外|之外|外|(?:□□|其他|其它|其余)\S{0,3}都)(?!部|网|观|形)"
    r"|(?:不要|不需要|不考虑|不接受|不想要|不包含|不包括|不含|不找|谢绝|拒绝|排除|别来|别找|别派|别再|别给|不想找|不用)(.{1,18})"
    r"|([^\s、]{1,12}?)(?:的)?(?:免谈|除外|勿扰|不考虑|不接受|不要|(?:就|也|都|千万)*别再?来|就?算了)$"
)
_ONLY = re.compile(r"只(?:要|买|需要?|想要|做)(.{1,8})")
_ASKS: tuple[tuple[str, str], ...] = (
    ("no_production_stop", "实施不影响生产"),
    ("must_integrate", "与现有系统衔接"),
    ("onsite_service", "现场服务响应"),
    ("same_industry_case", "有同行业案例"),
    ("pay_by_result", "按效果付费"),
    ("short_schedule", "工期"),
    ("regulated_validation", "行业合规要求"),
    ("edge_required", "设备旁实时处理"),
)
# Hardware itself, or those who make and sell it: nothing else may stand before or after.
_MAKERS = re.compile(
    r"^(?:再|又|来|给我们?|卖|买|推销|推|派|任何|什么|单纯|纯|我|含)*(?:系统|检测|工业|成套)?"
    r"(?:硬件|设备|装备|仪器|机器|电表|表计|摄像头|摄像机|相机|传感器|整机)(?:的|了|类|公司|商|厂家|厂|那类|之类|采购)*$"
)
# Without one of these characters a clause excludes nothing, or tells of no small size.
EXCLUDING_CHARACTERS = frozenset("除不谢拒排别免勿算只")
SMALL_CHARACTERS = frozenset("人小作夫个别不简越轻")
SMALL_BUDGET_WAN = 3.0
FOREIGN = "foreign"
HARDWARE = "hardware"
SMALL_HEADCOUNT = 50


@dataclass(frozen=True, slots=True)
class Lists:
    """The word lists constraints are read with."""

    lexicon: Lexicon
    natures: Natures
    vocabulary: Vocabulary


def read_constraints(
    need: NeedFacts,
    lexicon: Lexicon,
    natures: Natures,
    vocabulary: Vocabulary | None = None,
) -> tuple[Constraint, ...]:
    """Read every constraint of a need; what was filled in counts before what was written."""
    lists = Lists(lexicon, natures, vocabulary or Vocabulary())
    found = [*_filled(need), *_stated(need, lists), *_musts(need, lists)]
    return _merge(found)


def _filled(need: NeedFacts) -> Iterable[Constraint]:
    def filled(kind: str, quote: str) -> Constraint:
        return Constraint(kind, LABELS[kind], True, FILLED, quote)

    if need.data_may_leave is False:
        yield filled(DATA_STAYS, "数据能否出厂：否")
    if need.network_isolated:
        yield filled(ISOLATED, "现场网络：与外网隔离")
    if need.xinchuang_required:
        yield filled(XINCHUANG, "信创要求：是")
    if need.deployments and "cloud" not in need.deployments:
        yield filled(ONPREM, "部署方式：本地或边缘")
    elif need.deployments == ("cloud",):
        yield Constraint(DEPLOYMENT, "云端部署", False, FILLED, "部署方式：云", "cloud")
    if need.budget_max_wan is not None:
        value = need.budget_max_wan
        yield Constraint(
            BUDGET,
            f"预算不超过{amounts.show(value)}",
            True,
            FILLED,
            f"预算上限{amounts.show(value)}",
            "",
            value,
        )
    if need.size_class == "micro" or (
        need.budget_max_wan is not None and need.budget_max_wan <= SMALL_BUDGET_WAN
    ):
        quote = (
            "企业规模：微型"
            if need.size_class == "micro"
            else f"预算上限{amounts.show(need.budget_max_wan or 0)}"
        )
        yield Constraint(SCALE, LABELS[SCALE], False, FILLED, quote)


def _stated(need: NeedFacts, lists: Lists) -> Iterable[Constraint]:
    found = clauses(f"{need.title}\n{need.description}")
    every = lists.lexicon.cue_hits_each([clause.text for clause in found], NEED)
    previous = ""
    for clause, cues in zip(found, every, strict=True):
        yield from _read_clause(clause, previous, lists, cues)
        previous = clause.text
    for aside in set_aside(found):
        for thing in aside.things or ("",):
            label = f"不要“{thing}”" if thing else aside.said
            yield Constraint(ASIDE, label, False, STATED, aside.said, thing)


def _read_clause(clause: Clause, previous: str, lists: Lists, cues: Cues) -> Iterable[Constraint]:
    """Read the constraints of one clause; `previous` may hold its subject."""
    text = clause.text
    quote = text.strip()
    hard = not is_soft(text)

    def stated(kind: str) -> Constraint:
        return Constraint(kind, LABELS[kind], hard, STATED, quote)

    kinds = dict.fromkeys(hosting_kinds(text, previous, cues))
    yield from (stated(kind) for kind in kinds)
    if not EXCLUDING_CHARACTERS.isdisjoint(text):
        yield from _excluded(text, quote, hard, lists)
    ceiling = amounts.ceiling(text)
    if ceiling is not None:
        yield Constraint(
            BUDGET, f"预算不超过{amounts.show(ceiling)}", hard, STATED, quote, "", ceiling
        )
    if _is_small(text) or (ceiling is not None and ceiling <= SMALL_BUDGET_WAN):
        yield Constraint(SCALE, LABELS[SCALE], False, STATED, quote)
    for constraint, match in cues:
        if constraint == "light_budget" and _is_own_smallness(text, match.start, match.end):
            if stance(text, match.start, match.end) == RULED_OUT:
                continue
            yield Constraint(SCALE, LABELS[SCALE], False, STATED, quote)
        for name, label in _ASKS:
            if constraint == name:
                yield Constraint(ASK, label, False, STATED, quote, f"{name}:{match.phrase}")


def _excluded(text: str, quote: str, hard: bool, lists: Lists) -> Iterable[Constraint]:
    text = without_questions(text)
    for match in _EXCLUDING.finditer(text):
        ruled_out = next(group for group in match.groups() if group)
        after = text[match.end() :]
        if stance(text, match.end(), match.end()) == OPEN and "除" not in match.group():
            continue
        if re.match(r"(?:也行|也可以|都行|均可)", after):
            continue
        yield from _targets(ruled_out, quote, hard, lists, "除" in match.group()[:1])
    for match in _ONLY.finditer(text):
        for nature in lists.natures.by_id.values():
            if any(word in match.group(1) for word in nature.need_words[:1]):
                for opposite in nature.opposites:
                    label = lists.natures.by_id[opposite].label
                    yield Constraint(EXCLUSION, f"不含{label}", hard, STATED, quote, opposite)


def _targets(
    phrase: str, quote: str, hard: bool, lists: Lists, excepting: bool
) -> Iterable[Constraint]:
    # “不要停线”, “不想编程” rule out a way of working, not a kind of provider: only known kinds count.
    head = re.split(r"[，。；]|只|就|要能|要会", phrase)[0]
    kinds = lists.natures.named(head)
    if not excepting and not _MAKERS.search(head):
        # “不要机器等人”, “不用换相机” speak of things at work, not of their makers.
        kinds = [nature for nature in kinds if nature.id != HARDWARE]
    # “国外软件” rules out what is foreign, not software.
    kinds = [nature for nature in kinds if nature.id == FOREIGN] or kinds
    for nature in kinds:
        yield Constraint(EXCLUSION, f"不要{nature.label}", hard, STATED, quote, nature.id)
    if excepting or re.search(r"行业|类企业|领域", head):
        named = {
            code: words[0]
            for code, words in find_named(
                head, lists.vocabulary.industries, lists.vocabulary.industry_words
            ).items()
        }
        for hit in lists.lexicon.industry_hits(head):
            if hit.strength >= 0.5:
                named.setdefault(hit.code, hit.phrase)
        for code, word in sorted(named.items()):
            yield Constraint(NO_INDUSTRY, f"不考虑“{word}”行业", hard, STATED, quote, code)


def _is_own_smallness(text: str, start: int, end: int) -> bool:
    """“几万块板子” counts boards, and “下面小厂” is a supplier."""
    if _COUNTED_THING.match(text[end - 1 :]):
        return False
    return not _OTHERS.search(text[max(0, start - 4) : start])


def _is_small(text: str) -> bool:
    if SMALL_CHARACTERS.isdisjoint(text):
        return False
    if match := _HEADCOUNT.match(text.strip()):
        count = amounts.number(match.group(1))
        return count is not None and count < SMALL_HEADCOUNT
    return bool(_SMALL.search(text))


def _musts(need: NeedFacts, lists: Lists) -> Iterable[Constraint]:
    for must in need.must_haves:
        found = clauses(must)
        every = lists.lexicon.cue_hits_each([clause.text for clause in found], NEED)
        read = [
            replace(item, hard=True, source=FILLED, quote=must)
            for clause, cues in zip(found, every, strict=True)
            for item in _read_clause(clause, "", lists, cues)
            if item.kind != ASK
        ]
        if read:
            yield from read
        elif must.strip():
            yield Constraint(MUST, must.strip(), True, FILLED, must.strip(), must.strip())


def _merge(found: Iterable[Constraint]) -> tuple[Constraint, ...]:
    """Keep one constraint a key: hard before soft, then in the order read; the lowest budget wins."""
    kept: dict[str, Constraint] = {}
    for item in found:
        known = kept.get(item.key)
        stricter = known is not None and (
            (item.hard and not known.hard)
            or (item.kind == BUDGET and (item.value or 0) < (known.value or 0))
        )
        if known is None or stricter:
            kept[item.key] = item
    return tuple(kept.values())
