"""Word vectors: how near two words are in meaning, from a data file; NumPy only, no model at run time.

`tools/make_word_vectors.py` says how the file was made. It knows words, not needs or providers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import rjieba
from numpy.typing import NDArray

from .phrases import normalise

VECTORS_DIR = Path(__file__).parent / "data" / "vectors"
LONGEST = 6
# Just above the floor is still chance: “蟋蟀” must not answer “花眼”.
FAINT = 0.15
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z][a-z0-9+]*")

MOST_KEPT = 4096

Floats = NDArray[np.float32]
Near = tuple[NDArray[np.int32], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class WordVectors:
    """The words known, each with its vector and that one's length, how much it tells (0–1), and its floor.

    The floor is the cosine that nearly all other words stay below; only what lies above it is near. `ranks` gives each
    word's place in the alphabet.
    """

    places: Mapping[str, int]
    words: tuple[str, ...]
    stored: NDArray[np.int8]
    lengths: Floats
    telling: Floats
    floors: Floats
    single: NDArray[np.bool_]
    ranks: NDArray[np.intp]
    _kept: dict[str, Near] = field(default_factory=dict, repr=False)

    def cut(self, text: str) -> tuple[str, ...]:
        """Cut a text into known words, in order; of an unknown word its known parts are taken."""
        found: list[str] = []
        for run in _RUN.findall(normalise(text)):
            for word in [run] if run.isascii() else rjieba.cut(run, False):
                if word in self.places:
                    found.append(word)
                elif len(word) > 2:
                    found.extend(self._parts(word))
        return tuple(found)

    def _parts(self, word: str) -> list[str]:
        """Give the longest known parts of two characters and more, from the left."""
        parts: list[str] = []
        start = 0
        while start < len(word) - 1:
            end = next(
                (
                    end
                    for end in range(min(len(word), start + LONGEST), start + 1, -1)
                    if word[start:end] in self.places
                ),
                start,
            )
            if end > start:
                parts.append(word[start:end])
            start = max(end, start + 1)
        return parts

    def likeness(self, words: Sequence[str]) -> Floats:
        """Give for each word its likeness to every word: 0 at its floor, 1 for itself, squared between.

        A cosine of 0.72 over a floor of 0.30 is 0.6 of the way and counts 0.36. The stored vectors are whole numbers
        whose products add up to less than 2²⁴, so that single precision is exact in whatever order they are added.
        """
        chosen = [self.places[word] for word in words]
        every = self.stored.astype(np.float32)
        cosines = (every[chosen] @ every.T) / self.lengths[chosen][:, None] / self.lengths
        floors = self.floors[chosen][:, None]
        above = np.clip((cosines - floors) / (1 - floors), 0, 1)
        above[above < FAINT] = 0
        squared: Floats = (above**2).astype(np.float32)
        return squared

    def near(self, words: Sequence[str]) -> list[Near]:
        """Give for each of some different words the words near it, itself included, by place, and how like it."""
        found = {word: self._kept.get(word) for word in words}
        asked = [word for word, near in found.items() if near is None]
        if len(self._kept) + len(asked) > MOST_KEPT:
            self._kept.clear()
        for word, row in zip(asked, self.likeness(asked) if asked else (), strict=True):
            places = np.flatnonzero(row).astype(np.int32)
            found[word] = self._kept[word] = (places, row[places])
        return [near for near in found.values() if near is not None]


@lru_cache(maxsize=2)
def load_vectors(folder: Path = VECTORS_DIR) -> WordVectors:
    """Load the word vectors; the matrix stays on disk and is shared by all processes."""
    rows = [line.split("\t") for line in (folder / "words.tsv").read_text("utf-8").splitlines()]
    numbers = np.array([[int(told), int(floor)] for _, told, floor in rows], dtype=np.float32)
    words = tuple(word for word, _, _ in rows)
    stored = np.load(folder / "vectors.npy", mmap_mode="r")
    squares = np.square(stored.astype(np.float32)).sum(axis=1)
    return WordVectors(
        places={word: place for place, word in enumerate(words)},
        words=words,
        stored=stored,
        lengths=np.sqrt(np.maximum(squares, np.float32(1))),
        telling=numbers[:, 0] / np.float32(1000),
        floors=numbers[:, 1] / np.float32(1000),
        single=np.array([len(word) == 1 for word in words]),
        ranks=np.argsort(np.argsort(np.array(words))),
    )


@lru_cache(maxsize=8192)
def known_words(text: str) -> tuple[str, ...]:
    """Cut a text into the words of the shipped vectors."""
    return load_vectors().cut(text)


def known_places(text: str) -> list[int]:
    """Cut a text into the words of the shipped vectors, given by their places."""
    vectors = load_vectors()
    return [vectors.places[word] for word in vectors.cut(text)]
