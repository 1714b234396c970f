"""Reads single things from a need's text: its scenes, industries and capabilities, with the words that led to each.

`understanding` puts them together. Each reading says whether it was filled in, said, or concluded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from .clauses import clauses
from .constraints import FILLED, INFERRED, STATED
from .facts import NeedFacts, Vocabulary
from .grams import piece_list
from .lexicon import Lexicon
from .meaning import MeaningSpace, Vector
from .phrases import find_named

CAPABILITIES_SHOWN = 3
SCENES_INFERRED = 3
SCENE_FLOOR = 0.45
DOUBT_BELOW = 0.2
# The text must lean somewhere clearly before it may contradict what was filled in; a vague line leans below 17.
DOUBT_EVIDENCE = 24.0
DOUBTED_WEIGHT = 0.3
NAMED_WEIGHT = 0.8
NEIGHBOUR_WEIGHT = 0.35
INFERRED_INDUSTRY = 0.7
# Beside a filled-in industry, words of another one only add a little: “主机厂” does not make a foundry a car maker.
SECOND_INDUSTRY = 0.4
FAINT = 1e-6


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing read from a need, weighted 0 to 1, with the words that led to it."""

    kind: str
    code: str
    name: str
    weight: float
    source: str
    triggers: tuple[str, ...] = ()
    doubted: bool = False

    @property
    def key(self) -> str:
        """A stable name by which the manufacturer can drop or add this reading."""
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Corrections:
    """What the manufacturer changed: keys dropped, scene ids, industry codes and capability ids added."""

    dropped: frozenset[str] = frozenset()
    scene_ids: tuple[str, ...] = ()
    industry_codes: tuple[str, ...] = ()
    capability_ids: tuple[str, ...] = ()


def lean_to_scenes(leaning: Vector, space: MeaningSpace) -> dict[str, float]:
    """Give the scenes a leaning points to, the strongest 1."""
    totals: dict[str, float] = {}
    places = np.flatnonzero(leaning > FAINT)
    for place, weight in zip(places.tolist(), leaning[places].tolist(), strict=True):
        for scene_id, share in space.scene_shares[place]:
            totals[scene_id] = totals.get(scene_id, 0.0) + weight**2 * share
    top = max(totals.values(), default=0.0)
    return {scene_id: total / top for scene_id, total in totals.items()} if top else {}


def read_scenes(
    need: NeedFacts,
    leaning: Mapping[str, float],
    evidence: float,
    text: str,
    lexicon: Lexicon,
    space: MeaningSpace,
    vocabulary: Vocabulary,
    changed: Corrections,
) -> tuple[Reading, ...]:
    """Read the scenes: filled in, named, or leant to; a filled-in one the text contradicts is doubted.

    `evidence` is how strongly the text leans at all.
    """
    readings: dict[str, Reading] = {}
    triggers = _SceneTriggers(text, lexicon)

    def read(
        scene_id: str,
        weight: float,
        source: str,
        doubted: bool = False,
        words: tuple[str, ...] = (),
    ) -> None:
        key = f"scene:{scene_id}"
        if scene_id not in readings and key not in changed.dropped:
            name = vocabulary.scenes.get(scene_id, scene_id)
            if source != FILLED:
                words = words or triggers.of(scene_id)
            readings[scene_id] = Reading("scene", scene_id, name, weight, source, words, doubted)

    for scene_id in changed.scene_ids:
        read(scene_id, 1.0, FILLED)
    contradicted = bool(need.scene_ids) and all(
        leaning.get(scene_id, 0.0) < DOUBT_BELOW for scene_id in need.scene_ids
    )
    contradicted = contradicted and evidence >= DOUBT_EVIDENCE
    for scene_id in need.scene_ids:
        read(scene_id, DOUBTED_WEIGHT if contradicted else 1.0, FILLED, contradicted)
    for scene_id, words in find_named(text, vocabulary.scenes, vocabulary.scene_words).items():
        read(scene_id, NAMED_WEIGHT, STATED, words=words)
    strongest = sorted(leaning.items(), key=lambda item: (-item[1], item[0]))[:SCENES_INFERRED]
    for scene_id, weight in strongest:
        if weight >= SCENE_FLOOR:
            said = triggers.of(scene_id)
            read(scene_id, weight, STATED if said else INFERRED)
    return tuple(readings.values())


