"""The inner loops of telling, compiled: which sentence says most, which words answer, which ability is shared.

Arrays in, places out. Sums run in a fixed order, so that the same input gives the same bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .kernels import Ints

NONE = -1


class Cut(NamedTuple):
    """Texts one after another: text n has the pieces `numbers[starts[n]:starts[n + 1]]`, by name."""

    numbers: Ints
    starts: NDArray[np.int64]


class Worth(NamedTuple):
    """What single pieces are worth: `numbers` rise."""

    numbers: Ints
    worth: NDArray[np.float64]


class Lists(NamedTuple):
    """Lists of places one after another: list n has `places[starts[n]:starts[n + 1]]`, the best first."""

    places: Ints
    starts: Ints


@njit(cache=True, nogil=True)
def _place_of(number: int, rising: Ints) -> int:
    low, high = 0, rising.size
    while low < high:
        middle = (low + high) // 2
        if rising[middle] < number:
            low = middle + 1
        else:
            high = middle
    if low < rising.size and rising[low] == number:
        return low
    return -1


@njit(cache=True, nogil=True)
def worthiest(texts: Cut, wanted: Worth) -> int:
    """Give the text whose pieces are worth most together, of several the first; −1 without any."""
    best, most = -1, -1.0
    for text in range(texts.starts.size - 1):
        total = 0.0
        for at in range(texts.starts[text], texts.starts[text + 1]):
            place = _place_of(texts.numbers[at], wanted.numbers)
            if place >= 0:
                total += wanted.worth[place]
        if total > most:
            best, most = text, total
    return best


@njit(cache=True, nogil=True)
def covering(
    texts: Cut,
    first: int,
    end: int,
    wanted: Ints,
    count: int,
    share: float,
    left_out: NDArray[np.bool_],
) -> int:
    """Give the text from `first` to `end` that has most of `count` pieces, of several the first.

    `wanted` are those with a number, rising. −1 when none has at least `share` of them. Texts marked in `left_out`,
    which may be empty, are passed over.
    """
    best, most = -1, 0
    for text in range(first, end):
        if left_out.size and left_out[text]:
            continue
        found = 0
        for at in range(texts.starts[text], texts.starts[text + 1]):
            if _place_of(texts.numbers[at], wanted) >= 0:
                found += 1
        if found > most and found / count >= share:
            best, most = text, found
    return best


@njit(cache=True, nogil=True)
def cover_each(
    texts: Cut,
    firsts: NDArray[np.int64],
    places: Ints,
    wanted: Ints,
    count: int,
    share: float,
    left_out: NDArray[np.bool_],
    out: Ints,
) -> None:
    """Set `out` to what `covering` gives for each of some providers, whose texts start at `firsts`."""
    for at in range(places.size):
        first, end = firsts[places[at]], firsts[places[at] + 1]
        out[at] = covering(texts, first, end, wanted, count, share, left_out)


@njit(cache=True, nogil=True)
def best_held(lists: Lists, worth: NDArray[np.float64], held: Ints, out: Ints) -> int:
    """Fill `out` with the worthiest of the first entries held, one a list, and give how many there are.

    `worth` goes with the entries; one that is worth nothing counts for its list but is left out. Of equal ones the
    earlier list comes first. `held` rise.
    """
    found = 0
    for each in range(lists.starts.size - 1):
        for entry in range(lists.starts[each], lists.starts[each + 1]):
            if _place_of(lists.places[entry], held) < 0:
                continue
            if worth[entry] > 0:
                at = found
                while at > 0 and worth[out[at - 1]] < worth[entry]:
                    if at < out.size:
                        out[at] = out[at - 1]
                    at -= 1
                if at < out.size:
                    out[at] = entry
                    found = min(found + 1, out.size)
            break
    return found


@njit(cache=True, nogil=True)
def shared_axis(
    leanings: NDArray[np.uint8], row: int, wanted: NDArray[np.int16], least: float
) -> int:
    """Give the axis where the leanings of a text and a need have the greatest product, of several the first.

    −1 when they share none, or when there the text leans less than `least` steps.
    """
    best, most = NONE, np.int32(0)
    for axis in range(wanted.size):
        shared = np.int32(leanings[row, axis]) * np.int32(wanted[axis])
        if shared > most:
            best, most = axis, shared
    return best if best >= 0 and leanings[row, best] >= least else NONE
