"""Vectors as arrays and as bytes: unit length, two bytes a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .faults import EmbeddingFault

Floats = NDArray[np.float32]
MOST_DIMENSIONS = 8192
KEPT_AS = np.dtype("<f2")


def unit_vectors(rows: Sequence[Any] | Floats, dimension: int | None) -> Floats:
    """Give rows of numbers as vectors of length 1.

    Raises EmbeddingFault when they are no such rows, not all of one dimension (`dimension`, if known), or not finite.
    """
    try:
        found = np.array(rows, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise EmbeddingFault("shape") from error
    if found.ndim != 2 or not 1 <= found.shape[1] <= MOST_DIMENSIONS:
        raise EmbeddingFault("shape")
    if dimension is not None and found.shape[1] != dimension:
        raise EmbeddingFault("dimension", f"{found.shape[1]} ≠ {dimension}")
    if not np.isfinite(found).all():
        raise EmbeddingFault("not_finite")
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        raise EmbeddingFault("not_finite")
    return (found / lengths).astype(np.float32)


def pack(vector: Floats) -> bytes:
    """Give a vector as it is kept."""
    return vector.astype(KEPT_AS).tobytes()


def unpack(bodies: Sequence[bytes], dimension: int) -> Floats:
    """Give kept vectors as a matrix, a row each."""
    kept = np.frombuffer(b"".join(bodies), dtype=KEPT_AS)
    return kept.reshape(len(bodies), dimension).astype(np.float32)
