"""Aligns the words of a need softly with those of providers: “看件” finds “外观检测” though they share no character.

Each word of the need is answered by the nearest word of a provider, and only by that one, so that saying more of the
same earns nothing (soft alignment as in BM25 with word vectors; cf. Kusner et al. 2015, relaxed to one direction).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from .kernels import Columns, Ints, Wanted, answer_word
from .vectors import Floats, WordVectors

# A single character has many meanings.
SINGLE = 0.7
# How many answers to single words are kept, one byte a provider: 16 MB, but at least so many words.
MOST_KEPT = 16_000_000
FEWEST_KEPT = 256
# An answer is at most 2.2 / 1.6; a whole is kept in so many steps.
ANSWER_STEPS = 180.0


class AnswerShelf:
    """Keeps how every provider answers a word, once asked: a row a word, in small whole numbers.

    Whoever was given a table keeps it; a full one is put aside for an empty one, not changed.
    """

    def __init__(self, providers: int) -> None:
        self._width = providers
        self._most = max(FEWEST_KEPT, MOST_KEPT // max(1, providers))
        self._lock = Lock()
        self._start_anew()

    def _start_anew(self) -> None:
        self.table = np.zeros((min(FEWEST_KEPT, self._most), self._width), dtype=np.uint8)
        self.rows: dict[int, int] = {}

    def rows_of(
        self, places: Sequence[int], answer: Callable[[int, NDArray[np.uint8]], None]
    ) -> tuple[NDArray[np.uint8], Ints]:
        """Give a table and the rows of some words in it; `answer` fills the row of one not asked before."""
        with self._lock:
            missing = [place for place in places if place not in self.rows]
            if len(self.rows) + len(missing) > self._most:
                self._start_anew()
                missing = list(places)
            needed = len(self.rows) + len(missing)
            if needed > len(self.table):
                larger = np.zeros((max(needed, 2 * len(self.table)), self._width), dtype=np.uint8)
                larger[: len(self.rows)] = self.table[: len(self.rows)]
                self.table = larger
            for place in missing:
                row = self.rows[place] = len(self.rows)
                answer(place, self.table[row])
            return self.table, np.array([self.rows[place] for place in places], dtype=np.int32)


@dataclass(frozen=True, slots=True)
class WordIndex:
    """By word, the providers that use it: rows[starts[w]:starts[w + 1]] with weights, w its place in the vectors.

    `counts` says how many use it outside cases.
    """

    vectors: WordVectors
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: Floats
    counts: NDArray[np.int64]
    providers: int
    worth: list[float] = field(init=False, repr=False)
    shelf: AnswerShelf = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Work out what each word tells in general and among these providers."""
        rarity = np.log(1 + (self.providers - self.counts + 0.5) / (self.counts + 0.5))
        worth = (rarity * self.vectors.telling.astype(np.float64)).tolist()
        object.__setattr__(self, "worth", worth)
        object.__setattr__(self, "shelf", AnswerShelf(self.providers))

    def weigh(self, wanted: Mapping[str, float]) -> dict[str, float]:
        """Weigh the known words of a need by what they tell in general and among these providers."""
        places = self.vectors.places
        return {
            word: weight * self.worth[places[word]]
            for word, weight in wanted.items()
            if word in places
        }

    def answers(self, wanted: Mapping[str, float]) -> tuple[NDArray[np.uint8], Wanted]:
        """Give for the words of a need a table with a row a word, and which rows to add with what weight.

        The sum says how far each provider's words answer those of the need, 0 to about 1.
        """
        weighed = self.weigh(wanted)
        full = sum(weighed.values())
        if full <= 0 or not self.rows.size:
            return self.shelf.table, Wanted(np.zeros(0, np.int32), np.zeros(0, np.float32))
        places = [self.vectors.places[word] for word in weighed]
        table, rows = self.shelf.rows_of(places, self._answer)
        shares = np.fromiter(weighed.values(), np.float64, len(places)) / (full * ANSWER_STEPS)
        return table, Wanted(rows, shares.astype(np.float32))

    def _answer(self, word: int, out: NDArray[np.uint8]) -> None:
        """Write how each provider's nearest word answers a word."""
        places, likeness = self.vectors.near_place(word)
        worth = likeness * np.where(self.vectors.single[places], np.float32(SINGLE), np.float32(1))
        answer_word(self.columns, places, worth, ANSWER_STEPS, out)

    @property
    def columns(self) -> Columns:
        """The table as the loops take it."""
        return Columns(self.starts, self.rows, self.weights)
