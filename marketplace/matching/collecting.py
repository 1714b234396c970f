"""Lays flat readings out as the tables a ranking works on: by provider, by unit, by feature.

Counting and sorting only; nothing is weighed for a need. What comes out are named arrays, which may be kept on disk as
they are and used from there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import log
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .columns import Keys, Postings
from .flat import Flat, starts_of
from .flattening import KIND_PLACE
from .kernels import count_marked, fixed
from .units import CASE
from .vectors import load_vectors

Arrays = dict[str, NDArray[Any]]
Rows = NDArray[np.int64]
Numbers = NDArray[Any]

# As they stand in the flat readings.
PLAIN = (
    "tier",
    "listed",
    "valid_until",
    "ordinary_share",
    "unsupported_share",
    "unit_kind",
    "unit_trust",
    "unit_year",
    "unit_price",
    "unit_abilities",
    "unit_leanings",
    "name",
)


class Pieces(Keys, Protocol):
    """A numbering of pieces that also tells the piece of a number."""

    def numbers(self, found: Collection[str], /) -> NDArray[np.int32]:
        """Give the numbers of pieces in their order, −1 for one that has none."""

    def pieces(self, numbers: list[int], /) -> Sequence[str]:
        """Give the pieces of some numbers."""


class PieceRarity(Mapping[str, float]):
    """How rare each piece is among the providers and in the lexicon, by piece; `values` by number, NaN for none."""

    def __init__(self, numbers: Pieces, values: NDArray[np.float64]) -> None:
        self._numbers = numbers
        self.values_by_number = values

    def of(
        self, pieces: Collection[str], absent: float
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Give the numbers of pieces, and how rare each is; one that nobody holds has −1 and the rarity `absent`."""
        numbers, values = self._numbers.numbers(pieces), self.values_by_number
        if not values.size:
            return np.full(len(pieces), -1, dtype=np.int32), np.full(len(pieces), absent)
        rarity = values.take(numbers, mode="clip")
        # A piece numbered since the pool was made is nobody's.
        held = (numbers >= 0) & (numbers < values.size) & ~np.isnan(rarity)
        return np.where(held, numbers, np.int32(-1)), np.where(held, rarity, absent)

    def __getitem__(self, piece: str) -> float:
        number, values = self._numbers.get(piece), self.values_by_number
        if number is None or number >= values.size or np.isnan(values[number]):
            raise KeyError(piece)
        return float(values[number])

    def __iter__(self) -> Iterator[str]:
        held = np.flatnonzero(~np.isnan(self.values_by_number))
        return iter(self._numbers.pieces(held.tolist()))

    def __len__(self) -> int:
        return int(np.count_nonzero(~np.isnan(self.values_by_number)))


def lay_out(flat: Flat, rarities: NDArray[np.float64]) -> Arrays:
    """Lay readings out; `rarities` tells for each number of a piece how rare it is in the lexicon.

    Tables by feature are named `<table>.starts`, `.rows`, `.weights`, see `Postings`.
    """
    units = flat.sizes["unit"]
    count, starts = units.size, starts_of(units)
    owner = np.repeat(np.arange(count), units)
    arrays: Arrays = {name: flat.columns[name] for name in PLAIN}
    arrays |= {"starts": starts[:-1].astype(np.int32), "unit_provider": owner.astype(np.int32)}
    arrays |= _names(flat, owner)
    arrays |= _held(flat, "piece", rarities.size)
    arrays["piece.rarity"] = _rarity(arrays, flat, rarities)
    arrays |= _held(flat, "word", len(load_vectors().words))
    arrays["word.counts"] = _claims_of(flat, "word", len(load_vectors().words))
    arrays |= {
        "clause.firsts": flat.starts["clause"],
        "clause.starts": starts_of(flat.columns["clause_size"]),
        "clause.pieces": flat.columns["clause_piece"],
        "clause.may_deny": flat.columns["may_deny"],
        "clause.of_case": flat.columns["of_case"],
    }
    arrays |= _industries(flat, starts, owner)
    arrays |= _scenes(flat, owner)
    arrays |= _by_feature(
        "natures",
        flat.columns["nature"],
        np.repeat(np.arange(count), flat.sizes["nature"]),
        flat.columns["nature_named"],
    )
    return arrays


def postings_of(arrays: Mapping[str, NDArray[Any]], table: str, keys: Keys, size: int) -> Postings:
    """Give a table by feature of those laid out."""
    starts, rows, weights = (arrays[f"{table}.{part}"] for part in ("starts", "rows", "weights"))
    return Postings(keys, starts, rows, weights, size)


def _names(flat: Flat, owner: Rows) -> Arrays:
    """Say where each provider's id and each unit's ref stand among the names."""
    ids = np.arange(len(flat)) + flat.starts["unit"][:-1]
    refs = np.arange(owner.size) + owner + 1
    sizes = np.zeros(ids.size + refs.size, dtype=np.int64)
    sizes[ids], sizes[refs] = flat.columns["id_size"], flat.columns["ref_size"]
    bounds = starts_of(sizes)
    return {
        "id.starts": bounds[ids],
        "id.ends": bounds[ids + 1],
        "ref.starts": bounds[refs],
        "ref.ends": bounds[refs + 1],
    }


