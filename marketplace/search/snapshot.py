"""A generation opened for reading: its parts together, less what was deleted.

Immutable once made, so that any number of threads may use one. Scores documents for
weighted terms; knows nothing of files being replaced, of tokenising or of pages.

Documents of all parts are numbered through: *places* here count over the whole snapshot.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marketplace.search.documents import label
from marketplace.search.kernels import add_rows, add_rows_at, row_products
from marketplace.search.matrix import Part, tie_breaks_of
from marketplace.search.weighting import idf

Places = NDArray[np.int64]
Mask = NDArray[np.bool_]


class _Weighed(NamedTuple):
    """A query on a snapshot: per part where its rows are, and one weight for each term."""

    rows: list[NDArray[np.int64]]
    starts: list[NDArray[np.int32]]
    ends: list[NDArray[np.int32]]
    weights: NDArray[np.float32]


class LivePart:
    """A part with the places in it that no longer count."""

    def __init__(self, part: Part, dead: Sequence[int]) -> None:
        self.part = part
        self.dead = np.array(sorted(dead), dtype=np.int64)
        self.size = part.size
        self._gone = frozenset(dead)

    def is_live(self, place: int) -> bool:
        """Tell whether the document at a place still counts."""
        return place not in self._gone

    @cached_property
    def dead_holding(self) -> NDArray[np.int64]:
        """Count for each row the dead documents in it."""
        starts, terms = self.part.doc_starts, self.part.doc_terms
        rows = [terms[starts[place] : starts[place + 1]] for place in self.dead]
        return np.bincount(np.concatenate(rows), minlength=len(self.part.terms) + 1)

    def rows(self, terms: Iterable[str]) -> NDArray[np.int64]:
        """Give the row of each term; for a term the part does not hold, the empty last row."""
        row_of, empty = self.part.row_of, len(self.part.terms)
        return np.array([row_of.get(term, empty) for term in terms], dtype=np.int64)

    def scores_at(self, weighed: _Weighed, number: int, places: Places) -> NDArray[np.float32]:
        """Score some places of this part, the ``number``-th, for a query."""
        part = self.part
        starts, ends = weighed.starts[number], weighed.ends[number]
        if places.size * part.mean_length < int((ends - starts).sum()):
            vector = np.zeros(len(part.terms) + 1, dtype=np.float32)
            vector[weighed.rows[number]] = weighed.weights
            of_document = part.doc_starts, part.doc_terms, part.doc_impacts
            scores = row_products(*of_document, places, vector)
        else:
            of_term = part.term_docs, part.term_impacts
            scores = add_rows_at(starts, ends, *of_term, weighed.weights, self.size, places)
        if self.dead.size:
            scores[np.isin(places, self.dead)] = 0.0
        return scores


class Snapshot:
    """All live documents of one generation."""

    def __init__(self, name: str, parts: Sequence[LivePart]) -> None:
        self.name = name
        self.parts = tuple(parts)
        sizes = [part.size for part in self.parts]
        self.bases = [sum(sizes[:number]) for number in range(len(sizes))]
        self.size = sum(sizes)
        self.documents = self.size - sum(part.dead.size for part in self.parts)
        self.dead: Places = self._joined([part.dead for part in self.parts], shift=True)

    # -- what there is ----------------------------------------------------------------

    def versions(self) -> dict[str, int]:
        """Give the version of every live document by ref."""
        found: dict[str, int] = {}
        for live in self.parts:
            pairs = zip(live.part.refs(), live.part.versions.tolist(), strict=True)
            if live.dead.size:
                pairs_live = (pair for at, pair in enumerate(pairs) if live.is_live(at))
                found.update(pairs_live)
            else:
                found.update(pairs)
        return found

    def place(self, ref: str) -> int | None:
        """Find a live document."""
        place = int(self.places_of([ref])[0])
        return place if place < self.size else None

    def places_of(self, refs: Sequence[str]) -> Places:
        """Find the place of each ref; one that is not there is placed behind the last.

        A ref is live in one part at most.
        """
        hashes = tie_breaks_of(refs)
        places = np.full(len(refs), self.size, dtype=np.int64)
        for base, live in zip(self.bases, self.parts, strict=True):
            found = live.part.places_of(refs, hashes)
            held = (found >= 0).nonzero()[0]
            if live.dead.size:
                held = held[~np.isin(found[held], live.dead)]
            places[held] = base + found[held]
        return places

    def locate(self, place: int) -> tuple[Part, int]:
        """Give the part a place is in, and the place within it."""
        number, within = self._number(place)
        return self.parts[number].part, within

    def _number(self, place: int) -> tuple[int, int]:
        number = bisect_right(self.bases, place) - 1
        return number, place - self.bases[number]

    def tie_breaks(self, places: Places) -> NDArray[np.uint64]:
        """Tell what orders equal scores at some places."""
        found = np.empty(places.size, dtype=np.uint64)
        for base, live in zip(self.bases, self.parts, strict=True):
            here = ((places >= base) & (places < base + live.size)).nonzero()[0]
            found[here] = live.part.tie_breaks[places[here] - base]
        return found

    @cached_property
    def providers(self) -> list[str]:
        """Number the providers of all parts."""
        return list(dict.fromkeys(key for live in self.parts for key in live.part.providers))

    @cached_property
    def provider_of(self) -> NDArray[np.int64]:
        """Give the number of the provider, by place."""
        number_of = {provider: number for number, provider in enumerate(self.providers)}
        columns = []
        for live in self.parts:
            numbers = np.array([number_of[key] for key in live.part.providers], dtype=np.int64)
            columns.append(numbers[live.part.provider_of])
        return self._joined(columns)

    # -- scoring ----------------------------------------------------------------------

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float32]:
        """Score every place for weighted terms; 0 where nothing matches."""
        weighed = self._weigh(query)
        scores = np.zeros(self.size, dtype=np.float32)
        for number, live in enumerate(self.parts):
            base, part = self.bases[number], live.part
            add_rows(
                weighed.starts[number],
                weighed.ends[number],
                part.term_docs,
                part.term_impacts,
                weighed.weights,
                scores[base : base + live.size],
            )
        if self.dead.size:
            scores[self.dead] = 0.0
        return scores

    def scores_at(self, query: Mapping[str, float], places: Places) -> NDArray[np.float32]:
        """Score some places, rising and distinct; the same bits as ``scores`` gives there.

        Goes through the terms of those documents, or through what of the postings is theirs,
        whichever is less.
        """
        weighed = self._weigh(query)
        scores = np.zeros(places.size, dtype=np.float32)
        for number, live in enumerate(self.parts):
            first, last = np.searchsorted(places, self.bases[number] + np.array([0, live.size]))
            if first < last:
                within = places[first:last] - self.bases[number]
                scores[first:last] = live.scores_at(weighed, number, within)
        return scores

    def shares(self, query: Mapping[str, float], places: Sequence[int]) -> list[dict[str, float]]:
        """Split the scores of some documents by term, the largest share first."""
        weighed = self._weigh(query)
        weights = weighed.weights.tolist()
        by_row = [
            {row: pair for row, *pair in zip(rows.tolist(), query, weights, strict=True)}
            for rows in weighed.rows
        ]
        found = []
        for place in places:
            number, within = self._number(place)
            part, asked = self.parts[number].part, by_row[number]
            span = slice(part.doc_starts[within], part.doc_starts[within + 1])
            held = zip(part.doc_terms[span].tolist(), part.doc_impacts[span].tolist(), strict=True)
            shares = [
                (asked[row][0], asked[row][1] * impact) for row, impact in held if row in asked
            ]
            found.append(dict(sorted(shares, key=lambda share: (-share[1], share[0]))))
        return found

    def _weigh(self, query: Mapping[str, float]) -> _Weighed:
        """Find the rows of the terms in each part and multiply their weights with the idf."""
        rows = [live.rows(query) for live in self.parts]
        starts = [live.part.term_starts[at] for live, at in zip(self.parts, rows, strict=True)]
        ends = [live.part.term_starts[at + 1] for live, at in zip(self.parts, rows, strict=True)]
        own = np.array(list(query.values()), dtype=np.float64)
        weights = idf(self.documents, self.holding_counts(len(query), rows)) * own
        return _Weighed(rows, starts, ends, weights.astype(np.float32))

    def holding_counts(self, count: int, rows: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
        """Count the live documents that hold each of ``count`` terms, given their rows by part."""
        holding = np.zeros(count, dtype=np.int64)
        for live, at in zip(self.parts, rows, strict=True):
            holding += live.part.term_starts[at + 1] - live.part.term_starts[at]
            if live.dead.size:
                holding -= live.dead_holding[at]
        return holding

    # -- sets -------------------------------------------------------------------------

    def holding(self, term: str) -> Places:
        """List the places of documents that hold a term, dead ones included."""
        return self._joined([live.part.docs_holding(term) for live in self.parts], shift=True)

    def with_facets(self, facets: Mapping[str, Collection[str]]) -> Mask:
        """Mark documents that have, for every facet named, one of its values."""
        mask = np.ones(self.size, dtype=np.bool_)
        for name, values in facets.items():
            any_value = np.zeros(self.size, dtype=np.bool_)
            for value in values:
                for base, live in zip(self.bases, self.parts, strict=True):
                    of_part = any_value[base : base + live.size]
                    of_part[live.part.docs_labelled(label(name, value))] = True
            mask &= any_value
        return mask

    def with_providers(self, provider_ids: Iterable[str]) -> Mask:
        """Mark documents of some providers."""
        wanted = set(provider_ids)
        chosen = np.fromiter((key in wanted for key in self.providers), np.bool_)
        return chosen[self.provider_of]

    def places(self, refs: Iterable[str]) -> Places:
        """Find live documents by ref; unknown refs are left out."""
        found = np.unique(self.places_of(list(refs)))
        return found[found < self.size]

    def _joined(self, columns: Sequence[NDArray[np.integer]], shift: bool = False) -> Places:
        """Join arrays of the parts; shifted, places in parts become places in the whole."""
        joined = [column.astype(np.int64) for column in columns] or [np.zeros(0, dtype=np.int64)]
        if shift:
            for column, base in zip(joined, self.bases, strict=False):
                column += base
        return np.concatenate(joined)
