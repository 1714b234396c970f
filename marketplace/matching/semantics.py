"""From how near texts are by full embeddings to one number a provider, 0 to 1.

Cosines of sentence models bunch (0.82 to 0.90 for e5), so that only their order and distances within the pool tell
anything: each text counts by how far it lies above the pool's mean, what lies below counts nothing. A provider's texts
are added best first, each further one counting half, so that one text more never lowers it and copies add little; the
sums are then seen in proportion to the best.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .kernels import Floats

FURTHER = 0.5
MOST_COUNTED = 8
LEAST_SPREAD = 1e-4
LEAST_HELD = 0.9


def semantic_of(
    cosines: Floats, held: NDArray[np.bool_], starts: NDArray[np.int32]
) -> Floats | None:
    """Give each provider's nearness, 0 to 1, from the cosine of each text; `held` says which texts have one.

    `starts` gives each provider's first text. None when too few texts have one, or all are alike: then nothing can be
    told. A provider none of whose texts has one stands in the middle.
    """
    if not held.any() or held.mean() < LEAST_HELD:
        return None
    mean = cosines[held].astype(np.float64).mean()
    values = _best_first(np.where(held, np.maximum(cosines - mean, 0.0), 0.0), starts)
    if values.max() < LEAST_SPREAD:
        return None
    values /= values.max()
    told = np.logical_or.reduceat(held, starts)
    if not told.all():
        values[~told] = np.median(values[told])
    return values.astype(np.float32)


def _best_first(worth: NDArray[np.float64], starts: NDArray[np.int32]) -> NDArray[np.float64]:
    """Add the texts of each provider best first, each further one counting `FURTHER` times the one before."""
    counts = np.diff(np.append(starts, len(worth)))
    provider = np.repeat(np.arange(len(starts)), counts)
    order = np.lexsort((-worth, provider))
    rank = np.arange(len(worth)) - np.repeat(starts, counts)
    share = np.where(rank < MOST_COUNTED, FURTHER ** np.minimum(rank, MOST_COUNTED), 0.0)
    return np.add.reduceat(worth[order] * share, starts)
