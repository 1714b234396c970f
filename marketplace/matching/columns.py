"""Sparse tables of features, by column for what a need names, by row for how far texts lean.

Arithmetic only; it knows neither needs nor providers. Sums run in a fixed order, so that they are the same every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

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


@dataclass(frozen=True, slots=True)
class Leanings:
    """How far each text leans to each capability: a sparse matrix by text."""

    axes: Mapping[str, int]
    matrix: csr_matrix

    def scores(self, leanings: Mapping[str, float]) -> Floats:
        """Compare every text with a need: the sum of products, added up in double precision."""
        vector = np.zeros(len(self.axes), dtype=np.float64)
        for key, weight in leanings.items():
            if key in self.axes:
                vector[self.axes[key]] = np.float32(weight)
        compared: Doubles = self.matrix @ vector
        return compared.astype(np.float32)

    def row(self, place: int) -> Column:
        """Give the capabilities a text leans to, by axis, and how far."""
        start, end = self.matrix.indptr[place], self.matrix.indptr[place + 1]
        return self.matrix.indices[start:end], self.matrix.data[start:end].astype(np.float32)
