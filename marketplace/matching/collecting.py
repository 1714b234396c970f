"""Puts what providers hold side by side: pieces and leanings of all, as sparse tables.

Counting and laying out only; nothing is weighed for a need.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .columns import LINE, STEPS, Leanings, Postings
from .holdings import scene_table
from .meaning import MeaningSpace
from .numbering import PieceNumbers
from .units import ReadProvider


class PieceRarity(Mapping[str, float]):
    """How rare each piece is among the providers and in the lexicon, by piece."""

    def __init__(self, numbers: PieceNumbers, values: NDArray[np.float64]) -> None:
        self._numbers = numbers
        self._values = values

    def __getitem__(self, piece: str) -> float:
        number = self._numbers.get(piece)
        if number is None or number >= self._values.size or np.isnan(self._values[number]):
            raise KeyError(piece)
        return float(self._values[number])

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers.pieces(np.flatnonzero(~np.isnan(self._values)).tolist()))

    def __len__(self) -> int:
        return int(np.count_nonzero(~np.isnan(self._values)))


def collect_leanings(read: Sequence[ReadProvider], space: MeaningSpace) -> Leanings:
    """Give how far every text leans to each capability, text by text."""
    axes = {key: place for place, key in enumerate(space.capability_ids)}
    counts: NDArray[np.int64] = np.array(
        [count for item in read for count in item.holdings.counts.tolist()], dtype=np.int64
    )
    matrix = np.zeros((counts.size, -(-len(axes) // LINE) * LINE), dtype=np.uint8)
    matrix[
        np.repeat(np.arange(counts.size), counts),
        _joined([item.holdings.axes for item in read], np.int64),
    ] = np.rint(_joined([item.holdings.leanings for item in read], np.float64) * STEPS)
    matrix.flags.writeable = False
    return Leanings(axes, matrix)


def _joined(arrays: Sequence[NDArray[np.generic]], kind: type[np.generic]) -> NDArray[np.generic]:
    return np.concatenate(arrays).astype(kind) if arrays else np.zeros(0, dtype=kind)


def collect_pieces(read: Sequence[ReadProvider], space: MeaningSpace) -> Postings:
    """Give for each piece the providers that have it, with its weight there."""
    sizes = np.array([item.holdings.pieces.size for item in read], dtype=np.int64)
    by_provider = csr_matrix(
        (
            _joined([item.holdings.weights for item in read], np.float32),
            _joined([item.holdings.pieces for item in read], np.int32),
            np.concatenate(([0], np.cumsum(sizes))),
        ),
        shape=(len(read), len(space.numbers)),
    )
    by_piece = by_provider.tocsc()
    return Postings(
        space.numbers, by_piece.indptr.astype(np.int64), by_piece.indices, by_piece.data, len(read)
    )


def collect_rarity(read: Sequence[ReadProvider], space: MeaningSpace) -> PieceRarity:
    """Average the rarity of a piece among these providers and in the lexicon, which steadies a small catalogue.

    Cases are left out of the count: one more case must not make the words of others rarer or commoner.
    """
    size = len(space.numbers)
    held = np.zeros(size, dtype=np.bool_)
    held[_joined([item.holdings.pieces for item in read], np.int64)] = True
    claimed = _joined([item.holdings.claimed for item in read], np.int64)
    counts = np.bincount(claimed, minlength=size)
    # One logarithm for each count that occurs: the same bits as one for each piece.
    different, places = np.unique(counts, return_inverse=True)
    among = np.array(
        [0.5 * log(1 + (len(read) - count + 0.5) / (count + 0.5)) for count in different.tolist()]
    )
    values = among[places] + 0.5 * space.rarities(size)
    values[~held] = np.nan
    return PieceRarity(space.numbers, values)


def collect_scenes(read: Sequence[ReadProvider], space: MeaningSpace) -> Postings:
    """Give for each scene the providers whose own words lean to it."""
    scene_ids = scene_table(space).scene_ids
    by_scene = csr_matrix(
        np.stack([item.holdings.scenes for item in read])
        if read
        else np.zeros((0, len(scene_ids)), dtype=np.float32)
    ).tocsc()
    return Postings(
        {scene_id: place for place, scene_id in enumerate(scene_ids)},
        by_scene.indptr.astype(np.int64),
        by_scene.indices,
        by_scene.data,
        len(read),
    )
