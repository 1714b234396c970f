"""Time replays of a draft rubric: ``python -m bench.replay --sizes 1000,10000``.

For each size one run times the replay (totals, tiers, moves, flow, fairness, and the rows as
they are kept) over fictional providers, and the plain way: one provider scored by
`Scheme.total` under both rubrics, times as many. What counts is the ratio of medians.
"""

import argparse
import copy
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from marketplace.rubrics.queries import shipped_body, shipped_rubric
from marketplace.rubrics.records import Record
from marketplace.rubrics.replay import replay
from marketplace.rubrics.scoring import Scheme


def main() -> None:
    """Print one line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    old, new = shipped_rubric().scheme, heavier_projects()
    print(f"{'providers':>10} {'replay s':>9} {'plain s':>9} {'ratio':>6} {'moved':>6}")
    for size in map(int, arguments.sizes.split(",")):
        records = providers(size, arguments.seed)
        made = replay(old, new, records, year=2026)
        ours = median_of(lambda: kept(old, new, records), arguments.rounds)  # noqa: B023
        one = median_of(lambda: plainly(old, new, records[0]), 200)  # noqa: B023
        moved = sum(row.direction != "same" for row in made.rows)
        print(f"{size:>10} {ours:>9.3f} {one * size:>9.3f} {one * size / ours:>6.2f} {moved:>6}")


def kept(old: Scheme, new: Scheme, records: list[Record]) -> Any:
    made = replay(old, new, records, year=2026)
    return made.as_result(), made.as_rows()


def plainly(old: Scheme, new: Scheme, record: Record) -> Any:
    """Score one provider under both rubrics without arrays; return totals, tiers and moves."""
    sides = [
        {
            item.code: item.points * record.shares[item.code]
            for item in scheme.indicators(record.track)
        }
        for scheme in (old, new)
    ]
    totals = [
        scheme.total(record.track, side) for scheme, side in zip((old, new), sides, strict=True)
    ]
    tiers = [scheme.band_of(total) for scheme, total in zip((old, new), totals, strict=True)]
    return totals, tiers, {code: sides[1][code] - sides[0][code] for code in sides[0]}


def providers(size: int, seed: int) -> list[Record]:
    """Return fictional providers of all tracks, a third of them from elsewhere."""
    rng, scheme = random.Random(seed), shipped_rubric().scheme
    made = []
    for number in range(size):
        track, level = rng.choice(scheme.tracks), rng.uniform(0.5, 0.95)
        shares = {
            item.code: min(1.0, max(0.0, rng.gauss(level, 0.12)))
            for item in scheme.indicators(track)
        }
        made.append(
            Record(
                provider_id=number,
                name=f"No. {number}",
                track=track,
                tier=None,
                shares=shares,
                is_local=rng.random() < 0.67,
                kind="opc" if track == "OPC" else "company",
                founded_year=rng.randint(2000, 2026),
            )
        )
    return made


def heavier_projects() -> Scheme:
    """Return the shipped rubric with two points moved from improvement to accepted projects."""
    body = copy.deepcopy(shipped_body())
    for track in body["tracks"]:
        track["points"]["accepted_projects"] += 2
        track["points"]["improvement"] -= 2
    return Scheme.from_body(body)


def median_of(work: Callable[[], Any], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main()
