"""What comes out of the search door: hits, evidence, and the state of the index.

Plain values made from a snapshot; no texts and no marks, since the index stores none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from marketplace.search.kernels import best
from marketplace.search.matrix import Part, tie_breaks_of
from marketplace.search.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Hit:
    """A found document; of a group, the best one.

    ``terms`` are the query's terms in it, the weightiest first. ``also`` names further
    documents of the same provider, best first, when hits were grouped.
    """

    ref: str
    provider_id: str
    kind: str
    version: int
    score: float
    terms: tuple[str, ...]
    also: tuple[str, ...] = ()


class Found(Sequence[Hit]):
    """One page of hits in order, and how many there are in all (``total``)."""

    def __init__(self, hits: Sequence[Hit], total: int) -> None:
        self._hits = tuple(hits)
        self.total = total

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        return self._hits[index]

    def __len__(self) -> int:
        return len(self._hits)

    def __repr__(self) -> str:
        return f"Found({list(self._hits)!r}, total={self.total})"


class Lineup:
    """References in an order of the caller's choosing, looked up once in each part of an index.

    For whoever scores the same documents again and again: see ``TextEvidence.along``. After a
    change of the index only what is new is looked through.
    """

    def __init__(self, refs: Iterable[str]) -> None:
        self.refs = tuple(refs)
        self._held: dict[str, _Held] = {}
        self._placed: _Placed | None = None

    def __len__(self) -> int:
        return len(self.refs)

    def laid_out(self, snapshot: Snapshot, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Bring scores by place into the order of the lineup; 0 for what the snapshot lacks."""
        placed = self._in(snapshot)
        if scores.size == 0:
            return np.zeros(len(self.refs), dtype=np.float32)
        found = scores.take(placed.places, mode="clip")
        found[placed.absent] = 0.0
        return found

    def by_part(self, snapshot: Snapshot) -> "list[_Held]":
        """Give for each part of a snapshot the positions held there and their places in it."""
        return self._in(snapshot).by_part

    @cached_property
    def _hashes(self) -> NDArray[np.uint64]:
        return tie_breaks_of(self.refs)

    def _in(self, snapshot: Snapshot) -> "_Placed":
        placed = self._placed
        if placed is None or placed.snapshot is not snapshot:
            parts = [live.part for live in snapshot.parts]
            known = self._held
            held = [known.get(part.name) or self._look_up(part) for part in parts]
            self._held = {part.name: found for part, found in zip(parts, held, strict=True)}
            placed = self._placed = _Placed(snapshot, held, len(self.refs))
        return placed

    def _look_up(self, part: Part) -> "_Held":
        places = part.places_of(self.refs, self._hashes)
        positions = (places >= 0).nonzero()[0]
        return _Held(positions.astype(np.uint32), places[positions].astype(np.uint32))


class _Held(NamedTuple):
    """Positions in a lineup, and the places of their documents within a part."""

    positions: NDArray[np.uint32]
    within: NDArray[np.uint32]


class _Placed:
    """Where the live documents of a lineup are in a snapshot."""

    def __init__(self, snapshot: Snapshot, held: Sequence[_Held], count: int) -> None:
        self.snapshot = snapshot
        self.by_part: list[_Held] = []
        self.places = np.full(count, snapshot.size, dtype=np.int64)
        for base, live, (positions, within) in zip(
            snapshot.bases, snapshot.parts, held, strict=True
        ):
            if live.dead.size:
                living = ~np.isin(within, live.dead)
                positions, within = positions[living], within[living]
            self.by_part.append(_Held(positions, within))
            self.places[positions] = within
            self.places[positions] += base
        self.absent = (self.places == snapshot.size).nonzero()[0]


class TextEvidence(Mapping[str, float]):
    """The scores of all matching documents by ref, looked up when asked.

    Behaves as the dictionary it stands for, without the cost of making a hundred thousand
    entries of which a page needs a few hundred.
    """

    def __init__(self, snapshot: Snapshot, scores: NDArray[np.float32]) -> None:
        self._snapshot = snapshot
        self._scores = scores

    @property
    def generation(self) -> str:
        """Name the generation that answered, for a run that is to be replayed."""
        return self._snapshot.name

    def __getitem__(self, ref: str) -> float:
        place = self._snapshot.place(ref)
        if place is None or not (score := float(self._scores[place])) > 0:
            raise KeyError(ref)
        return score

    def __iter__(self) -> Iterator[str]:
        for place in np.flatnonzero(self._scores > 0).tolist():
            part, within = self._snapshot.locate(place)
            yield part.ref(within)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._scores > 0))

    def best(self, count: int) -> list[tuple[str, float]]:
        """Give the refs with the highest scores, best first."""
        places = best(self._scores, count, self._snapshot.tie_breaks).tolist()
        located = ((self._snapshot.locate(place), place) for place in places)
        return [(part.ref(at), float(self._scores[place])) for (part, at), place in located]

    def along(self, lineup: Lineup) -> NDArray[np.float32]:
        """Give the scores in the order of a lineup; 0 where nothing matches or is held."""
        return lineup.laid_out(self._snapshot, self._scores)

    def __repr__(self) -> str:
        return f"TextEvidence({len(self)} documents of {self.generation})"


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """How the index is.

    ``degraded`` means that the database has to answer; ``reason`` says why, in English, for
    the log. ``rebuild_due`` means that so much was added or deleted since the last rebuild
    that another would make answers cheaper and weights exact; nothing is wrong meanwhile.
    """

    generation: str | None
    documents: int
    built_at: datetime | None
    manifest_ok: bool
    degraded: bool
    reason: str = ""
    parts: int = 0
    changed_share: float = 0.0
    rebuild_due: bool = False
