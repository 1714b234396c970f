"""Aligns the words of a need softly with those of providers: “看件” finds “外观检测” though they share no character.

Each word of the need is answered by the nearest word of a provider, and only by that one, so that saying more of the
same earns nothing (soft alignment as in BM25 with word vectors; cf. Kusner et al. 2015, relaxed to one direction).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from .numbering import spans
from .units import ReadProvider
from .vectors import Floats, WordVectors

# A single character has many meanings.
SINGLE = 0.7
# Said aloud only from about 60 % of the way between floor and identity.
NEAR_ENOUGH = 0.35
# How many answers to single words are kept, as numbers of providers: 16 MB.
MOST_KEPT = 4_000_000


@dataclass(frozen=True, slots=True)
class Near:
    """A word of the need, the provider's word nearest to it, and how much that answers (0–1)."""

    wanted: str
    found: str
    worth: float


@dataclass(frozen=True, slots=True)
class WordIndex:
    """By word, the providers that use it: rows[starts[w]:starts[w + 1]] with weights, w its place in the vectors.

    `counts` says how many use it outside cases; `kept` how each answers a word, once asked.
    """

    vectors: WordVectors
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: Floats
    counts: NDArray[np.int64]
    providers: int
    kept: dict[str, Floats] = field(default_factory=dict, repr=False)

    def weigh(self, wanted: Mapping[str, float]) -> dict[str, float]:
        """Weigh the known words of a need by what they tell in general and among these providers."""
        weighed = {}
        for word, weight in sorted(wanted.items()):
            place = self.vectors.places.get(word)
            if place is not None:
                count = int(self.counts[place])
                rarity = log(1 + (self.providers - count + 0.5) / (count + 0.5))
                weighed[word] = weight * rarity * float(self.vectors.telling[place])
        return weighed

    def answer(self, wanted: Mapping[str, float]) -> Floats:
        """Give how far each provider's words answer those of a need, 0 to about 1."""
        total = np.zeros(self.providers, dtype=np.float32)
        weighed = self.weigh(wanted)
        full = sum(weighed.values())
        if full > 0 and self.rows.size:
            answers = self._answers(list(weighed))
            for answer, weight in zip(answers, weighed.values(), strict=True):
                total += answer * np.float32(weight / full)
        return total

    def _answers(self, words: Sequence[str]) -> list[Floats]:
        """Give for each word how each provider's nearest word answers it."""
        found = {word: self.kept.get(word) for word in words}
        asked = [word for word, answer in found.items() if answer is None]
        if (len(self.kept) + len(asked)) * self.providers > MOST_KEPT:
            self.kept.clear()
        for word, (places, likeness) in zip(asked, self.vectors.near(asked), strict=True):
            starts, ends = self.starts[places], self.starts[places + 1]
            chosen = spans(starts, ends)
            worth = likeness * np.where(
                self.vectors.single[places], np.float32(SINGLE), np.float32(1)
            )
            best = np.zeros(self.providers, dtype=np.float32)
            np.maximum.at(
                best, self.rows[chosen], self.weights[chosen] * np.repeat(worth, ends - starts)
            )
            found[word] = self.kept[word] = best
        return [answer for answer in found.values() if answer is not None]


def nearest(index: WordIndex, wanted: Mapping[str, float], provider: ReadProvider) -> list[Near]:
    """Pair each word of a need with the provider's nearest other word, the most telling pair first."""
    weighed = index.weigh(wanted)
    words, full = list(weighed), sum(weighed.values())
    places, askers, likeness = _who_is_near(index.vectors, tuple(words))
    own = provider.holdings.words
    starts, ends = np.searchsorted(places, own), np.searchsorted(places, own, side="right")
    chosen = spans(starts, ends)
    found = np.repeat(own, ends - starts)
    # The nearest first; of words equally near the first by alphabet.
    order = np.lexsort((index.vectors.ranks[found], -likeness[chosen], askers[chosen]))
    _, first = np.unique(askers[chosen][order], return_index=True)
    pairs = []
    for at in order[first].tolist():
        word, near = words[askers[chosen[at]]], index.vectors.words[found[at]]
        like = float(likeness[chosen[at]])
        if near != word and like >= NEAR_ENOUGH and len(near) > 1:
            pairs.append(Near(word, near, like * weighed[word] / full))
    return sorted(pairs, key=lambda pair: (-pair.worth, pair.wanted))


@lru_cache(maxsize=8)
def _who_is_near(
    vectors: WordVectors, words: tuple[str, ...]
) -> tuple[NDArray[np.int32], NDArray[np.intp], Floats]:
    """Lay out by place the words near any of some words: place, which of them asks for it, likeness."""
    near = vectors.near(words)
    nothing = np.zeros(0, dtype=np.int32)
    places = np.concatenate([nothing, *(places for places, _ in near)])
    askers = np.repeat(np.arange(len(words)), [places.size for places, _ in near])
    likeness = np.concatenate([nothing.astype(np.float32), *(likeness for _, likeness in near)])
    order = np.argsort(places, kind="stable")
    return places[order], askers[order], likeness[order]
