"""Words near in meaning: cutting, likeness, answering, and saying so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.near_words import ask_words
from marketplace.matching.prepared import prepare
from marketplace.matching.results import Placed
from marketplace.matching.telling import told_of
from marketplace.matching.vectors import known_words, load_vectors

from .builders import answers, need, provider, run

VECTORS = load_vectors()


def likeness(word: str, other: str) -> float:
    places, near = VECTORS.near_place(VECTORS.places[word])
    return dict(zip(places.tolist(), near.tolist(), strict=True)).get(VECTORS.places[other], 0.0)


def test_a_text_is_cut_into_known_words() -> None:
    assert known_words("玻璃的标签") == ("玻璃", "的", "标签")


def test_of_an_unknown_word_the_known_parts_are_taken() -> None:
    assert "印染厂" not in VECTORS.places
    assert known_words("印染厂") == ("印染",)


def test_a_word_is_fully_like_itself() -> None:
    assert likeness("接线", "接线") == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("word", "other"), [("接线", "配线"), ("电表", "电能表"), ("瑕疵", "缺陷")]
)
def test_words_of_like_meaning_are_near(word: str, other: str) -> None:
    assert likeness(word, other) > 0.3


@pytest.mark.parametrize(("word", "other"), [("接线", "啤酒"), ("电表", "皮革"), ("原木", "司机")])
def test_words_of_other_meaning_are_not_near(word: str, other: str) -> None:
    assert likeness(word, other) < 0.05


def test_the_words_near_are_those_whose_cosine_is_well_above_the_floor() -> None:
    for word in ("瑕疵", "电表", "瑕疵"):
        at = VECTORS.places[word]
        every = VECTORS.stored.astype(np.float64)
        cosines = every @ every[at] / VECTORS.lengths / VECTORS.lengths[at]
        above = (cosines - VECTORS.floors[at]) / (1 - VECTORS.floors[at])
        places, near = VECTORS.near_place(VECTORS.places[word])
        assert places.tolist() == np.flatnonzero(above >= 0.15).tolist()
        assert near.tolist() == pytest.approx((above[places] ** 2).tolist(), abs=1e-5)


def test_common_words_tell_less_than_rare_ones() -> None:
    telling = {
        word: float(VECTORS.telling[VECTORS.places[word]]) for word in ("的", "系统", "电能表")
    }
    assert telling["的"] < telling["系统"] < telling["电能表"]


def test_a_near_word_answers_and_the_word_itself_answers_more() -> None:
    prepared = prepare(
        [provider("same", "接线引导"), provider("near", "配线引导"), provider("far", "酿酒")],
        load_lexicon(),
    )
    same, near, far = answers(prepared, {"接线": 1.0})
    assert same > near > far == 0


def test_a_word_asked_before_is_answered_the_same() -> None:
    providers = [provider("one", "配线引导"), provider("two", "接线")]
    prepared = prepare(providers, load_lexicon())
    together = answers(prepared, {"接线": 1.0, "电表": 0.5})
    assert answers(prepared, {"电表": 0.5, "接线": 1.0}) == together
    anew = prepare(providers, load_lexicon())
    assert answers(prepared, {"接线": 1.0}) == answers(anew, {"接线": 1.0})


def test_saying_it_in_more_ways_answers_no_more() -> None:
    once, often = (
        answers(prepare([provider("p", text)], load_lexicon()), {"接线": 1.0})[0]
        for text in ("配线", "配线、排线、配线、联接、排线、配线")
    )
    assert often <= once


def test_an_empty_catalogue_or_need_answers_nothing() -> None:
    assert answers(prepare([], load_lexicon()), {"接线": 1.0}) == []
    prepared = prepare([provider("p", "配线")], load_lexicon())
    assert answers(prepared, {}) == [0.0]
    assert answers(prepared, {"unheard-of": 1.0}) == [0.0]


def test_pairs_name_the_nearest_other_word() -> None:
    prepared = prepare([provider("p", "电能表校验")], load_lexicon())
    told = told_of(prepared.providers[0], prepared.space.numbers)
    pairs = ask_words(prepared.words, {"电表": 1.0}).nearest(told.words, 2)
    assert [(pair.wanted, pair.found) for pair in pairs] == [("电表", "电能表")]


def test_the_same_characters_turned_round_are_not_said_to_be_near() -> None:
    assert likeness("漏检", "检漏") > 0.35
    prepared = prepare([provider("p", "气密检漏")], load_lexicon())
    told = told_of(prepared.providers[0], prepared.space.numbers)
    assert ask_words(prepared.words, {"漏检": 1.0}).nearest(told.words, 2) == []


def test_a_near_word_is_said_with_the_clause_it_stands_in() -> None:
    asked = replace(need(), title="电表一块块看", description="")
    found = run(asked, [provider("p", "批量设备，电能表校验台")]).by_provider["p"]
    assert isinstance(found, Placed)
    reason = next(item for item in found.reasons if item.claim.startswith("用词相近"))
    assert "“电表”近似“电能表”" in reason.claim
    assert reason.quote == "电能表校验台"
