"""The rehearsal compiles what a real ranking needs, and nothing is compiled twice for other arrays."""

from __future__ import annotations

from marketplace.matching import (
    alignment,
    clause_index,
    kernels,
    near_words,
    ordering,
    picking,
    semantics,
    working,
)
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.rehearsal import rehearse
from marketplace.matching.weights import load_weights

from .builders import CATALOGUE, TODAY, VOCABULARY, need, run

LOOPS = (alignment, clause_index, kernels, near_words, ordering, picking, semantics, working)


def compiled() -> dict[str, int]:
    """Count by name how often each loop was compiled when called from outside."""
    found = {}
    for module in LOOPS:
        for name, value in vars(module).items():
            if hasattr(value, "signatures"):
                found[name] = len(value.signatures)
    return found


def test_a_rehearsal_places_its_providers_with_reasons() -> None:
    ranking = rehearse(load_lexicon(), VOCABULARY, load_weights(), TODAY)
    assert [bool(item.reasons) for item in ranking.placed] == [True, True]


def test_after_a_rehearsal_a_ranking_compiles_nothing_more() -> None:
    rehearse(load_lexicon(), VOCABULARY, load_weights(), TODAY)
    before = compiled()
    run(need(must_haves=("毛刺自动判别",), region_code="370700"), CATALOGUE, explain_top=20)
    assert compiled() == before
