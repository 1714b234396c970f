"""Numbers the pieces of texts, so that texts can be kept and compared as arrays of small numbers.

A numbering only grows. Numbers depend on the order of reading; nothing computed from them may.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence, Set
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]


class PieceNumbers:
    """Pieces by number: those given first, in alphabetical order, then others as they come."""

    def __init__(self, given: Iterable[str] = ()) -> None:
        self._pieces = sorted(given)
        self._number = _Growing(self._pieces)
        self.given = len(self._pieces)
        # Apart and small, so that it stays at hand: a need is read by these alone.
        self._given = dict(self._number)

    def __len__(self) -> int:
        return len(self._pieces)

    def get(self, piece: str, /) -> int | None:
        """Give the number of a piece; None when it has none."""
        return self._number.get(piece)

    def numbers(self, found: Collection[str]) -> Numbers:
        """Give the numbers of pieces in their order, −1 for one that has none."""
        return np.fromiter(map(self._number.get, found, repeat(-1)), np.int32, len(found))

    def known(self, found: Iterable[str]) -> Numbers:
        """Give the numbers of those pieces that have one, rising."""
        numbers = [number for number in map(self._number.get, found) if number is not None]
        return np.array(sorted(numbers), dtype=np.int32)

    def listed(self, found: Set[str]) -> Numbers:
        """Give the numbers of those pieces that were given at first, rising."""
        given = self._given
        return np.array(sorted(map(given.__getitem__, given.keys() & found)), dtype=np.int32)

    def take(self, found: Iterable[str]) -> Numbers:
        """Give the numbers of pieces, rising; one that has none is given the next."""
        numbers = np.fromiter(map(self._number.__getitem__, found), dtype=np.int32)
        numbers.sort()
        return numbers

    def in_order(self, found: Iterable[str]) -> list[int]:
        """Give the numbers of pieces in the order given; one that has none is given the next."""
        return list(map(self._number.__getitem__, found))

    def pieces(self, numbers: Iterable[int]) -> Sequence[str]:
        """Give the pieces of some numbers."""
        return [self._pieces[number] for number in numbers]


class _Growing(dict[str, int]):
    """Numbers by piece; a look-up that fails numbers the piece."""

    def __init__(self, pieces: list[str]) -> None:
        super().__init__((piece, number) for number, piece in enumerate(pieces))
        self._pieces = pieces
        self._lock = threading.Lock()

    def __missing__(self, piece: str) -> int:
        with self._lock:
            if piece in self:
                return self[piece]
            # The list first: whoever finds the number must find the piece.
            self._pieces.append(piece)
            self[piece] = number = len(self._pieces) - 1
            return number