def _held(flat: Flat, level: str, width: int) -> Arrays:
    """Give for each piece or word the providers that have it, with its weight there."""
    by_provider = csr_matrix(
        (flat.columns[f"{level}_weight"], flat.columns[level], flat.starts[level]),
        shape=(len(flat), width),
    )
    found = by_provider.tocsc()
    return {
        f"{level}.starts": found.indptr.astype(np.int64),
        f"{level}.rows": found.indices.astype(np.int32, copy=False),
        f"{level}.weights": found.data,
    }


def _claims_of(flat: Flat, level: str, width: int) -> NDArray[np.int64]:
    """Count the providers that have a piece or word outside cases.

    One more case must not make the words of others rarer or commoner.
    """
    numbers, claimed = flat.columns[level], flat.columns[f"{level}_claimed"]
    counts = np.zeros(width, dtype=np.int64)
    count_marked(fixed(numbers, np.int32), fixed(claimed, np.bool_), counts)
    return counts


def _rarity(arrays: Arrays, flat: Flat, rarities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average the rarity of a piece among these providers and in the lexicon, which steadies a small catalogue."""
    counts = _claims_of(flat, "piece", rarities.size)
    # One logarithm for each count that occurs: the same bits as one for each piece.
    different, places = np.unique(counts, return_inverse=True)
    among = np.array(
        [0.5 * log(1 + (len(flat) - count + 0.5) / (count + 0.5)) for count in different.tolist()]
    )
    values = among[places] + 0.5 * rarities
    values[np.diff(arrays["piece.starts"]) == 0] = np.nan
    return values


def _industries(flat: Flat, starts: Rows, owner: Rows) -> Arrays:
    """Give who claims an industry, by the strongest claim; who declares only that one; which cases are in it."""
    codes, weights = flat.columns["industry"], flat.columns["industry_weight"]
    unit = np.repeat(np.arange(owner.size), flat.columns["unit_claims"])
    in_case = flat.columns["unit_kind"][unit] == KIND_PLACE[CASE]
    rows, claimed, strongest = _strongest(owner[unit[~in_case]], codes[~in_case], weights[~in_case])
    # The profile is a provider's first unit and claims what the provider declares.
    in_profile = unit == starts[owner[unit]]
    declaring, declared, _ = _strongest(
        owner[unit[in_profile]], codes[in_profile], weights[in_profile]
    )
    sole = np.bincount(declaring, minlength=len(flat))[declaring] == 1
    return {
        **_by_feature("claimed_industries", claimed, rows, strongest),
        **_by_feature("sole_industry", declared[sole], declaring[sole]),
        **_by_feature("case_industries", codes[in_case], unit[in_case], weights[in_case]),
    }


def _scenes(flat: Flat, owner: Rows) -> Arrays:
    """Give who names a scene, how many each provider claims (a case's scene is shown, not claimed), who leans to it."""
    codes = flat.columns["scene"]
    unit = np.repeat(np.arange(owner.size), flat.columns["unit_scenes"])
    rows, named, _ = _strongest(owner[unit], codes)
    claiming = flat.columns["unit_kind"][unit] != KIND_PLACE[CASE]
    claimed, _, _ = _strongest(owner[unit[claiming]], codes[claiming])
    leaned = flat.columns["leaned_scenes"]
    scenes, leaning = np.nonzero(leaned.T)
    return {
        **_by_feature("claimed_scenes", named, rows),
        "claim_count": np.bincount(claimed, minlength=len(flat)).astype(np.float32),
        "leaned_scenes.starts": starts_of(np.bincount(scenes, minlength=leaned.shape[1])),
        "leaned_scenes.rows": leaning.astype(np.int32),
        "leaned_scenes.weights": leaned[leaning, scenes],
    }


def _strongest(
    rows: Rows, numbers: Numbers, weights: NDArray[np.float32] | None = None
) -> tuple[Rows, Numbers, NDArray[np.float32]]:
    """Give each pair of row and number once, rows rising, with its greatest weight."""
    if weights is None:
        weights = np.ones(rows.size, dtype=np.float32)
    order = np.lexsort((weights, numbers, rows))
    rows, numbers, weights = rows[order], numbers[order], weights[order]
    last = np.ones(rows.size, dtype=np.bool_)
    last[:-1] = (rows[1:] != rows[:-1]) | (numbers[1:] != numbers[:-1])
    return rows[last], numbers[last], weights[last]


def _by_feature(
    table: str, numbers: Numbers, rows: Rows, weights: NDArray[np.float32] | None = None
) -> Arrays:
    """Sort entries by feature; rows of a feature stay in the order they come."""
    if weights is None:
        weights = np.ones(rows.size, dtype=np.float32)
    order = np.argsort(numbers, kind="stable")
    return {
        f"{table}.starts": starts_of(np.bincount(numbers)),
        f"{table}.rows": rows[order].astype(np.int32),
        f"{table}.weights": weights[order],
    }
