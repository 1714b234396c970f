"""The clauses of all providers by the numbers of their pieces, so that a must-have is looked for in all at once.

Plain arrays, which may be kept on disk and used from there. What a clause says is read where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .clauses import clauses, may_deny
from .columns import Keys
from .grams import piece_list
from .kernels import Ints, fixed
from .numbering import PieceNumbers
from .picking import Cut, cover_each, covering


class ClausesHeld(NamedTuple):
    """The clauses of one provider: how many different pieces each has, which, and whether it may deny something.

    Cases (`of_case`) deny nothing: what one client did not get says nothing of the next.
    """

    sizes: Ints
    pieces: Ints
    may_deny: NDArray[np.bool_]
    of_case: NDArray[np.bool_]


NONE_LEFT_OUT = fixed(np.zeros(0), np.bool_)
NO_CLAUSES = ClausesHeld(
    np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), NONE_LEFT_OUT, NONE_LEFT_OUT
)


def hold_clauses(texts: Iterable[tuple[str, bool]], numbers: PieceNumbers) -> ClausesHeld:
    """Hold the clauses of texts, each given with whether it is a case."""
    found = [(clause.text, of_a_case) for text, of_a_case in texts for clause in clauses(text)]
    pieces = [numbers.take(set(piece_list(text))) for text, _ in found]
    return ClausesHeld(
        np.array([each.size for each in pieces], dtype=np.int32),
        np.concatenate([np.zeros(0, dtype=np.int32), *pieces]),
        np.array([not of_a_case and may_deny(text) for text, of_a_case in found], dtype=np.bool_),
        np.array([of_a_case for _, of_a_case in found], dtype=np.bool_),
    )


@dataclass(frozen=True, slots=True)
class ClauseIndex:
    """The clauses of providers: provider n has those from `firsts[n]` to `firsts[n + 1]`.

    `cut` gives their pieces by the numbering `keys`.
    """

    keys: Keys
    firsts: NDArray[np.int64]
    cut: Cut
    may_deny: NDArray[np.bool_]
    of_case: NDArray[np.bool_]

    def known(self, wanted: Iterable[str]) -> Ints:
        """Give the numbers of those pieces that have one, rising."""
        numbers = [number for number in map(self.keys.get, wanted) if number is not None]
        return fixed(np.array(sorted(numbers)), np.int32)

    def covering_of(
        self, place: int, known: Ints, count: int, share: float, cases: bool = True
    ) -> int:
        """Do as `covering` for one provider; the place is among its own clauses. `known` are `count` pieces."""
        first, end = int(self.firsts[place]), int(self.firsts[place + 1])
        left_out = NONE_LEFT_OUT if cases else self.of_case
        found = int(covering(self.cut, first, end, known, max(1, count), share, left_out))
        return found - first if found >= 0 else found

    def covering(
        self,
        places: Sequence[int] | NDArray[Any],
        wanted: frozenset[str],
        share: float,
        cases: bool = True,
    ) -> Ints:
        """Give for some providers the first of their clauses with most of some pieces, by its place among all.

        −1 where none has so large a share of them. Those of cases are looked at only with `cases`.
        """
        known = self.known(wanted)
        best = np.empty(len(places), dtype=np.int32)
        cover_each(
            self.cut,
            self.firsts,
            fixed(np.asarray(places), np.int32),
            known,
            max(1, len(wanted)),
            share,
            NONE_LEFT_OUT if cases else self.of_case,
            best,
        )
        return best
