"""Word vectors: how near two words are in meaning, from a data file; NumPy only, no model at run time.

`tools/make_word_vectors.py` says how the file was made. It knows words, not needs or providers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WordVectors:
    """The words known, each with its vector, how much it tells (0–1) and its floor.

    The floor is the cosine that nearly all other words stay below; only what lies above it is near.
    """

    places: Mapping[str, int]
    stored: NDArray[np.int8]
    telling: Floats
    floors: Floats

    def unit(self, words: Sequence[str]) -> Floats:
        """Give the vectors of known words, scaled to length 1, a row a word."""
        rows = self.stored[[self.places[word] for word in words]].astype(np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        scaled: Floats = (rows / np.maximum(lengths, 1e-6)).astype(np.float32)
        return scaled

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

    def likeness(self, words: Sequence[str], others: Floats) -> Floats:
        """Give for each word its likeness to each row of `others`: 0 at its floor, 1 for itself, squared between.

        A cosine of 0.72 over a floor of 0.30 is 0.6 of the way and counts 0.36.
        """
        floors = self.floors[[self.places[word] for word in words]][:, None]
        # Not `@`: the threads of the linear algebra library cost more than so small a product.
        cosines = np.einsum("ij,kj->ik", self.unit(words), others)
        above = np.clip((cosines - floors) / (1 - floors), 0, 1)
        above[above < FAINT] = 0
        squared: Floats = (above**2).astype(np.float32)
        return squared


@lru_cache(maxsize=2)
def load_vectors(folder: Path = VECTORS_DIR) -> WordVectors:
    """Load the word vectors; the matrix stays on disk and is shared by all processes."""
    rows = [line.split("\t") for line in (folder / "words.tsv").read_text("utf-8").splitlines()]
    numbers = np.array([[int(told), int(floor)] for _, told, floor in rows], dtype=np.float32)
    return WordVectors(
        places={word: place for place, (word, _, _) in enumerate(rows)},
        stored=np.load(folder / "vectors.npy", mmap_mode="r"),
        telling=numbers[:, 0] / np.float32(1000),
        floors=numbers[:, 1] / np.float32(1000),
    )


@lru_cache(maxsize=8192)
def known_words(text: str) -> tuple[str, ...]:
    """Cut a text into the words of the shipped vectors."""
    return load_vectors().cut(text)
