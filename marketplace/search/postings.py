"""Keep the durable postings with Whoosh, and read them back.

The only module that imports Whoosh. It writes segments and hands their postings out as
arrays; it never searches with Whoosh (a long OR query takes it a second), never parses
user text, never refreshes a searcher and never has two writers: the caller holds the
write lock, and works on a directory that nobody reads yet.

Whoosh works as shipped, with three settings chosen for our use: fields take token lists
made by our analyser; positions and per-posting payloads are left out, since matches are
weighed by frequency alone; blocks are long and not compressed. Together they make a
build 3.5 times as fast (docs/search.md).
"""

import secrets
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import fields, formats, index
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.reading import SegmentReader

from marketplace.search.analysis import tokenize
from marketplace.search.documents import Document
from marketplace.search.segments import TEXT_FIELDS, FieldPostings, Segment, SegmentState

_LABELS = "labels"
_LOCK_FILE = "MAIN_WRITELOCK"  # Whoosh's own; ours is held above, so it is removed
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Written:
    """How many documents were written, and how many tokens of each field."""

    documents: int
    title: int
    body: int

    def __add__(self, other: "Written") -> "Written":
        return Written(
            self.documents + other.documents, self.title + other.title, self.body + other.body
        )


# A merge policy names the segments that go into the new one, oldest first.
MergePolicy = Callable[[Sequence[str]], Iterable[str]]


class _Frequencies(formats.Format):  # type: ignore[misc]
    """Postings that carry a weight and nothing else."""

    posting_size = 0

    def decode_weight(self, valuestring: bytes) -> float:
        """Answer Whoosh's question for a payload we do not store."""
        raise NotImplementedError("the weight is kept beside the payload")


class TokenField(fields.FieldType):  # type: ignore[misc]
    """A field whose value is a list of tokens, already cut."""

    def __init__(self) -> None:
        self.format = _Frequencies()
        self.analyzer = None
        self.scorable = False
        self.stored = False
        self.unique = False

    def index(self, value: Sequence[str], **_: object) -> list[tuple[bytes, int, float, bytes]]:
        """Give the postings of one document as Whoosh takes them."""
        counts = Counter(value)
        return [(token.encode(), n, float(n), b"") for token, n in counts.items()]


class _PostingPool:
    """Gathers the postings of a segment until they are written, term by term.

    Stands in for Whoosh's pool, which sorts single postings and spills them to disk. Whoosh
    adds postings by rising document, so those of a term are in order already and only the
    terms want sorting: a third of the time at 100,000 documents, 8 bytes a posting.
    """

    def __init__(self) -> None:
        self._postings: dict[tuple[str, bytes], tuple[array[int], array[float]]] = {}

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Take one posting; its payload is empty by the format of the fields."""
        field, term, place, weight, _ = item
        key = (field, term)
        held = self._postings.get(key)
        if held is None:
            held = self._postings[key] = (array("I"), array("f"))
        held[0].append(place)
        held[1].append(weight)

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """Give all postings by field, term and document."""
        for key in sorted(self._postings):
            field, term = key
            for place, weight in zip(*self._postings[key], strict=True):
                yield field, term, place, weight, b""

    def cleanup(self) -> None:
        """Let go of the postings."""
        self._postings.clear()


class _Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's own format, with long uncompressed blocks and names that never collide."""

    length_stats = False  # exact lengths are summed from the postings instead

    def __init__(self) -> None:
        super().__init__(blocklimit=_BLOCK, compression=0)

    def new_segment(self, storage: object, indexname: str) -> W3Segment:
        """Name a segment by true chance: processes forked from one share ``random``'s state."""
        return W3Segment(self, indexname, segid=secrets.token_hex(8))


def _schema() -> Any:
    return fields.Schema(
        ref=fields.STORED(),
        provider_id=fields.STORED(),
        kind=fields.STORED(),
        version=fields.STORED(),
        labels=TokenField(),
        **{name: TokenField() for name in TEXT_FIELDS},
    )


