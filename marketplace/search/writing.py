"""Make generations: all documents anew, or a few changes on top of what there is.

Runs under the write lock. A change adds one small Whoosh segment and its part of the matrix
to links of what exists, and marks what it replaces as dead, so that its cost follows the
change. Small segments are merged as they pile up; the large ones are left alone until the
caller rebuilds from the database. May not answer queries.
"""

import itertools
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from marketplace.search import generations, matrix, postings
from marketplace.search.analysis import FINGERPRINT
from marketplace.search.documents import Document
from marketplace.search.errors import IndexUnavailable
from marketplace.search.generations import Checksums, Stored
from marketplace.search.matrix import Part
from marketplace.search.snapshot import LivePart, Snapshot
from marketplace.search.weighting import AverageLengths, Weighting

_POSTINGS = "postings"
_PARTS = "parts"
_DEAD = "dead"

# A segment joins the new one while it is at most this many times as large as what has been
# gathered so far (so each document is merged a few times in its life, not at every change) …
_MERGE_RATIO = 3
# … and the result stays small enough to be written at once: about 0.6 ms a document.
_MERGE_LEAST = 256
_MERGE_MOST = 2000
_MERGE_SHARE = 50  # one fiftieth of the index

PartCache = dict[str, Part]


def rebuild(
    root: Path,
    documents: Iterable[Document],
    weighting: Weighting,
    part_documents: int,
    checksums: Checksums,
) -> Stored:
    """Write a generation of these documents and no others, and publish it.

    Works through the documents as they come, ``part_documents`` at a time, each part in the
    order of facets.
    """
    with generations.building(root) as building:
        _make_folders(building)
        postings.create(building / _POSTINGS)
        written = postings.Written(0, 0, 0)
        for documents_of_part in _in_turn(_distinct(documents), part_documents):
            ordered = sorted(documents_of_part, key=Document.order)
            written += postings.write(building / _POSTINGS, ordered)
        averages = AverageLengths.of(written.documents, written.title, written.body)
        names = [state.name for state in postings.list_segments(building / _POSTINGS)]
        for name in names:
            segment = postings.read(building / _POSTINGS, name)
            matrix.build(segment, weighting, averages).save(building / _PARTS / name)
        content = _content(names, names, weighting, averages)
        return generations.publish(root, building, content, None, checksums)


def apply(
    root: Path,
    base: Stored,
    snapshot: Snapshot,
    upserts: Iterable[Document],
    deletes: Iterable[str],
    checksums: Checksums,
) -> Stored:
    """Write a generation that differs from the base by some documents, and publish it.

    Of several upserts of a ref the last counts; a ref that is also deleted is deleted.
    """
    gone = set(deletes)
    fresh = {document.ref: document for document in upserts}
    fresh = {ref: document for ref, document in fresh.items() if ref not in gone}
    replaced = snapshot.places(gone | fresh.keys()).tolist()
    if not fresh and not replaced:
        return base
    weighting, averages = read_weights(base)
    located = [snapshot.locate(place) for place in replaced]
    with generations.building(root, base) as building:
        _make_folders(building)
        postings.write(
            building / _POSTINGS,
            fresh.values(),
            deleted=[(part.name, place) for part, place in located],
            merge=_small_ones(snapshot, replaced, len(fresh)),
        )
        names, averages = _refresh_parts(building, weighting, averages)
        rebuilt = names if len(names) == 1 else base.content["rebuilt"]
        content = _content(names, rebuilt, weighting, averages)
        return generations.publish(root, building, content, base, checksums)


