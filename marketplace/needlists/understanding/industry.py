"""Which of the 41 divisions of GB/T 4754-2017 a loose industry name means. Pure.

A name that means several divisions stays undecided with the divisions as candidates: wrong
codes send a need to the wrong providers, and nobody would notice. Chinese compounds are led
by their last word: 食品机械 is machinery (35), 塑料包装 is packaging made of plastic (29).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Protocol

from .text import clip, is_nothing, plain
from .understood import Understood

_SUFFIXES = (
    "制造行业",
    "加工行业",
    "制造业",
    "加工业",
    "制造企业",
    "产业链",
    "行业",
    "产业",
    "制造",
    "加工",
    "生产",
    "领域",
    "企业",
    "类",
    "业",
    "链",
)
_PUNCTUATION = re.compile(r"[、,;/|+&和与及\s:>→·.-]+")
_BRACKETS = re.compile(r"[(\[【]([^)\]】]*)[)\]】]")
_CODED = re.compile(r"^[a-d]?(\d{2})(\d{1,2})?(?!\d)(.*)$")
_PARTIAL = re.compile(r"\(.*口径\)$")
_OUTSIDE = ("outside",)
_SHORTEST_INSIDE = 2


class IndustryRow(Protocol):
    """What is needed of a division: its code, name and other names."""

    @property
    def code(self) -> str:
        """Two digits."""

    @property
    def name(self) -> str:
        """The full name."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names; 口径 in brackets marks a partial one."""


@dataclass(frozen=True, eq=False)
class IndustryNames:
    """All names known: word to the divisions it may mean; empty means “too broad”.

    `noted` are names the everyday use and the standard place differently.
    """

    words: dict[str, tuple[str, ...]]
    noted: frozenset[str]
    codes: frozenset[str]
    machine_words: tuple[str, ...]
    machine_general: tuple[str, ...]
    machine_electric: tuple[str, ...]
    part_words: tuple[str, ...]
    official: frozenset[str]

    @classmethod
    def of(cls, rows: Iterable[IndustryRow]) -> IndustryNames:
        """Merge the taxonomy's names over the shipped everyday names; the taxonomy wins."""
        data = _shipped()
        words: dict[str, tuple[str, ...]] = dict.fromkeys(data["outside"].split(), _OUTSIDE)
        words |= {word: tuple(codes.split()) for word, codes in data["ambiguous"].items()}
        for code, names in data["names"].items():
            words |= {name.lower(): (code,) for name in names.split()}
        noted = {word: (code,) for word, code in data["noted"].items()}
        known = list(rows)
        for row in known:
            for alias in map(plain, row.aliases):
                if not _PARTIAL.search(alias):
                    words[alias.lower()] = (row.code,)
                elif (bare := _PARTIAL.sub("", alias)) not in noted:
                    words.setdefault(bare, (row.code,))
            words[_bare(row.name)] = (row.code,)
            words[_bare(row.name).removesuffix("业")] = (row.code,)
        return cls(
            words=noted | words | noted,
            noted=frozenset(noted),
            codes=frozenset(row.code for row in known),
            machine_words=tuple(data["machine_words"].split()),
            machine_general=tuple(data["machine_general"].split()),
            machine_electric=tuple(data["machine_electric"].split()),
            part_words=tuple(data["part_words"].split()),
            official=frozenset(_bare(row.name) for row in known),
        )


def read_industry(text: str, names: IndustryNames) -> Understood[str]:
    """Read one industry cell to a division code."""
    return replace(_read(clip(text), names), raw=text)


@lru_cache(maxsize=4096)
def _read(text: str, names: IndustryNames) -> Understood[str]:
    if is_nothing(text):
        return Understood(text)
    folded = plain(text).lower()
    found = _coded(folded, names)
    if found is None:
        found = _meant(folded, names)
    if found is None:
        return Understood(text, None, (f"industry_unknown:{text.strip()}",))
    if found == _OUTSIDE:
        return Understood(text, None, ("industry_outside_41",))
    if not found:
        return Understood(text, None, ("industry_too_broad",))
    if len(found) > 1:
        return Understood(text, None, (f"industry_ambiguous:{'|'.join(found)}",), found)
    notes = _variants(_bare(folded))
    if any(variant in names.noted for variant in notes):
        return Understood(text, found[0], (f"industry_ambiguous:{found[0]}",), found)
    return Understood(text, found[0])


