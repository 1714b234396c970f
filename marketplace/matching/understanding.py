"""Reads a need: which abilities, scenes and industries it is about, and what it demands.

Pure. Everything read carries its source (填报 filled in, 原文 said in so many words, 推断 concluded) and the words
that led to it, so that the manufacturer can see it and drop or add it. What was filled in is believed, unless the
text clearly speaks of another scene: then it counts less and is marked as doubted, never silently replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from .clauses import clauses
from .constraints import (
    ASK,
    EXCLUSION,
    FILLED,
    INFERRED,
    NO_INDUSTRY,
    STATED,
    Constraint,
    read_constraints,
)
from .facts import NeedFacts, Vocabulary
from .grams import piece_list, pieces
from .lexicon import Lexicon
from .meaning import MeaningSpace, Vector, sharpen
from .natures import load_natures

CAPABILITIES_SHOWN = 3
SCENES_INFERRED = 3
SCENE_FLOOR = 0.45
DOUBT_BELOW = 0.2
DOUBTED_WEIGHT = 0.3
NEIGHBOUR_WEIGHT = 0.35
INFERRED_INDUSTRY = 0.7
# Beside a filled-in industry, words of another one only add a little: “主机厂” does not make a foundry a car maker.
SECOND_INDUSTRY = 0.4
GIVEN_SCENE_BOOST = 0.35
# A condition says how, not what: “服务器放机房” is not a need for server rooms.
CONDITION_WEIGHT = 0.25
SCENE_NAME_WEIGHT = 1.0
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


@dataclass(frozen=True, slots=True)
class Understanding:
    """A need as the matcher reads it.

    `leanings` are weights over capabilities of length 1; `pieces` weigh the character pieces of the need, those of
    its conditions little; `search_text` is what to ask a text index for.
    """

    need: NeedFacts
    text: str
    capabilities: tuple[Reading, ...]
    scenes: tuple[Reading, ...]
    industries: tuple[Reading, ...]
    constraints: tuple[Constraint, ...]
    leanings: Mapping[str, float] = field(default_factory=dict)
    pieces: Mapping[str, float] = field(default_factory=dict)
    search_text: str = ""
    lexicon_version: str = ""

    def industry_weights(self) -> dict[str, float]:
        """Give each industry at stake its weight, neighbours included."""
        return {reading.code: reading.weight for reading in self.industries}

    def scene_weights(self) -> dict[str, float]:
        """Give each scene at stake its weight."""
        return {reading.code: reading.weight for reading in self.scenes}


def understand(
    need: NeedFacts,
    lexicon: Lexicon,
    vocabulary: Vocabulary,
    corrections: Corrections | None = None,
) -> Understanding:
    """Read a need; the same input gives the same understanding."""
    changed = corrections or Corrections()
    text = f"{need.title}\n{need.description}".strip()
    space = meaning_space(lexicon)
    industries = _read_industries(need, text, lexicon, vocabulary, changed)
    codes = tuple(reading.code for reading in industries if reading.source != INFERRED)
    constraints = read_constraints(need, lexicon, load_natures())
    matter, conditions = _split(text, constraints)
    raw = space.raw(matter, codes) + space.raw(conditions, codes) * np.float32(CONDITION_WEIGHT)
    scene_leaning = _scenes_of(sharpen(raw), space)
    scenes = _read_scenes(need, scene_leaning, text, lexicon, space, vocabulary, changed)
    leaning = sharpen(_corrected(raw, scenes, changed, space))
    return Understanding(
        need=need,
        text=text,
        capabilities=_read_capabilities(leaning, text, codes, space, changed),
        scenes=scenes,
        industries=industries,
        constraints=tuple(item for item in constraints if item.key not in changed.dropped),
        leanings={
            key: float(weight)
            for key, weight in zip(space.capability_ids, leaning, strict=True)
            if weight > FAINT
        },
        pieces=_weigh_pieces(matter, conditions, scenes),
        search_text="\n".join([matter, *(item.name for item in scenes if item.source == FILLED)]),
        lexicon_version=lexicon.version,
    )


def _split(text: str, constraints: Iterable[Constraint]) -> tuple[str, str]:
    """Part what the need is about from the conditions it sets; an exclusion is about neither."""
    conditions = {
        item.quote
        for item in constraints
        if item.source == STATED and item.kind not in (EXCLUSION, ASK)
    }
    silent = {item.quote for item in constraints if item.kind in (EXCLUSION, NO_INDUSTRY)} - {""}
    matter: list[str] = []
    aside: list[str] = []
    for clause in clauses(text):
        said = clause.text.strip()
        if said not in silent:
            (aside if said in conditions else matter).append(said)
    return "。".join(matter), "。".join(aside)


def _weigh_pieces(matter: str, conditions: str, scenes: Iterable[Reading]) -> dict[str, float]:
    weights = dict.fromkeys(sorted(pieces(conditions)), CONDITION_WEIGHT)
    for scene in scenes:
        if scene.source == FILLED:
            for piece in sorted(pieces(scene.name)):
                weights[piece] = max(weights.get(piece, 0.0), scene.weight * SCENE_NAME_WEIGHT)
    weights.update(dict.fromkeys(sorted(pieces(matter)), 1.0))
    return dict(sorted(weights.items()))


@lru_cache(maxsize=4)
def meaning_space(lexicon: Lexicon) -> MeaningSpace:
    """Give the meaning space of a lexicon, built once."""
    return MeaningSpace(lexicon)


def scene_shares(capability_scene_ids: tuple[str, ...]) -> Iterable[tuple[str, float]]:
    """Share a capability among its scenes: the first in full, further ones by half."""
    for place, scene_id in enumerate(capability_scene_ids):
        yield scene_id, 1.0 if place == 0 else 0.5


def _scenes_of(leaning: Vector, space: MeaningSpace) -> dict[str, float]:
    totals: dict[str, float] = {}
    for key, weight in zip(space.capability_ids, leaning, strict=True):
        if weight > FAINT:
            for scene_id, share in scene_shares(space.lexicon.capabilities[key].scene_ids):
                totals[scene_id] = totals.get(scene_id, 0.0) + float(weight) ** 2 * share
    top = max(totals.values(), default=0.0)
    return {scene_id: total / top for scene_id, total in totals.items()} if top else {}


def _read_scenes(
    need: NeedFacts,
    leaning: Mapping[str, float],
    text: str,
    lexicon: Lexicon,
    space: MeaningSpace,
    vocabulary: Vocabulary,
    changed: Corrections,
) -> tuple[Reading, ...]:
    readings: dict[str, Reading] = {}

    def read(scene_id: str, weight: float, source: str, doubted: bool = False) -> None:
        key = f"scene:{scene_id}"
        if scene_id not in readings and key not in changed.dropped:
            name = vocabulary.scenes.get(scene_id, scene_id)
            words = _scene_triggers(scene_id, text, lexicon) if source != FILLED else ()
            readings[scene_id] = Reading("scene", scene_id, name, weight, source, words, doubted)

    for scene_id in changed.scene_ids:
        read(scene_id, 1.0, FILLED)
    contradicted = bool(need.scene_ids) and all(
        leaning.get(scene_id, 0.0) < DOUBT_BELOW for scene_id in need.scene_ids
    )
    contradicted = contradicted and bool(leaning)
    for scene_id in need.scene_ids:
        read(scene_id, DOUBTED_WEIGHT if contradicted else 1.0, FILLED, contradicted)
    strongest = sorted(leaning.items(), key=lambda item: (-item[1], item[0]))[:SCENES_INFERRED]
    for scene_id, weight in strongest:
        if weight >= SCENE_FLOOR:
            said = _scene_triggers(scene_id, text, lexicon)
            read(scene_id, weight, STATED if said else INFERRED)
    return tuple(readings.values())


def _scene_triggers(scene_id: str, text: str, lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            hit.phrase
            for hit in lexicon.capability_hits(text)
            if scene_id in lexicon.capabilities[hit.capability_id].scene_ids
        )
    )[:3]


def _corrected(
    raw: Vector, scenes: Iterable[Reading], changed: Corrections, space: MeaningSpace
) -> Vector:
    """Lean towards believed scenes and added capabilities, away from dropped ones."""
    vector = raw.copy()
    believed = {
        reading.code for reading in scenes if reading.source == FILLED and not reading.doubted
    }
    for key, item in space.lexicon.capabilities.items():
        place = space.place(key)
        if believed.intersection(item.scene_ids):
            vector[place] *= np.float32(1 + GIVEN_SCENE_BOOST)
        if f"capability:{key}" in changed.dropped:
            vector[place] = 0
    top = vector.max() if vector.size else np.float32(0)
    for key in changed.capability_ids:
        if key in space.lexicon.capabilities:
            vector[space.place(key)] = max(top * np.float32(1.5), np.float32(1))
    return vector


def _read_capabilities(
    leaning: Vector, text: str, codes: tuple[str, ...], space: MeaningSpace, changed: Corrections
) -> tuple[Reading, ...]:
    order = np.argsort(-leaning, kind="stable")[:CAPABILITIES_SHOWN]
    hits = space.lexicon.capability_hits(text, codes)
    readings = []
    for place in order:
        weight = float(leaning[place])
        if weight <= FAINT or weight < 0.5 * float(leaning[order[0]]):
            continue
        key = space.capability_ids[int(place)]
        said = tuple(dict.fromkeys(hit.phrase for hit in hits if hit.capability_id == key))[:4]
        words = said or _leading_clause(text, codes, int(place), space)
        source = FILLED if key in changed.capability_ids else STATED if said else INFERRED
        name = space.lexicon.capabilities[key].name
        readings.append(Reading("capability", key, name, round(weight, 4), source, words))
    return tuple(readings)


def _leading_clause(
    text: str, codes: tuple[str, ...], place: int, space: MeaningSpace
) -> tuple[str, ...]:
    """Quote the clause that leans most towards a capability."""
    scored = [
        (
            float(space.raw(clause.text, codes)[place]) / (len(piece_list(clause.text)) + 6) ** 0.5,
            clause.text,
        )
        for clause in clauses(text)
    ]
    best = max(scored, default=(0.0, ""), key=lambda item: item[0])
    return (best[1].strip(),) if best[0] > 0 else ()


def _read_industries(
    need: NeedFacts, text: str, lexicon: Lexicon, vocabulary: Vocabulary, changed: Corrections
) -> tuple[Reading, ...]:
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
