"""A numbering of pieces that lies in arrays, so that processes share it and open it without reading it.

It never changes: what is new makes a larger one, in which all former numbers stay as they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .flat import starts_of
from .names import Names

Arrays = dict[str, NDArray[Any]]
Rarity = Callable[[str], float]

# A code point needs 21 bits. Longer pieces, words of Latin letters, are told by a sum instead; bit 62 marks them.
_BITS = 21
_SUMMED = 1 << 62
MOST_KEPT = 20_000


class KeptNumbers:
    """Pieces by number: sorted by code to be looked up, listed by number to be named.

    `rarity` says how rare each is in the lexicon.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.arrays = dict(arrays)
        self._names = Names(arrays["names"], arrays["starts"][:-1], arrays["starts"][1:])
        self._kept: dict[str, int] = {}

    @classmethod
    def nothing(cls) -> KeptNumbers:
        """Make a numbering of no pieces."""
        return cls(
            {
                "codes": np.zeros(0, dtype=np.int64),
                "number": np.zeros(0, dtype=np.int32),
                "names": np.zeros(0, dtype=np.uint8),
                "starts": np.zeros(1, dtype=np.int64),
                "rarity": np.zeros(0, dtype=np.float64),
            }
        )

    def __len__(self) -> int:
        return len(self._names)

    @cached_property
    def _codes(self) -> memoryview:
        # Looking a few hundred numbers up one by one is fastest without NumPy.
        return self.arrays["codes"].data

    def rarities(self) -> NDArray[np.float64]:
        """Give how rare each piece is in the lexicon, by number."""
        return self.arrays["rarity"]

    def get(self, piece: str, /) -> int | None:
        """Give the number of a piece; None when it has none."""
        number = self._number(piece)
        return None if number < 0 else number

    def numbers(self, found: Collection[str]) -> NDArray[np.int32]:
        """Give the numbers of pieces in their order, −1 for one that has none."""
        return np.fromiter(map(self._number, found), np.int32, len(found))

    def _number(self, piece: str) -> int:
        number = self._kept.get(piece)
        if number is None:
            found = self._look_up(piece)
            number = -1 if found is None else found
            # Another thread may be filling or emptying it too: nothing is read back from here.
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[piece] = number
        return number

    def _look_up(self, piece: str) -> int | None:
        code, codes = _code(piece), self._codes
        low, high = 0, len(codes)
        while low < high:
            middle = (low + high) // 2
            if codes[middle] < code:
                low = middle + 1
            else:
                high = middle
        while low < len(codes) and codes[low] == code:
            number = int(self.arrays["number"][low])
            if self._names[number] == piece:
                return number
            low += 1
        return None

    def pieces(self, numbers: Iterable[int], /) -> Sequence[str]:
        """Give the pieces of some numbers."""
        return [self._names[number] for number in numbers]

    def translate(
        self, numbers: NDArray[np.int32], name: Callable[[list[int]], Sequence[str]], rarity: Rarity
    ) -> tuple[KeptNumbers, NDArray[np.int32]]:
        """Give the numbers here of pieces numbered elsewhere, `name` naming them; new ones make a larger numbering."""
        different, places = np.unique(numbers, return_inverse=True)
        names = name(different.tolist())
        number_of = (
            dict(zip(self._names, range(len(self)), strict=True)).get
            if len(names) > len(self)
            else self.get
        )
        found = [number_of(piece) for piece in names]
        new = sorted(piece for piece, number in zip(names, found, strict=True) if number is None)
        place_of = {piece: len(self) + at for at, piece in enumerate(new)}
        here = [
            place_of[piece] if number is None else number
            for piece, number in zip(names, found, strict=True)
        ]
        larger = self._with(new, rarity) if new else self
        return larger, np.array(here, dtype=np.int32)[places]

    def _with(self, new: Sequence[str], rarity: Rarity) -> KeptNumbers:
        raw = [piece.encode() for piece in new]
        codes = np.append(self.arrays["codes"], np.array([_code(piece) for piece in new]))
        number = np.append(self.arrays["number"], np.arange(len(self), len(self) + len(new)))
        order = np.argsort(codes, kind="stable")
        sizes = np.append(np.diff(self.arrays["starts"]), [len(each) for each in raw])
        return KeptNumbers(
            {
                "codes": codes[order],
                "number": number[order].astype(np.int32),
                "names": np.append(
                    self.arrays["names"], np.frombuffer(b"".join(raw), dtype=np.uint8)
                ),
                "starts": starts_of(sizes),
                "rarity": np.append(self.arrays["rarity"], [rarity(piece) for piece in new]),
            }
        )


def _code(piece: str) -> int:
    if len(piece) == 1:
        return ord(piece)
    if len(piece) == 2:
        return ord(piece[0]) << _BITS | ord(piece[1])
    summed = hashlib.blake2b(piece.encode(), digest_size=8).digest()
    return int.from_bytes(summed, "big") >> 2 | _SUMMED