def _coded(folded: str, names: IndustryNames) -> tuple[str, ...] | None:
    """Read 34, C34, 3484 or C3484紧固件制造; a name that contradicts its code decides nothing."""
    match = _CODED.match(folded)
    if match is None:
        return None
    code, _, rest = match.groups()
    if code not in names.codes:
        return _OUTSIDE if 1 <= int(code) <= 97 and not rest else None
    said = _meant(rest.strip("-:."), names) if rest else None
    if said and said != _OUTSIDE and code not in said:
        return tuple(sorted({code, *said}))
    return (code,)


def _meant(folded: str, names: IndustryNames) -> tuple[str, ...] | None:
    bare = _bare(folded)
    whole = _known(bare, names) if bare in names.official or bare == folded else None
    if whole:
        return whole
    outer = _BRACKETS.sub("", folded)
    inner = "".join(_BRACKETS.findall(folded))
    found = _of_parts(outer, names)
    if inner and (found is None or len(found) != 1):
        detail = _of_parts(inner, names)
        if detail and len(detail) == 1 and (not found or detail[0] in found):
            return detail
    return found if found is not None else whole


def _of_parts(text: str, names: IndustryNames) -> tuple[str, ...] | None:
    """Read each of several named industries; broad ones such as 制造业 only fill in."""
    found: list[tuple[str, ...]] = []
    for part in _PUNCTUATION.split(text):
        bare = re.sub(r"^[a-d]?\d{2,4}", "", part)
        meant = _known(bare, names) if bare else None
        if meant is None and bare:
            meant = _by_head(bare, names)
        if meant is not None:
            found.append(meant)
    telling = [meant for meant in found if meant]
    if not telling:
        return () if found else None
    common = set(telling[0]).intersection(*telling[1:])
    if common:
        return tuple(sorted(common))
    union = sorted({code for meant in telling for code in meant} - set(_OUTSIDE))
    return tuple(union) or _OUTSIDE


def _known(text: str, names: IndustryNames) -> tuple[str, ...] | None:
    for variant in _variants(text):
        if variant in names.words:
            return names.words[variant]
    return None


def _by_head(text: str, names: IndustryNames) -> tuple[str, ...] | None:
    """Read a compound by its last known word, else by the only division it mentions."""
    for variant in _variants(text):
        for start in range(1, len(variant) - _SHORTEST_INSIDE + 1):
            head, modifier = variant[start:], variant[:start]
            if head in names.part_words and (whole := _meant(modifier, names)):
                return whole
            if head in names.machine_words:
                return _machine(modifier, names)
            if head not in names.words:
                continue
            codes = names.words[head]
            inside = {code for word in _mentions(modifier, names) for code in names.words[word]}
            common = tuple(sorted(inside & set(codes)))
            return common if len(codes) > 1 and len(common) == 1 else codes
    mentioned = [names.words[word] for word in _mentions(text, names) if names.words[word]]
    if not mentioned:
        return None
    common_codes = set(mentioned[0]).intersection(*mentioned[1:])
    return tuple(sorted(common_codes or {code for codes in mentioned for code in codes}))


def _machine(modifier: str, names: IndustryNames) -> tuple[str, ...]:
    """Say where machines “for something” belong: 35 when they serve one industry."""
    if modifier.endswith(names.machine_general):
        return ("34",)
    if modifier.endswith(names.machine_electric):
        return ("38",)
    mentioned = _mentions(modifier, names)
    codes = names.words[mentioned[-1]] if mentioned else ()
    if codes == ("37",) or codes == ("39",):
        return codes
    return ("35",) if len(codes) == 1 else ("34", "35")


def _mentions(text: str, names: IndustryNames) -> list[str]:
    """Return the known words in a text, longest first at each place, not overlapping."""
    found = []
    at = 0
    while at < len(text):
        for end in range(len(text), at + _SHORTEST_INSIDE - 1, -1):
            if text[at:end] in names.words:
                found.append(text[at:end])
                at = end
                break
        else:
            at += 1
    return found


def _variants(text: str) -> Iterator[str]:
    yield text
    seen = {text}
    for suffix in _SUFFIXES:
        shorter = text.removesuffix(suffix)
        if shorter and shorter not in seen:
            seen.add(shorter)
            yield shorter


def _bare(text: str) -> str:
    return _PUNCTUATION.sub("", plain(text).lower())


@cache
def _shipped() -> dict[str, Any]:
    text = files(__package__).joinpath("data/industry_names.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