def create(directory: Path) -> None:
    """Make an empty index in an existing, empty directory."""
    index.create_in(str(directory), _schema())


def write(
    directory: Path,
    documents: Iterable[Document],
    deleted: Iterable[tuple[str, int]] = (),
    merge: MergePolicy = lambda names: (),
) -> Written:
    """Add documents as one new segment and commit; tell how much was added.

    ``deleted`` names documents by segment and place in it. The segments ``merge``
    chooses are taken into the new one; segments left without a document are dropped.
    """
    writer = index.open_dir(str(directory)).writer(codec=_Codec())
    writer.pool = _PostingPool()  # Whoosh takes no argument for it
    try:
        bases, base = {}, 0
        for segment in writer.segments:
            bases[segment.segment_id()] = base
            base += segment.doc_count_all()
        for name, place in deleted:
            writer.delete_document(bases[name] + place)
        written = Written(0, 0, 0)
        for document in documents:
            title, body = tokenize(document.title), tokenize(document.body)
            writer.add_document(
                ref=document.ref,
                provider_id=document.provider_id,
                kind=document.kind,
                version=document.version,
                labels=document.labels(),
                title=title,
                body=body,
            )
            written += Written(1, len(title), len(body))
        writer.commit(mergetype=_whoosh_policy(merge))
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    (directory / _LOCK_FILE).unlink(missing_ok=True)
    return written


def _whoosh_policy(merge: MergePolicy) -> Callable[[Any, list[Any]], list[Any]]:
    """Turn a policy over names into the one Whoosh calls at commit."""

    def policy(writer: Any, segments: list[Any]) -> list[Any]:
        living = [segment for segment in segments if segment.doc_count() > 0]
        chosen = set(merge([segment.segment_id() for segment in living]))
        for segment in living:
            if segment.segment_id() in chosen:
                with SegmentReader(writer.storage, writer.schema, segment) as reader:
                    writer.add_reader(reader)
        return [segment for segment in living if segment.segment_id() not in chosen]

    return policy


def list_segments(directory: Path) -> list[SegmentState]:
    """List the segments, oldest first, with what is deleted in them; opens none of them."""
    return [
        SegmentState(segment.segment_id(), sorted(segment.deleted_docs()))
        for segment in index.open_dir(str(directory), readonly=True)._segments()
    ]


def read(directory: Path, name: str) -> Segment:
    """Read a segment whole."""
    opened = index.open_dir(str(directory), readonly=True)
    (segment,) = (found for found in opened._segments() if found.segment_id() == name)
    with SegmentReader(opened.storage, opened.schema, segment) as reader:
        return _read(name, reader)


def _read(name: str, leaf: Any) -> Segment:
    """Read a new segment, one without deleted documents."""
    stored = [leaf.stored_fields(place) for place in range(leaf.doc_count_all())]
    return Segment(
        name=name,
        refs=[row["ref"] for row in stored],
        provider_ids=[row["provider_id"] for row in stored],
        versions=[row["version"] for row in stored],
        kinds=[row["kind"] for row in stored],
        labels=_read_field(leaf, _LABELS),
        text={field: _read_field(leaf, field) for field in TEXT_FIELDS},
    )


def _read_field(leaf: Any, field: str) -> FieldPostings:
    terms: list[str] = []
    starts = array("q", [0])
    docs = array("i")
    counts = array("f")
    for term in leaf.lexicon(field):
        matcher = leaf.postings(field, term)
        while matcher.is_active():
            docs.append(matcher.id())
            counts.append(matcher.weight())
            matcher.next()
        terms.append(term.decode())
        starts.append(len(docs))
    return FieldPostings(
        terms=terms,
        starts=np.frombuffer(starts, dtype=np.int64),
        docs=np.frombuffer(docs, dtype=np.int32),
        counts=np.frombuffer(counts, dtype=np.float32),
    )
