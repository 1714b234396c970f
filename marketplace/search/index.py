"""The door of the search room: one class, a handful of calls.

Each call looks with one ``stat`` whether another generation has become current and opens it
if so; what it then works on never changes under it. Any number of threads and processes may
read; writers wait for each other. Every way in which the index can fail to be readable is
``IndexUnavailable``: fall back to the database, rebuild from it.
"""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from marketplace.search import finding, generations, writing
from marketplace.search.batches import BatchEvidence
from marketplace.search.documents import Document
from marketplace.search.errors import IndexUnavailable
from marketplace.search.finding import Require
from marketplace.search.generations import Checksums, Generation, Stored
from marketplace.search.results import Found, IndexStatus, TextEvidence
from marketplace.search.snapshot import Snapshot
from marketplace.search.weighting import Weighting

_MAX_EVIDENCE_TERMS = 256  # a need is a page of text, a search box is a line
_OPEN_ATTEMPTS = 3
_DUE_PARTS = 24
_DUE_SHARE = 0.25


class SearchIndex:
    """An index in a directory.

    ``grace_seconds`` is how long a former generation is kept for readers that are about to
    open it; ``lock_seconds`` is how long a writer waits for another before ``IndexBusy``;
    ``part_documents`` is how many documents a rebuild puts into one part, which bounds its
    memory: the scores of so many fit a core's cache.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        weighting: Weighting | None = None,
        grace_seconds: float = 60.0,
        lock_seconds: float = 30.0,
        part_documents: int = 100_000,
    ) -> None:
        self._root = Path(path)
        self._pointer = str(self._root / generations.CURRENT)
        self._weighting = weighting or Weighting()
        self._grace_seconds = grace_seconds
        self._lock_seconds = lock_seconds
        self._part_documents = part_documents
        self._mutex = threading.Lock()
        self._checksums = Checksums()
        self._parts: writing.PartCache = {}
        self._opened: tuple[tuple[int, int, int], Stored, Snapshot] | None = None

    @property
    def path(self) -> Path:
        """Tell where the index is."""
        return self._root

    # -- writing ----------------------------------------------------------------------

    def rebuild(self, documents: Iterable[Document]) -> Generation:
        """Replace everything by these documents; works without a readable index.

        Raises ``ValueError`` on two documents with one ref, leaving the index as it was.
        """
        with generations.write_lock(self._root, self._lock_seconds):
            generations.sweep(self._root, self._grace_seconds)
            writing.rebuild(
                self._root, documents, self._weighting, self._part_documents, self._checksums
            )
            return self._published()

    def apply(self, upserts: Iterable[Document], deletes: Iterable[str]) -> Generation:
        """Add, replace and remove some documents in one step.

        Of several upserts of a ref the last counts; a ref that is also deleted is deleted.
        Unknown refs in ``deletes`` are ignored. When it returns, every process finds the
        change, and it survives a crash.
        """
        with generations.write_lock(self._root, self._lock_seconds):
            generations.sweep(self._root, self._grace_seconds)
            stored, snapshot = self._open()
            try:
                writing.apply(self._root, stored, snapshot, upserts, deletes, self._checksums)
            except OSError as error:
                raise IndexUnavailable("the change could not be written") from error
            return self._published()

    # -- reading ----------------------------------------------------------------------

    def versions(self) -> dict[str, int]:
        """Give the version of every document by ref, to be compared with the database."""
        return self._open()[1].versions()

    def scores(self, text: str, refs: Iterable[str] | None = None) -> TextEvidence:
        """Score all matching documents, or those of some refs, for a text (BM25F).

        Gives a mapping from ref to score, looked up when asked. Higher is better, there is no
        upper bound, and documents without a match are absent.
        """
        return self.score_terms(finding.query_terms(text, _MAX_EVIDENCE_TERMS), refs)

    def score_terms(
        self, terms: Mapping[str, float], refs: Iterable[str] | None = None
    ) -> TextEvidence:
        """Score documents for terms, as ``tokenize`` makes them, with weights above 0."""
        _check_weights(terms)
        snapshot = self._open()[1]
        if refs is None:
            return TextEvidence(snapshot, snapshot.scores(terms))
        scores = np.zeros(snapshot.size, dtype=np.float32)
        places = snapshot.places(refs)
        scores[places] = snapshot.scores_at(terms, places)
        return TextEvidence(snapshot, scores)

    def scores_many(self, texts: Sequence[str]) -> BatchEvidence:
        """Score documents for many texts in one pass; the same numbers as ``scores`` for each."""
        return self.score_terms_many(
            [finding.query_terms(text, _MAX_EVIDENCE_TERMS) for text in texts]
        )

    def score_terms_many(self, queries: Sequence[Mapping[str, float]]) -> BatchEvidence:
        """Score documents for many sets of weighted terms, each as ``score_terms`` takes it."""
        for terms in queries:
            _check_weights(terms)
        return BatchEvidence(self._open()[1], queries)

    def find(
        self,
        text: str,
        limit: int = 20,
        facets: Mapping[str, Collection[str]] | None = None,
        *,
        offset: int = 0,
        refs: Iterable[str] | None = None,
        providers: Iterable[str] | None = None,
        require: Require = "any",
        group_by: Literal["provider_id"] | None = None,
    ) -> Found:
        """Find documents, or providers by their best document, best first.

        Facets named must all be met, each by any of its values; ``refs`` and ``providers``
        are the only ones allowed. ``require="all"`` asks for every word of the text, within
        the document, or among the provider's documents when grouped.
        """
        return finding.find(
            self._open()[1],
            text,
            limit=limit,
            offset=offset,
            facets=facets,
            refs=refs,
            providers=providers,
            require=require,
            by_provider=group_by == "provider_id",
        )

    def status(self) -> IndexStatus:
        """Tell how the index is; never raises ``IndexUnavailable``."""
        try:
            stored, snapshot = self._open()
        except IndexUnavailable as error:
            return IndexStatus(None, 0, None, manifest_ok=False, degraded=True, reason=str(error))
        rebuilt = frozenset(stored.content["rebuilt"])
        share = _changed_share(snapshot, rebuilt)
        added_parts = len(snapshot.parts) - len(rebuilt)
        return IndexStatus(
            generation=stored.name,
            documents=snapshot.documents,
            built_at=stored.built_at,
            manifest_ok=True,
            degraded=False,
            parts=len(snapshot.parts),
            changed_share=share,
            rebuild_due=share > _DUE_SHARE or added_parts >= _DUE_PARTS,
        )

    def verify(self) -> None:
        """Read every file of the current generation again and compare its sum.

        Opening does this once; the worker repeats it now and then for what rots later.
        Raises ``IndexUnavailable`` at the first difference.
        """
        generations.check_files(generations.load_current(self._root), Checksums())

    # -- inside -----------------------------------------------------------------------

    def _open(self) -> tuple[Stored, Snapshot]:
        """Give the current generation, opening it if it is not the one at hand."""
        stamp = generations.pointer_stamp(self._pointer)
        opened = self._opened
        if opened is not None and opened[0] == stamp:
            return opened[1], opened[2]
        with self._mutex:
            for attempt in range(_OPEN_ATTEMPTS):
                stamp = generations.pointer_stamp(self._pointer)
                opened = self._opened
                if opened is not None and opened[0] == stamp:
                    return opened[1], opened[2]
                try:
                    stored = generations.load_current(self._root)
                    generations.check_files(stored, self._checksums)
                    snapshot = writing.open_snapshot(stored, self._parts)
                except IndexUnavailable:
                    # It may have been replaced and swept while we were opening it.
                    moved_on = generations.pointer_stamp(self._pointer) != stamp
                    if not moved_on or attempt == _OPEN_ATTEMPTS - 1:
                        raise
                else:
                    self._opened = (stamp, stored, snapshot)
                    return stored, snapshot
        raise IndexUnavailable("the index changes faster than it can be opened")

    def _published(self) -> Generation:
        stored, snapshot = self._open()
        return Generation(stored.name, snapshot.documents, stored.built_at)


def _check_weights(terms: Mapping[str, float]) -> None:
    if terms and not min(terms.values()) > 0:
        raise ValueError("the weight of a term must be above 0")


def _changed_share(snapshot: Snapshot, rebuilt: Collection[str]) -> float:
    """Tell how much of the index came or went since the last rebuild, 0 to 1."""
    if not snapshot.size:
        return 0.0
    added = sum(live.size for live in snapshot.parts if live.part.name not in rebuilt)
    return min(1.0, (added + int(snapshot.dead.size)) / snapshot.size)
