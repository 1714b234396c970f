"""Phrases as arrays, and the compiled loop that finds them in a text.

Most positions of a text start no phrase: one look into a table of first pairs tells. Arrays of code points in, places
out; it does not know what a phrase means.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .kernels import Ints, fixed

_FREE = -1
# An odd number that spreads pairs over the table (Knuth, The Art of Computer Programming, 6.4).
_SPREAD = 0x9E3779B97F4A7C15


class PhraseTable(NamedTuple):
    """Phrase n has the code points `points[starts[n]:starts[n + 1]]`; phrases stand by first pair, the longest first.

    `slots` is a table of pairs, at twice the room they need: `firsts`, `seconds` (0 for a single character), and where
    its phrases begin and end.
    """

    points: Ints
    starts: Ints
    firsts: Ints
    seconds: Ints
    begins: Ints
    ends: Ints


def code_points(text: str) -> Ints:
    """Give the characters of a text as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.int32)


def build_table(phrases: Sequence[str]) -> PhraseTable:
    """Lay out phrases that are in order of their first pair, the longest of each first."""
    lengths = np.array([0, *map(len, phrases)], dtype=np.int64)
    starts = np.cumsum(lengths).astype(np.int32)
    points = code_points("".join(phrases))
    firsts = points[starts[:-1]]
    seconds = np.where(lengths[1:] > 1, np.append(points, 0)[starts[:-1] + 1], 0).astype(np.int32)
    new = np.ones(len(phrases), dtype=np.bool_)
    new[1:] = (firsts[1:] != firsts[:-1]) | (seconds[1:] != seconds[:-1])
    begins = np.flatnonzero(new).astype(np.int32)
    ends = np.append(begins[1:], len(phrases)).astype(np.int32)
    size = 4
    while size < 2 * begins.size:
        size *= 2
    slots = [np.full(size, _FREE, dtype=np.int32) for _ in range(4)]
    _fill(firsts[begins], seconds[begins], begins, ends, slots[0], slots[1], slots[2], slots[3])
    return PhraseTable(
        fixed(points, np.int32), fixed(starts, np.int32), *(fixed(slot, np.int32) for slot in slots)
    )


@njit(cache=True, nogil=True)
def _slot(first: int, second: int, firsts: Ints, seconds: Ints) -> int:
    """Give the slot of a pair, or the free one where it belongs."""
    mask = firsts.size - 1
    key = (np.uint64(first) << np.uint64(21)) | np.uint64(second)
    at = int((key * np.uint64(_SPREAD)) >> np.uint64(32)) & mask
    while firsts[at] != _FREE and (firsts[at] != first or seconds[at] != second):
        at = (at + 1) & mask
    return at


@njit(cache=True, nogil=True)
def _fill(
    of_first: Ints,
    of_second: Ints,
    of_begin: Ints,
    of_end: Ints,
    firsts: Ints,
    seconds: Ints,
    begins: Ints,
    ends: Ints,
) -> None:
    for each in range(of_first.size):
        at = _slot(of_first[each], of_second[each], firsts, seconds)
        firsts[at], seconds[at] = of_first[each], of_second[each]
        begins[at], ends[at] = of_begin[each], of_end[each]


@njit(cache=True, nogil=True)
def _is_latin(point: int) -> bool:
    return 97 <= point <= 122 or 48 <= point <= 57


@njit(cache=True, nogil=True)
def _stands(text: Ints, start: int, points: Ints, first: int, last: int, whole: bool) -> bool:
    """Tell whether a phrase stands at a place of a text; `whole`: Latin letters as whole words only."""
    end = start + last - first
    if end > text.size:
        return False
    for at in range(last - first):
        if text[start + at] != points[first + at]:
            return False
    if not whole:
        return True
    if start and _is_latin(points[first]) and _is_latin(text[start - 1]):
        return False
    return not (end < text.size and _is_latin(points[last - 1]) and _is_latin(text[end]))


@njit(cache=True, nogil=True)
def find_phrases(text: Ints, table: PhraseTable) -> NDArray[np.int32]:
    """List the longest phrase at each place, without those inside a longer one: its start and number in turn."""
    points, starts, firsts, seconds, begins, ends = table
    found = np.empty(2 * text.size, dtype=np.int32)
    count, covered = 0, 0
    for start in range(text.size):
        longest = -1
        # Pairs first: whatever they start is longer than a single character.
        for turn in range(2):
            second = text[start + 1] if turn == 0 and start + 1 < text.size else 0
            slot = _slot(text[start], second, firsts, seconds)
            if firsts[slot] == _FREE:
                continue
            for phrase in range(begins[slot], ends[slot]):
                if _stands(text, start, points, starts[phrase], starts[phrase + 1], True):
                    longest = phrase
                    break
            if longest >= 0:
                break
        if longest >= 0:
            end = start + starts[longest + 1] - starts[longest]
            if end > covered:
                covered = end
                found[count], found[count + 1] = start, longest
                count += 2
    return found[:count].copy()


class Groups(NamedTuple):
    """The groups that phrases fill: phrase n fills those from `starts[n]`; `wholes` and `bits` say of what and which.

    `full` tells for each whole the bits of all its groups.
    """

    starts: Ints
    wholes: Ints
    bits: NDArray[np.uint64]
    full: NDArray[np.uint64]


@njit(cache=True, nogil=True)
def filled_wholes(marked: NDArray[np.bool_], groups: Groups) -> NDArray[np.int64]:
    """List the wholes each of whose groups is filled by one of the phrases marked."""
    starts, wholes, bits, full = groups
    filled = np.zeros(full.size, dtype=np.uint64)
    for phrase in range(marked.size):
        if marked[phrase]:
            for at in range(starts[phrase], starts[phrase + 1]):
                filled[wholes[at]] |= bits[at]
    return np.flatnonzero(filled == full)


@njit(cache=True, nogil=True)
def mark_phrases(text: Ints, table: PhraseTable) -> NDArray[np.bool_]:
    """Tell of each phrase whether it stands anywhere in a text, be it inside another."""
    points, starts, firsts, seconds, begins, ends = table
    marked = np.zeros(starts.size - 1, dtype=np.bool_)
    for start in range(text.size):
        for turn in range(2):
            second = text[start + 1] if turn == 0 and start + 1 < text.size else 0
            slot = _slot(text[start], second, firsts, seconds)
            if firsts[slot] == _FREE:
                continue
            for phrase in range(begins[slot], ends[slot]):
                if not marked[phrase]:
                    marked[phrase] = _stands(
                        text, start, points, starts[phrase], starts[phrase + 1], False
                    )
    return marked
