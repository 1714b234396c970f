"""How unevenly something is shared out; pure arithmetic over one count per provider, zeros included."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil


def gini(counts: Iterable[int]) -> float:
    """Give the Gini coefficient: 0 everybody has the same, near 1 one has all.

    G = Σ (2i − n − 1)·xᵢ ÷ (n·Σx), x rising, i from 1 (Gini 1912 in the form of Sen, On Economic Inequality, 1973).
    0, 0, 0, 4 give 0.75; 1, 1, 1, 1 give 0; 1, 2, 3, 4 give 0.25.
    """
    values = sorted(counts)
    size, total = len(values), sum(values)
    if not total:
        return 0.0
    weighted = sum((2 * place - size - 1) * value for place, value in enumerate(values, 1))
    return weighted / (size * total)


def herfindahl(counts: Iterable[int]) -> float:
    """Give the Herfindahl–Hirschman index Σ shares², 1/n to 1 (Hirschman 1945, Herfindahl 1950); 0 without any.

    Its inverse is how many equal providers would be as concentrated: 2, 1, 1 give 0.375, some 2.7 of them.
    """
    values = list(counts)
    total = sum(values)
    return sum((value / total) ** 2 for value in values) if total else 0.0


def top_share(counts: Iterable[int], part: float) -> float:
    """Give the share of the largest `part` of all, at least one of them: of 6, 3, 1, 0 a quarter holds 0.6."""
    values = sorted(counts, reverse=True)
    total = sum(values)
    return sum(values[: max(1, ceil(len(values) * part))]) / total if total else 0.0
