"""Time whole recommendations: ``python -m bench.recommend --sizes 1000,10000,100000``.

For each size (offering and case documents, about four a provider) one run times, in turn: our whole recommendation of
one need (reading the need, text evidence, gates, signals, order, the counts of all groups, reasons of the ten shown),
its parts, and Tantivy, bm25s with NumPy and SQLite FTS5 answering the need's text query alone. Whatever else the
machine does falls on all alike; what counts is the ratio of medians. Needs are new in every call. `--before` different
ones are answered first, for what is kept of words and of the providers told of last to be at hand as in a running site;
what the first of them take, just after opening, is printed too. Then a list of needs is matched in one pass, beside
Tantivy's loop over the same queries.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.machine import bandwidth
from bench.recommend.facts import AS_OF, need_facts, provider_facts
from bench.search.engines import Bm25s, Fts5, Tantivy, Tokens, bm25s_index
from marketplace.matching.asking import Question, blank, put
from marketplace.matching.batch import rank_many
from marketplace.matching.facts import NeedFacts, ProviderFacts
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.prepared import Prepared
from marketplace.matching.ranking import rank
from marketplace.matching.readings import no_readings
from marketplace.matching.results import Ranking
from marketplace.matching.settling import settle
from marketplace.matching.understanding import Understanding, understand
from marketplace.matching.weights import load_weights
from marketplace.recommendations.judged import documents
from marketplace.recommendations.pool_files import Compiled, PoolFiles
from marketplace.recommendations.pool_queries import MARK_BYTES
from marketplace.recommendations.vocabulary import shipped_vocabulary
from marketplace.search import SearchIndex, tokenize
from marketplace.search.results import Lineup

EXPLAINED, FIRST = 10, 3
SLOW = 20_000
"""FTS5 takes a second a query beyond so many documents and tells nothing new."""


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--needs", type=int, default=40)
    parser.add_argument("--before", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    speed = bandwidth()
    print(f"one thread copies and adds {speed / 1e9:.1f} GB/s from memory")
    for size in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), size, arguments, speed)


@dataclass
class Site:
    """What answers: the pool, the index, the words."""

    prepared: Prepared
    index: SearchIndex
    lineup: Lineup

    def __post_init__(self) -> None:
        self.lexicon, self.vocabulary = load_lexicon(), shipped_vocabulary()
        self.weights = load_weights()

    def read(self, need: NeedFacts) -> Understanding:
        """Read a need."""
        return understand(need, self.lexicon, self.vocabulary)

    def said(self, understanding: Understanding) -> Any:
        """Score the texts."""
        return self.index.scores(understanding.search_text).along(self.lineup)

    def ranked(self, understanding: Understanding, said: Any, explained: int) -> Ranking:
        """Rank, with what the first screen of the page shows."""
        ranking = rank(understanding, self.prepared, said, self.weights, AS_OF, explained)
        ranking.first(EXPLAINED)
        ranking.fit_counts(), ranking.gate_counts(), ranking.excluded_by()
        return ranking

    def whole(self, need: NeedFacts) -> Ranking:
        """Recommend for a need never seen."""
        return self.known(self.read(need))

    def known(self, understanding: Understanding) -> Ranking:
        """Recommend for a need that was read when it was posted."""
        return self.ranked(understanding, self.said(understanding), EXPLAINED)


def run(folder: Path, size: int, arguments: argparse.Namespace, speed: float) -> None:
    """Build everything for one size, time it, print the table."""
    facts = list(provider_facts(size, arguments.seed))
    corpus = list(documents(facts))
    index = SearchIndex(folder / "ours")
    index.rebuild(corpus)
    started = time.perf_counter()
    prepared = pooled(folder / "pool", facts)
    read = time.perf_counter() - started
    print(f"\n{size:,} documents, {len(facts):,} providers; read, kept and opened in {read:.1f} s")
    site = Site(prepared, index, Lineup(prepared.unit_refs))
    texts = [tokenize(f"{document.title}\n{document.body}") for document in corpus]
    tantivy = Tantivy(folder / "tantivy", texts)
    engines: list[Any] = [tantivy, Bm25s(bm25s_index(texts))]
    if size <= SLOW:
        engines.append(Fts5(texts))
    single(site, engines, arguments, speed)
    batch(site, tantivy, arguments)


def pooled(folder: Path, facts: Sequence[ProviderFacts]) -> Prepared:
    """Read providers as the worker does, keep them on disk, and open them there as a web process does."""
    lexicon = load_lexicon()
    larger, parts, rows = no_readings(lexicon).with_read(facts)
    readings = larger.arranged(parts, rows)
    tables = readings.laid_out()
    marks = np.zeros((len(readings), MARK_BYTES), dtype=np.uint8)
    made = Compiled(
        "bench", np.arange(len(readings)), marks, readings, tables, readings.prepared(tables)
    )
    with PoolFiles(folder).building():
        PoolFiles(folder).save(made, None)
    opened = PoolFiles(folder).open(lexicon)
    assert opened is not None, "what was just saved can be opened"
    return opened.prepared


def single(site: Site, engines: Sequence[Any], arguments: argparse.Namespace, speed: float) -> None:
    """Time one need after another, each new."""
    first = []
    for need in need_facts(arguments.before, arguments.seed + 7):
        started = time.perf_counter()
        site.whole(need)
        first.append(time.perf_counter() - started)
    asked = need_facts(arguments.needs * arguments.rounds, arguments.seed)
    known = [site.read(need) for need in asked]
    said = [site.said(understanding) for understanding in known]
    fresh = [replace(need, need_id=f"fresh {need.need_id}") for need in asked]
    queries = [_tokens(need) for need in asked]
    jobs: list[Job] = [
        ("duijie: whole recommendation", _calls(site.whole, fresh)),
        ("  of a need read when posted", _calls(site.known, known)),
        ("  reading the need alone", _calls(site.read, fresh)),
        ("  text evidence alone", _calls(site.said, known)),
        (
            "  ranking alone, no words",
            [_ranking(site, *pair) for pair in zip(known, said, strict=True)],
        ),
    ]
    jobs += [
        (engine.name, _calls(engine.top, [engine.prepare(query) for query in queries]))
        for engine in engines
    ]
    medians = measure(jobs, arguments.rounds, arguments.seed)
    base = medians[len(jobs) - len(engines)]
    print(f"  {'':34}{'median':>10}{'to Tantivy':>14}")
    for (name, _), median in zip(jobs, medians, strict=True):
        print(f"  {name:34}{median * 1000:10.3f} ms{median / base:10.2f} ×")
    opening = statistics.median(first[: arguments.needs])
    print(f"  just after opening, a recommendation takes {opening * 1000:.1f} ms")
    touched = statistics.median(_touched(site, item) for item in known)
    rate = touched / medians[4]
    print(
        f"  ranking touches {touched / 1e6:.1f} MB a need: {rate / 1e9:.1f} GB/s,"
        f" {rate / speed:.2f} of what one thread copies and adds from memory"
    )


def _touched(site: Site, understanding: Understanding) -> float:
    """Count the bytes a ranking reads and writes, each table once."""
    prepared = site.prepared
    standpoint = settle(prepared, site.weights, AS_OF)
    question: Question = put(understanding, prepared, standpoint)
    answer = blank(prepared, len(understanding.constraints))
    looked_up = (
        (prepared.provider_pieces.columns, question.pieces),
        (prepared.claimed_scenes.columns, question.claimed_scenes),
        (prepared.leaned_scenes.columns, question.leaned_scenes),
        (prepared.claimed_industries.columns, question.claimed_industries),
        (prepared.case_industries.columns, question.case_industries),
    )
    postings = sum(
        int((table.starts[wanted.numbers + 1] - table.starts[wanted.numbers]).sum())
        for table, wanted in looked_up
    )
    tables = (
        prepared.unit_meaning.matrix,
        standpoint.texts,
        standpoint.providers,
        answer.felt,
        answer.found,
        answer.scored,
        answer.states,
    )
    words = question.words.numbers.size * len(prepared)
    return (
        sum(table.nbytes for table in tables) + 8 * postings + words + 4 * len(prepared.unit_refs)
    )


def batch(site: Site, tantivy: Any, arguments: argparse.Namespace) -> None:
    """Match a list in one pass, and let Tantivy answer its queries one by one, in turn."""
    rows = [
        replace(need, need_id=f"row{number}")
        for number, need in enumerate(need_facts(arguments.rows, arguments.seed + 1))
    ]
    started = time.perf_counter()
    known = [site.read(need) for need in rows]
    read = time.perf_counter() - started
    queries = [tantivy.prepare(_tokens(need)) for need in rows]

    def ours() -> None:
        scores = site.index.scores_many([item.search_text for item in known])
        rank_many(known, site.prepared, scores.along(site.lineup), site.weights, AS_OF, FIRST)

    def theirs() -> None:
        for query in queries:
            tantivy.top(query)

    ours()
    taken: list[list[float]] = [[], []]
    for _ in range(arguments.rounds):
        for at, job in enumerate((ours, theirs)):
            started = time.perf_counter()
            job()
            taken[at].append(time.perf_counter() - started)
    mine, other = (statistics.median(found) for found in taken)
    print(
        f"  list of {len(rows)} rows: {mine * 1000:.0f} ms in one pass, {mine / other:.2f} × Tantivy's loop"
        f" ({other * 1000:.0f} ms); reading the rows before: {read * 1000:.0f} ms"
    )


Job = tuple[str, list[Callable[[], Any]]]


def _tokens(need: NeedFacts) -> Tokens:
    return list(dict.fromkeys(tokenize(f"{need.title}\n{need.description}")))


def _ranking(site: Site, understanding: Understanding, said: Any) -> Callable[[], Any]:
    return lambda: site.ranked(understanding, said, 0)


def _calls(job: Callable[[Any], Any], items: Sequence[Any]) -> list[Callable[[], Any]]:
    return [lambda item=item: job(item) for item in items]


def measure(jobs: Sequence[Job], rounds: int, seed: int) -> list[float]:
    """Return the median seconds of each job's calls; in each round the jobs take random turns with a share of them."""
    rng = random.Random(seed)
    times: list[list[float]] = [[] for _ in jobs]
    turn = list(range(len(jobs)))
    for share in range(rounds):
        rng.shuffle(turn)
        for at in turn:
            calls = jobs[at][1]
            calls[-1]()  # brings the code back into the caches
            for call in calls[len(calls) * share // rounds : len(calls) * (share + 1) // rounds]:
                started = time.perf_counter()
                call()
                times[at].append(time.perf_counter() - started)
    return [float(np.median(found)) for found in times]


if __name__ == "__main__":
    main()
