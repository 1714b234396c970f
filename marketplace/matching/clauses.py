"""Reads how a clause says a thing: asked for, ruled out, left open; must or wish. Grammar only, no subject matter.

Negation is counted, not looked up: each negator before the term in its clause, and each verdict after it, turns the
sense over, so that “不要云部署” and “云的免谈” rule out, while “不是不能上云” and “不排斥上云” do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ASKED, RULED_OUT, OPEN = "asked", "ruled_out", "open"

_BREAKS = re.compile(r"[，,。；;！!？?\n：:（）()]+")
# Words with a negating character that negate nothing; blanked before negators are counted.
_NOT_NEGATIONS = re.compile(
    r"不仅|不但|不只|不光|不管|不论|无论|不断|不同|不锈|不良|不合格|不干胶|不对称|不间断|不均|不稳|不准(?=[，。]|$)"
    r"|无纺|无人|无缝|无损|无菌|无尘|无线|无功|无纸|无极|无机|无锡|无水|无氧|无铅|无油|无刷|无轨|无烟|非标|非晶|非织|非金属|非常|未来|别墅|没想到|别的|别处"
    r"|在不在|能不能|要不要|会不会|是不是|可不可以|行不行|有没有|好不好|差不多|了不起|特别|分别|识别|级别|类别|区别|判别|个别|辨别|鉴别"
)
_QUESTION = {"能不能": "□□能", "要不要": "□□要", "可不可以": "□□可以", "会不会": "□□会"}
# “非云不可”, “不…不行”: necessity by two negatives.
_NECESSITY = re.compile(r"非.{1,12}?(?:不可|不行|莫属)|不得不|不能不|不可不|必不可少|少不了")
_BEFORE = re.compile(
    r"不接受|不考虑|不允许|不支持|不希望|不愿意|不打算|不需要|不用|不想|不愿|不要|不能|不得|不许|不准|不可以|不可|不让|不必"
    r"|不往|不放|不再|不是|并不|并非|不含|不包括|不包含|不涉及|不提供|不具备|不反对|不排斥|不拒绝|不介意|不限制|不禁止|不强求"
    r"|绝不|决不|不带|不走|不通|不接|不连|不联|不上|不出|不离|不开|不传|不外|不依赖|不强制|不"
    r"|禁止|严禁|拒绝|谢绝|避免|杜绝|反对|排斥|介意|无需|无须|没有|未|勿|别|免(?!费|示教|编程|疫)|非|没|无"
)
_TWICE = frozenset(["不反对", "不排斥", "不拒绝", "不介意", "不限制", "不禁止"])
_AFTER = re.compile(
    r"(?:的)?(?:\S{1,2}(?=[都也]))?(?:一律|一概|统统|都|就|也|是)?(?:绝对|坚决)?"
    r"(?:不要|不行|不考虑|不接受|不许|不准|不得|不能|不可以|不可|不允许|不谈|不看|不用|不需要|不开|不通|不对外|没有|禁止|免谈|除外|勿扰|"
    r"别[来谈碰用上连想提要放传接开]|关闭|断开|拒绝|不)"
)
_LEFT_OPEN = re.compile(
    r"可以不|不限|均可|皆可|都行|都可以?|也行|也可以?|也能|也成|无所谓|不强求|不作要求|没有?要求|不要求|随意|不介意|不排斥|不反对|不拒绝"
    r"|可接受|可以接受|能接受|行吗|可以吗|没关系|不挑"
)
_NOTHING_ASKED = re.compile(r"(?:没有?|无|不作|不做|不提)\S{0,6}要求")
_SOFT = re.compile(
    r"最好|优先|尽量|尽可能|希望|倾向|偏向|更好|为佳|为宜|为好|如果能|如能|要是能|能的话|酌情|加分|可以考虑|不强求|原则上|想用|想要|能不能|可不可以|能否|是否"
)
_HARD = re.compile(
    r"必须|务必|必需|一定要|一定得|只能|只许|只接受|只考虑|一律|不得|不准|不许|不允许|不让|禁止|严禁|绝不|决不|绝对不|坚决|"
    r"硬性|硬杠|底线|红线|否则|一票否决|前提|免谈|不能|不可|不要|不接受"
)
_REACH_BEFORE = 8
_REACH_AFTER = 9


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its own text and where it starts in the whole."""

    text: str
    start: int


def clauses(text: str) -> list[Clause]:
    """Split a text at commas, stops, colons, brackets and line ends; empty pieces are left out."""
    found: list[Clause] = []
    position = 0
    for gap in [*_BREAKS.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if text[position:end].strip():
            found.append(Clause(text[position:end], position))
        position = gap.end() if gap else end
    return found


def has_break(text: str) -> bool:
    """Tell whether a text is more than one clause, or ends in a break."""
    return _BREAKS.search(text) is not None


def is_soft(clause: str) -> bool:
    """Tell a wish from a demand: a word of wishing and none of demanding."""
    return bool(_SOFT.search(clause)) and not _HARD.search(clause)


def stance(clause: str, start: int, end: int) -> str:
    """Say whether the term at clause[start:end] is asked for, ruled out or left open."""
    masked = without_questions(clause)
    if any(need.start() <= start and end <= need.end() for need in _NECESSITY.finditer(masked)):
        return ASKED
    if _NOTHING_ASKED.search(masked):
        return OPEN
    before = _negations_before(masked, start)
    after = _AFTER.match(masked[end : end + _REACH_AFTER])
    negations = before + (1 if after else 0)
    if _LEFT_OPEN.search(masked) and negations % 2 == 0:
        return OPEN
    if _LEFT_OPEN.search(masked[: start + 2]):
        return OPEN
    if negations % 2:
        return RULED_OUT
    return OPEN if negations else ASKED


def _negations_before(masked: str, start: int) -> int:
    """Count negators shortly before the term; a noun in between ends their reach."""
    window = masked[max(0, start - _REACH_BEFORE) : start]
    window = re.split(r"但是|但|而是|而要|改为|改成|只要|只能|只许|就要|应|、|才", window)[-1]
    return sum(2 if found in _TWICE else 1 for found in _BEFORE.findall(window))


_DENYING = frozenset("不禁拒绝免反排介无没未勿别非除关断")


def may_deny(clause: str) -> bool:
    """Tell quickly whether a clause may rule anything out: every negator has one of a few characters."""
    return not _DENYING.isdisjoint(clause)


def without_questions(clause: str) -> str:
    """Blank questions (“要不要…”) and words that only look like negations, length for length."""

    def blank(found: re.Match[str]) -> str:
        word = found.group()
        return _QUESTION.get(word, "□" * len(word))

    return _NOT_NEGATIONS.sub(blank, clause)
