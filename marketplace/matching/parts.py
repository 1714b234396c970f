"""Parts: readings put together at one time, which never change, and when several are made one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .flat import LEVEL_OF, LEVELS, Flat, Places, gather, starts_of

# A part is joined with the smaller ones behind it when it is not so many times as large.
RATIO = 4


@dataclass(frozen=True, eq=False)
class Records:
    """Bytes of one record a provider, one after another."""

    raw: NDArray[np.uint8]
    starts: Places

    def __getitem__(self, row: int) -> bytes:
        return self.raw[self.starts[row] : self.starts[row + 1]].tobytes()


@dataclass(frozen=True, eq=False)
class Part:
    """Readings put together at one time: flat arrays, and what only explaining needs, as records."""

    name: str
    flat: Flat
    facts: Records
    told: Records
    digests: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.digests)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give everything by name, as `part_of_arrays` takes it."""
        return {
            **{f"size.{level}": self.flat.sizes[level] for level in LEVELS},
            **{f"flat.{name}": self.flat.columns[name] for name in LEVEL_OF},
            "facts": self.facts.raw,
            "facts.starts": self.facts.starts,
            "told": self.told.raw,
            "told.starts": self.told.starts,
            "digests": self.digests,
        }


def part_of_arrays(name: str, arrays: Mapping[str, NDArray[Any]]) -> Part:
    """Make a part again; nothing is copied. KeyError when something is missing."""
    return Part(
        name,
        Flat(
            {level: arrays[f"size.{level}"] for level in LEVELS},
            {column: arrays[f"flat.{column}"] for column in LEVEL_OF},
        ),
        Records(arrays["facts"], arrays["facts.starts"]),
        Records(arrays["told"], arrays["told.starts"]),
        arrays["digests"],
    )


def records_of(records: Sequence[bytes]) -> Records:
    """Put records one after another."""
    return Records(
        np.frombuffer(b"".join(records), dtype=np.uint8),
        starts_of(np.array([len(record) for record in records], dtype=np.int64)),
    )


def parts_to_join(sizes: Sequence[int], live: Sequence[int]) -> set[int]:
    """Choose the parts to be made one: those half of which no longer count, and small ones that follow each other."""
    chosen = {at for at, size in enumerate(sizes) if 0 < live[at] < size / 2}
    behind = 0
    for at in range(len(sizes) - 1, -1, -1):
        if live[at] and behind and live[at] < RATIO * behind:
            chosen.add(at)
        behind += live[at]
    if chosen:
        # What stands behind the first of them has been counted in and joins.
        chosen.update(at for at in range(min(chosen), len(sizes)) if live[at])
    return chosen


def join(parts: Sequence[Part], part_of: Places, row_of: Places) -> Part:
    """Copy the readings at some places into one part."""
    places = list(zip(part_of.tolist(), row_of.tolist(), strict=True))
    return Part(
        secrets.token_hex(8),
        gather([part.flat for part in parts], part_of, row_of),
        records_of([parts[at].facts[row] for at, row in places]),
        records_of([parts[at].told[row] for at, row in places]),
        np.stack([parts[at].digests[row] for at, row in places]),
    )
