"""Finds conditions in the words of a call that fair competition does not allow; pure.

The word lists and sentence patterns are the rule set `call_fairness`. A pattern such as
`{地}…{注册}!{非注册}` reads: a word of the list 地, at most eight characters between, a word of
注册, no word of 非注册 right behind; `~{对象}` in front: no word of 对象 right before. Two lists
are built in: 地 (the list 本地, the places given, anything ending in 省, 市 or 县) and 数年
(三年, 3个年度). Texts are read without blanks, brackets and dashes, so that spacing a word out
does not hide it; what negates a condition (不限、不作要求) in its clause makes it innocent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

GAP = 8
"""How many characters may stand between two words of a pattern."""

_HARD: Final = "。;!?"
_CLAUSE: Final = re.compile(r"[,]|但是|但|不过|然而|同时")
_DROPPED: Final = frozenset(":\"'()[]{}<>《》〈〉「」『』【】“”‘’-_—–―~*·•.…|`^#=+&")
_VARIANTS: Final = str.maketrans("註冊記須應優設區縣業資東營業隻", "注册记须应优设区县业资东营业只")
_SPACED: Final = re.compile(r"(?:[\u4e00-\u9fff][、,/]){3,}(?=[\u4e00-\u9fff])")
_LIST_ITEM: Final = re.compile(
    r"\s*(?:[0-9]|[一二三四五六七八九十]+[、.]|[((][0-9一二三四五六七八九十])"
)

_PLACE: Final = (
    r"(?:(?![所各其任哪外非全须应需在是于限我的位向给由])[\u4e00-\u9fffXx×某]){1,4}"
    r"(?:省|(?<![城上超门都股])市|县|开发区|新区|高新区)(?![场级面民力去时电])"
)
_YEARS: Final = r"[0-9一二两三四五六七八九十]+(?:个)?(?:完整)?(?:会计|自然)?(?:周年|年度|年)"
_AMOUNT: Final = re.compile(
    r"[0-9.一二两三四五六七八九十百千万亿]+(?:万元|亿元|元|人|年|个|家|项|%)?"
)
_GUARDED: Final = {
    "应": "(?<![响对供适反效])应(?![用答急])",
    "需": "需(?!求)",
    "在": "(?<![所存现])在",
    "有": "(?<![所国具拥没])有(?!关|限|效)",
    "设": "(?<!建)设(?!备|计|施)",
    "满": "满(?!足|意)",
    "限": "(?<![期年时权有无上下极界不局])限(?!制|期|度|额|时|值)",
    "同": "同(?!等|样|类|行)",
    "为": "(?<![作认以])为(?!了|此)",
}
"""Single characters that are also parts of other words, with what must not stand beside them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition found: its words as written, and where they stand in which text."""

    code: str
    name: str
    definite: bool
    field: str
    words: str
    start: int
    end: int
    why: str
    law: str
    instead: str


def check_fairness(
    texts: Mapping[str, str], rules: Mapping[str, Any], places: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """Return what was found in the texts (name → text), in reading order.

    `rules` is the body of `call_fairness`; `places` are names of the bureau's own region.
    """
    reader = _Reader(rules, tuple(places))
    return tuple(
        finding for field, text in texts.items() for finding in reader.findings(field, text)
    )


def with_short_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of regions, and what they are called for short: 山东省, 山东."""
    short = [name[:-1] for name in names if len(name) > 2 and name[-1] in "省市县区"]
    return tuple(dict.fromkeys([*names, *short]))


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence without what only spaces words out, and where each character came from."""

    text: str
    places: tuple[int, ...]


def _sentences(text: str) -> Iterator[_Sentence]:
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if char == "\n" and _LIST_ITEM.match(text, place):
            char = "。"
        for part in unicodedata.normalize("NFKC", char).translate(_VARIANTS):
            kept = "。" if part in _HARD else part
            loose = part.isspace() or part in _DROPPED or unicodedata.category(part) == "Cf"
            if not loose:
                chars.append("," if kept == "，" else kept)
                places.append(place)
    whole = "".join(chars)
    spaced = {
        place
        for found in _SPACED.finditer(whole)
        for place in range(found.start() + 1, found.end(), 2)
    }
    begin = 0
    for end in [*(i for i, char in enumerate(whole) if char == "。"), len(whole)]:
        kept_places = [place for place in range(begin, end) if place not in spaced]
        if kept_places:
            yield _Sentence(
                "".join(whole[place] for place in kept_places),
                tuple(places[place] for place in kept_places),
            )
        begin = end + 1


class _Reader:
    """The patterns of a rule set, ready to read sentences with."""

    def __init__(self, rules: Mapping[str, Any], places: Sequence[str]) -> None:
        lists: Mapping[str, Sequence[str]] = rules["lists"]
        local = _one_of([*lists["本地"], *places])
        self._words = {name: _one_of(words) for name, words in lists.items()}
        self._words |= {"地": f"(?:{local}|{_PLACE})", "数年": _YEARS}
        barrier = _one_of(rules["barriers"])
        self._gap = f"(?:(?:(?!{barrier})[^,]){{0,{GAP}}}?|,)"
        self._before, self._after, self._asking = (
            re.compile(_one_of(rules[name])) for name in ("before", "after", "asking")
        )
        self._must = re.compile(self._words["须"])
        self._refusing = re.compile(self._words["不得"])
        self._checks = [
            (check, [re.compile(self._pattern(text)) for text in check["patterns"]])
            for check in rules["checks"]
        ]

    def _pattern(self, text: str) -> str:
        """Return a pattern of the rule set as a regular expression."""
        parts = []
        for mark, name, gap, plain in re.findall(r"([~!]?)\{(.+?)\}|(…)|([^{}…~!])", text):
            if gap:
                parts.append(self._gap)
            elif plain:
                parts.append(re.escape(plain))
            elif mark == "~":
                parts.append(_not_behind(self._words[name]))
            elif mark == "!":
                parts.append(f"(?![^,]{{0,3}}{self._words[name]})")
            else:
                parts.append(self._words[name])
        return "".join(parts)

    def findings(self, field: str, text: str) -> Iterator[Finding]:
        """Yield what stands in one text, once a place and code."""
        found: list[Finding] = []
        for sentence in _sentences(text):
            for check, patterns in self._checks:
                for pattern in patterns:
                    for hit in pattern.finditer(sentence.text):
                        if judged := self._judge(check, field, text, sentence, hit):
                            found.append(judged)
        yield from _widest(found)

    def _judge(
        self,
        check: Mapping[str, Any],
        field: str,
        text: str,
        sentence: _Sentence,
        hit: re.Match[str],
    ) -> Finding | None:
        definite = bool(check["definite"])
        clause_start, clause_end = _clause_of(sentence.text, hit)
        if self._is_negated(sentence.text, hit, clause_start, clause_end):
            return None
        if self._asking.search(sentence.text, clause_start, clause_end):
            if not (self._must.search(sentence.text) or self._refusing.search(sentence.text)):
                return None
            definite = False
        amount = _AMOUNT.match(sentence.text, hit.end())
        last = amount.end() if amount else hit.end()
        start, end = sentence.places[hit.start()], sentence.places[last - 1] + 1
        return Finding(
            check["code"],
            check["name"],
            definite,
            field,
            "".join(text[start:end].split()),
            start,
            end,
            check["why"],
            check["law"],
            check["instead"],
        )

    def _is_negated(self, text: str, hit: re.Match[str], start: int, end: int) -> bool:
        """Whether the clause takes the condition back: 不要求在前, 不作要求在后.

        A demand between the two (不限规模、须在本市注册) or a refusal behind (不满三年的不得申报)
        keeps the condition.
        """
        if self._refusing.search(text, hit.end(), end):
            return False
        for word in self._before.finditer(text, start, hit.end()):
            if not self._must.search(text, min(word.end(), hit.start()), hit.start()):
                return True
        for word in self._after.finditer(text, hit.start(), end):
            far = word.start() - hit.end() > GAP
            loose = word[0] == "不限" and word.end() < end
            if not (far or loose or self._must.search(text, hit.end(), word.start())):
                return True
        return False


def _clause_of(text: str, hit: re.Match[str]) -> tuple[int, int]:
    start, end = 0, len(text)
    for mark in _CLAUSE.finditer(text):
        if mark.end() <= hit.start():
            start = mark.end()
        elif mark.start() >= hit.end():
            end = mark.start()
            break
    return start, end


def _one_of(words: Iterable[str]) -> str:
    """Return a group of the words, longest first; single characters only where they are words."""
    ordered = sorted({word for word in words if word}, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(_GUARDED.get(word) or re.escape(word) for word in ordered)})"


def _not_behind(group: str) -> str:
    """Return what refuses any of the words right before; each needs a look of its own width."""
    words = group.removeprefix("(?:").removesuffix(")").split("|")
    plain = [re.sub(r"\(\?.*?\)", "", word) for word in words]
    return "".join(f"(?<!{word})" for word in plain)


def _widest(found: Iterable[Finding]) -> list[Finding]:
    """Return the findings in reading order; of those of one code that overlap, the widest."""
    kept: list[Finding] = []
    for item in sorted(found, key=lambda item: (item.start - item.end, item.start)):
        clash = (
            item.code == other.code and item.start < other.end and other.start < item.end
            for other in kept
        )
        if not any(clash):
            kept.append(item)
    return sorted(kept, key=lambda item: (item.start, item.code))
