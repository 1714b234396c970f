"""The rehearsal compiles what a real ranking needs, and nothing is compiled twice for other arrays."""

from __future__ import annotations

from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.rehearsal import rehearse
from marketplace.matching.weights import load_weights
from marketplace.matching.working import work

from .builders import CATALOGUE, TODAY, VOCABULARY, need, run


def test_a_rehearsal_places_its_providers_with_reasons() -> None:
    ranking = rehearse(load_lexicon(), VOCABULARY, load_weights(), TODAY)
    assert [bool(item.reasons) for item in ranking.placed] == [True, True]


def test_after_a_rehearsal_a_ranking_compiles_nothing_more() -> None:
    rehearse(load_lexicon(), VOCABULARY, load_weights(), TODAY)
    run(need(must_haves=("毛刺自动判别",), region_code="370700"), CATALOGUE, explain_top=20)
    assert len(work.signatures) == 1
