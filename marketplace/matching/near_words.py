"""Says which of a provider's words were taken as near to a word of the need, and where they stand.

Each word of the need is paired with the provider's nearest word; said are only pairs of different words that are
near enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .alignment import WordIndex
from .kernels import Floats, Ints, fixed
from .picking import Lists, first_held
from .telling import ToldProvider
from .units import Unit
from .vectors import WordVectors

PAIRS_SAID = 2
# Said aloud only from about 60 % of the way between floor and identity.
NEAR_ENOUGH = 0.35
# How much a word must tell to be said: 小时 tells 0.3, 客户 0.45, 气孔 0.93.
TELLING = 0.5
MOST_KEPT = 4096


class Near(NamedTuple):
    """A word of the need, the provider's word nearest to it, and how much that answers (0–1)."""

    wanted: str
    found: str
    worth: float


@dataclass(frozen=True, slots=True, eq=False)
class WordsAsked:
    """The words of a need, each with the words near enough to it: the nearest first, alike ones by alphabet.

    `likeness` goes with the entries of `near`, `weights` with the words.
    """

    vectors: WordVectors
    words: tuple[str, ...]
    weights: tuple[float, ...]
    near: Lists
    likeness: Floats

    def nearest(self, held: Ints) -> list[Near]:
        """Pair each word of the need with the nearest of some words (places, rising), the most telling pair first.

        Nothing to be said are a word itself, a single character, an everyday word (小时, 人员), and the same characters
        turned round (检漏 is not 漏检).
        """
        at = np.empty(len(self.words), dtype=np.int32)
        first_held(self.near, held, at)
        full = sum(self.weights)
        pairs = []
        for word, weight, entry in zip(self.words, self.weights, at.tolist(), strict=True):
            if entry >= 0:
                near = self.vectors.words[self.near.places[entry]]
                if near != word and self._tells(word, near) and sorted(near) != sorted(word):
                    pairs.append(Near(word, near, float(self.likeness[entry]) * weight / full))
        return sorted(pairs, key=_most_telling)

    def _tells(self, *words: str) -> bool:
        telling, places = self.vectors.telling, self.vectors.places
        return all(len(word) > 1 and telling[places[word]] >= TELLING for word in words)


def _most_telling(pair: Near) -> tuple[float, str]:
    return -pair.worth, pair.wanted


def ask_words(index: WordIndex, wanted: Mapping[str, float]) -> WordsAsked:
    """Lay out the words near those of a need; what a pair answers depends on the providers the index is of."""
    weighed = index.weigh(wanted)
    vectors = index.vectors
    near = [_close(vectors, vectors.places[word]) for word in weighed]
    sizes = [0, *(places.size for places, _ in near)]
    return WordsAsked(
        vectors,
        tuple(weighed),
        tuple(weighed.values()),
        Lists(
            fixed(np.concatenate([_NOTHING, *(places for places, _ in near)]), np.int32),
            fixed(np.cumsum(sizes), np.int32),
        ),
        np.concatenate([_NO_LIKENESS, *(likeness for _, likeness in near)]),
    )


_NOTHING = np.zeros(0, dtype=np.int32)
_NO_LIKENESS = np.zeros(0, dtype=np.float32)


@lru_cache(maxsize=MOST_KEPT)
def _close(vectors: WordVectors, word: int) -> tuple[Ints, Floats]:
    """Give the words near enough to one to be said, with their likeness: the nearest first, alike ones by alphabet."""
    places, likeness = vectors.near_place(word)
    close = likeness >= NEAR_ENOUGH
    places, likeness = places[close], likeness[close]
    order = np.lexsort((vectors.ranks[places], -likeness))
    return places[order], likeness[order]


def near_words_said(asked: WordsAsked, told: ToldProvider) -> tuple[str, str, Unit] | None:
    """Give the claim, the clause and the text of the words nearest in meaning; None when none is near enough."""
    pairs = asked.nearest(told.words)[:PAIRS_SAID]
    found = told.clause_with(pairs[0].found) if pairs else None
    if found is None:
        return None
    said = "、".join(f"“{pair.wanted}”近似“{pair.found}”" for pair in pairs)
    return f"用词相近：{said}", *found
