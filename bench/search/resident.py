"""Open an index in this fresh process, answer fifty queries, and print what that took as JSON."""

import json
import sys
import time
from pathlib import Path

from bench.corpus import needs
from bench.machine import memory
from marketplace.search import Document, Lineup, SearchIndex


def main() -> None:
    """Answer like a web process: scores, the best, a page of hits, a batch for a lineup."""
    path = Path(sys.argv[1]).resolve()
    texts = [f"{need.title}\n{need.description}" for need in needs(50, seed=7)]
    warm_up(path.parent / "resident")
    before, _ = memory(path)
    index = SearchIndex(path)
    started = time.perf_counter()
    index.status()
    opened = time.perf_counter() - started
    after_opening, _ = memory(path)
    answer(index, texts)
    own, mapped = memory(path)
    print(
        json.dumps(
            {
                "open_seconds": opened,
                "own_opened": after_opening - before,
                "own": own - before,
                "mapped": mapped,
            }
        )
    )


def warm_up(path: Path) -> None:
    """Load the code and its compiled loops, which are not the index's."""
    index = SearchIndex(path)
    index.rebuild([Document("case:1", "p1", "case", 1, "", "视觉检测与排产")])
    answer(index, ["视觉检测与排产"])


def answer(index: SearchIndex, texts: list[str]) -> None:
    """Ask everything once."""
    refs = []
    for text in texts:
        refs = [ref for ref, _ in index.scores(text).best(200)] or refs
        index.find(text, facets={"tier": ["tier1"]})
    index.scores_many(texts).along(Lineup(refs))


if __name__ == "__main__":
    main()
