"""Readings of providers in parts that never change, to be kept on disk and opened without being read.

A change adds a small part; parts are joined as they pile up. A provider is known by the sum of its facts: who has been
read once is not read again, in this process or another, as long as the words and the ways of reading stay the same.
"""

from __future__ import annotations

import json
import secrets
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from threading import Lock
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from .collecting import lay_out
from .facts import ProviderFacts
from .flat import NUMBERED, Flat, Places, gather
from .flattening import CodeTables, flatten
from .holdings import Holdings
from .kept_numbers import KeptNumbers
from .lexicon import Lexicon
from .natures import load_natures
from .parts import Part, join, parts_to_join, records_of
from .prepared import Prepared, compiled
from .records import (
    DIGEST_BYTES,
    digest_of,
    dump,
    dump_reading,
    load_reading,
    provider_from_json,
    to_json,
)
from .telling import MOST_TOLD
from .understanding import meaning_space
from .units import ReadProvider, read_provider

AT_ONCE = 500
# As many as are kept ready to be told of: what is told of a reading that was dropped is of no use.
MOST_AT_HAND = MOST_TOLD


@dataclass(frozen=True, eq=False)
class Readings:
    """Providers in order, each in a row of a part, and the codes and pieces by which the parts were made flat."""

    lexicon: Lexicon
    parts: tuple[Part, ...]
    part_of: Places
    row_of: Places
    codes: CodeTables
    numbers: KeptNumbers

    def __len__(self) -> int:
        return len(self.part_of)

    @cached_property
    def _where(self) -> Mapping[bytes, tuple[int, int]]:
        """Where the reading of some facts stands, by their sum."""
        return {
            part.digests[row].tobytes(): (at, row)
            for at, part in enumerate(self.parts)
            for row in range(len(part))
        }

    def with_read(self, facts: Iterable[ProviderFacts]) -> tuple[Readings, Places, Places]:
        """Read what has not been read; give the larger readings and where each of these facts stands in them."""
        return self.with_records(dump(to_json(item)) for item in facts)

    def with_records(self, records: Iterable[bytes]) -> tuple[Readings, Places, Places]:
        """Do as `with_read`, given the facts as `records.dump` keeps them."""
        held, where, found = self, dict(self._where), list[tuple[int, int]]()
        for some in _batches(records):
            digests = [digest_of(record) for record in some]
            unread = [at for at, digest in enumerate(digests) if digest not in where]
            if unread:
                held = held._with_part([some[at] for at in unread], [digests[at] for at in unread])
                last = len(held.parts) - 1
                where |= {digests[at]: (last, row) for row, at in enumerate(unread)}
            found.extend(where[digest] for digest in digests)
        places = np.array(found, dtype=np.int64).reshape(-1, 2)
        return held, places[:, 0], places[:, 1]

    def _with_part(self, records: Sequence[bytes], digests: Sequence[bytes]) -> Readings:
        space, natures = meaning_space(self.lexicon), load_natures()
        facts = [provider_from_json(json.loads(record)) for record in records]
        read = [read_provider(item, self.lexicon, space, natures) for item in facts]
        flat = flatten(read, space, self.codes)
        numbers, pieces = self.numbers.translate(
            np.concatenate([flat.columns[name] for name in NUMBERED]),
            space.numbers.pieces,
            lambda piece: space.rarity.get(piece, space.unknown_rarity),
        )
        part = Part(
            secrets.token_hex(8),
            flat.renumbered(pieces),
            records_of(records),
            records_of([dump_reading(item) for item in read]),
            np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, DIGEST_BYTES),
        )
        return replace(self, parts=(*self.parts, part), numbers=numbers)

    def of(self, records: Iterable[bytes]) -> Readings:
        """Give the readings of some facts, in their order, for passing use: parts stay as they are."""
        larger, part_of, row_of = self.with_records(records)
        return replace(larger, part_of=part_of, row_of=row_of)

    def arranged(self, part_of: Places, row_of: Places) -> Readings:
        """Give the readings at some places, in their order; parts are joined where they have become many or hollow."""
        live = np.bincount(part_of, minlength=len(self.parts))
        joined = parts_to_join([len(part) for part in self.parts], live.tolist())
        kept = [at for at in range(len(self.parts)) if live[at] and at not in joined]
        number = np.full(len(self.parts) + 1, len(kept), dtype=np.int64)
        number[kept] = np.arange(len(kept))
        parts = [self.parts[at] for at in kept]
        chosen = np.isin(part_of, sorted(joined))
        rows = row_of.copy()
        if chosen.any():
            parts.append(join(self.parts, part_of[chosen], row_of[chosen]))
            rows[chosen] = np.arange(np.count_nonzero(chosen))
        return replace(self, parts=tuple(parts), part_of=number[part_of], row_of=rows)

    def laid_out(self) -> dict[str, NDArray[Any]]:
        """Lay all readings out for ranking, see `collecting`."""
        flats = [part.flat for part in self.parts]
        if not flats:
            flats = [flatten((), meaning_space(self.lexicon), self.codes)]
        return lay_out(gather(flats, self.part_of, self.row_of), self.numbers.rarities())

    def prepared(self, arrays: Mapping[str, NDArray[Any]]) -> Prepared:
        """Make what has been laid out ready to be ranked."""
        space = meaning_space(self.lexicon)
        return compiled(arrays, self.codes, self.numbers, space, KeptProviders(self))

    def facts_json(self) -> bytes:
        """Give the facts of all providers as the JSON of a list, as `records.dump` would."""
        return b"[" + b",".join(self._facts()) + b"]"

    def _facts(self) -> Iterator[bytes]:
        for at, row in zip(self.part_of.tolist(), self.row_of.tolist(), strict=True):
            yield self.parts[at].facts[row]


