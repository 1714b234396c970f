"""Readings of providers side by side as flat arrays, so that some of them can be taken out and others put in.

Every array belongs to a level: a provider, a unit, a piece … A provider's entries of a level stand together, in the
order of providers. Taking out and putting in is copying runs; nothing is computed from what stands in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Places = NDArray[np.int64]

PROVIDER, UNIT, CLAIM, SCENE, PIECE, WORD, NATURE, NAME = (
    "provider",
    "unit",
    "claim",
    "scene",
    "piece",
    "word",
    "nature",
    "name",
)
CLAUSE, CLAUSE_PIECE = "clause", "clause_piece"
LEVELS = (UNIT, CLAIM, SCENE, PIECE, WORD, NATURE, NAME, CLAUSE, CLAUSE_PIECE)
LEVEL_OF = {
    "tier": PROVIDER,
    "listed": PROVIDER,
    "valid_until": PROVIDER,
    "ordinary_share": PROVIDER,
    "unsupported_share": PROVIDER,
    "leaned_scenes": PROVIDER,
    "id_size": PROVIDER,
    "unit_kind": UNIT,
    "unit_trust": UNIT,
    "unit_year": UNIT,
    "unit_price": UNIT,
    "unit_abilities": UNIT,
    "unit_leanings": UNIT,
    "unit_claims": UNIT,
    "unit_scenes": UNIT,
    "ref_size": UNIT,
    "industry": CLAIM,
    "industry_weight": CLAIM,
    "scene": SCENE,
    "piece": PIECE,
    "piece_weight": PIECE,
    "piece_claimed": PIECE,
    "word": WORD,
    "word_weight": WORD,
    "word_claimed": WORD,
    "nature": NATURE,
    "nature_named": NATURE,
    "name": NAME,
    "clause_size": CLAUSE,
    "may_deny": CLAUSE,
    "of_case": CLAUSE,
    "clause_piece": CLAUSE_PIECE,
}
# What holds numbers of pieces.
NUMBERED = ("piece", "clause_piece")


@dataclass(frozen=True)
class Flat:
    """Readings as arrays by name; `sizes` says how many entries of a level each provider has.

    Industries, scenes, natures and tiers are numbers of a `Codes`, pieces of a numbering, words places in the word
    vectors. `name` holds the provider's id and its units' refs as UTF-8, one after another.
    """

    sizes: Mapping[str, NDArray[np.int32]]
    columns: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.columns["tier"])

    @cached_property
    def starts(self) -> Mapping[str, Places]:
        """Where each provider's entries of a level begin, and behind the last one where they end."""
        counts = {level: starts_of(self.sizes[level]) for level in LEVELS}
        return {**counts, PROVIDER: np.arange(len(self) + 1)}

    def of(self, row: int, *names: str) -> list[Array]:
        """Give one provider's entries of some arrays, as copies: they must not keep a file mapped."""
        found = []
        for name in names:
            starts = self.starts[LEVEL_OF[name]]
            found.append(self.columns[name][starts[row] : starts[row + 1]].copy())
        return found

    def renumbered(self, numbers: Array) -> Flat:
        """Give the same with other numbers of pieces: those of `NUMBERED`, one after another."""
        sizes = [self.columns[name].size for name in NUMBERED]
        parts = np.split(numbers, np.cumsum(sizes)[:-1])
        return Flat(self.sizes, {**self.columns, **dict(zip(NUMBERED, parts, strict=True))})


class Codes:
    """Numbers for codes of one kind (industries, scenes …); only grows."""

    def __init__(self, codes: Sequence[str] = ()) -> None:
        self._number = {code: number for number, code in enumerate(codes)}

    def take(self, code: str) -> int:
        """Give the number of a code; one that has none is given the next."""
        return self._number.setdefault(code, len(self._number))

    @property
    def names(self) -> tuple[str, ...]:
        """All codes, by number."""
        return tuple(self._number)

    @property
    def numbers(self) -> Mapping[str, int]:
        """The numbers by code."""
        return self._number


def starts_of(sizes: NDArray[Any]) -> Places:
    """Give where each of several things of these sizes begins, and where the last ends."""
    starts = np.zeros(sizes.size + 1, dtype=np.int64)
    np.cumsum(sizes, out=starts[1:])
    return starts


def gather(parts: Sequence[Flat], part_of: Places, row_of: Places) -> Flat:
    """Put providers of several parts into one, in the order given: row `row_of[n]` of part `part_of[n]`."""
    runs = list(_runs(part_of, row_of))
    sizes = {
        level: _joined([parts[at].sizes[level][start:end] for at, start, end in runs])
        for level in LEVELS
    }
    columns = {}
    for name, level in LEVEL_OF.items():
        pieces = []
        for at, start, end in runs:
            starts = parts[at].starts[level]
            pieces.append(parts[at].columns[name][starts[start] : starts[end]])
        columns[name] = _joined(pieces or [parts[0].columns[name][:0]])
    return Flat(sizes, columns)


def _joined(pieces: Sequence[Array]) -> Array:
    """Join arrays; one alone stays as it is, so that an unchanged pool is not copied."""
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces or [np.zeros(0, np.int32)])


def _runs(part_of: Places, row_of: Places) -> Iterator[tuple[int, int, int]]:
    """Give stretches of neighbours: (part, first row, row behind the last)."""
    if not part_of.size:
        return
    broken = (part_of[1:] != part_of[:-1]) | (row_of[1:] != row_of[:-1] + 1)
    bounds = [0, *(np.flatnonzero(broken) + 1).tolist(), part_of.size]
    for start, end in pairwise(bounds):
        first = int(row_of[start])
        yield int(part_of[start]), first, first + end - start
