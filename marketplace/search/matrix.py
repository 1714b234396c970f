"""One part of the index as arrays: postings with their impacts, by term and by document.

A part is made from one Whoosh segment, written once as ``.npy`` files and from then on only
mapped into memory, shared by all processes. It never changes; documents that were replaced
or deleted are left out by whoever reads (see ``snapshot``). May not know of generations,
queries or Whoosh.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from marketplace.search.segments import TEXT_FIELDS, FieldPostings, Segment
from marketplace.search.weighting import AverageLengths, Weighting, field_weights, saturate

_NAMES = "names.json"
_LARGEST = 2**31 - 1  # places are 32 bits


@dataclass(frozen=True)
class Part:
    """The arrays of a part and the names of what they count.

    Row ``i`` by term is ``term_starts[i]:term_starts[i + 1]`` of ``term_docs`` and
    ``term_impacts``; one more row at the end is empty and stands for terms not held here.
    Likewise by document, where terms fall (see ``kernels``). Refs lie end to end in UTF-8;
    ``ref_order`` lists the places by rising tie break, which is a hash of the ref, so that a
    ref is looked up without a dictionary in every process.
    """

    name: str
    terms: list[str]
    providers: list[str]
    kinds: list[str]
    labels: list[str]
    term_starts: NDArray[np.int32]
    term_docs: NDArray[np.int32]
    term_impacts: NDArray[np.float32]
    doc_starts: NDArray[np.int32]
    doc_terms: NDArray[np.int32]
    doc_impacts: NDArray[np.float32]
    label_starts: NDArray[np.int32]
    label_docs: NDArray[np.int32]
    provider_of: NDArray[np.int32]
    kind_of: NDArray[np.uint8]
    versions: NDArray[np.int64]
    tie_breaks: NDArray[np.uint64]
    ref_starts: NDArray[np.int64]
    ref_bytes: NDArray[np.uint8]
    ref_order: NDArray[np.int32]

    @property
    def size(self) -> int:
        """Count the documents, live or not."""
        return self.versions.size

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Tell the row of a term."""
        return {term: row for row, term in enumerate(self.terms)}

    @property
    def mean_length(self) -> float:
        """Tell how many terms a document holds on average."""
        return self.doc_terms.size / self.size

    def ref(self, place: int) -> str:
        """Give the ref of the document at a place."""
        start, end = self.ref_starts[place : place + 2].tolist()
        return self.ref_bytes[start:end].tobytes().decode()

    def refs(self) -> list[str]:
        """Give the refs of all documents by place."""
        raw = self.ref_bytes.tobytes()
        return [raw[start:end].decode() for start, end in pairwise(self.ref_starts.tolist())]

    def kind(self, place: int) -> str:
        """Give the kind of the document at a place."""
        return self.kinds[int(self.kind_of[place])]

    def provider(self, place: int) -> str:
        """Give the provider of the document at a place."""
        return self.providers[int(self.provider_of[place])]

    def places_of(self, refs: Sequence[str], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Find the place of each ref, given with its tie break; -1 for those not held here."""
        at = np.searchsorted(self.tie_breaks, hashes, sorter=self.ref_order)
        places = self.ref_order[np.minimum(at, self.size - 1)].astype(np.int64)
        places[(at == self.size) | (self.tie_breaks[places] != hashes)] = -1
        held = (places >= 0).nonzero()[0]
        starts, ends = self.ref_starts[places[held]], self.ref_starts[places[held] + 1]
        raw = self.ref_bytes.data
        spans = zip(held.tolist(), starts.tolist(), ends.tolist(), strict=True)
        for number, start, end in spans:
            if raw[start:end] != refs[number].encode():  # two refs with one hash
                places[number] = self._place_among_equals(refs[number], int(at[number]))
        return places

    def _place_among_equals(self, ref: str, at: int) -> int:
        """Look through the documents that share a hash, from the first of them on."""
        shared = self.tie_breaks[self.ref_order[at]]
        for place in self.ref_order[at:].tolist():
            if self.tie_breaks[place] != shared:
                break
            if self.ref(place) == ref:
                return int(place)
        return -1

    @cached_property
    def label_row_of(self) -> dict[str, int]:
        """Tell the row of a label."""
        return {label: row for row, label in enumerate(self.labels)}

    def docs_holding(self, term: str) -> NDArray[np.int32]:
        """List the documents that hold a term, rising."""
        row = self.row_of.get(term)
        if row is None:
            return self.term_docs[:0]
        return self.term_docs[self.term_starts[row] : self.term_starts[row + 1]]

    def docs_labelled(self, label: str) -> NDArray[np.int32]:
        """List the documents that carry a label, rising."""
        row = self.label_row_of.get(label)
        if row is None:
            return self.label_docs[:0]
        return self.label_docs[self.label_starts[row] : self.label_starts[row + 1]]

    def save(self, directory: Path) -> None:
        """Write the part into a new directory."""
        directory.mkdir()
        names = {key: getattr(self, key) for key in _NAME_LISTS}
        text = json.dumps(names, ensure_ascii=False, separators=(",", ":"))
        (directory / _NAMES).write_text(text, encoding="utf-8")
        for key in _ARRAYS:
            np.save(directory / f"{key}.npy", getattr(self, key), allow_pickle=False)

    @classmethod
    def open(cls, directory: Path) -> "Part":
        """Map a written part into memory; raises OSError or ValueError if it is no part."""
        names = json.loads((directory / _NAMES).read_text(encoding="utf-8"))
        arrays: dict[str, Any] = {}
        for key in _ARRAYS:
            mapped = np.load(directory / f"{key}.npy", mmap_mode="r", allow_pickle=False)
            arrays[key] = np.asarray(mapped)  # slices of a plain array are cheaper
        return cls(directory.name, **{key: names[key] for key in _NAME_LISTS}, **arrays)


_NAME_LISTS = ("terms", "providers", "kinds", "labels")
_ARRAYS = (
    "term_starts",
    "term_docs",
    "term_impacts",
    "doc_starts",
    "doc_terms",
    "doc_impacts",
    "label_starts",
    "label_docs",
    "provider_of",
    "kind_of",
    "versions",
    "tie_breaks",
    "ref_starts",
    "ref_bytes",
    "ref_order",
)


def average_lengths(segment: Segment) -> AverageLengths:
    """Count the tokens a document of a segment has on average in each field."""
    sums = {name: int(segment.text[name].counts.sum(dtype=np.float64)) for name in TEXT_FIELDS}
    return AverageLengths.of(len(segment.refs), sums["title"], sums["body"])


def build(segment: Segment, weighting: Weighting, averages: AverageLengths) -> Part:
    """Compute the arrays of a part from the postings of a segment."""
    terms = sorted(set().union(*(segment.text[name].terms for name in TEXT_FIELDS)))
    summed = _summed_weights(segment, terms, weighting, averages)
    if summed.nnz > _LARGEST:
        raise OverflowError(f"{summed.nnz} postings do not fit one part")
    summed.data = saturate(summed.data, weighting.k1)
    by_doc = summed[::-1].tocsc()  # rows reversed, so that terms fall within a document
    providers, provider_of = _numbered(segment.provider_ids)
    kinds, kind_of = _numbered(segment.kinds)
    encoded = [ref.encode() for ref in segment.refs]
    tie_breaks = tie_breaks_of(segment.refs)
    return Part(
        name=segment.name,
        terms=terms,
        providers=providers,
        kinds=kinds,
        labels=segment.labels.terms,
        term_starts=np.append(summed.indptr, summed.nnz).astype(np.int32),
        term_docs=summed.indices.astype(np.int32),
        term_impacts=summed.data.astype(np.float32),
        doc_starts=by_doc.indptr.astype(np.int32),
        doc_terms=(len(terms) - 1 - by_doc.indices).astype(np.int32),
        doc_impacts=by_doc.data.astype(np.float32),
        label_starts=segment.labels.starts.astype(np.int32),
        label_docs=segment.labels.docs,
        provider_of=provider_of.astype(np.int32),
        kind_of=kind_of.astype(np.uint8),
        versions=np.array(segment.versions, dtype=np.int64),
        tie_breaks=tie_breaks,
        ref_starts=np.cumsum([0, *map(len, encoded)], dtype=np.int64),
        ref_bytes=np.frombuffer(b"".join(encoded), dtype=np.uint8),
        ref_order=tie_breaks.argsort(kind="stable").astype(np.int32),
    )


def tie_breaks_of(refs: Iterable[str]) -> NDArray[np.uint64]:
    """Order equal scores by a hash of the ref that favours no alphabet and never changes."""
    digests = b"".join([hashlib.blake2b(ref.encode(), digest_size=8).digest() for ref in refs])
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


def _numbered(values: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """List the distinct values in order, and tell the number of each."""
    distinct = sorted(set(values))
    number_of = {value: number for number, value in enumerate(distinct)}
    return distinct, np.array([number_of[value] for value in values], dtype=np.int64)


def _summed_weights(
    segment: Segment, terms: list[str], weighting: Weighting, averages: AverageLengths
) -> Any:
    """Add up the field weights of each term in each document."""
    row_of = {term: row for row, term in enumerate(terms)}
    shape = (len(terms), len(segment.refs))
    summed = sparse.csr_array(shape, dtype=np.float64)
    for name in TEXT_FIELDS:
        postings = segment.text[name]
        if not postings.terms:
            continue
        boost, b = weighting.field(name)
        lengths = np.zeros(shape[1], dtype=np.float64)
        lengths += np.bincount(postings.docs, weights=postings.counts, minlength=shape[1])
        data = field_weights(
            postings.counts, postings.docs, lengths, averages.field(name), boost, b
        )
        starts = _starts(postings, row_of)
        summed = summed + sparse.csr_array((data, postings.docs, starts), shape=shape)
    summed.sort_indices()
    return summed


def _starts(postings: FieldPostings, row_of: dict[str, int]) -> NDArray[np.int64]:
    """Spread the row starts of a field over the rows of all fields."""
    sizes = np.zeros(len(row_of), dtype=np.int64)
    rows = np.fromiter((row_of[term] for term in postings.terms), dtype=np.int64)
    sizes[rows] = np.diff(postings.starts)
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes)))
