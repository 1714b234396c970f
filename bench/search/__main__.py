"""Time text scoring: ``python -m bench.search --sizes 1000,10000,100000,1000000``.

All engines answer the same queries in one run: in each round every engine, in random turn,
answers all queries once. Whatever else the machine does falls on all alike, and what counts is
the ratio of the medians. Texts are one field with the usual k1 = 1.2 and b = 0.75 for all, so
that the ten best should be the same. FTS5 is left out above 200,000 documents, where a round
of it takes minutes.
"""

import argparse
import dataclasses
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.corpus import documents, needs
from bench.machine import bandwidth
from bench.search.engines import (
    Bm25s,
    Bm25sScores,
    Fts5,
    Ours,
    OursFind,
    Tantivy,
    Tokens,
    bm25s_index,
    with_numba,
)
from bench.search.measuring import agree, measure
from bench.search.scale import print_batch, print_bytes, print_changes, print_facets, print_resident
from marketplace.search import Document, SearchIndex, Weighting, tokenize

SHORTEST, LONGEST = 20, 60
FTS5_MOST = 200_000


def main() -> None:
    """Print tables for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    queries = make_queries(arguments.queries, arguments.seed)
    lengths = sorted(map(len, queries))
    print(f"{len(queries)} queries of {lengths[0]} to {lengths[-1]} distinct tokens", end=", ")
    print(f"{arguments.rounds} rounds, one thread unless said otherwise")
    for size in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), size, queries, arguments)


def make_queries(count: int, seed: int) -> list[Tokens]:
    """Cut synthetic needs into queries of 20 to 60 distinct tokens."""
    queries: list[Tokens] = []
    for need in needs(count * 20, seed):
        tokens = list(dict.fromkeys(tokenize(f"{need.title}\n{need.description}")))
        if SHORTEST <= len(tokens) <= LONGEST and len(queries) < count:
            queries.append(tokens)
    return queries


def corpus(size: int, seed: int) -> Iterator[Document]:
    """Make documents of one field."""
    for document in documents(size, seed):
        yield dataclasses.replace(document, title="", body=f"{document.title}\n{document.body}")


def run(folder: Path, size: int, queries: Sequence[Tokens], arguments: argparse.Namespace) -> None:
    """Build all engines for one size, time them, print the tables."""
    rounds, seed = arguments.rounds, arguments.seed
    index = SearchIndex(folder / "ours", weighting=Weighting(k1=1.2, body_b=0.75))
    rebuilt = time_rebuild(index, corpus(size, seed))
    refs, texts = read_texts(corpus(size, seed))
    print(f"\n== {size:,} documents, {sum(map(len, texts)) / size:.0f} tokens each", end="; ")
    print(f"rebuilt in {rebuilt:.1f} s; load {os.getloadavg()[0]:.1f}", flush=True)
    engines = make_engines(folder, index, refs, texts)
    times = measure(engines, queries, rounds, seed)
    agreement = agree(engines, queries)
    print_table(engines, times, agreement)
    print_bytes(index, queries, statistics.median(times[0]), bandwidth())
    print_facets(index, queries, rounds)
    print_batch(index, refs, engines[2], make_queries(arguments.batch, seed + 1), rounds)
    del engines, texts
    print_changes(index, list(corpus(min(size, 1500), seed)))
    print_resident(folder / "ours", size)


def time_rebuild(index: SearchIndex, made: Iterator[Document]) -> float:
    """Build from a stream; return the seconds, less those of making the documents."""
    making = 0.0

    def timed() -> Iterator[Document]:
        nonlocal making
        while True:
            started = time.perf_counter()
            document = next(made, None)
            making += time.perf_counter() - started
            if document is None:
                return
            yield document

    started = time.perf_counter()
    index.rebuild(timed())
    return time.perf_counter() - started - making


def read_texts(made: Iterator[Document]) -> tuple[list[str], list[Tokens]]:
    """Give the refs and the tokens of documents, each distinct token kept once."""
    refs, texts = [], []
    for document in made:
        refs.append(document.ref)
        texts.append([sys.intern(token) for token in tokenize(document.body)])
    return refs, texts


def make_engines(
    folder: Path, index: SearchIndex, refs: Sequence[str], texts: Sequence[Tokens]
) -> list[Any]:
    """Build the peers and tell how long each took; ours come first, then Tantivy."""
    engines: list[Any] = [Ours(index, refs), OursFind(index, refs)]
    started = time.perf_counter()
    engines.append(Tantivy(folder / "tantivy", texts))
    built_tantivy = time.perf_counter() - started
    started = time.perf_counter()
    retriever = bm25s_index(texts)
    built_bm25s = time.perf_counter() - started
    engines += [Bm25sScores(retriever), Bm25s(retriever), Bm25s(with_numba(retriever))]
    print(f"from tokens: Tantivy {built_tantivy:.1f} s, bm25s {built_bm25s:.1f} s", flush=True)
    if len(texts) <= FTS5_MOST:
        engines.append(Fts5(texts))
    return engines


def print_table(
    engines: Sequence[Any], times: Sequence[list[float]], agreement: Sequence[float | None]
) -> None:
    """Print one line for each engine."""
    ours = statistics.median(times[0])
    print(f"{'':34}{'median ms':>10}{'p95 ms':>10}{'ours/it':>10}{'same top 10':>13}")
    for engine, taken, same in zip(engines, times, agreement, strict=True):
        median, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
        shown = f"{same:.0%}" if same is not None else ""
        print(
            f"{engine.name:34}{median * 1e3:10.3f}{p95 * 1e3:10.3f}{ours / median:10.2f}{shown:>13}",
            flush=True,
        )


if __name__ == "__main__":
    main()
