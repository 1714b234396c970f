"""Score many queries over one snapshot in one pass.

Finds each distinct term once, whatever the number of queries that have it, and lays the
scores out in the order of a lineup and no other. The numbers are those of one query after
the other, bit for bit. May not cut text or know where an index is kept.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from marketplace.search.kernels import add_rows_many, row_products_many
from marketplace.search.results import Lineup, TextEvidence
from marketplace.search.snapshot import LivePart, Snapshot
from marketplace.search.weighting import idf

_BY_DOCUMENT_COST = 1.6  # of an addition by the terms of a document, against one by postings
_THREADS = 4
_WORTH_A_THREAD = 2_000_000  # additions: about two milliseconds


class _Queries(NamedTuple):
    """Queries laid end to end: for each of their terms its number, its query and its weight."""

    queries: int
    terms: list[str]
    number_of: NDArray[np.int64]
    query_of: NDArray[np.int32]
    weights: NDArray[np.float64]


class BatchEvidence(Sequence[TextEvidence]):
    """The scores of many queries over one generation, computed when asked for.

    A member is the evidence of one query; a slice is a smaller batch, for whoever cannot
    hold the scores of all queries at once.
    """

    def __init__(self, snapshot: Snapshot, queries: Sequence[Mapping[str, float]]) -> None:
        self._snapshot = snapshot
        self._queries = tuple(queries)

    @property
    def generation(self) -> str:
        """Name the generation that answers, for a run that is to be replayed."""
        return self._snapshot.name

    @overload
    def __getitem__(self, index: int) -> TextEvidence: ...
    @overload
    def __getitem__(self, index: slice) -> "BatchEvidence": ...
    def __getitem__(self, index: int | slice) -> "TextEvidence | BatchEvidence":
        if isinstance(index, slice):
            return BatchEvidence(self._snapshot, self._queries[index])
        return TextEvidence(self._snapshot, self._snapshot.scores(self._queries[index]))

    def __len__(self) -> int:
        return len(self._queries)

    def along(self, lineup: Lineup) -> NDArray[np.float32]:
        """Give the scores, a row for each query, a column for each document of a lineup.

        Holds that array and one buffer of the size of the index for each thread, no more.
        """
        return scores_along(self._snapshot, self._laid_out, lineup)

    @cached_property
    def _laid_out(self) -> _Queries:
        return _lay_out(self._queries)

    def __repr__(self) -> str:
        return f"BatchEvidence({len(self)} queries over {self.generation})"


def scores_along(snapshot: Snapshot, asked: _Queries, lineup: Lineup) -> NDArray[np.float32]:
    """Score the documents of a lineup for many queries; shape (queries, lineup)."""
    out = np.zeros((asked.queries, len(lineup)), dtype=np.float32)
    if not asked.terms or out.size == 0:
        return out
    rows = [live.rows(asked.terms) for live in snapshot.parts]
    idfs = idf(snapshot.documents, snapshot.holding_counts(len(asked.terms), rows))
    weights = (idfs[asked.number_of] * asked.weights).astype(np.float32)
    for live, at, (positions, within) in zip(
        snapshot.parts, rows, lineup.by_part(snapshot), strict=True
    ):
        if positions.size == 0:
            continue
        additions = int(_additions(live, at)[asked.number_of].sum())
        share = positions.size / live.size
        looked_at = positions.size * live.part.mean_length
        if looked_at + _BY_DOCUMENT_COST * share * additions < additions:
            _by_document(live, at, asked, weights, within, positions, out)
        else:
            _by_query(live, at, asked, weights, within, positions, out)
    return out


def _additions(live: LivePart, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the postings of each row."""
    starts = live.part.term_starts
    return (starts[rows + 1] - starts[rows]).astype(np.int64)


def _lay_out(queries: Sequence[Mapping[str, float]]) -> _Queries:
    numbers: dict[str, int] = {}
    number_of = [numbers.setdefault(term, len(numbers)) for query in queries for term in query]
    return _Queries(
        queries=len(queries),
        terms=list(numbers),
        number_of=np.array(number_of, dtype=np.int64),
        query_of=np.repeat(np.arange(len(queries), dtype=np.int32), [len(q) for q in queries]),
        weights=np.array([weight for query in queries for weight in query.values()], np.float64),
    )


def _by_query(
    live: LivePart,
    rows: NDArray[np.int64],
    asked: _Queries,
    weights: NDArray[np.float32],
    within: NDArray[np.uint32],
    positions: NDArray[np.uint32],
    out: NDArray[np.float32],
) -> None:
    """Add up the postings of each query; threads take consecutive queries."""
    part = live.part
    starts, ends = part.term_starts[rows], part.term_starts[rows + 1]
    rank = np.empty(rows.size, dtype=np.int64)
    rank[starts.argsort(kind="stable")[::-1]] = np.arange(rows.size)
    order = (asked.query_of.astype(np.int64) * rows.size + rank[asked.number_of]).argsort()
    number_of, falling = asked.number_of[order], weights[order]
    bounds = np.searchsorted(asked.query_of, np.arange(out.shape[0] + 1))
    work = np.concatenate(([0], np.cumsum((ends - starts)[number_of], dtype=np.int64)))[bounds]

    def add(first: int, last: int) -> None:
        add_rows_many(
            bounds[first : last + 1],
            starts[number_of],
            ends[number_of],
            falling,
            part.term_docs.view(np.uint32),
            part.term_impacts,
            live.size,
            within,
            positions,
            out[first:last],
        )

    _share_out(add, work)


def _by_document(
    live: LivePart,
    rows: NDArray[np.int64],
    asked: _Queries,
    weights: NDArray[np.float32],
    within: NDArray[np.uint32],
    positions: NDArray[np.uint32],
    out: NDArray[np.float32],
) -> None:
    """Go through the terms of each document; threads take consecutive documents."""
    part = live.part
    order = asked.number_of.argsort(kind="stable")
    bounds = np.searchsorted(asked.number_of[order], np.arange(rows.size + 1))
    group_of = np.zeros(len(part.terms) + 1, dtype=np.int32)
    group_of[rows] = np.arange(1, rows.size + 1)
    group_of[-1] = 0  # the row of terms that the part does not hold
    lengths = part.doc_starts[within + 1] - part.doc_starts[within]
    work = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
    mean = max(1, asked.query_of.size // rows.size)

    def multiply(first: int, last: int) -> None:
        row_products_many(
            part.doc_starts,
            part.doc_terms.view(np.uint32),
            part.doc_impacts,
            within[first:last],
            positions[first:last],
            group_of,
            bounds,
            asked.query_of[order],
            weights[order],
            out,
        )

    _share_out(multiply, work * mean)


def _share_out(job: Callable[[int, int], None], work: NDArray[np.int64]) -> None:
    """Do a job from the first to the last, in threads of equal work where that pays.

    ``work`` is cumulated: what comes before each item, and the sum at the end.
    """
    threads = min(_THREADS, os.cpu_count() or 1, int(work[-1]) // _WORTH_A_THREAD)
    if threads < 2:
        job(0, work.size - 1)
        return
    cuts = np.searchsorted(work, np.linspace(0, work[-1], threads + 1)[1:-1]).tolist()
    with ThreadPoolExecutor(threads) as pool:
        shares = [pool.submit(job, *span) for span in pairwise([0, *cuts, work.size - 1])]
        for share in shares:
            share.result()
