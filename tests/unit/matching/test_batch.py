"""Many needs ranked in one go stand as each would alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.matching.batch import Brief, rank_many
from marketplace.matching.facts import NeedFacts, ProviderFacts
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.prepared import prepare
from marketplace.matching.ranking import rank
from marketplace.matching.results import Placed
from marketplace.matching.understanding import understand
from marketplace.matching.weights import load_weights

from .builders import CATALOGUE, TODAY, VOCABULARY, need, provider
from .test_ranking_properties import NEEDS, catalogues, evidence_for


def briefs_of(
    needs: list[NeedFacts], providers: tuple[ProviderFacts, ...], most: int = 20
) -> list[Brief]:
    lexicon = load_lexicon()
    prepared = prepare(providers, lexicon)
    return rank_many(
        [understand(item, lexicon, VOCABULARY) for item in needs],
        prepared,
        np.zeros((len(needs), len(prepared.unit_refs)), dtype=np.float32),
        load_weights(),
        TODAY,
        most,
        range(len(providers)),
    )


@given(catalogues(), st.lists(st.sampled_from(NEEDS), max_size=12), st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_each_need_is_ranked_as_it_would_be_alone(
    providers: tuple[ProviderFacts, ...], needs: list[NeedFacts], most: int
) -> None:
    lexicon, weights = load_lexicon(), load_weights()
    prepared = prepare(providers, lexicon)
    understood = [understand(item, lexicon, VOCABULARY) for item in needs]
    scores = np.array(
        [
            [evidence_for(providers, item).get(ref, 0.0) for ref in prepared.unit_refs]
            for item in needs
        ],
        dtype=np.float32,
    ).reshape(len(needs), len(prepared.unit_refs))
    everyone = range(len(providers))
    found = rank_many(understood, prepared, scores, weights, TODAY, most, everyone)
    assert [item.need_id for item in found] == [item.need_id for item in needs]
    for brief, understanding, row in zip(found, understood, scores, strict=True):
        alone = rank(understanding, prepared, row, weights, TODAY)
        assert brief.places.tolist() == alone.order[:most].tolist()
        assert brief.scores.tolist() == [item.score for item in alone.placed[:most]]
        assert brief.fits.tolist() == [item.fit for item in alone.placed[:most]]
        assert brief.fit_counts == alone.fit_counts()
        assert brief.gate_counts == alone.gate_counts()
        assert brief.excluded_by == alone.excluded_by()
        for place, standing in zip(everyone, brief.standing, strict=True):
            item = alone.by_provider[prepared.provider_ids[place]]
            if isinstance(item, Placed):
                told = (standing.score, standing.rank, standing.fit, standing.gate)
                assert told == (item.score, item.rank, item.fit, "")
            else:
                assert (standing.rank, standing.gate) == (None, item.gate)


def test_who_would_fit_but_for_a_condition_is_counted_by_that_condition() -> None:
    providers = (
        CATALOGUE[0],
        replace(CATALOGUE[0], provider_id="afar", deployments=("cloud",), offline=False,
                profile="压铸件与机加件外观检测，毛刺、气孔、磕碰自动判别，须连公网使用。"),
        replace(CATALOGUE[0], provider_id="gone", listed=False),
        provider("canteen", "食堂配送，须连公网使用。", offline=False),
    )  # fmt: skip
    (brief,) = briefs_of([need(network_isolated=True, scene_ids=("S24",))], providers)
    assert brief.fit_counts["recommended"] == 1
    assert brief.excluded_by == {"isolated": 2}
    assert brief.refused_fit == {"": 1, "isolated": 1}


def test_who_says_nothing_of_a_condition_and_falls_short_is_counted_apart() -> None:
    providers = (*CATALOGUE, provider("terse", "做表面缺陷识别。"))
    (brief,) = briefs_of([need(xinchuang_required=True, scene_ids=("S24",))], providers)
    (plain,) = briefs_of([need(scene_ids=("S24",))], providers)
    assert brief.fit_counts["weak"] == 1
    assert brief.unproven == {"xinchuang": 1}
    assert plain.unproven == {}


def test_text_scores_must_have_a_row_a_need() -> None:
    lexicon = load_lexicon()
    prepared = prepare(CATALOGUE, lexicon)
    with pytest.raises(ValueError, match="one a need and unit"):
        rank_many([], prepared, np.zeros((1, 1), dtype=np.float32), load_weights(), TODAY)
