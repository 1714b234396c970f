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
from .columns import Doubles
from .kernels import Ints, fixed
from .picking import Lists, best_held
from .telling import ToldProvider
from .units import Unit
from .vectors import WordVectors

PAIRS_SAID = 2
# Said aloud only from about 60 % of the way between floor and identity.
NEAR_ENOUGH = 0.35
MOST_KEPT = 4096


class Near(NamedTuple):
    """A word of the need, the provider's word nearest to it, and how much that answers (0–1)."""

    wanted: str
    found: str
    worth: float


@dataclass(frozen=True, slots=True, eq=False)
class WordsAsked:
    """The words of a need by alphabet, each with the words near enough to it: the nearest first, then by alphabet.

    `worth` goes with the entries of `near`: how much the pair answers, nothing where it is not to be said.
    """

    vectors: WordVectors
    words: tuple[str, ...]
    near: Lists
    worth: Doubles

    def nearest(self, held: Ints, most: int) -> list[Near]:
        """Pair each word of the need with the nearest of some words (places, rising); give the most telling pairs."""
        entries = np.empty(most, dtype=np.int32)
        count = best_held(self.near, self.worth, held, entries)
        return [self._pair(entry) for entry in entries[:count].tolist()]

    def _pair(self, entry: int) -> Near:
        word = self.words[int(np.searchsorted(self.near.starts, entry, side="right")) - 1]
        return Near(word, self.vectors.words[self.near.places[entry]], float(self.worth[entry]))


def ask_words(index: WordIndex, wanted: Mapping[str, float]) -> WordsAsked:
    """Lay out the words near those of a need; what a pair answers depends on the providers the index is of."""
    weighed = sorted(index.weigh(wanted).items())
    vectors, full = index.vectors, sum(weight for _, weight in weighed) or 1.0
    near = [_close(vectors, vectors.places[word]) for word, _ in weighed]
    sizes = [0, *(places.size for places, _ in near)]
    weights = np.repeat([weight for _, weight in weighed], sizes[1:]) / full
    return WordsAsked(
        vectors,
        tuple(word for word, _ in weighed),
        Lists(
            fixed(np.concatenate([_NOTHING, *(places for places, _ in near)]), np.int32),
            fixed(np.cumsum(sizes), np.int32),
        ),
        fixed(np.concatenate([_NO_WORTH, *(worth for _, worth in near)]) * weights, np.float64),
    )


_NOTHING = np.zeros(0, dtype=np.int32)
_NO_WORTH = np.zeros(0, dtype=np.float64)


@lru_cache(maxsize=MOST_KEPT)
def _close(vectors: WordVectors, word: int) -> tuple[Ints, Doubles]:
    """Give the words near enough to one to be said: the nearest first, alike ones by alphabet.

    With each its likeness, 0 where it is not to be said.
    """
    places, likeness = vectors.near_place(word)
    close = likeness >= NEAR_ENOUGH
    places, likeness = places[close], likeness[close]
    order = np.lexsort((vectors.ranks[places], -likeness))
    places = places[order]
    said = [_may_be_said(vectors, word, place) for place in places.tolist()]
    return places, np.where(said, likeness[order], 0.0).astype(np.float64)


def _may_be_said(vectors: WordVectors, word: int, near: int) -> bool:
    """Tell whether two words say something together.

    Not a word and itself, a single character, an everyday word (小时, 人员), nor the same characters turned round (检漏
    is not 漏检).
    """
    spelt = (vectors.words[word], vectors.words[near])
    telling = vectors.tells(word) and vectors.tells(near)
    return telling and min(map(len, spelt)) > 1 and sorted(spelt[0]) != sorted(spelt[1])


def near_words_said(asked: WordsAsked, told: ToldProvider) -> tuple[str, str, Unit] | None:
    """Give the claim, the clause and the text of the words nearest in meaning; None when none is near enough."""
    pairs = asked.nearest(told.words, PAIRS_SAID)
    found = told.clause_with(pairs[0].found) if pairs else None
    if found is None:
        return None
    said = "、".join(f"“{pair.wanted}”近似“{pair.found}”" for pair in pairs)
    return f"用词相近：{said}", *found
