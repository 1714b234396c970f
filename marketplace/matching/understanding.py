"""Reads a need: which abilities, scenes and industries it is about, and what it demands.

Pure. Everything read carries its source (填报 filled in, 原文 said in so many words, 推断 concluded) and the words
that led to it, so that the manufacturer can see it and drop or add it. What was filled in is believed, unless the
text clearly speaks of another scene: then it counts less and is marked as doubted, never silently replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from .clauses import clauses
from .constraints import (
    ASIDE,
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
from .grams import pieces
from .lexicon import Lexicon
from .meaning import MeaningSpace, Vector, sharpen
from .natures import OTHER_TRADES, load_natures, ordinary_share
from .reading import (
    FAINT,
    Corrections,
    Reading,
    lean_to_scenes,
    read_capabilities,
    read_industries,
    read_scenes,
)
from .vectors import known_words

__all__ = ["Corrections", "Reading", "Understanding", "meaning_space", "understand"]

# A condition says how, not what: “服务器放机房” is not a need for server rooms.
CONDITION_WEIGHT = 0.25
SCENE_NAME_WEIGHT = 1.0
# Half of all judged needs lean above 35, one in twenty below 20; a polite empty line leans about 15.
VAGUE, PLAIN = 10.0, 50.0
GIVEN_SCENE_BOOST = 0.35
# From five words of ordinary trade on, with none of digital work: a shop floor speaks of repairs and parts too.
TRADE_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Understanding:
    """A need as the matcher reads it.

    `clarity` says how plainly the text speaks of any capability, 0 to 1: what is concluded from a vague line counts
    less; `leanings` are weights over capabilities of length 1; `pieces` weigh the character pieces of the need, those
    of its conditions little; `trades` are the kinds of ordinary business it asks for; `search_text` is what to ask a
    text index for.
    """

    need: NeedFacts
    text: str
    capabilities: tuple[Reading, ...]
    scenes: tuple[Reading, ...]
    industries: tuple[Reading, ...]
    constraints: tuple[Constraint, ...]
    clarity: float = 1.0
    leanings: Mapping[str, float] = field(default_factory=dict)
    pieces: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, float] = field(default_factory=dict)
    trades: frozenset[str] = frozenset()
    search_text: str = ""
    lexicon_version: str = ""

    def scene_is_given(self) -> bool:
        """Tell whether a scene was filled in and is believed."""
        return any(item.source == FILLED and not item.doubted for item in self.scenes)

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
    constraints = read_constraints(need, lexicon, load_natures(), vocabulary)
    kept = tuple(item for item in constraints if item.key not in changed.dropped)
    # An aside that was dropped counts again; a condition remains one though nothing is asked of it.
    matter, conditions = _split(
        text, [item for item in constraints if item in kept or item.kind != ASIDE]
    )
    # What is ruled out is no evidence of what is wanted.
    asked = f"{matter}。{conditions}"
    industries = read_industries(need, asked, lexicon, vocabulary, changed)
    codes = tuple(reading.code for reading in industries if reading.source != INFERRED)
    raw = space.raw(matter, codes) + space.raw(conditions, codes) * np.float32(CONDITION_WEIGHT)
    raw = raw + space.framed(matter)
    scene_leaning = lean_to_scenes(sharpen(raw), space)
    scenes = read_scenes(
        need, scene_leaning, float(raw.max(initial=0.0)), asked, lexicon, space, vocabulary, changed
    )
    strength = float(raw.max(initial=0.0))
    leaning = sharpen(_corrected(raw, scenes, changed, space))
    undropped = leaning
    if any(key.startswith("capability:") for key in changed.dropped):
        undropped = sharpen(_corrected(raw, scenes, replace(changed, dropped=frozenset()), space))
    return Understanding(
        need=need,
        text=text,
        capabilities=read_capabilities(leaning, undropped, asked, codes, space, changed),
        scenes=scenes,
        industries=industries,
        constraints=kept,
        clarity=min(1.0, max(0.0, (strength - VAGUE) / (PLAIN - VAGUE))),
        leanings=_by_capability(space.with_kin(leaning), space),
        pieces=_weigh_pieces(matter, conditions, scenes),
        words=_weigh_words(matter, conditions),
        trades=_read_trades(matter),
        search_text="\n".join([matter, *(item.name for item in scenes if item.source == FILLED)]),
        lexicon_version=lexicon.version,
    )


def _by_capability(leaning: Vector, space: MeaningSpace) -> dict[str, float]:
    places = np.flatnonzero(leaning > FAINT)
    keys = map(space.capability_ids.__getitem__, places.tolist())
    return dict(zip(keys, leaning[places].tolist(), strict=True))


def _read_trades(matter: str) -> frozenset[str]:
    """Give the kinds of ordinary business a need asks for: a cabling job, in so many words, and little else."""
    natures = load_natures()
    said = natures.read(matter)
    if ordinary_share(said.ordinary, said.digital) < TRADE_SHARE:
        return frozenset()
    kinds = said.kinds.keys() - {OTHER_TRADES}
    return frozenset(kind for kind in kinds if natures.by_id[kind].ordinary)


def _split(text: str, constraints: Iterable[Constraint]) -> tuple[str, str]:
    """Part what the need is about from the conditions it sets; what is excluded or set aside is neither."""
    conditions = {
        item.quote
        for item in constraints
        if item.source == STATED and item.kind not in (ASIDE, EXCLUSION, ASK)
    }
    silent = {
        item.quote for item in constraints if item.kind in (ASIDE, EXCLUSION, NO_INDUSTRY)
    } - {""}
    matter: list[str] = []
    aside: list[str] = []
    for clause in clauses(text):
        said = clause.text.strip()
        if said not in silent:
            (aside if said in conditions else matter).append(said)
    return "。".join(matter), "。".join(aside)


def _weigh_pieces(matter: str, conditions: str, scenes: Iterable[Reading]) -> dict[str, float]:
    weights = dict.fromkeys(pieces(conditions), CONDITION_WEIGHT)
    for scene in scenes:
        if scene.source == FILLED:
            for piece in pieces(scene.name):
                weights[piece] = max(weights.get(piece, 0.0), scene.weight * SCENE_NAME_WEIGHT)
    weights.update(dict.fromkeys(pieces(matter), 1.0))
    return dict(sorted(weights.items()))


def _weigh_words(matter: str, conditions: str) -> dict[str, float]:
    weights = dict.fromkeys(known_words(conditions), CONDITION_WEIGHT)
    weights.update(dict.fromkeys(known_words(matter), 1.0))
    return dict(sorted(weights.items()))


@lru_cache(maxsize=4)
def meaning_space(lexicon: Lexicon) -> MeaningSpace:
    """Give the meaning space of a lexicon, built once."""
    return MeaningSpace(lexicon)


def _corrected(
    raw: Vector, scenes: Iterable[Reading], changed: Corrections, space: MeaningSpace
) -> Vector:
    """Lean towards believed scenes and added capabilities, away from dropped ones."""
    vector = raw.copy()
    believed = {
        reading.code for reading in scenes if reading.source == FILLED and not reading.doubted
    }
    boosted = sorted({place for scene_id in believed for place in space.of_scene(scene_id)})
    vector[boosted] *= np.float32(1 + GIVEN_SCENE_BOOST)
    for key in changed.dropped:
        kind, _, code = key.partition(":")
        if kind == "capability" and code in space.lexicon.capabilities:
            vector[space.place(code)] = 0
    top = vector.max() if vector.size else np.float32(0)
    for key in changed.capability_ids:
        if key in space.lexicon.capabilities:
            vector[space.place(key)] = max(top * np.float32(1.5), np.float32(1))
    return vector