def open_snapshot(stored: Stored, cache: PartCache) -> Snapshot:
    """Map the parts of a generation whose files have been checked.

    Parts already in the cache are used again; afterwards the cache holds this generation's.
    """
    if stored.content.get("analyser") != FINGERPRINT:
        raise IndexUnavailable("the index was cut by another analyser")
    try:
        for name in stored.content["parts"]:
            if name not in cache:
                cache[name] = Part.open(stored.directory / _PARTS / name)
        parts = [
            LivePart(cache[name], _read_dead(stored.directory, name))
            for name in stored.content["parts"]
        ]
    except (OSError, ValueError, KeyError) as error:
        raise IndexUnavailable(f"generation {stored.name} cannot be opened") from error
    for name in cache.keys() - set(stored.content["parts"]):
        del cache[name]
    return Snapshot(stored.name, parts)


def read_weights(stored: Stored) -> tuple[Weighting, AverageLengths]:
    """Read from a manifest the numbers its impacts were computed with."""
    return (
        Weighting(**stored.content["weighting"]),
        AverageLengths.from_data(stored.content["average_lengths"]),
    )


def _make_folders(building: Path) -> None:
    for folder in (_POSTINGS, _PARTS, _DEAD):
        (building / folder).mkdir(exist_ok=True)


def _content(
    names: Sequence[str], rebuilt: Sequence[str], weighting: Weighting, averages: AverageLengths
) -> dict[str, Any]:
    return {
        "analyser": FINGERPRINT,
        "weighting": weighting.as_data(),
        "average_lengths": {"title": averages.title, "body": averages.body},
        "parts": list(names),
        "rebuilt": [name for name in rebuilt if name in names],
    }


def _in_turn(documents: Iterator[Document], count: int) -> Iterator[Iterator[Document]]:
    """Give the documents in runs of a length, each to be used up before the next."""
    for first in documents:
        yield itertools.chain([first], itertools.islice(documents, count - 1))


def _distinct(documents: Iterable[Document]) -> Iterator[Document]:
    seen: set[str] = set()
    for document in documents:
        if document.ref in seen:
            raise ValueError(f"two documents with the ref {document.ref!r}")
        seen.add(document.ref)
        yield document


def _small_ones(
    snapshot: Snapshot, replaced: Sequence[int], added: int
) -> Callable[[Sequence[str]], list[str]]:
    """Choose the newest segments that are worth merging into the one being written."""
    sizes = {live.part.name: live.size - live.dead.size for live in snapshot.parts}
    for place in replaced:
        sizes[snapshot.locate(place)[0].name] -= 1
    most = min(_MERGE_MOST, max(_MERGE_LEAST, snapshot.documents // _MERGE_SHARE))

    def choose(names: Sequence[str]) -> list[str]:
        chosen: list[str] = []
        gathered = added
        for name in reversed(names):
            if not added or sizes[name] > _MERGE_RATIO * gathered or gathered + sizes[name] > most:
                break
            chosen.append(name)
            gathered += sizes[name]
        return chosen

    return choose


def _refresh_parts(
    building: Path, weighting: Weighting, averages: AverageLengths
) -> tuple[list[str], AverageLengths]:
    """Bring the parts in line with the segments.

    Returns their names, oldest first, and the average lengths, which are counted anew when
    everything has been merged into one segment.
    """
    parts, dead = building / _PARTS, building / _DEAD
    for path in dead.iterdir():
        path.unlink()
    existing = {path.name for path in parts.iterdir()}
    states = postings.list_segments(building / _POSTINGS)
    for state in states:
        if state.name not in existing:
            segment = postings.read(building / _POSTINGS, state.name)
            if len(states) == 1:
                averages = matrix.average_lengths(segment)
            matrix.build(segment, weighting, averages).save(parts / state.name)
        if state.deleted:
            places = np.array(state.deleted, dtype=np.int32)
            np.save(dead / f"{state.name}.npy", places, allow_pickle=False)
    names = [state.name for state in states]
    for name in existing - set(names):
        shutil.rmtree(parts / name)
    return names, averages


def _read_dead(directory: Path, name: str) -> list[int]:
    path = directory / _DEAD / f"{name}.npy"
    if not path.exists():
        return []
    dead: list[int] = np.load(path, allow_pickle=False).tolist()
    return dead
