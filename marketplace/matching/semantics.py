"""From how near texts are by full embeddings to one number a provider, 0 to 1.

Cosines of sentence models bunch (0.82 to 0.90 for e5), so that only their order and distances within the pool tell
anything: each text counts by how far it lies above the pool's mean, what lies below counts nothing. A provider's texts
are added best first, each further one counting half, so that one text more never lowers it and copies add little; the
sums are then seen in proportion to the best.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .formulas import MOST_COUNTED, best_first, keep_best
from .kernels import Floats, Ints

FURTHER = 0.5
LEAST_SPREAD = 1e-4
LEAST_HELD = 0.9


def semantic_of(cosines: Floats, held: NDArray[np.bool_], starts: Ints) -> Floats | None:
    """Give each provider's nearness, 0 to 1, from the cosine of each text; `held` says which texts have one.

    `starts` gives each provider's first text; each has one. None when too few texts have a cosine, or all are alike:
    then nothing can be told. A provider none of whose texts has one stands in the middle.
    """
    if not held.any() or held.mean() < LEAST_HELD:
        return None
    mean = float(cosines[held].mean(dtype=np.float64))
    values = np.empty(len(starts), dtype=np.float64)
    told = np.empty(len(starts), dtype=np.bool_)
    _add_up(cosines, held, np.append(starts, len(cosines)).astype(np.int32), mean, values, told)
    if values.max() < LEAST_SPREAD:
        return None
    values /= values.max()
    if not told.all():
        values[~told] = np.median(values[told])
    return values.astype(np.float32)


@njit(cache=True, nogil=True)
def _add_up(
    cosines: Floats,
    held: NDArray[np.bool_],
    bounds: Ints,
    mean: float,
    values: NDArray[np.float64],
    told: NDArray[np.bool_],
) -> None:
    """Add what lies above the mean up, best first, for each provider."""
    best = np.empty(MOST_COUNTED, dtype=np.float64)
    for provider in range(values.size):
        kept, everything, any_held = 0, 0.0, False
        for text in range(bounds[provider], bounds[provider + 1]):
            any_held |= held[text]
            above = np.float64(cosines[text]) - mean
            if held[text] and above > 0:
                kept = keep_best(above, best, kept)
                everything += above
        values[provider] = best_first(best, kept, everything, FURTHER)
        told[provider] = any_held
