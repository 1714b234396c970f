"""The judged sets, loaded once with their text evidence, for the quality test and the ablation."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from marketplace.matching.evaluation import JudgedSet, parse_set
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.measures import ndcg
from marketplace.matching.prepared import Prepared, prepare
from marketplace.matching.ranking import rank
from marketplace.matching.results import Ranking
from marketplace.matching.understanding import Understanding, understand
from marketplace.matching.weights import Weights
from marketplace.recommendations.judged import documents, read_set
from marketplace.recommendations.vocabulary import shipped_vocabulary
from marketplace.search import SearchIndex

TESTS = Path(__file__).resolve().parent.parent
FOLDERS = {
    "given": TESTS / "data" / "matching",
    "own": TESTS / "quality" / "judged",
    "independent": TESTS / "quality" / "judged_independent",
}
QUALITY = TESTS / "quality"
FURTHER = {f"{name}_further": name for name in FOLDERS}
AS_OF = date(2026, 11, 22)


def _violations(folder: Path) -> Mapping[str, Sequence[str]]:
    """Read which providers break a hard demand of a need by their own words, marked by hand."""
    found: dict[str, list[str]] = {}
    for line in (folder / "violations.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        need_id, provider_id = line.split("\t")
        found.setdefault(need_id, []).append(provider_id)
    return found


VIOLATIONS = {name: _violations(folder) for name, folder in FOLDERS.items()}
TURNED_AWAY = {name: _violations(QUALITY / "further" / base) for name, base in FURTHER.items()}


@dataclass(frozen=True)
class Loaded:
    """A judged set with everything a run needs."""

    name: str
    judged: JudgedSet
    prepared: Prepared
    understandings: tuple[Understanding, ...]
    evidence: tuple[Mapping[str, float], ...]

    def rankings(self, weights: Weights, chosen: Sequence[int] | None = None) -> list[Ranking]:
        """Rank the needs, or those at some places."""
        return [
            rank(self.understandings[n], self.prepared, self.evidence[n], weights, AS_OF, 0)
            for n in (range(len(self.understandings)) if chosen is None else chosen)
        ]

    def ndcgs(self, rankings: Sequence[Ranking]) -> list[float]:
        """Measure rankings."""
        found = (
            ndcg([item.provider_id for item in ranking.placed], self.judged.grades[ranking.need_id])
            for ranking in rankings
        )
        return [value for value in found if value is not None]


def _joined(needs: Path, *providers_of: str) -> JudgedSet:
    """Join the needs of a folder with the providers of one or more sets."""

    def lines(*paths: Path) -> list[str]:
        return [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]

    return parse_set(
        lines(*(FOLDERS[name] / "providers.jsonl" for name in providers_of)),
        lines(needs / "needs.jsonl"),
        lines(needs / "qrels.tsv"),
        shipped_vocabulary(),
    )


def _judged(name: str) -> JudgedSet:
    if name in FURTHER:
        return _joined(QUALITY / "further" / FURTHER[name], FURTHER[name])
    if name == "reworded":
        return _joined(QUALITY / "reworded", "given", "own")
    return read_set(FOLDERS[name], shipped_vocabulary())


@cache
def load(name: str) -> Loaded:
    """Load a judged set: "given", "own", "independent", "reworded", or further needs: "given_further" and so on."""
    vocabulary, judged, lexicon = shipped_vocabulary(), _judged(name), load_lexicon()
    understandings = tuple(understand(need, lexicon, vocabulary) for need in judged.needs)
    with tempfile.TemporaryDirectory() as scratch:
        index = SearchIndex(Path(scratch) / "index")
        index.rebuild(documents(judged.providers))
        evidence = tuple(dict(index.scores(item.search_text)) for item in understandings)
    return Loaded(name, judged, prepare(judged.providers, lexicon), understandings, evidence)
