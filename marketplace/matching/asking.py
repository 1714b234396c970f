"""Puts one need to all providers: what it wants by number, what it finds in their texts, what that scores.

The arrays of one need; `ranking` sorts them and puts them into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import scoring
from .columns import FINE_STEPS, STEPS
from .kernels import Floats, Wanted, add_columns, add_rows, compare, strongest_columns
from .prepared import Prepared
from .screening import lay_out
from .settling import Standpoint
from .signals import excused_natures
from .tables import SIGNALS, Asking, Demands, Felt, Found, Scored
from .understanding import Understanding


@dataclass(frozen=True, slots=True)
class Question:
    """A need in the numbers of a pool."""

    asking: Asking
    demands: Demands
    meaning: NDArray[np.int16]
    pieces: Wanted
    answers: NDArray[np.uint8]
    words: Wanted
    claimed_scenes: Wanted
    leaned_scenes: Wanted
    claimed_industries: Wanted
    case_industries: Wanted
    discount: Floats
    distance: Floats


@dataclass(frozen=True, slots=True)
class Desk:
    """The arrays a need is worked out on; one may serve many needs, one after another."""

    felt: Felt
    found: Found


NOTHING: Floats = np.zeros(0, dtype=np.float32)


def put(understanding: Understanding, prepared: Prepared, standpoint: Standpoint) -> Question:
    """Put a need into the numbers of a pool."""
    scenes = understanding.scene_weights()
    industries = understanding.industry_weights()
    pieces, ideal = _pieces(understanding, prepared)
    answers, words = prepared.words.answers(understanding.words)
    return Question(
        asking=Asking(
            clarity=float(understanding.clarity),
            scene_given=understanding.scene_is_given(),
            top_scene=float(max(scenes.values(), default=0.0)),
            ideal=ideal,
        ),
        demands=lay_out(understanding.constraints, prepared, standpoint.weights),
        meaning=prepared.unit_meaning.vector(understanding.leanings),
        pieces=pieces,
        answers=answers,
        words=words,
        claimed_scenes=prepared.claimed_scenes.wanted(scenes),
        leaned_scenes=prepared.leaned_scenes.wanted(scenes),
        claimed_industries=prepared.claimed_industries.wanted(industries),
        case_industries=prepared.case_industries.wanted(industries),
        discount=standpoint.discount(excused_natures(understanding), prepared),
        distance=standpoint.distance(understanding.need.region_code or "", prepared),
    )


def _pieces(understanding: Understanding, prepared: Prepared) -> tuple[Wanted, float]:
    """Weigh the pieces of a need by rarity; also give what saying all of them would score."""
    number = prepared.provider_pieces.keys.get
    known = [number(piece) for piece in understanding.pieces]
    numbers = np.array([-1 if each is None else each for each in known], dtype=np.int32)
    weights = np.fromiter(understanding.pieces.values(), np.float64, len(numbers))
    rarity = prepared.piece_rarity.of(numbers, prepared.space.unknown_rarity)
    held = prepared.piece_rarity.holds(numbers)
    worth = weights * rarity
    return Wanted(numbers[held], worth[held].astype(np.float32)), float(worth.sum())


def lay_desk(prepared: Prepared) -> Desk:
    """Lay out empty arrays for a pool."""
    texts, providers = len(prepared.unit_refs), len(prepared)

    def by_text() -> Floats:
        return np.empty(texts, dtype=np.float32)

    def by_provider() -> Floats:
        return np.empty(providers, dtype=np.float32)

    return Desk(
        Felt(
            meaning=by_text(),
            words=by_text(),
            same=by_text(),
            shown=by_text(),
            case=by_text(),
            relevant=np.empty(texts, dtype=np.bool_),
        ),
        Found(
            pieces=by_provider(),
            near=by_provider(),
            claimed_scenes=by_provider(),
            leaned_scenes=by_provider(),
            claimed_industries=by_provider(),
            discount=NOTHING,
            semantic=NOTHING,
            distance=NOTHING,
            meaning=by_provider(),
            words=by_provider(),
            cases=by_provider(),
            shown=by_provider(),
            verified=by_provider(),
            closest=by_provider(),
            met=by_provider(),
            own=np.empty(providers, dtype=np.uint16),
            price=by_provider(),
        ),
    )


def work_out(
    question: Question,
    prepared: Prepared,
    standpoint: Standpoint,
    words: Floats,
    semantic: Floats | None,
    desk: Desk,
) -> tuple[Felt, Scored]:
    """Score all providers for a need; `words` is the text index's score a text, `semantic` one number a provider.

    The texts' arrays lie on the desk and are overwritten by the next need; the result is its own.
    """
    felt = desk.felt._replace(words=words)
    found = desk.found._replace(
        discount=question.discount,
        distance=question.distance,
        semantic=NOTHING if semantic is None else semantic,
    )
    scored = _blank(len(prepared), question.demands.how.size)
    if not len(prepared):
        return felt, scored
    compare(prepared.unit_meaning.matrix, question.meaning, 1 / (STEPS * FINE_STEPS), felt.meaning)
    cases = prepared.case_industries.columns
    add_columns(cases, question.case_industries, felt.same)
    strongest_columns(cases, question.case_industries, felt.shown)
    add_columns(prepared.provider_pieces.columns, question.pieces, found.pieces)
    add_rows(question.answers, question.words, found.near)
    add_columns(prepared.claimed_scenes.columns, question.claimed_scenes, found.claimed_scenes)
    add_columns(prepared.leaned_scenes.columns, question.leaned_scenes, found.leaned_scenes)
    strongest_columns(
        prepared.claimed_industries.columns, question.claimed_industries, found.claimed_industries
    )
    scoring.score(
        question.asking,
        standpoint.settled,
        standpoint.curves,
        standpoint.most,
        question.demands,
        felt,
        found,
        scored,
    )
    return felt, scored


def _blank(providers: int, demands: int) -> Scored:
    return Scored(
        points=np.zeros((providers, SIGNALS), dtype=np.float64),
        total=np.zeros(providers, dtype=np.float64),
        fit=np.zeros(providers, dtype=np.int8),
        states=np.zeros((demands, providers), dtype=np.int8),
        first_broken=np.zeros(providers, dtype=np.int32),
        refused=np.zeros(providers, dtype=np.bool_),
        counts=np.zeros(3, dtype=np.int64),
        kept_out=np.zeros(demands + 1, dtype=np.int64),
    )


def by_text(text_evidence: Mapping[str, float] | Floats, prepared: Prepared) -> Floats:
    """Lay text scores out by text; a mapping that computes its values is read once, in its own order."""
    if not isinstance(text_evidence, Mapping):
        if text_evidence.shape != (len(prepared.unit_refs),):
            raise ValueError("text scores must be one a unit")
        return text_evidence
    if not isinstance(text_evidence, dict) and len(text_evidence) < 4 * len(prepared.unit_refs):
        text_evidence = dict(text_evidence)
    scores = [text_evidence.get(ref, 0.0) for ref in prepared.unit_refs]
    return np.array(scores, dtype=np.float32)
