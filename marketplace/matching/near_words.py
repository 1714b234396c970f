"""Says which of a provider's words were taken as near to a word of the need, and where they stand.

Each word of the need is paired with the provider's nearest word; said are only pairs of different words that are
near enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .alignment import WordIndex
from .kernels import Ints, fixed
from .picking import Lists, first_held
from .telling import ToldProvider
from .units import Unit
from .vectors import WordVectors

PAIRS_SAID = 2
# Said aloud only from about 60 % of the way between floor and identity.
NEAR_ENOUGH = 0.35
MOST_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Near:
    """A word of the need, the provider's word nearest to it, and how much that answers (0–1)."""

    wanted: str
    found: str
    worth: float


@dataclass(frozen=True, slots=True, eq=False)
class WordsAsked:
    """The words of a need, each with the words near enough to it: the nearest first, alike ones by alphabet.

    `pairs` names the pair for each entry of `near`; None where it is not said: a word itself, a single character.
    """

    near: Lists
    pairs: tuple[Near | None, ...]

    def nearest(self, held: Ints) -> list[Near]:
        """Pair each word of the need with the nearest of some words (places, rising), the most telling pair first."""
        at = np.empty(self.near.starts.size - 1, dtype=np.int32)
        first_held(self.near, held, at)
        pairs = [
            pair for place in at.tolist() if place >= 0 and (pair := self.pairs[place]) is not None
        ]
        return sorted(pairs, key=lambda pair: (-pair.worth, pair.wanted))


def ask_words(index: WordIndex, wanted: Mapping[str, float]) -> WordsAsked:
    """Lay out the words near those of a need; what a pair answers depends on the providers the index is of."""
    weighed = index.weigh(wanted)
    full = sum(weighed.values())
    places: list[int] = []
    pairs: list[Near | None] = []
    starts = [0]
    for word, weight in weighed.items():
        for place, like in _close(index.vectors, index.vectors.places[word]):
            near = index.vectors.words[place]
            said = near != word and len(near) > 1
            places.append(place)
            pairs.append(Near(word, near, like * weight / full) if said else None)
        starts.append(len(places))
    return WordsAsked(
        Lists(fixed(np.array(places), np.int32), fixed(np.array(starts), np.int32)), tuple(pairs)
    )


@lru_cache(maxsize=MOST_KEPT)
def _close(vectors: WordVectors, word: int) -> tuple[tuple[int, float], ...]:
    """Give the words near enough to one to be said, with their likeness: the nearest first, alike ones by alphabet."""
    places, likeness = vectors.near_place(word)
    close = likeness >= NEAR_ENOUGH
    places, likeness = places[close], likeness[close]
    order = np.lexsort((vectors.ranks[places], -likeness))
    return tuple(zip(places[order].tolist(), likeness[order].tolist(), strict=True))


def near_words_said(asked: WordsAsked, told: ToldProvider) -> tuple[str, str, Unit] | None:
    """Give the claim, the clause and the text of the words nearest in meaning; None when none is near enough."""
    pairs = asked.nearest(told.words)[:PAIRS_SAID]
    found = told.clause_with(pairs[0].found) if pairs else None
    if found is None:
        return None
    said = "、".join(f"“{pair.wanted}”近似“{pair.found}”" for pair in pairs)
    return f"用词相近：{said}", *found