@dataclass(frozen=True, eq=False)
class _SceneTriggers:
    """The triggers of a text by scene; looked for when the first scene asks."""

    text: str
    lexicon: Lexicon

    @cached_property
    def _by_scene(self) -> dict[str, dict[str, None]]:
        found: dict[str, dict[str, None]] = {}
        for key, phrase in self.lexicon.triggers(self.text):
            for scene_id in self.lexicon.capabilities[key].scene_ids:
                found.setdefault(scene_id, {})[phrase] = None
        return found

    def of(self, scene_id: str) -> tuple[str, ...]:
        """Give the first triggers of a scene."""
        return tuple(self._by_scene.get(scene_id, ()))[:3]


def read_capabilities(
    leaning: Vector,
    undropped: Vector,
    text: str,
    codes: tuple[str, ...],
    space: MeaningSpace,
    changed: Corrections,
) -> tuple[Reading, ...]:
    """Name the few capabilities a need leans to most, with their triggers or the clause that leads there.

    Those are chosen before any is dropped (`undropped`), so that dropping one does not bring up another.
    """
    order = np.argsort(-undropped, kind="stable")[:CAPABILITIES_SHOWN]
    triggers: dict[str, dict[str, None]] = {}
    for key, phrase in space.lexicon.triggers(text, codes):
        triggers.setdefault(key, {})[phrase] = None
    readings = []
    for place in order:
        weight, key = float(leaning[place]), space.capability_ids[int(place)]
        if weight <= FAINT or undropped[place] < 0.5 * float(undropped[order[0]]):
            continue
        said = tuple(triggers.get(key, ()))[:4]
        words = said or _leading_clause(text, codes, int(place), space)
        source = FILLED if key in changed.capability_ids else STATED if said else INFERRED
        name = space.lexicon.capabilities[key].name
        readings.append(Reading("capability", key, name, round(weight, 4), source, words))
    return tuple(readings)


def _leading_clause(
    text: str, codes: tuple[str, ...], place: int, space: MeaningSpace
) -> tuple[str, ...]:
    """Quote the clause that leans most towards a capability of which the text has no trigger."""
    towards = space.towards(place, codes)
    best, quoted = 0.0, ""
    for clause, length, found in _clauses_cut(text):
        leaning = (
            towards.of(found)
            if space.lexicon.within_clauses
            else float(space.raw(clause, codes)[place])
        )
        worth = leaning / (length + 6) ** 0.5
        if worth > best:
            best, quoted = worth, clause
    return (quoted.strip(),) if quoted else ()


@lru_cache(maxsize=8)
def _clauses_cut(text: str) -> tuple[tuple[str, int, frozenset[str]], ...]:
    """Cut the clauses of a text: each with how many pieces it has, and which; kept while a need is read."""
    cut = [(clause.text, piece_list(clause.text)) for clause in clauses(text)]
    return tuple((clause, len(listed), frozenset(listed)) for clause, listed in cut)


def read_industries(
    need: NeedFacts, text: str, lexicon: Lexicon, vocabulary: Vocabulary, changed: Corrections
) -> tuple[Reading, ...]:
    """Read the industries: filled in, named by their words, and with less weight their neighbours."""
    readings: dict[str, Reading] = {}

    def read(code: str, weight: float, source: str, words: tuple[str, ...] = ()) -> None:
        key = f"industry:{code}"
        if key not in changed.dropped and (code not in readings or readings[code].weight < weight):
            name = vocabulary.industries.get(code, code)
            readings[code] = Reading("industry", code, name, weight, source, words)

    filled = (*changed.industry_codes, *need.industry_codes)
    for code in filled:
        read(code, 1.0, FILLED)
    said: dict[str, list[tuple[float, str]]] = {}
    for code, named in find_named(text, vocabulary.industries, vocabulary.industry_words).items():
        said.setdefault(code, []).extend((1.0, phrase) for phrase in named)
    for hit in lexicon.industry_hits(text):
        said.setdefault(hit.code, []).append((hit.strength, hit.phrase))
    totals = {code: sum(strength for strength, _ in hits) for code, hits in said.items()}
    top = max(totals.values(), default=0.0)
    for code, total in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
        if total >= 0.5 and total >= 0.5 * top:
            words = tuple(dict.fromkeys(phrase for _, phrase in said[code]))[:3]
            read(code, SECOND_INDUSTRY if filled else INFERRED_INDUSTRY, STATED, words)
    for reading in list(readings.values()):
        entry = lexicon.industries.get(reading.code)
        for code in entry.neighbours if entry else ():
            read(code, NEIGHBOUR_WEIGHT * reading.weight, INFERRED)
    return tuple(readings.values())
