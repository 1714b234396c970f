"""Ranking by arrays, told provider by provider, says what the plain way would say of all."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.matching.facts import NeedFacts, ProviderFacts
from marketplace.matching.formulas import best_first, keep_best
from marketplace.matching.kernels import add_columns, strongest_columns
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.prepared import prepare
from marketplace.matching.ranking import rank
from marketplace.matching.results import FIT_NAMES, Excluded, Placed
from marketplace.matching.signals import CONSTRAINTS, ORDER
from marketplace.matching.understanding import understand
from marketplace.matching.weights import load_weights

from .builders import CATALOGUE, TODAY, VOCABULARY, case, need, postings, provider, run
from .plain import compute
from .test_ranking_properties import NEEDS, catalogues, evidence_for, ranked

entries = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from("abc"), st.sampled_from([0.25, 0.5, 2.0])),
    unique_by=lambda entry: entry[:2],
    max_size=12,
)
features = st.dictionaries(st.sampled_from("abcd"), st.sampled_from([0.5, 1.0, 3.0]))


@given(entries, features)
@settings(deadline=None)  # the first call compiles
def test_postings_give_the_sum_and_the_greatest_of_products(
    told: list[tuple[int, str, float]], wanted: dict[str, float]
) -> None:
    laid_out = postings(told, 6)
    asked = laid_out.wanted(wanted)
    products = [
        [weight * wanted[key] for row, key, weight in told if row == place and key in wanted]
        for place in range(6)
    ]
    out = np.empty(6, dtype=np.float32)
    add_columns(laid_out.columns, asked, out)
    assert out.tolist() == [sum(each) for each in products]
    strongest_columns(laid_out.columns, asked, out)
    assert out.tolist() == [max(each, default=0.0) for each in products]


@given(st.lists(st.sampled_from([0.0, 0.5, 0.25, 1.0]), max_size=11))
@settings(deadline=None)
def test_further_texts_count_by_falling_shares(values: list[float]) -> None:
    best = np.empty(8)
    for seen, value in enumerate(values):
        keep_best(value, best, seen)
    falling = sorted(values, reverse=True)
    expected = sum(value * 0.25 ** min(at, 8) for at, value in enumerate(falling))
    assert best_first(best, len(values), sum(values), 0.25) == pytest.approx(expected)


@given(catalogues(), st.sampled_from(NEEDS))
@settings(max_examples=40, deadline=None)
def test_the_compiled_formulas_give_the_points_of_the_plain_ones(
    providers: tuple[ProviderFacts, ...], asked: NeedFacts
) -> None:
    lexicon, weights = load_lexicon(), load_weights()
    prepared = prepare(providers, lexicon)
    understanding = understand(asked, lexicon, VOCABULARY)
    evidence = evidence_for(providers, asked)
    scored = rank(understanding, prepared, evidence, weights, TODAY).run.scored
    plain = compute(understanding, prepared, evidence, weights, TODAY)
    for at, key in enumerate(ORDER):
        if key != CONSTRAINTS:
            expected = (plain.values[key] * weights.points[key]).tolist()
            assert scored["points"][:, at].tolist() == pytest.approx(expected, abs=0.02)
    assert scored["total"].tolist() == pytest.approx(scored["points"].sum(axis=1).tolist())


@given(catalogues(), st.sampled_from(NEEDS))
@settings(max_examples=40, deadline=None)
def test_asked_one_by_one_all_are_told_as_in_the_whole(
    providers: tuple[ProviderFacts, ...], asked: NeedFacts
) -> None:
    ranking = ranked(asked, providers)
    for item in (*ranking.placed, *ranking.excluded):
        assert ranking.find(item.provider_id) == item
    assert ranking.find("nobody") is None
    assert ranking.first(2) == ranking.placed[:2]
    for fit in FIT_NAMES:
        told = tuple(item for item in ranking.placed if item.fit == fit)
        assert ranking.of_fit(fit) == told
        assert ranking.of_fit(fit, 1) == told[:1]
        assert ranking.fit_counts()[fit] == len(told)
    gates = [item.gate for item in ranking.excluded]
    assert ranking.gate_counts() == {gate: gates.count(gate) for gate in gates}
    for gate in gates:
        told_out = tuple(item for item in ranking.excluded if item.gate == gate)
        assert ranking.of_gate(gate) == told_out
        assert ranking.of_gate(gate, 1) == told_out[:1]
    keys = [item.constraint for item in ranking.excluded if item.constraint]
    assert ranking.excluded_by() == {key: keys.count(key) for key in keys}


@given(catalogues(), st.sampled_from(NEEDS))
@settings(max_examples=30, deadline=None)
def test_the_order_is_by_score_then_lot_and_by_gate_then_score_then_name(
    providers: tuple[ProviderFacts, ...], asked: NeedFacts
) -> None:
    ranking = ranked(asked, providers)

    def lot(item: Placed) -> tuple[float, str]:
        drawn = hashlib.sha256(f"{asked.need_id}\x1f{item.provider_id}".encode()).hexdigest()
        return -item.score, drawn

    def standing(item: Excluded) -> tuple[str, float, str]:
        return item.gate, -(item.relaxed_score or 0), item.provider_id

    assert list(ranking.placed) == sorted(ranking.placed, key=lot)
    assert list(ranking.excluded) == sorted(ranking.excluded, key=standing)


@given(catalogues(), st.sampled_from(NEEDS))
@settings(max_examples=20, deadline=None)
def test_text_scores_by_unit_count_like_text_scores_by_ref(
    providers: tuple[ProviderFacts, ...], asked: NeedFacts
) -> None:
    lexicon = load_lexicon()
    prepared = prepare(providers, lexicon)
    by_ref = evidence_for(providers, asked)
    by_unit = np.array([by_ref.get(ref, 0.0) for ref in prepared.unit_refs], dtype=np.float32)
    understanding = understand(asked, lexicon, VOCABULARY)
    told = [
        rank(understanding, prepared, given, load_weights(), TODAY) for given in (by_ref, by_unit)
    ]
    assert told[0] == told[1]


def test_text_scores_must_be_one_a_unit() -> None:
    lexicon = load_lexicon()
    prepared = prepare(CATALOGUE, lexicon)
    understanding = understand(need(), lexicon, VOCABULARY)
    with pytest.raises(ValueError, match="one a unit"):
        rank(understanding, prepared, np.zeros(3, dtype=np.float32), load_weights(), TODAY)


def test_a_provider_read_before_is_read_again_only_when_it_changed() -> None:
    lexicon = load_lexicon()
    before = prepare(CATALOGUE, lexicon)
    changed = provider("vision", "压铸件外观检测，毛刺判别", case("case:vision-1", "轮毂厂"))
    after = prepare((changed, *CATALOGUE[1:]), lexicon)
    same = [one is other for one, other in zip(before.providers, after.providers, strict=True)]
    assert same == [False, *[True] * (len(CATALOGUE) - 1)]
    assert after.providers[0].facts == changed


def test_a_must_have_asked_twice_gets_the_same_answer() -> None:
    lexicon = load_lexicon()
    prepared = prepare(CATALOGUE, lexicon)
    wanted = need(must_haves=("毛刺自动判别",))
    understanding = understand(wanted, lexicon, VOCABULARY)
    first, second = (rank(understanding, prepared, {}, load_weights(), TODAY) for _ in range(2))
    assert first == second == run(wanted, CATALOGUE, explain_top=20)
