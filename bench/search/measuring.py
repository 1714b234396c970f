"""Take turns, and compare what came out."""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.search.engines import Tokens


def measure(
    engines: Sequence[Any], queries: Sequence[Tokens], rounds: int, seed: int
) -> list[list[float]]:
    """Time every engine on every query in every round; slow ones in the first round alone."""
    rng = random.Random(seed)
    times: list[list[float]] = [[] for _ in engines]
    prepared = [[engine.prepare(query) for query in queries] for engine in engines]
    turn = list(range(len(engines)))
    for number in range(rounds):
        rng.shuffle(turn)
        for at in turn:
            if number > 0 and getattr(engines[at], "slow", False):
                continue
            top = engines[at].top
            top(prepared[at][0])  # brings the engine's code back into the caches
            for query in prepared[at]:
                started = time.perf_counter()
                top(query)
                times[at].append(time.perf_counter() - started)
    return times


def in_turns(jobs: Sequence[Callable[[], Any]], rounds: int) -> list[list[float]]:
    """Time some jobs one after the other, once each round."""
    times: list[list[float]] = [[] for _ in jobs]
    for job in jobs:
        job()
    for _ in range(rounds):
        for at, job in enumerate(jobs):
            started = time.perf_counter()
            job()
            times[at].append(time.perf_counter() - started)
    return times


def agree(engines: Sequence[Any], queries: Sequence[Tokens]) -> list[float | None]:
    """Tell what share of our ten best each engine has too; equal scores may differ."""
    shares: list[float | None] = []
    for engine in engines:
        asked = queries[:10] if getattr(engine, "slow", False) else queries
        common = total = 0
        for query in asked:
            mine = engines[0].numbers(engines[0].top(engines[0].prepare(query)))
            theirs = engine.numbers(engine.top(engine.prepare(query)))
            common += len(set(mine) & set(theirs))
            total += len(mine) if theirs else 0
        shares.append(common / total if total else None)
    return shares
