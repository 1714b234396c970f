"""Word vectors: how near two words are in meaning, from a data file; NumPy only, no model at run time.

`tools/make_word_vectors.py` says how the file was made. It knows words, not needs or providers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import rjieba
from numpy.typing import NDArray

from .kernels import fixed, near_words
from .phrases import normalise

VECTORS_DIR = Path(__file__).parent / "data" / "vectors"
LONGEST = 6
# Just above the floor is still chance: “蟋蟀” must not answer “花眼”.
FAINT = 0.15
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z][a-z0-9+]*")

MOST_KEPT = 4096

Floats = NDArray[np.float32]
TELLING = 0.5
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
    _kept: dict[int, Near] = field(default_factory=dict, repr=False)

    def tells(self, place: int) -> bool:
        """Tell whether a word, by its place, says enough to stand alone: 护栏 (0.99), not 小时 (0.3) or 客户 (0.45)."""
        return bool(self.telling[place] >= TELLING)

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

    def near_place(self, place: int) -> Near:
        """Give the words near the word at a place, itself included, by place, and how like it.

        Likeness is 0 at the word's floor, 1 for itself, squared between: a cosine of 0.72 over a floor of 0.30 is 0.6
        of the way and counts 0.36. What is just above the floor is still chance and is left out.
        """
        found = self._kept.get(place)
        if found is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            floor = float(self.floors[place])
            found = near_words(self.stored, self.lengths, place, floor, FAINT)
            self._kept[place] = found
        return found


@lru_cache(maxsize=2)
def load_vectors(folder: Path = VECTORS_DIR) -> WordVectors:
    """Load the word vectors; the matrix stays on disk and is shared by all processes."""
    rows = [line.split("\t") for line in (folder / "words.tsv").read_text("utf-8").splitlines()]
    numbers = np.array([[int(told), int(floor)] for _, told, floor in rows], dtype=np.float32)
    words = tuple(word for word, _, _ in rows)
    stored = np.asarray(np.load(folder / "vectors.npy", mmap_mode="r"))
    squares = np.square(stored.astype(np.float32)).sum(axis=1)
    return WordVectors(
        places={word: place for place, word in enumerate(words)},
        words=words,
        stored=stored,
        lengths=fixed(np.sqrt(np.maximum(squares, np.float32(1))), np.float32),
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
