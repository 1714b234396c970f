"""Aligns the words of a need softly with those of providers: “看件” finds “外观检测” though they share no character.

Each word of the need is answered by the nearest word of a provider, and only by that one, so that saying more of the
same earns nothing (soft alignment as in BM25 with word vectors; cf. Kusner et al. 2015, relaxed to one direction).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from .units import CASE, ReadProvider
from .vectors import Floats, WordVectors, load_vectors

Ints = NDArray[np.int32]

# As for pieces: a word in a long text answers less. Units of the sets judged have about twelve words.
K1, B, REFERENCE_WORDS = 1.2, 0.5, 12
# A single character has many meanings.
SINGLE = 0.7


@dataclass(frozen=True, slots=True)
class Near:
    """A word of the need, the provider's word nearest to it, and how much that answers (0–1)."""

    wanted: str
    found: str
    worth: float


@dataclass(frozen=True, slots=True)
class WordIndex:
    """The words of all providers, and by word the providers that use it: rows[starts[w]:starts[w + 1]]."""

    vectors: WordVectors
    words: Mapping[str, int]
    matrix: Floats
    starts: Ints
    rows: Ints
    weights: Floats
    counts: Mapping[str, int]
    providers: int

    def weigh(self, wanted: Mapping[str, float]) -> dict[str, float]:
        """Weigh the known words of a need by what they tell in general and among these providers."""
        weighed = {}
        for word, weight in sorted(wanted.items()):
            place = self.vectors.places.get(word)
            if place is not None:
                count = self.counts.get(word, 0)
                rarity = log(1 + (self.providers - count + 0.5) / (count + 0.5))
                weighed[word] = weight * rarity * float(self.vectors.telling[place])
        return weighed

    def answer(self, wanted: Mapping[str, float]) -> Floats:
        """Give how far each provider's words answer those of a need, 0 to about 1."""
        total = np.zeros(self.providers, dtype=np.float32)
        weighed = self.weigh(wanted)
        full = sum(weighed.values())
        if full <= 0 or not self.words:
            return total
        likeness = self.vectors.likeness(list(weighed), self.matrix)
        likeness *= np.array([SINGLE if len(word) == 1 else 1.0 for word in self.words], np.float32)
        for row, weight in zip(likeness, weighed.values(), strict=True):
            places, values = self._open(np.flatnonzero(row), row)
            best = np.zeros(self.providers, dtype=np.float32)
            np.maximum.at(best, places, values)
            total += best * np.float32(weight / full)
        return total

    def _open(self, near: NDArray[np.intp], likeness: Floats) -> tuple[Ints, Floats]:
        """Give the providers using any of the words near, each with likeness × weight."""
        lengths = self.starts[near + 1] - self.starts[near]
        offsets = np.repeat(self.starts[near] - np.cumsum(lengths) + lengths, lengths)
        chosen = offsets + np.arange(lengths.sum(), dtype=np.int32)
        return self.rows[chosen], self.weights[chosen] * np.repeat(likeness[near], lengths)


def index_words(read: Sequence[ReadProvider]) -> WordIndex:
    """Index the words of providers, each weighed by the shortest unit that has it.

    Cases are left out of the counts: one more case must not change what the words of others are worth.
    """
    vectors = load_vectors()
    counts: dict[str, int] = {}
    entries: dict[str, list[tuple[int, float]]] = {}
    for row, provider in enumerate(read):
        best: dict[str, float] = {}
        for unit in provider.units:
            weight = (K1 + 1) / (1 + K1 * (1 - B + B * len(unit.words) / REFERENCE_WORDS))
            for word in unit.words:
                best[word] = max(best.get(word, 0.0), weight)
        for word, weight in best.items():
            entries.setdefault(word, []).append((row, weight))
        for word in {w for unit in provider.units if unit.kind != CASE for w in unit.words}:
            counts[word] = counts.get(word, 0) + 1
    words = {word: place for place, word in enumerate(sorted(entries))}
    lengths = [len(entries[word]) for word in words]
    flat = [entry for word in words for entry in entries[word]]
    return WordIndex(
        vectors=vectors,
        words=words,
        matrix=vectors.unit(list(words)) if words else np.zeros((0, 1), dtype=np.float32),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        rows=np.array([row for row, _ in flat], dtype=np.int32),
        weights=np.array([weight for _, weight in flat], dtype=np.float32),
        counts=counts,
        providers=len(read),
    )


def nearest(index: WordIndex, wanted: Mapping[str, float], provider: ReadProvider) -> list[Near]:
    """Pair each word of a need with the provider's nearest other word, the most telling pair first."""
    weighed = index.weigh(wanted)
    words = sorted({word for unit in provider.units for word in unit.words})
    if not weighed or not words:
        return []
    full = sum(weighed.values())
    rows = index.matrix[[index.words[word] for word in words]]
    likeness = index.vectors.likeness(list(weighed), rows)
    pairs = [
        Near(word, words[int(place)], float(row[place]) * weight / full)
        for (word, weight), row, place in zip(
            weighed.items(), likeness, likeness.argmax(axis=1), strict=True
        )
        if words[int(place)] != word and row[place] >= NEAR_ENOUGH and len(words[int(place)]) > 1
    ]
    return sorted(pairs, key=lambda pair: (-pair.worth, pair.wanted))


# Said aloud only from about 60 % of the way between floor and identity.
NEAR_ENOUGH = 0.35
