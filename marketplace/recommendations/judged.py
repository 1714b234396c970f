"""Judged folders made ready for measuring and fitting: read once, ranked under any weight set."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ..matching.evaluation import JudgedSet, JudgedSetError, parse_set
from ..matching.facts import ProviderFacts, Vocabulary
from ..matching.fitting import POINTS, Example, as_array, judged_example
from ..matching.lexicon import Lexicon
from ..matching.measures import Quality, measure
from ..matching.ordering import draw_lot
from ..matching.preferences import signal_values
from ..matching.prepared import Prepared, prepare
from ..matching.ranking import rank
from ..matching.results import Ranking
from ..matching.understanding import Understanding, understand
from ..matching.weights import Weights
from ..search import Document, SearchIndex

FILES = ("providers.jsonl", "needs.jsonl", "qrels.tsv")
VIOLATIONS = "violations.tsv"
"""Optional: need_id and provider_id of those that break a hard demand by their own words."""
TOP = 5


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A judged folder with all a ranking takes. `broken`: pairs that break a hard demand, None when not marked.

    `label` is what people call it; needs are grouped by the folder's own name.
    """

    name: str
    label: str
    digest: str
    lexicon_version: str
    judged: JudgedSet
    prepared: Prepared
    understandings: tuple[Understanding, ...]
    evidence: tuple[Mapping[str, float], ...]
    broken: frozenset[tuple[str, str]] | None
    as_of: date

    def rankings(self, weights: Weights) -> list[Ranking]:
        """Rank all needs under a weight set, nothing explained."""
        return [
            rank(one, self.prepared, scores, weights, self.as_of, 0)
            for one, scores in zip(self.understandings, self.evidence, strict=True)
        ]


def read_set(folder: Path, vocabulary: Vocabulary) -> JudgedSet:
    """Read a judged set from its folder. Raises JudgedSetError."""

    def lines(name: str) -> list[str]:
        try:
            return (folder / name).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise JudgedSetError(f"读不到 {name}：须为 UTF-8 文本文件") from error

    return parse_set(lines("providers.jsonl"), lines("needs.jsonl"), lines("qrels.tsv"), vocabulary)


@contextmanager
def scratch_index(providers: Iterable[ProviderFacts]) -> Iterator[SearchIndex]:
    """Index the documents of providers in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="duijie-judged-") as scratch:
        index = SearchIndex(Path(scratch) / "index")
        index.rebuild(documents(providers))
        yield index


def documents(providers: Iterable[ProviderFacts]) -> Iterator[Document]:
    """Give the searchable documents of providers, by the refs the matcher uses."""
    for facts in providers:
        yield _document(f"profile:{facts.provider_id}", facts, "profile", facts.name, facts.profile)
        for offering in facts.offerings:
            yield _document(offering.ref, facts, "offering", offering.name, offering.text)
        for case in facts.cases:
            yield _document(case.ref, facts, "case", case.title, case.text)


def _document(ref: str, facts: ProviderFacts, kind: Any, title: str, body: str) -> Document:
    return Document(ref, facts.provider_id, kind, 1, title, body)


def load_folder(
    folder: Path, lexicon: Lexicon, vocabulary: Vocabulary, as_of: date, label: str = ""
) -> Loaded:
    """Read a judged folder and its text evidence; without a label its name is shown. Raises JudgedSetError."""
    judged = read_set(folder, vocabulary)
    understandings = tuple(understand(need, lexicon, vocabulary) for need in judged.needs)
    with scratch_index(judged.providers) as index:
        evidence = tuple(dict(index.scores(item.search_text)) for item in understandings)
    return Loaded(
        name=folder.resolve().name,
        label=label or folder.resolve().name,
        digest=digest_of_folder(folder),
        lexicon_version=lexicon.version,
        judged=judged,
        prepared=prepare(judged.providers, lexicon),
        understandings=understandings,
        evidence=evidence,
        broken=read_violations(folder),
        as_of=as_of,
    )


def digest_of_folder(folder: Path) -> str:
    """Return the SHA-256 of all files measured by, by which a set is told from a later one of its name.

    A folder without marked violations has the digest of its three files.
    """
    digest = hashlib.sha256()
    for name in (*FILES, VIOLATIONS):
        if name in FILES or (folder / name).is_file():
            digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def read_violations(folder: Path) -> frozenset[tuple[str, str]] | None:
    """Read which providers break a hard demand of a need, as marked by hand; None when nobody marked any."""
    path = folder / VIOLATIONS
    if not path.is_file():
        return None
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset((row[0], row[1]) for row in rows if len(row) > 1 and row[0] != "need_id")


def count_broken(
    broken: frozenset[tuple[str, str]] | None, first: Iterable[tuple[str, str]]
) -> int | None:
    """Count the pairs of need and provider among the first places that break a hard demand; None when not marked."""
    return None if broken is None else len(broken.intersection(first))


def figures_of(loaded: Loaded, weights: Weights) -> dict[str, Any]:
    """Measure a weight set on a folder: the quality, and how many of the first five break a hard demand."""
    rankings = loaded.rankings(weights)
    order: dict[str, Sequence[str]] = {
        item.need_id: [placed.provider_id for placed in item.first(10**6)] for item in rankings
    }
    grades = {
        need.need_id: loaded.judged.grades.get(need.need_id, {}) for need in loaded.judged.needs
    }
    found: Quality = measure(order, grades)
    tops = [(need_id, key) for need_id, keys in order.items() for key in keys[:TOP]]
    return {
        "ndcg": round(found.ndcg_at_10, 4),
        "recall": round(found.recall_at_10, 4),
        "mrr": round(found.mrr, 4),
        "needs": found.needs,
        "providers": len(loaded.judged.providers),
        "top_places": len(tops),
        "broken": count_broken(loaded.broken, tops),
    }


def examples_of(loaded: Loaded, weights: Weights) -> list[Example]:
    """Make an example of every judged need; what each signal reaches does not depend on its points."""
    level = replace(weights, points=_level(weights.points))
    start = as_array(weights.points)
    found = []
    for ranking in loaded.rankings(level):
        grades = loaded.judged.grades.get(ranking.need_id)
        if not grades:
            continue
        placed = sorted(
            ranking.placed, key=lambda item: draw_lot(ranking.need_id, item.provider_id)
        )
        values = np.array([signal_values(_plain(item.contributions)) for item in placed])
        ids = [item.provider_id for item in placed]
        group = f"{loaded.name}:{ranking.need_id}"
        found.append(judged_example(group, ids, values, grades, start))
    return found


def _level(points: Mapping[str, float]) -> dict[str, float]:
    earning = [name for name, value in points.items() if value > 0]
    return {name: POINTS / len(earning) if name in earning else 0.0 for name in points}


def _plain(contributions: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {"signal": item.signal, "points": item.points, "maximum": item.maximum}
        for item in contributions
    ]
