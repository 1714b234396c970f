"""What a segment of the postings store holds, as plain data.

The words between ``postings``, which writes and reads segments, and ``matrix``, which
computes with them. Data only: no files, no arithmetic.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TEXT_FIELDS = ("title", "body")


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """Postings of one field of a segment, by term in code point order.

    ``starts[i]:starts[i + 1]`` is the range of term ``i`` in ``docs`` and ``counts``.
    """

    terms: list[str]
    starts: NDArray[np.int64]
    docs: NDArray[np.int32]
    counts: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Segment:
    """Everything a segment holds, read back."""

    name: str
    refs: list[str]
    provider_ids: list[str]
    versions: list[int]
    kinds: list[str]
    labels: FieldPostings
    text: dict[str, FieldPostings]


@dataclass(frozen=True, slots=True)
class SegmentState:
    """A segment of the index and the places deleted in it."""

    name: str
    deleted: list[int]
