"""Time text scoring: ``python -m bench.search --sizes 1000,10000,100000``.

All engines answer the same queries in one run: in each round every engine, in random turn,
answers all queries once. Whatever else the machine does falls on all alike, and what counts is
the ratio of the medians. Texts are one field with the usual k1 = 1.2 and b = 0.75 for all, so
that the ten best should be the same.
"""

import argparse
import dataclasses
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.corpus import documents, needs
from bench.search.engines import (
    Bm25s,
    Bm25sScores,
    Fts5,
    Ours,
    OursFind,
    Tantivy,
    Tokens,
    bm25s_index,
)
from marketplace.search import SearchIndex, Weighting, tokenize

SHORTEST, LONGEST = 20, 60


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    queries = make_queries(arguments.queries, arguments.seed)
    lengths = sorted(map(len, queries))
    print(f"{len(queries)} queries of {lengths[0]} to {lengths[-1]} distinct tokens", end=", ")
    print(f"{arguments.rounds} rounds, one thread")
    for size in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), size, queries, arguments.rounds, arguments.seed)


def make_queries(count: int, seed: int) -> list[Tokens]:
    """Cut synthetic needs into queries of 20 to 60 distinct tokens."""
    queries: list[Tokens] = []
    for need in needs(count * 20, seed):
        tokens = list(dict.fromkeys(tokenize(f"{need.title}\n{need.description}")))
        if SHORTEST <= len(tokens) <= LONGEST and len(queries) < count:
            queries.append(tokens)
    return queries


def run(folder: Path, size: int, queries: Sequence[Tokens], rounds: int, seed: int) -> None:
    """Build all engines for one size, time them, print the table."""
    corpus = [
        dataclasses.replace(document, title="", body=f"{document.title}\n{document.body}")
        for document in documents(size, seed)
    ]
    texts = [tokenize(document.body) for document in corpus]
    index = SearchIndex(folder / "ours", weighting=Weighting(k1=1.2, body_b=0.75))
    started = time.perf_counter()
    index.rebuild(corpus)
    rebuilt = time.perf_counter() - started
    retriever = bm25s_index(texts)
    engines: list[Any] = [
        Ours(index, corpus),
        OursFind(index, corpus),
        Tantivy(folder / "tantivy", texts),
        Bm25sScores(retriever),
        Bm25s(retriever),
        Fts5(texts),
    ]
    tokens = sum(map(len, texts))
    print(f"\n{size:,} documents, {tokens / size:.0f} tokens each; ours rebuilt in {rebuilt:.1f} s")
    times = measure(engines, queries, rounds, seed)
    agreement = agree(engines, queries)
    ours = statistics.median(times[0])
    print(f"{'':34}{'median ms':>10}{'p95 ms':>10}{'ours/it':>10}{'same top 10':>13}")
    for engine, taken, same in zip(engines, times, agreement, strict=True):
        median, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
        shown = f"{same:.0%}" if same is not None else ""
        print(
            f"{engine.name:34}{median * 1e3:10.3f}{p95 * 1e3:10.3f}{ours / median:10.2f}{shown:>13}"
        )
    print_apply(index, corpus)


def measure(
    engines: Sequence[Any], queries: Sequence[Tokens], rounds: int, seed: int
) -> list[list[float]]:
    """Time every engine on every query in every round."""
    rng = random.Random(seed)
    times: list[list[float]] = [[] for _ in engines]
    prepared = [[engine.prepare(query) for query in queries] for engine in engines]
    turn = list(range(len(engines)))
    for _ in range(rounds):
        rng.shuffle(turn)
        for at in turn:
            top = engines[at].top
            top(prepared[at][0])  # brings the engine's code back into the caches
            for query in prepared[at]:
                started = time.perf_counter()
                top(query)
                times[at].append(time.perf_counter() - started)
    return times


def agree(engines: Sequence[Any], queries: Sequence[Tokens]) -> list[float | None]:
    """Tell what share of our ten best each engine has too; equal scores may differ."""
    shares: list[float | None] = []
    for engine in engines:
        common = total = 0
        for query in queries:
            mine = engines[0].numbers(engines[0].top(engines[0].prepare(query)))
            theirs = engine.numbers(engine.top(engine.prepare(query)))
            common += len(set(mine) & set(theirs))
            total += len(mine) if theirs else 0
        shares.append(common / total if total else None)
    return shares


def print_apply(index: SearchIndex, corpus: Sequence[Any]) -> None:
    """Time single changes, each up to the moment another reader finds it."""
    taken = []
    for document in corpus[:: max(1, len(corpus) // 20)][:20]:
        started = time.perf_counter()
        index.apply([document], [])
        index.find("视觉")
        taken.append(time.perf_counter() - started)
    median, worst = statistics.median(taken), max(taken)
    print(f"one changed document findable after {median * 1e3:.0f} ms, at worst {worst * 1e3:.0f}")


if __name__ == "__main__":
    main()
