"""Tables of features: sparse by column for what a need names, dense by row for how far texts lean.

Laying out only; it knows neither needs nor providers, and `kernels` does the sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .kernels import Columns, Wanted

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

    @property
    def columns(self) -> Columns:
        """The table as the loops take it."""
        return Columns(self.starts, self.rows, self.weights)

    def wanted(self, features: Mapping[str, float]) -> Wanted:
        """Number the features that anything here may have, in the order of their names."""
        last = len(self.starts) - 1
        found = [(self.keys.get(key), weight) for key, weight in sorted(features.items())]
        known = [(number, weight) for number, weight in found if number is not None]
        held = [(number, weight) for number, weight in known if number < last]
        return Wanted(
            np.array([number for number, _ in held], dtype=np.int32),
            np.array([weight for _, weight in held], dtype=np.float32),
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
        places = np.fromiter(map(self.axes.__getitem__, leanings), np.int64, len(leanings))
        weights = np.fromiter(leanings.values(), np.float64, len(leanings))
        vector[places] = np.rint(weights * FINE_STEPS)
        return vector

    def row(self, place: int) -> Column:
        """Give the capabilities a text leans to, by axis, and how far."""
        steps = self.matrix[place]
        axes = np.flatnonzero(steps).astype(np.int32)
        return axes, steps[axes].astype(np.float32) / np.float32(STEPS)