def no_readings(lexicon: Lexicon) -> Readings:
    """Give the readings of nobody, to begin with."""
    nothing = np.zeros(0, dtype=np.int64)
    return Readings(lexicon, (), nothing, nothing, CodeTables(), KeptNumbers.nothing())


class KeptProviders(Sequence[ReadProvider]):
    """The readings as values, each made when it is asked for; the last ones asked for stay at hand."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def __len__(self) -> int:
        return len(self._readings)

    @overload
    def __getitem__(self, place: int) -> ReadProvider: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[ReadProvider]: ...
    def __getitem__(self, place: int | slice) -> ReadProvider | Sequence[ReadProvider]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        held = self._readings
        part, row = held.parts[held.part_of[place]], int(held.row_of[place])
        return _at_hand.get(held.lexicon.version, part, row)


class _AtHand:
    """The readings made last, by the sum of their facts."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: OrderedDict[tuple[str, bytes], ReadProvider] = OrderedDict()

    def get(self, version: str, part: Part, row: int) -> ReadProvider:
        key = version, part.digests[row].tobytes()
        with self._lock:
            if (found := self._made.get(key)) is not None:
                self._made.move_to_end(key)
                return found
        made = load_reading(part.facts[row], part.told[row], _holdings(part.flat, row))
        with self._lock:
            made = self._made.setdefault(key, made)
            while len(self._made) > MOST_AT_HAND:
                self._made.popitem(last=False)
        return made


_at_hand = _AtHand()


def _holdings(flat: Flat, row: int) -> Holdings:
    """Give what is told of what a provider holds: its words. The rest is in the tables of the pool."""
    return replace(_NOTHING_HELD, words=flat.of(row, "word")[0])


_NOTHING_HELD = Holdings(
    pieces=np.zeros(0, dtype=np.int32),
    weights=np.zeros(0, dtype=np.float32),
    claimed=np.zeros(0, dtype=np.int32),
    words=np.zeros(0, dtype=np.int32),
    word_weights=np.zeros(0, dtype=np.float32),
    claimed_words=np.zeros(0, dtype=np.int32),
    counts=np.zeros(0, dtype=np.int16),
    axes=np.zeros(0, dtype=np.int16),
    leanings=np.zeros(0, dtype=np.float32),
    scenes=np.zeros(0, dtype=np.float32),
)


def _batches(records: Iterable[bytes]) -> Iterator[list[bytes]]:
    waiting = iter(records)
    while some := list(islice(waiting, AT_ONCE)):
        yield some
