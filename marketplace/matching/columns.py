"""Tables of features: sparse by column for what a need names, dense by row for how far texts lean.

Arithmetic only; it knows neither needs nor providers. Sums run in a fixed order, so that they are the same every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .kernels import compare

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int32]
Column = tuple[Ints, Floats]


class Keys(Protocol):
    """Whatever numbers features: a dictionary, or the numbering of pieces."""

    def get(self, key: str, /) -> int | None:
        """Give the number of a feature; None when it has none."""


@dataclass(frozen=True, slots=True)
class Postings:
    """A sparse matrix by feature: feature n has rows and weights from starts[n] to starts[n + 1]."""

    keys: Keys
    starts: NDArray[np.int64]
    rows: Ints
    weights: Floats
    size: int

    def column(self, key: str) -> Column | None:
        """Give the rows and weights of a feature; None when nothing has it."""
        number = self.keys.get(key)
        if number is None or number >= len(self.starts) - 1:
            return None
        start, end = self.starts[number], self.starts[number + 1]
        return (self.rows[start:end], self.weights[start:end]) if end > start else None

    def columns(self, features: Mapping[str, float]) -> Iterator[tuple[Column, np.float32]]:
        """Give the columns of the features that anything has, in the order of their names, with their weights."""
        for key, weight in sorted(features.items()):
            column = self.column(key)
            if column is not None:
                yield column, np.float32(weight)

    def scores(self, features: Mapping[str, float]) -> Floats:
        """Sum weight × feature weight over the features given, for every row."""
        found = list(self.columns(features))
        if not found:
            return np.zeros(self.size, dtype=np.float32)
        places = np.concatenate([rows for (rows, _), _ in found])
        weights = np.concatenate([weights * weight for (_, weights), weight in found])
        return np.bincount(places, weights=weights, minlength=self.size).astype(np.float32)

    def strongest(self, features: Mapping[str, float]) -> Floats:
        """Give for every row the greatest weight × feature weight; a row occurs once in a column."""
        result = np.zeros(self.size, dtype=np.float32)
        for (rows, weights), weight in self.columns(features):
            result[rows] = np.maximum(result[rows], weights * weight)
        return result


def postings(entries: Iterable[tuple[int, str, float]], size: int) -> Postings:
    """Compile (row, feature, weight); rows of a feature stay in the order they come."""
    keys: dict[str, int] = {}
    numbers: list[int] = []
    rows: list[int] = []
    weights: list[float] = []
    for row, key, weight in entries:
        numbers.append(keys.setdefault(key, len(keys)))
        rows.append(row)
        weights.append(weight)
    order = np.argsort(np.array(numbers, dtype=np.int64), kind="stable")
    counts = np.bincount(np.array(numbers, dtype=np.int64), minlength=len(keys))
    return Postings(
        keys,
        np.concatenate(([0], np.cumsum(counts))),
        np.array(rows, dtype=np.int32)[order],
        np.array(weights, dtype=np.float32)[order],
        size,
    )


# Axes are padded to whole lines of memory.
LINE = 16
STEPS, FINE_STEPS = 255, 32767


@dataclass(frozen=True, slots=True)
class Leanings:
    """How far each text leans to each capability, in steps of 1/255: a dense table by text.

    Dense and small is both less to keep and five times as fast to compare as sparse and exact.
    """

    axes: Mapping[str, int]
    matrix: NDArray[np.uint8]

    def vector(self, leanings: Mapping[str, float]) -> NDArray[np.int16]:
        """Lay a need's leanings out along the axes, in steps of 1/32767."""
        vector = np.zeros(self.matrix.shape[1], dtype=np.int16)
        places = [self.axes[key] for key in leanings if key in self.axes]
        steps = [weight * FINE_STEPS for key, weight in leanings.items() if key in self.axes]
        vector[places] = np.rint(np.array(steps))
        return vector

    def scores(self, leanings: Mapping[str, float]) -> Floats:
        """Compare every text with a need: the sum of products."""
        compared = np.empty(self.matrix.shape[0], dtype=np.float32)
        compare(self.matrix, self.vector(leanings), 1 / (STEPS * FINE_STEPS), compared)
        return compared

    def row(self, place: int) -> Column:
        """Give the capabilities a text leans to, by axis, and how far."""
        steps = self.matrix[place]
        axes = np.flatnonzero(steps).astype(np.int32)
        return axes, steps[axes].astype(np.float32) / np.float32(STEPS)
