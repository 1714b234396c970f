"""Measures of a ranking against graded judgements; pure arithmetic, no input or output.

A ranking is a sequence of provider ids, best first. Grades are 0–3; an unlisted pair has grade 0; relevant means
grade 2 or more. Ties in a scored run are broken by (-score, id), so that a figure never depends on chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2

RELEVANT = 2


def ordered(scores: Mapping[str, float]) -> list[str]:
    """Order ids by falling score, equal scores by id."""
    return sorted(scores, key=lambda key: (-scores[key], key))


def gain(grade: int) -> int:
    """Give the exponential gain 2^g − 1 (Burges et al. 2005): grade 3 is worth 7, grade 1 is worth 1."""
    return (1 << grade) - 1


def dcg(gains: Iterable[int]) -> float:
    """Sum gains discounted by log2(rank + 1), ranks from 1: gains 7, 1 give 7 + 1/1.585 = 7.631."""
    return sum(value / log2(place + 2) for place, value in enumerate(gains))


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float | None:
    """Divide the DCG of the first k by that of the ideal order of all judged.

    None when nothing judged is worth anything, because the ratio is then undefined.
    """
    ideal = dcg(sorted((gain(grade) for grade in grades.values()), reverse=True)[:k])
    if ideal == 0.0:
        return None
    return dcg(gain(grades.get(key, 0)) for key in ranking[:k]) / ideal


def recall(ranking: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float | None:
    """Give the share of relevant providers found among the first k; None when none is relevant."""
    relevant = {key for key, grade in grades.items() if grade >= RELEVANT}
    if not relevant:
        return None
    return len(relevant.intersection(ranking[:k])) / len(relevant)


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int]) -> float | None:
    """Give 1 / rank of the first relevant provider, 0 when it is missing, None when none is relevant."""
    if not any(grade >= RELEVANT for grade in grades.values()):
        return None
    for place, key in enumerate(ranking, start=1):
        if grades.get(key, 0) >= RELEVANT:
            return 1.0 / place
    return 0.0


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over the needs for which each measure is defined; `needs` counts the judged ones."""

    ndcg_at_10: float
    recall_at_10: float
    mrr: float
    needs: int


def mean(values: Iterable[float | None]) -> float:
    """Average the defined values; 0 when there is none."""
    defined = [value for value in values if value is not None]
    return sum(defined) / len(defined) if defined else 0.0


def measure(
    rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, int]]
) -> Quality:
    """Measure every judged need; a judged need without a ranking counts as an empty ranking."""
    pairs = [(rankings.get(need_id, ()), grades) for need_id, grades in judgements.items()]
    return Quality(
        ndcg_at_10=mean(ndcg(ranking, grades) for ranking, grades in pairs),
        recall_at_10=mean(recall(ranking, grades) for ranking, grades in pairs),
        mrr=mean(reciprocal_rank(ranking, grades) for ranking, grades in pairs),
        needs=len(pairs),
    )
