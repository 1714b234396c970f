"""The reviewed word lists: capabilities, industries, constraint cues; recognising them in text.

Knows nothing of needs, providers or scores; `lexicon` loads the lists. A word counts for a capability unless a
look-alike phrase of that capability covers it (“视觉设计” is not visual inspection), and industry variants count
only where that industry is at stake.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .clauses import has_break
from .phrases import GroupIndex, Match, PhraseIndex, found_in, normalise

TERM, CUE, VARIANT = "term", "cue", "variant"
NEED, PROVIDER, BOTH = "need", "provider", "both"
# A product word names the ability; a shop-floor cue only points at it; an industry's own word needs its industry.
STRENGTH = {TERM: 1.0, CUE: 0.7, VARIANT: 0.6}


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A phrase that contains a trigger but means another trade."""

    phrase: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Capability:
    """One thing a provider can do, with the words of both sides for it."""

    id: str
    name: str
    scene_ids: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    lookalikes: tuple[Lookalike, ...] = ()
    industries: tuple[str, ...] = ()
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndustryWords:
    """Words that name an industry or its products; weak ones only lean towards it."""

    code: str
    words: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConstraintCue:
    """Phrases by which one side states one constraint or ability to meet it."""

    id: str
    side: str
    constraint: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A way of telling a problem: a text that has a word of every group points to the capability.

    Words too common to stand alone (“看”, “慢”) count in company (“表面” + “看” + “慢”).
    """

    capability_id: str
    groups: tuple[tuple[str, ...], ...]


class CapabilityHit(NamedTuple):
    """A trigger of a capability found in a text."""

    capability_id: str
    start: int
    end: int
    phrase: str
    kind: str
    strength: float


class IndustryHit(NamedTuple):
    """A word of an industry found in a text; strength 1 for its own words, 0.4 for leaning ones."""

    code: str
    start: int
    end: int
    phrase: str
    strength: float


@dataclass(frozen=True, slots=True)
class _Sense:
    capability_id: str
    kind: str
    industry: str = ""


_Weighed = tuple[str, str, float]  # capability id, kind of trigger, strength


class Lexicon:
    """All word lists of one version, compiled for recognition."""

    def __init__(
        self,
        capabilities: Iterable[Capability] = (),
        industries: Iterable[IndustryWords] = (),
        cues: Iterable[ConstraintCue] = (),
        version: str = "empty",
        frames: Iterable[Frame] = (),
    ) -> None:
        self.version = version
        self.capabilities: Mapping[str, Capability] = {item.id: item for item in capabilities}
        self.industries: Mapping[str, IndustryWords] = {item.code: item for item in industries}
        self.cues: tuple[ConstraintCue, ...] = tuple(cues)
        self.frames: tuple[Frame, ...] = tuple(frames)
        self._frame_index = GroupIndex([frame.groups for frame in self.frames])
        self._senses = _senses(self.capabilities.values())
        # What a phrase means whatever the industry, weighed once.
        self._plain = {
            phrase: _weigh(senses)
            for phrase, senses in self._senses.items()
            if not any(sense.industry for sense in senses)
        }
        self._blocked = _blocked(self.capabilities.values())
        self._capability_index = PhraseIndex([*self._senses, *self._blocked])
        # Then a text has the triggers its clauses have, and no others.
        self.within_clauses = not any(map(has_break, [*self._senses, *self._blocked]))
        self._industry_senses = _industry_senses(self.industries.values())
        self._industry_index = PhraseIndex(self._industry_senses)
        # One index a side: a provider's longer phrase must not hide a need's shorter one.
        self._cues_of = {side: _cue_senses(self.cues, side) for side in (NEED, PROVIDER)}
        self._cue_index = {side: PhraseIndex(found) for side, found in self._cues_of.items()}

    def capability_hits(self, text: str, industries: Collection[str] = ()) -> list[CapabilityHit]:
        """Find the triggers of capabilities; variants count only for the industries given.

        A phrase shared by n capabilities counts 1/√n for each, because it decides less.
        """
        return [
            CapabilityHit(key, match.start, match.end, match.phrase, kind, strength)
            for match, senses in self._capability_senses(text, industries)
            for key, kind, strength in senses
        ]

    def triggers(self, text: str, industries: Collection[str] = ()) -> list[tuple[str, str]]:
        """Find the triggers of capabilities as `capability_hits` does: (capability id, phrase)."""
        return [
            (key, match.phrase)
            for match, senses in self._capability_senses(text, industries)
            for key, _kind, _strength in senses
        ]

    def strengths(
        self, text: str, industries: Collection[str] = ()
    ) -> dict[tuple[str, str], float]:
        """Give for each capability and trigger found its strength, however often it is said."""
        return {
            (key, match.phrase): strength
            for match, senses in self._capability_senses(text, industries)
            for key, _kind, strength in senses
        }

    def _capability_senses(
        self, text: str, industries: Collection[str]
    ) -> Iterable[tuple[Match, Iterable[_Weighed]]]:
        """Find triggers with the capabilities each stands for, those blocked by a look-alike left out."""
        matches = found_in(self._capability_index, text)
        blocks = [
            (match, blocked) for match in matches if (blocked := self._blocked.get(match.phrase))
        ]
        for match in matches:
            senses = self._plain.get(match.phrase)
            if senses is None:
                senses = _weigh(
                    sense
                    for sense in self._senses.get(match.phrase, ())
                    if not sense.industry or sense.industry in industries
                )
            if blocks:
                senses = tuple(item for item in senses if not _is_blocked(item[0], match, blocks))
            yield match, senses

    def framed(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """Find the frames a text fills: (capability id, the first word found of each group)."""
        said, filled = self._frame_index.filled(text)
        return [
            (
                frame.capability_id,
                tuple(next(word for word in group if word in said) for group in frame.groups),
            )
            for frame in map(self.frames.__getitem__, filled)
        ]

    def industry_hits(self, text: str) -> list[IndustryHit]:
        """Find words of industries; a word of n industries counts 1/n for each."""
        return [
            IndustryHit(code, match.start, match.end, match.phrase, strength)
            for match in self._industry_index.find(text)
            for code, strength in self._industry_senses[match.phrase]
        ]

    def cue_hits_each(self, texts: Sequence[str], side: str) -> list[list[tuple[str, Match]]]:
        """Find the constraint cues of one side in each of several texts, as `cue_hits` does in one."""
        senses = self._cues_of[side]
        return [
            [(constraint, match) for match in found for constraint in senses[match.phrase]]
            for found in self._cue_index[side].find_each(texts)
        ]

    def cue_hits(self, text: str, side: str) -> list[tuple[str, Match]]:
        """Find constraint cues of one side ("need" or "provider") and of both: (constraint, where)."""
        return [
            (constraint, match)
            for match in self._cue_index[side].find(text)
            for constraint in self._cues_of[side][match.phrase]
        ]


def _senses(capabilities: Iterable[Capability]) -> dict[str, tuple[_Sense, ...]]:
    senses: dict[str, dict[_Sense, None]] = defaultdict(dict)
    for item in capabilities:
        for phrase in (item.name, *item.terms):
            senses[normalise(phrase)][_Sense(item.id, TERM)] = None
        for phrase in item.cues:
            if _Sense(item.id, TERM) not in senses[normalise(phrase)]:
                senses[normalise(phrase)][_Sense(item.id, CUE)] = None
        for code, phrases in item.variants.items():
            for phrase in phrases:
                senses[normalise(phrase)][_Sense(item.id, VARIANT, code)] = None
    return {phrase: tuple(found) for phrase, found in senses.items() if len(phrase) > 1}


def _weigh(senses: Iterable[_Sense]) -> tuple[_Weighed, ...]:
    """Share a phrase among the capabilities it may stand for."""
    found = tuple(senses)
    share = max(1, len({sense.capability_id for sense in found})) ** -0.5
    return tuple((sense.capability_id, sense.kind, STRENGTH[sense.kind] * share) for sense in found)


def _blocked(capabilities: Iterable[Capability]) -> dict[str, tuple[tuple[str, Lookalike], ...]]:
    blocked: dict[str, list[tuple[str, Lookalike]]] = defaultdict(list)
    for item in capabilities:
        for lookalike in item.lookalikes:
            blocked[normalise(lookalike.phrase)].append((item.id, lookalike))
    return {phrase: tuple(found) for phrase, found in blocked.items()}


def _is_blocked(
    capability_id: str,
    match: Match,
    blocks: Iterable[tuple[Match, tuple[tuple[str, Lookalike], ...]]],
) -> bool:
    return any(
        block.start < match.end
        and match.start < block.end
        and any(capability_id == blocked_id for blocked_id, _ in blocked)
        for block, blocked in blocks
    )


def _industry_senses(
    industries: Iterable[IndustryWords],
) -> dict[str, tuple[tuple[str, float], ...]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for item in industries:
        for phrases, strength in ((item.weak, 0.4), (item.words, 1.0)):
            for phrase in phrases:
                found[normalise(phrase)][item.code] = strength
    return {
        phrase: tuple((code, strength / len(codes)) for code, strength in sorted(codes.items()))
        for phrase, codes in found.items()
        if phrase
    }


def _cue_senses(cues: Iterable[ConstraintCue], side: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for cue in cues:
        if cue.side in (side, BOTH):
            for phrase in cue.words:
                found[normalise(phrase)][cue.constraint] = None
    return {phrase: tuple(senses) for phrase, senses in found.items() if phrase}
