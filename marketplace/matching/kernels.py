"""The inner loops of a ranking, compiled: add up columns, compare leanings, add rows.

Arrays in, arrays out; they know neither needs nor providers. Each loop touches memory in order and sums in one fixed
order, so that the same input gives the same bits. Compiled by numba on first use and kept beside this file (or where
`NUMBA_CACHE_DIR` says); they run without the interpreter's lock, so that threads may share the work.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
# A row by an unsigned number needs no look whether it counts from the end.
UNSIGNED = np.uint32


class Columns(NamedTuple):
    """A sparse table by feature: feature n has `rows` and `weights` from `starts[n]` to `starts[n + 1]`."""

    starts: NDArray[np.int64]
    rows: Ints
    weights: Floats


class Wanted(NamedTuple):
    """Features asked for, by number, each with its weight."""

    numbers: Ints
    weights: Floats


def fixed(array: NDArray[Any], kind: type[np.generic]) -> NDArray[Any]:
    """Give an array as the loops take it: of one type, in one piece, read-only, like one mapped from disk."""
    found = np.ascontiguousarray(array, dtype=kind).view()
    found.flags.writeable = False
    return found


@njit(cache=True, nogil=True)
def column(table: Columns, number: int) -> tuple[Ints, Floats]:
    """Give the rows of a feature and their weights."""
    start, end = table.starts[number], table.starts[number + 1]
    return table.rows[start:end], table.weights[start:end]


@njit(cache=True, nogil=True)
def add_columns(table: Columns, wanted: Wanted, out: Floats) -> None:
    """Set `out` to the sum of weight × wanted weight over the features wanted, for every row."""
    out[:] = 0
    for at in range(wanted.numbers.size):
        rows, weights = column(table, wanted.numbers[at])
        weight = wanted.weights[at]
        for place in range(rows.size):
            out[UNSIGNED(rows[place])] += weights[place] * weight


@njit(cache=True, nogil=True)
def sum_columns(table: Columns, numbers: Ints, out: NDArray[np.float64]) -> None:
    """Set `out` to the sum of the weights of some features, for every row."""
    out[:] = 0
    for at in range(numbers.size):
        rows, weights = column(table, numbers[at])
        for place in range(rows.size):
            out[UNSIGNED(rows[place])] += weights[place]


@njit(cache=True, nogil=True)
def strongest_columns(table: Columns, wanted: Wanted, out: Floats) -> None:
    """Set `out` to the greatest weight × wanted weight over the features wanted, for every row; 0 without any."""
    out[:] = 0
    for at in range(wanted.numbers.size):
        rows, weights = column(table, wanted.numbers[at])
        weight = wanted.weights[at]
        for place in range(rows.size):
            row = UNSIGNED(rows[place])
            out[row] = max(out[row], weights[place] * weight)


@njit(cache=True, nogil=True)
def add_rows(rows: NDArray[np.uint8], wanted: Wanted, out: Floats) -> None:
    """Set `out` to the sum of some rows of a dense table of small whole numbers, each times its weight."""
    out[:] = 0
    for at in range(wanted.numbers.size):
        row, weight = rows[wanted.numbers[at]], wanted.weights[at]
        for column in range(out.size):
            out[column] += np.float32(row[column]) * weight


@njit(cache=True, nogil=True)
def compare(
    leanings: NDArray[np.uint8], wanted: NDArray[np.int16], unit: float, out: Floats
) -> None:
    """Set `out` to the product of each row of small whole numbers with a vector of such, times `unit`.

    Whole numbers add up to the same whatever the order, and thirty-two of them are multiplied at once. A row and a
    vector of length 1, kept in steps of 1/255 and 1/32767, stay below 2²³.
    """
    for row in range(leanings.shape[0]):
        total = np.int32(0)
        for axis in range(leanings.shape[1]):
            total += np.int32(np.int16(leanings[row, axis])) * np.int32(wanted[axis])
        # Said once more, since the compiler would otherwise add up in 64 bits, at half the speed.
        out[row] = np.int32(total) * unit


@njit(cache=True, nogil=True)
def near_words(
    stored: NDArray[np.int8], lengths: Floats, place: int, floor: float, faint: float
) -> tuple[Ints, Floats]:
    """Give the words near a word, itself included, and how like it each is.

    The cosine, as the share of the way from the word's floor to 1, squared; what is `faint` is left out.
    """
    count, width = stored.shape
    places = np.empty(count, dtype=np.int32)
    likeness = np.empty(count, dtype=np.float32)
    found = 0
    span = max(1.0 - floor, 1e-6)
    for other in range(count):
        total = np.int32(0)
        for axis in range(width):
            total += np.int32(np.int16(stored[other, axis])) * np.int32(
                np.int16(stored[place, axis])
            )
        like = (np.int32(total) / (lengths[place] * lengths[other]) - floor) / span
        if like >= faint:
            like = min(like, 1.0)
            places[found] = other
            likeness[found] = like * like
            found += 1
    return places[:found].copy(), likeness[:found].copy()


@njit(cache=True, nogil=True)
def answer_word(
    table: Columns, places: Ints, worth: Floats, steps: float, out: NDArray[np.uint8]
) -> None:
    """Set `out` to the best of the columns at some places, each times its worth, for every row, in `steps` a whole."""
    out[:] = 0
    for at in range(places.size):
        rows, weights = column(table, places[at])
        for place in range(rows.size):
            value = np.uint8(min(np.rint(weights[place] * worth[at] * steps), 255.0))
            row = UNSIGNED(rows[place])
            out[row] = max(out[row], value)


@njit(cache=True, nogil=True)
def count_marked(numbers: Ints, marked: NDArray[np.bool_], out: NDArray[np.int64]) -> None:
    """Set `out` to how often each number stands where it is marked."""
    out[:] = 0
    for place in range(numbers.size):
        out[numbers[place]] += marked[place]
