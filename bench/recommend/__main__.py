"""Time whole recommendations: ``python -m bench.recommend --sizes 1000,10000,100000``.

For each size (offering and case documents, about four a provider) one run times, in turn: our
whole recommendation of one need (reading the need, text evidence, gates, signals, order, reasons
of the first 20), and Tantivy, bm25s with NumPy and SQLite FTS5 answering the need's text query
alone. Whatever else the machine does falls on all alike; what counts is the ratio of medians.
Then a list of needs is matched row by row, the first three of each explained.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.recommend.facts import AS_OF, need_facts, provider_facts
from bench.search.engines import Bm25s, Fts5, Tantivy, Tokens, bm25s_index
from marketplace.matching.facts import NeedFacts
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.prepared import prepare
from marketplace.matching.ranking import rank
from marketplace.matching.understanding import understand
from marketplace.matching.weights import load_weights
from marketplace.recommendations.cli import documents
from marketplace.recommendations.vocabulary import shipped_vocabulary
from marketplace.search import SearchIndex, tokenize

EXPLAINED, FIRST = 20, 3


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--needs", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for size in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), size, arguments)


def run(folder: Path, size: int, arguments: argparse.Namespace) -> None:
    """Build everything for one size, time it, print the table."""
    facts = list(provider_facts(size, arguments.seed))
    corpus = list(documents(facts))
    index = SearchIndex(folder / "ours")
    index.rebuild(corpus)
    lexicon, vocabulary, weights = load_lexicon(), shipped_vocabulary(), load_weights()
    started = time.perf_counter()
    prepared = prepare(facts, lexicon)
    read = time.perf_counter() - started

    def recommend(need: NeedFacts, explained: int = EXPLAINED) -> Any:
        understanding = understand(need, lexicon, vocabulary)
        scores = index.scores(understanding.search_text)
        return rank(understanding, prepared, scores, weights, AS_OF, explained)

    asked = need_facts(arguments.needs, arguments.seed)
    queries = [_tokens(need) for need in asked]
    texts = [tokenize(f"{document.title}\n{document.body}") for document in corpus]
    engines = [Tantivy(folder / "tantivy", texts), Bm25s(bm25s_index(texts)), Fts5(texts)]
    jobs = [("duijie: whole recommendation", _calls(recommend, asked))]
    jobs += [
        (engine.name, _calls(engine.top, [engine.prepare(query) for query in queries]))
        for engine in engines
    ]
    medians = measure(jobs, arguments.rounds, arguments.seed)
    print(f"\n{size} documents, {len(facts)} providers; read and compiled in {read:.1f} s")
    for (name, _job), median in zip(jobs, medians, strict=True):
        print(f"  {name:34}{median * 1000:10.2f} ms{medians[0] / median:10.1f} ×")
    rows = [
        replace(need, need_id=f"row{number}")
        for number, need in enumerate(need_facts(arguments.rows, arguments.seed + 1))
    ]
    started = time.perf_counter()
    for need in rows:
        recommend(need, FIRST)
    took = time.perf_counter() - started
    print(f"  list of {len(rows)} rows: {took:.1f} s, {took / len(rows) * 1000:.1f} ms a row")


def _tokens(need: NeedFacts) -> Tokens:
    return list(dict.fromkeys(tokenize(f"{need.title}\n{need.description}")))


def _calls(job: Callable[[Any], Any], items: Sequence[Any]) -> list[Callable[[], Any]]:
    return [lambda item=item: job(item) for item in items]


def measure(
    jobs: Sequence[tuple[str, list[Callable[[], Any]]]], rounds: int, seed: int
) -> list[float]:
    """Return the median seconds of each job's calls; in each round the jobs take random turns."""
    rng = random.Random(seed)
    times: list[list[float]] = [[] for _ in jobs]
    turn = list(range(len(jobs)))
    for _ in range(rounds):
        rng.shuffle(turn)
        for at in turn:
            jobs[at][1][0]()
            for call in jobs[at][1]:
                started = time.perf_counter()
                call()
                times[at].append(time.perf_counter() - started)
    return [statistics.median(found) for found in times]


if __name__ == "__main__":
    main()
