"""What the texts of one provider hold together, as small arrays ready to be put beside those of others.

Depends on one provider and the lexicon only. It weighs pieces by the length of their text; what a need makes of them
is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .clause_index import NO_CLAUSES, ClausesHeld
from .meaning import MeaningSpace, Vector, scene_shares
from .numbering import Numbers

# BM25 (Robertson and Zaragoza 2009) with a fixed reference length, so that one provider's text cannot shift another's.
K1 = 1.2
B = 0.5
REFERENCE_LENGTH = 40
# Units of the sets judged have about twelve words.
REFERENCE_WORDS = 12
FAINT = 0.02
SUPPORTED = 0.3


@dataclass(frozen=True, slots=True)
class TextHeld:
    """What one text holds: pieces and known words by number, rising, how many with repeats; where it leans."""

    pieces: Numbers
    length: int
    words: Numbers
    word_count: int
    meaning: Vector
    of_a_case: bool


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a provider holds.

    `pieces` rise, each with its weight; `claimed` are those outside cases; likewise its `words`. `axes` and `leanings`
    list the capabilities text by text, `counts` of them a text. `scenes` says how far it leans to each scene. `clauses`
    are laid out once; readings opened from disk are without them.
    """

    pieces: Numbers
    weights: NDArray[np.float32]
    claimed: Numbers
    words: Numbers
    word_weights: NDArray[np.float32]
    claimed_words: Numbers
    counts: NDArray[np.int16]
    axes: NDArray[np.int16]
    leanings: NDArray[np.float32]
    scenes: NDArray[np.float32]
    clauses: ClausesHeld = NO_CLAUSES


@dataclass(frozen=True, slots=True)
class SceneTable:
    """How each capability is shared among the scenes; `first` gives each capability's first scene, −1 for none."""

    scene_ids: tuple[str, ...]
    shares: NDArray[np.float64]
    first: NDArray[np.int64]


@lru_cache(maxsize=4)
def scene_table(space: MeaningSpace) -> SceneTable:
    """Give the table of a space, made once."""
    shares = [
        dict(scene_shares(space.lexicon.capabilities[key].scene_ids))
        for key in space.capability_ids
    ]
    scene_ids = sorted({scene_id for share in shares for scene_id in share})
    place = {scene_id: at for at, scene_id in enumerate(scene_ids)}
    table = np.zeros((len(shares), len(scene_ids)), dtype=np.float64)
    first = np.full(len(shares), -1, dtype=np.int64)
    for row, share in enumerate(shares):
        for scene_id, part in share.items():
            table[row, place[scene_id]] = part
        if share:
            first[row] = place[next(iter(share))]
    return SceneTable(tuple(scene_ids), table, first)


def hold(
    texts: Sequence[TextHeld], space: MeaningSpace, clauses: ClausesHeld = NO_CLAUSES
) -> Holdings:
    """Put the texts of a provider together."""
    pieces, weights = _weigh(
        [text.pieces for text in texts], [text.length for text in texts], REFERENCE_LENGTH
    )
    words, word_weights = _weigh(
        [text.words for text in texts], [text.word_count for text in texts], REFERENCE_WORDS
    )
    claiming = [text for text in texts if not text.of_a_case]
    meanings = np.stack([text.meaning for text in texts])
    rows, axes = np.nonzero(meanings)
    return Holdings(
        pieces=pieces,
        weights=weights,
        claimed=np.unique(np.concatenate([text.pieces for text in claiming])),
        words=words,
        word_weights=word_weights,
        claimed_words=np.unique(np.concatenate([text.words for text in claiming])),
        counts=np.bincount(rows, minlength=len(texts)).astype(np.int16),
        axes=axes.astype(np.int16),
        leanings=meanings[rows, axes],
        scenes=_leaned(meanings, space),
        clauses=clauses,
    )


def _weigh(
    numbers: Sequence[Numbers], lengths: Sequence[int], reference: int
) -> tuple[Numbers, NDArray[np.float32]]:
    """Weigh each piece or word by the shortest text that has it, so that saying a thing again earns nothing.

    BM25 with the count capped at one: (k1 + 1) / (1 + k1 · (1 − b + b · length / reference)); a text of the
    reference length gives 1.
    """
    worth = (K1 + 1) / (1 + K1 * (1 - B + B * np.array(lengths, dtype=np.float64) / reference))
    different, places = np.unique(np.concatenate(numbers), return_inverse=True)
    best = np.zeros(different.size, dtype=np.float64)
    np.maximum.at(best, places, np.repeat(worth, [each.size for each in numbers]))
    return different, best.astype(np.float32)


def _leaned(meanings: NDArray[np.float32], space: MeaningSpace) -> NDArray[np.float32]:
    """Give the scenes a provider's own words lean to, the strongest text counting.

    A text leans to a scene by the squared weights of its capabilities, which add up to 1 over all of them; two
    thirds of them on one scene are taken as full.
    """
    squares = meanings.astype(np.float64) ** 2
    leaned: NDArray[np.float64] = (squares @ scene_table(space).shares).max(axis=0) * 1.5
    leaned[leaned < FAINT] = 0
    return np.minimum(leaned, 1).astype(np.float32)


def unsupported(
    claimed: frozenset[str], shown: frozenset[str], texts: Sequence[TextHeld], space: MeaningSpace
) -> float:
    """Give the share of claimed scenes that no text's own words lean to; 0 for three claims or fewer.

    A scene `shown` by a case is supported.
    """
    if len(claimed) <= 3:
        return 0.0
    table = scene_table(space)
    strongest = np.max([text.meaning for text in texts], axis=0)
    has = table.first >= 0
    leaning = np.zeros(len(table.scene_ids), dtype=np.float32)
    np.maximum.at(leaning, table.first[has], strongest[has])
    supported = {
        scene_id
        for scene_id, weight in zip(table.scene_ids, leaning.tolist(), strict=True)
        if weight >= SUPPORTED
    }
    return len(claimed - shown - supported) / len(claimed)
