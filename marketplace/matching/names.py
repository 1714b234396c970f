"""A column of short texts kept in one piece of memory, each made a string only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray


class Names(Sequence[str]):
    """Texts by place: the UTF-8 between `starts` and `ends` of a row of bytes, which may lie on disk."""

    def __init__(
        self, raw: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> None:
        self._raw = raw
        self._starts = starts
        self._ends = ends

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return Names(self._raw, self._starts[place], self._ends[place])
        return str(self._raw[self._starts[place] : self._ends[place]].tobytes(), "utf-8")

    def __iter__(self) -> Iterator[str]:
        raw = self._raw.tobytes()
        for start, end in zip(self._starts.tolist(), self._ends.tolist(), strict=True):
            yield str(raw[start:end], "utf-8")

    def __contains__(self, text: Any) -> bool:
        return any(text == name for name in self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]
