"""Turns a folder of judged pairs into facts and measures a ranking of them; pure, the caller reads the files.

The form is that of `match evaluate`: providers with a description, cases as sentences and scenes by name; needs with
a title, a description and a budget in words; grades 0–3. Deployment stands only in the texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import amounts
from .facts import CaseFacts, NeedFacts, ProviderFacts, Vocabulary
from .lexicon import Lexicon
from .measures import Quality, measure
from .prepared import Floats, Prepared, prepare
from .ranking import rank
from .results import Ranking
from .understanding import Understanding, understand
from .weights import Weights

Evidence = Callable[[Understanding], Mapping[str, float]]
Semantic = Callable[[NeedFacts, Prepared], Floats | None]


class JudgedSetError(ValueError):
    """A judged set cannot be read; the message names the file and line."""


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Providers, needs and the grades of their pairs."""

    providers: tuple[ProviderFacts, ...]
    needs: tuple[NeedFacts, ...]
    grades: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a run over a judged set, and the rankings they were taken from."""

    quality: Quality
    rankings: tuple[Ranking, ...]

    def run_rows(self) -> Iterable[tuple[str, str, int, float]]:
        """Give the run: need id, provider id, rank, score; excluded providers are not in it."""
        for ranking in self.rankings:
            for item in ranking.placed:
                yield ranking.need_id, item.provider_id, item.rank, item.score


def parse_set(
    provider_lines: Iterable[str],
    need_lines: Iterable[str],
    grade_lines: Iterable[str],
    vocabulary: Vocabulary,
) -> JudgedSet:
    """Read a judged set from the lines of its three files. Raises JudgedSetError."""
    scene_ids = {name: scene_id for scene_id, name in vocabulary.scenes.items()}
    return JudgedSet(
        tuple(_provider(row, scene_ids) for row in _rows("providers.jsonl", provider_lines)),
        tuple(_need(row, scene_ids) for row in _rows("needs.jsonl", need_lines)),
        _grades(grade_lines),
    )


def evaluate(
    judged: JudgedSet,
    lexicon: Lexicon,
    vocabulary: Vocabulary,
    weights: Weights,
    as_of: date,
    evidence: Evidence,
    explain_top: int = 0,
    semantic: Semantic | None = None,
) -> Evaluation:
    """Rank all providers for every need and measure.

    `evidence` gives the text scores of a need, `semantic` how near the providers are to it by full embeddings.
    """
    prepared = prepare(judged.providers, lexicon)
    rankings = []
    for need in judged.needs:
        understanding = understand(need, lexicon, vocabulary)
        rankings.append(
            rank(
                understanding,
                prepared,
                evidence(understanding),
                weights,
                as_of,
                explain_top,
                semantic(need, prepared) if semantic else None,
            )
        )
    order: dict[str, Sequence[str]] = {
        ranking.need_id: [item.provider_id for item in ranking.placed] for ranking in rankings
    }
    judgements = {need.need_id: judged.grades.get(need.need_id, {}) for need in judged.needs}
    return Evaluation(measure(order, judgements), tuple(rankings))


def _rows(name: str, lines: Iterable[str]) -> Iterable[Mapping[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise JudgedSetError(f"{name} 第{number}行不是 JSON") from error
        if not isinstance(row, dict) or not row.get("id"):
            raise JudgedSetError(f"{name} 第{number}行缺少 id")
        yield row


def _list(value: Any) -> list[Any]:
    """Take a list, one value, or nothing as a list."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _codes(value: Any, known: Mapping[str, str]) -> tuple[str, ...]:
    """Read scenes by name or id; what the taxonomy does not know is left out."""
    names = [str(item).strip() for item in _list(value)]
    ids = set(known.values())
    return tuple(known.get(name, name) for name in names if name in known or name in ids)


def _provider(row: Mapping[str, Any], scene_ids: Mapping[str, str]) -> ProviderFacts:
    provider_id = str(row["id"])
    return ProviderFacts(
        provider_id=provider_id,
        name=str(row.get("name") or provider_id),
        profile=str(row.get("description") or ""),
        type_codes=tuple(str(item) for item in _list(row.get("provider_type"))),
        region_code=str(row["region_code"]) if row.get("region_code") else None,
        industry_codes=tuple(str(item) for item in _list(row.get("industries"))),
        scene_ids=_codes(row.get("scenes"), scene_ids),
        cases=tuple(
            _case(f"case:{provider_id}-{place}", item, scene_ids)
            for place, item in enumerate(_list(row.get("cases")), start=1)
        ),
    )


def _case(ref: str, item: Any, scene_ids: Mapping[str, str]) -> CaseFacts:
    if isinstance(item, dict):
        return CaseFacts(
            ref=ref,
            title=str(item.get("title") or item.get("name") or ""),
            text=str(item.get("text") or item.get("description") or ""),
            industry_code=str(item["industry_code"]) if item.get("industry_code") else None,
            scene_ids=_codes(item.get("scenes") or item.get("scene"), scene_ids),
        )
    return CaseFacts(ref=ref, title=str(item), text="")


def _need(row: Mapping[str, Any], scene_ids: Mapping[str, str]) -> NeedFacts:
    budget = amounts.money(str(row.get("budget") or ""))
    return NeedFacts(
        need_id=str(row["id"]),
        title=str(row.get("title") or ""),
        description=str(row.get("description") or ""),
        industry_codes=tuple(str(item) for item in _list(row.get("industry_code"))),
        scene_ids=_codes(row.get("scene"), scene_ids),
        region_code=str(row["region_code"]) if row.get("region_code") else None,
        budget_min_wan=budget[0] if budget else None,
        budget_max_wan=budget[1] if budget else None,
        must_haves=tuple(str(item) for item in _list(row.get("must_haves")))[:5],
    )


def _grades(lines: Iterable[str]) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines, start=1):
        fields = line.split()
        if not fields or fields[0] == "need_id":
            continue
        try:
            need_id, provider_id, grade = fields[0], fields[-2], int(fields[-1])
        except (IndexError, ValueError) as error:
            raise JudgedSetError(f"qrels.tsv 第{number}行应为 需求、服务商、分级") from error
        grades.setdefault(need_id, {})[provider_id] = grade
    return grades
