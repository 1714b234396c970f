"""Which region of GB/T 2260 a cell means: a county if it can be told, never a guess. Pure.

Development zones, high-tech zones and other functional zones have no code of their own in
the standard and may lie in several counties: they stay undecided, with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from .text import clip, is_nothing, plain
from .understood import Understood

_SUFFIXES = (
    "特别行政区",
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "自治州",
    "自治县",
    "地区",
    "省",
    "市",
    "区",
    "县",
    "盟",
)
_SEPARATORS = re.compile(r"[-/|>·,:;]+")
_SEVERAL = re.compile(r"[、和与及]")
_BRACKETS = re.compile(r"[(\[【]([^)\]】]*)[)\]】]")
_LEVELS = {"province": 0, "prefecture": 1, "county": 2}
# Counties renamed or merged since 2010; the suffix alone changing (章丘市 → 章丘区) needs no entry.
_FORMER = {"胶南": "370211", "长岛": "370614", "陵县": "371403"}
# Zones that coincide with one county in practice: offered, not decided.
_ZONES_NEAR = {"西海岸": "370211", "黄岛": "370211"}


class RegionRow(Protocol):
    """What is needed of a region: code, name, level, and whether the standard has it."""

    @property
    def code(self) -> str:
        """Six digits of GB/T 2260."""

    @property
    def name(self) -> str:
        """The full name."""

    @property
    def level(self) -> str:
        """province, prefecture or county."""

    @property
    def official(self) -> bool:
        """Whether the standard has it."""


@dataclass(frozen=True, slots=True)
class Place:
    """One official region with the short form of its name."""

    code: str
    name: str
    short: str
    level: int

    def contains(self, other: Place) -> bool:
        """Whether another place lies in this one, by the digits of the codes."""
        width = 2 * (self.level + 1)
        return other.level > self.level and other.code[:width] == self.code[:width]


@dataclass(frozen=True, eq=False)
class Places:
    """All official regions, and the functional zones a bureau keeps beside them.

    Compared by identity, so that readings can be remembered per lookup.
    """

    official: tuple[Place, ...]
    zones: tuple[tuple[str, str], ...]
    by_first: Mapping[str, tuple[Place, ...]]

    @classmethod
    def of(cls, rows: Iterable[RegionRow]) -> Places:
        """Build the lookup from rows of the taxonomy."""
        official, zones = [], []
        for row in rows:
            if row.official and not row.name.endswith("市辖区"):
                level = _LEVELS.get(row.level, 2)
                official.append(Place(row.code, row.name, _short(row.name), level))
            elif not row.official:
                zones.append((row.code, row.name))
        by_first: dict[str, tuple[Place, ...]] = {}
        for place in official:
            by_first[place.name[0]] = (*by_first.get(place.name[0], ()), place)
        return cls(tuple(official), tuple(zones), by_first)

    def by_code(self, code: str) -> Place | None:
        """Return the place with a code, or None."""
        return next((place for place in self.official if place.code == code), None)

    def starting(self, text: str, within: Place | None) -> list[tuple[int, Place]]:
        """Return the places a text starts with and the length used, the longest only."""
        found: list[tuple[int, Place]] = []
        for place in self.by_first.get(text[:1], ()):
            if within is not None and not within.contains(place):
                continue
            length = _length_at_start(place, text)
            if length:
                found.append((length, place))
        for former, code in _FORMER.items():
            today = self.by_code(code) if text.startswith(former) else None
            if today is not None:
                found.append((len(former), today))
        longest = max((length for length, _ in found), default=0)
        best = [(length, place) for length, place in found if length == longest]
        exact = [(length, place) for length, place in best if text.startswith(place.name)]
        return exact or best


def read_region(text: str, places: Places, home: frozenset[str] = frozenset()) -> Understood[str]:
    """Read one region cell.

    `home` are the prefectures the list itself names (its title, who filled it in); they
    decide between places of the same name.
    """
    return replace(_read(clip(text), places, home), raw=text)


@lru_cache(maxsize=4096)
def _read(text: str, places: Places, home: frozenset[str]) -> Understood[str]:
    if is_nothing(text):
        return Understood(text)
    shown = text.strip()
    folded = plain(text).removeprefix("中国")
    if re.fullmatch(r"\d{6}(?:0{6})?", folded):
        place = places.by_code(folded[:6])
        return _settled(text, [place]) if place else _unknown(text, shown, places)
    parts = [part for part in _SEVERAL.split(_BRACKETS.sub("", folded)) if part]
    if len(parts) > 1:
        counties = [found[0].code for part in parts if (found := _walk(part, places, home)[0])]
        distinct = tuple(dict.fromkeys(counties))
        if len(distinct) > 1:
            return Understood(text, None, (f"region_ambiguous:{'|'.join(distinct)}",), distinct)
    found, rest = _walk(_SEPARATORS.sub("", _BRACKETS.sub("", folded)), places, home)
    if len(found) == 1 and found[0].level < 2 and rest:
        inside = _inside(folded, places, found[0])
        return _unknown(text, shown, places, inside, found[0].code)
    return (
        _settled(text, found) if found else _unknown(text, shown, places, _inside(folded, places))
    )


def find_region(text: str, places: Places, home: frozenset[str] = frozenset()) -> Place | None:
    """Return the one place an address or a name begins with, or None."""
    text = clip(text)
    found, _ = _walk(_SEPARATORS.sub("", plain(text)), places, home)
    if len(found) == 1:
        return found[0]
    inside = _inside(plain(text), places)
    return inside[0] if not found and len(inside) == 1 else None


def home_of(texts: Iterable[str], places: Places) -> frozenset[str]:
    """Return the prefectures named in titles and the like, as codes."""
    found = set()
    for text in texts:
        folded = plain(text)
        for place in places.official:
            if place.level and (
                place.name in folded or (place.level == 1 and place.short in folded)
            ):
                found.add(f"{place.code[:4]}00")
    return frozenset(found)


def county_of(texts: Iterable[str], places: Places) -> str:
    """Return the one county named in full in titles and the like, as a code; else nothing."""
    folded = [plain(text) for text in texts]
    named = {
        place.code
        for place in places.official
        if place.level == 2 and any(place.name in text for text in folded)
    }
    return next(iter(named)) if len(named) == 1 else ""


def _walk(text: str, places: Places, home: frozenset[str]) -> tuple[list[Place], str]:
    """Follow province, prefecture and county from the start; return the last and what is left."""
    current: list[Place] = []
    while text:
        steps = places.starting(text, current[0] if current else None)
        if not steps:
            break
        length = steps[0][0]
        rest = text[length:]
        options = [place for _, place in steps]
        if len(options) > 1 and rest:
            highest = min(place.level for place in options)
            narrowed = [place for place in options if place.level == highest]
            options = narrowed if len(narrowed) == 1 else options
        if len(options) > 1:
            at_home = [place for place in options if f"{place.code[:4]}00" in home]
            counties = [place for place in at_home if place.level == 2]
            options = counties if len(counties) == 1 else at_home or options
        current, text = options, rest
        if len(options) > 1 or options[0].level == 2:
            break
    return current, text


def _inside(folded: str, places: Places, within: Place | None = None) -> list[Place]:
    """Return the counties whose full name stands anywhere, or whose short name is bracketed."""
    bracketed = "|".join(_BRACKETS.findall(folded)).split("|")
    return [
        place
        for place in places.official
        if place.level == 2
        and (within is None or within.contains(place))
        and (place.name in folded or place.short in bracketed)
    ]


def _settled(text: str, found: list[Place]) -> Understood[str]:
    codes = tuple(place.code for place in found)
    if len(found) > 1:
        return Understood(text, None, (f"region_ambiguous:{'|'.join(codes)}",), codes)
    if found[0].level < 2:
        return Understood(text, codes[0], (f"region_not_county:{text.strip()}",))
    return Understood(text, codes[0])


def _unknown(
    text: str, shown: str, places: Places, inside: Iterable[Place] = (), around: str = ""
) -> Understood[str]:
    counties = list(inside)
    if len(counties) == 1:
        return Understood(text, counties[0].code)
    folded = plain(text)
    candidates = [place.code for place in counties]
    candidates += [code for code, name in places.zones if folded in name or name in folded]
    candidates += [code for word, code in _ZONES_NEAR.items() if word in folded]
    candidates += [around] if around else []
    return Understood(text, None, (f"region_unknown:{shown}",), tuple(dict.fromkeys(candidates)))


def _length_at_start(place: Place, text: str) -> int:
    """Return how much of the text's start is this place: its name, or its short form.

    A short county name may carry another rank than today's (章丘市, 文登市).
    """
    if text.startswith(place.name):
        return len(place.name)
    if len(place.short) < 2 or not text.startswith(place.short):
        return 0
    length = len(place.short)
    following = text[length : length + 1]
    is_rank = following and following in "市区县"
    if is_rank and place.level == 2 and not text[length:].startswith(("市直", "市属", "市本级")):
        return length + 1
    if following == "省" and place.level == 0:
        return length + 1
    return length


def _short(name: str) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name
