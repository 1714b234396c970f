"""What scoring costs beside the peers: bytes, facets, batches, changes, memory."""

import dataclasses
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.machine import resident
from bench.search.engines import TOP, Tantivy, Tokens
from bench.search.measuring import in_turns
from marketplace.search import Document, Lineup, SearchIndex
from marketplace.search.kernels import best
from marketplace.search.snapshot import Snapshot

# The first facets of a document decide where it lies; a scene does not.
TYPES = [f"T{number}" for number in range(1, 5)]
REGIONS = ["370100", "370200", "370300", "370400", "370500", "370600"]
FACETS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "about 10 %, side by side": {"tier": ["tier1"], "type": TYPES},
    "about 1 %, side by side": {"tier": ["tier1"], "type": TYPES[:1], "region": REGIONS},
    "about 10 %, scattered": {"scene": ["S01", "S02"]},
    "about 1 %, scattered": {"scene": ["S01"], "industry": ["13", "34", "35"]},
}
_MOST_SCORES = 4_000_000  # held at once in a batch: 16 MB, about what a cache holds
_BATCH_ROUNDS = 3


def print_bytes(
    index: SearchIndex, queries: Sequence[Tokens], seconds: float, bandwidth: float
) -> None:
    """Tell what a query reads and writes, and how that compares with what memory allows.

    Counted are 8 bytes a posting (place and impact) and 8 a document (its score, emptied and
    looked at for the best); the adding to scores, which stay in the cache, is not.
    """
    snapshot = _snapshot(index)
    counts = [int(_held(snapshot, query).sum()) for query in queries]
    postings = statistics.median(counts)
    touched = 8 * postings + 8 * snapshot.size
    rate = touched / seconds
    print(f"a query touches {postings:,.0f} postings, {touched / 1e6:.2f} MB", end=": ")
    print(
        f"{rate / 1e9:.1f} GB/s, {rate / bandwidth:.2f} of the {bandwidth / 1e9:.1f} GB/s", end=" "
    )
    print("one thread copies and adds from memory", flush=True)


def print_facets(index: SearchIndex, queries: Sequence[Tokens], rounds: int) -> None:
    """Time the ten best of some documents against the ten best of all."""
    snapshot = _snapshot(index)
    asked = [dict.fromkeys(query, 1.0) for query in queries]

    def whole() -> None:
        for query in asked:
            best(snapshot.scores(query), TOP, snapshot.tie_breaks)

    chosen = {name: snapshot.with_facets(facets).nonzero()[0] for name, facets in FACETS.items()}

    def some(name: str) -> None:
        places = chosen[name]
        for query in asked:
            scores = snapshot.scores_at(query, places)
            best(scores, TOP, lambda at: snapshot.tie_breaks(places[at]))

    jobs = [whole, *(lambda name=name: some(name) for name in FACETS)]
    medians = [statistics.median(taken) / len(asked) for taken in in_turns(jobs, rounds)]
    print(f"ten best of all documents {medians[0] * 1e3:.3f} ms; of some of them:")
    for name, median in zip(FACETS, medians[1:], strict=True):
        share = chosen[name].size / snapshot.size
        print(f"  {name:26}{share:7.1%}{median * 1e3:10.3f} ms{median / medians[0]:8.2f} of all")


def print_batch(
    index: SearchIndex,
    refs: Sequence[str],
    tantivy: Tantivy,
    queries: Sequence[Tokens],
    rounds: int,
) -> None:
    """Time the ten best for many queries at once against Tantivy asked one by one."""
    lineup = Lineup(refs)
    asked = [dict.fromkeys(query, 1.0) for query in queries]
    prepared = [tantivy.prepare(query) for query in queries]
    step = max(1, min(len(asked), _MOST_SCORES // max(1, len(refs))))

    def ours() -> None:
        batch = index.score_terms_many(asked)
        for first in range(0, len(asked), step):
            for scores in batch[first : first + step].along(lineup):
                best(scores, TOP, lambda at: at.astype("u8"))

    def ours_one_by_one() -> None:
        for query in asked:
            best(index.score_terms(query).along(lineup), TOP, lambda at: at.astype("u8"))

    def theirs() -> None:
        for query in prepared:
            tantivy.top(query)

    taken = in_turns([ours, ours_one_by_one, theirs], min(rounds, _BATCH_ROUNDS))
    batch, single, loop = (statistics.median(times) for times in taken)
    print(f"{len(asked)} queries at once {batch * 1e3:.1f} ms (threads where that pays)", end="; ")
    print(f"one by one {single * 1e3:.1f}; Tantivy one by one {loop * 1e3:.1f}", end="; ")
    print(f"batch/Tantivy {batch / loop:.2f}", flush=True)


def print_changes(index: SearchIndex, corpus: Sequence[Document]) -> None:
    """Time changes, each from the call to the moment another reader finds it or finds it gone."""
    reader = SearchIndex(index.path)
    reader.find("视觉")
    changing, deleting = [], []
    for number, document in enumerate(corpus[:: max(1, len(corpus) // 20)][:20]):
        name = f"zzchanged{number}"
        fresh = dataclasses.replace(document, version=2, body=f"{document.body} {name}")
        started = time.perf_counter()
        index.apply([fresh], [])
        assert [hit.ref for hit in reader.find(name)] == [document.ref]
        changing.append(time.perf_counter() - started)
        if number % 2:
            started = time.perf_counter()
            index.apply([], [document.ref])
            assert not reader.find(name).total
            deleting.append(time.perf_counter() - started)
    print(_seconds("one changed document found by another reader", changing), end="; ")
    print(_seconds("one deletion", deleting), end="; ")
    started = time.perf_counter()
    index.apply(corpus[:1000], [])
    print(f"{min(1000, len(corpus))} changed at once {time.perf_counter() - started:.2f} s")


def print_resident(path: Path, size: int) -> None:
    """Tell what a process takes that opens the index and answers."""
    found: dict[str, Any] = resident(path)
    current = path / (path / "CURRENT").read_text().split()[0]
    stored = sum(file.stat().st_size for file in current.rglob("*") if file.is_file())
    own, mapped, opened = found["own"] / 1e6, found["mapped"] / 1e6, found["own_opened"] / 1e6
    print(f"opened in a new process in {found['open_seconds']:.2f} s, all sums compared", end="; ")
    print(f"own memory {opened:.1f} MB on opening, {own:.1f} after fifty answers", end="; ")
    print(f"mapped and shared {mapped:.0f} MB; on disk {stored / 1e6:.0f} MB")
    hundreds = max(1, size / 100_000)
    print(
        f"  for 100,000 documents: own {own / hundreds:.1f} MB, shared {mapped / hundreds:.0f} MB"
    )


def _seconds(what: str, taken: Sequence[float]) -> str:
    return f"{what} {statistics.median(taken) * 1e3:.0f} ms, at worst {max(taken) * 1e3:.0f}"


def _snapshot(index: SearchIndex) -> Snapshot:
    return index._open()[1]


def _held(snapshot: Snapshot, query: Tokens) -> Any:
    rows = [live.rows(query) for live in snapshot.parts]
    return snapshot.holding_counts(len(query), rows)
