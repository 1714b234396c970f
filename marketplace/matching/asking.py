"""Puts one need to all providers: what it wants by number, what it finds in their texts, what that scores.

The arrays of one need; `ranking` sorts them and puts them into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .columns import Doubles
from .kernels import Floats, Ints, Wanted
from .prepared import Prepared
from .screening import lay_out, offering_asides
from .settling import Standpoint
from .signals import excused_natures
from .tables import FELT, FOUND, SCORED, Asking, Table
from .understanding import Understanding
from .working import work


@dataclass(frozen=True, slots=True)
class Question:
    """A need in the numbers of a pool.

    `discount` is that of ordinary trade (`ordinary`) and of offering what the need turns down. `held` marks those of
    its pieces that any provider has, `worth` says what each of these is worth.
    """

    asking: Asking
    demands: Table
    given: NDArray[np.int8]
    meaning: NDArray[np.int16]
    pieces: Wanted
    held: NDArray[np.bool_]
    worth: Doubles
    answers: NDArray[np.uint8]
    words: Wanted
    claimed_scenes: Wanted
    leaned_scenes: Wanted
    claimed_industries: Wanted
    case_industries: Wanted
    ordinary: Floats
    discount: Floats
    distance: Floats


@dataclass(frozen=True, slots=True)
class Answer:
    """What a need found in texts and at providers, and what that scores.

    `states` has a row a constraint; `counts` counts the placed by fit, `kept_out` the refused by constraint and, last,
    by listing.
    """

    felt: Table
    found: Table
    scored: Table
    states: NDArray[np.int8]
    counts: NDArray[np.int64]
    kept_out: NDArray[np.int64]


NOTHING: Floats = np.zeros(0, dtype=np.float32)


def put(understanding: Understanding, prepared: Prepared, standpoint: Standpoint) -> Question:
    """Put a need into the numbers of a pool."""
    scenes = understanding.scene_weights()
    industries = understanding.industry_weights()
    numbers, worth = _pieces(understanding, prepared)
    held = numbers >= 0
    answers, words = prepared.words.answers(understanding.words)
    demands, given = lay_out(understanding.constraints, prepared)
    ordinary = standpoint.discount(excused_natures(understanding), prepared)
    declined = offering_asides(understanding.constraints, demands, given)
    # Sets made before asides were read charge nothing for them.
    cost = standpoint.weights.settings.get("declined.cost", 0.0)
    return Question(
        asking=Asking(
            clarity=float(understanding.clarity),
            scene_given=understanding.scene_is_given(),
            top_scene=float(max(scenes.values(), default=0.0)),
            ideal=float(worth.sum()),
        ),
        demands=demands,
        given=given,
        meaning=prepared.unit_meaning.vector(understanding.leanings),
        pieces=Wanted(numbers[held], worth[held].astype(np.float32)),
        held=held,
        worth=worth[held],
        answers=answers,
        words=words,
        claimed_scenes=prepared.claimed_scenes.wanted(scenes),
        leaned_scenes=prepared.leaned_scenes.wanted(scenes),
        claimed_industries=prepared.claimed_industries.wanted(industries),
        case_industries=prepared.case_industries.wanted(industries),
        ordinary=ordinary,
        discount=np.where(declined, ordinary * np.float32(1 - cost), ordinary),
        distance=standpoint.distance(understanding.need.region_code or "", prepared),
    )


def _pieces(understanding: Understanding, prepared: Prepared) -> tuple[Ints, Doubles]:
    """Number the pieces of a need, −1 for one that nobody has, and weigh them by rarity."""
    numbers, rarity = prepared.piece_rarity.of(understanding.pieces, prepared.space.unknown_rarity)
    weights = np.fromiter(understanding.pieces.values(), np.float64, len(understanding.pieces))
    return numbers, weights * rarity


def blank(prepared: Prepared, demands: int = 0) -> Answer:
    """Give empty tables for a pool."""
    return Answer(
        felt=np.empty(len(prepared.unit_refs), dtype=FELT),
        found=np.empty(len(prepared), dtype=FOUND),
        scored=np.empty(len(prepared), dtype=SCORED),
        states=np.empty((demands, len(prepared)), dtype=np.int8),
        counts=np.zeros(3, dtype=np.int64),
        kept_out=np.zeros(demands + 1, dtype=np.int64),
    )


def work_out(
    question: Question,
    prepared: Prepared,
    standpoint: Standpoint,
    said: Floats,
    semantic: Floats | None,
    answer: Answer,
) -> None:
    """Score all providers for a need; `said` is the text index's score a text, `semantic` one number a provider."""
    if not len(prepared):
        return
    work(
        standpoint.curves,
        question.asking,
        standpoint.most,
        standpoint.providers,
        standpoint.texts,
        prepared.unit_meaning.matrix,
        question.meaning,
        prepared.provider_pieces.columns,
        question.pieces,
        question.answers,
        question.words,
        prepared.claimed_scenes.columns,
        question.claimed_scenes,
        prepared.leaned_scenes.columns,
        question.leaned_scenes,
        prepared.claimed_industries.columns,
        question.claimed_industries,
        prepared.case_industries.columns,
        question.case_industries,
        said,
        question.discount,
        NOTHING if semantic is None else semantic,
        question.distance,
        question.demands,
        question.given,
        answer.felt,
        answer.found,
        answer.scored,
        answer.states,
        answer.counts,
        answer.kept_out,
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
