"""From how near texts are by full embeddings to one number a provider, 0 to 1.

Cosines of sentence models bunch (0.82 to 0.90 for e5), so that only their order and distances within the pool tell
anything: each text counts by how far it lies above the pool's mean, what lies below counts nothing. A provider's texts
are added best first, each further one counting half, so that one text more never lowers it and copies add little; the
sums are then seen in proportion to the best.

Vectors are compared in small whole numbers: half the memory, faster than the same product in floating point, and the
same bits on any number of threads.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .formulas import MOST_COUNTED, best_first, keep_best
from .kernels import Floats, Ints

FURTHER = 0.5
LEAST_SPREAD = 1e-4
LEAST_HELD = 0.9
STEPS = 1023
FINE_STEPS = 2047
MOST = 2**31 - 1


class Rows(NamedTuple):
    """Vectors of length 1 in whole numbers, one a row, and what a step of each row is worth."""

    values: NDArray[np.int16]
    steps: Floats


def in_steps(vectors: Floats) -> Rows:
    """Give vectors, one a row, in whole numbers; each row by its own greatest number. A row of zeros stays so."""
    steps = np.abs(vectors).max(axis=1, initial=0) / STEPS
    values = np.rint(vectors / np.where(steps > 0, steps, 1)[:, None])
    return Rows(values.astype(np.int16), steps.astype(np.float32))


def cosines_of(rows: Rows, vector: Floats) -> Floats:
    """Give the cosine of each row with a vector of length 1."""
    # However many axes there are, sums stay below 2³¹.
    fine = min(FINE_STEPS, MOST // (STEPS * vector.size))
    step = float(np.abs(vector).max()) / fine
    wanted = np.rint(vector / step).astype(np.int16)
    out = np.empty(len(rows.values), dtype=np.float32)
    _multiply(rows.values, rows.steps, wanted, step, out)
    return out


@njit(cache=True, nogil=True)
def _multiply(
    values: NDArray[np.int16], steps: Floats, wanted: NDArray[np.int16], step: float, out: Floats
) -> None:
    for row in range(values.shape[0]):
        total = np.int32(0)
        for axis in range(values.shape[1]):
            total += np.int32(values[row, axis]) * np.int32(wanted[axis])
        out[row] = total * steps[row] * step


def semantic_of(cosines: Floats, held: NDArray[np.bool_], starts: Ints) -> Floats | None:
    """Give each provider's nearness, 0 to 1, from the cosine of each text; `held` says which texts have one.

    `starts` gives each provider's first text; each has one. None when too few texts have a cosine, or all are alike:
    then nothing can be told. A provider none of whose texts has one stands in the middle.
    """
    if not held.any() or held.mean() < LEAST_HELD:
        return None
    mean = float(cosines[held].mean(dtype=np.float64))
    values = np.empty(len(starts), dtype=np.float64)
    told = np.empty(len(starts), dtype=np.bool_)
    _add_up(cosines, held, np.append(starts, len(cosines)).astype(np.int32), mean, values, told)
    if values.max() < LEAST_SPREAD:
        return None
    values /= values.max()
    if not told.all():
        values[~told] = np.median(values[told])
    return values.astype(np.float32)


@njit(cache=True, nogil=True)
def _add_up(
    cosines: Floats,
    held: NDArray[np.bool_],
    bounds: Ints,
    mean: float,
    values: NDArray[np.float64],
    told: NDArray[np.bool_],
) -> None:
    """Add what lies above the mean up, best first, for each provider."""
    best = np.empty(MOST_COUNTED, dtype=np.float64)
    for provider in range(values.size):
        first, end = bounds[provider], bounds[provider + 1]
        everything, any_held = 0.0, False
        for text in range(first, end):
            any_held |= held[text]
            above = max(np.float64(cosines[text]) - mean, 0.0) if held[text] else 0.0
            keep_best(above, best, text - first)
            everything += above
        values[provider] = best_first(best, end - first, everything, FURTHER)
        told[provider] = any_held
