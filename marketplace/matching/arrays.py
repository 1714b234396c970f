"""Keeps named arrays in one file, to be mapped into memory: a few letters, a header in JSON, the arrays.

The form is our own and versioned by `MAGIC`; no code is ever read from a file. Whoever maps a file shares its memory
with all other processes that do.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

MAGIC = b"DJARRAY1"
# Arrays begin at whole lines of memory.
LINE = 64
_KINDS = frozenset("biuf")


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays of numbers to a file."""
    table: dict[str, tuple[str, list[int], int]] = {}
    place = 0
    for name, array in arrays.items():
        if array.dtype.kind not in _KINDS:
            raise ValueError(f"{name} holds no plain numbers")
        table[name] = (array.dtype.str, list(array.shape), place)
        place += -(-array.nbytes // LINE) * LINE
    header = json.dumps(table).encode()
    start = _first(len(header))
    with path.open("wb") as file:
        file.write(MAGIC + len(header).to_bytes(8, "little") + header)
        for name, array in arrays.items():
            file.seek(start + table[name][2])
            file.write(np.ascontiguousarray(array).data)
        file.truncate(start + place)


def open_arrays(path: Path) -> Arrays:
    """Map the arrays of a file, read-only; ValueError when it is none of ours or was cut short."""
    with path.open("rb") as file:
        try:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise ValueError(f"{path.name} is empty") from error
    if mapped[: len(MAGIC)] != MAGIC:
        raise ValueError(f"{path.name} is no file of arrays of this version")
    prelude = len(MAGIC) + 8
    size = int.from_bytes(mapped[len(MAGIC) : prelude], "little")
    start = _first(size)
    table = json.loads(mapped[prelude : prelude + size])
    return {name: _array(mapped, start, *entry) for name, entry in table.items()}


def _first(header: int) -> int:
    return -(-(len(MAGIC) + 8 + header) // LINE) * LINE


def _array(mapped: mmap.mmap, start: int, kind: str, shape: list[int], place: int) -> NDArray[Any]:
    dtype = np.dtype(kind)
    if dtype.kind not in _KINDS:
        raise ValueError("not plain numbers")
    count = int(np.prod(shape, dtype=np.int64))
    if not count:
        empty = np.zeros(shape, dtype=dtype)
        empty.flags.writeable = False
        return empty
    return np.frombuffer(mapped, dtype, count, start + place).reshape(shape)
