"""What is told of a provider is what plain comparing would tell."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.matching.clauses import RULED_OUT, clauses, may_deny, stance
from marketplace.matching.gates import MUST_COVERAGE, must_pieces
from marketplace.matching.grams import pieces
from marketplace.matching.kernels import fixed
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.near_words import NEAR_ENOUGH, ask_words
from marketplace.matching.numbering import PieceNumbers
from marketplace.matching.picking import Worth
from marketplace.matching.prepared import prepare
from marketplace.matching.telling import Passages, ToldProvider, told_of

from .builders import CATALOGUE, provider

TEXT = st.text("压铸件外观检测，。内网装不能", max_size=40)


def wanted(weights: dict[str, float], numbers: PieceNumbers) -> Worth:
    known = sorted((numbers.in_order([piece])[0], worth) for piece, worth in weights.items())
    return Worth(
        fixed(np.array([number for number, _ in known]), np.int32),
        fixed(np.array([worth for _, worth in known]), np.float64),
    )


@given(st.lists(TEXT, min_size=1, max_size=5), TEXT)
@settings(max_examples=100, deadline=None)
def test_the_sentence_quoted_says_most_and_of_several_it_is_the_first(
    texts: list[str], asked: str
) -> None:
    numbers = PieceNumbers()
    weights = {piece: len(piece) / 7 for piece in pieces(asked)}
    worths = [
        sum(weights[piece] for piece in sorted(pieces(text) & weights.keys())) for text in texts
    ]
    found = Passages(texts, numbers).worthiest(wanted(weights, numbers))
    assert found == worths.index(max(worths))


def test_a_long_sentence_is_quoted_by_its_best_clause() -> None:
    text = "，".join([*(f"第{n}条产线的情况另作说明" for n in range(9)), "压铸件外观检测在内网装"])
    read = prepare([provider("p", text)], load_lexicon()).providers[0]
    told = ToldProvider(read, PieceNumbers())
    asked = wanted(dict.fromkeys(pieces("压铸件外观检测"), 1.0), told.numbers)
    assert told.units[0].quote(asked) == "压铸件外观检测在内网装"


def test_an_empty_text_is_quoted_by_nothing() -> None:
    read = prepare([provider("p", "")], load_lexicon()).providers[0]
    told = ToldProvider(read, PieceNumbers())
    assert told.units[0].quote(wanted({"检": 1.0}, told.numbers)) == ""


@given(st.lists(TEXT, max_size=4), TEXT)
@settings(max_examples=100, deadline=None)
def test_a_must_have_is_found_in_the_clause_that_has_most_of_it(
    texts: list[str], asked: str
) -> None:
    read = prepare([provider("p", texts[0] if texts else "", *texts[1:])], load_lexicon(), False)
    told = ToldProvider(read.providers[0], PieceNumbers())
    pieces_wanted = must_pieces(asked)
    shares = [
        (len(pieces_wanted & pieces(clause.text)) / max(1, len(pieces_wanted)), clause.text.strip())
        for unit in told.read.units
        for clause in clauses(unit.text)
    ]
    enough = [share for share, _ in shares if share >= MUST_COVERAGE]
    expected = next(text for share, text in shares if share == max(enough)) if enough else None
    found = told.clause_covering(pieces_wanted, MUST_COVERAGE)
    assert (found and found[0]) == expected


def test_each_word_of_a_need_is_paired_with_the_nearest_word_held() -> None:
    prepared = prepare(CATALOGUE, load_lexicon())
    vectors = prepared.words.vectors
    asked = ask_words(prepared.words, {"瑕疵": 1.0, "电表": 0.5, "外观": 1.0, "软件": 1.0})
    for read in prepared.providers:
        held = {vectors.words[place] for place in read.holdings.words.tolist()}
        expected = set()
        for word in ("瑕疵", "电表", "外观", "软件"):
            places, likeness = vectors.near_place(vectors.places[word])
            near = sorted(
                (-like, vectors.words[place])
                for place, like in zip(places.tolist(), likeness.tolist(), strict=True)
                if vectors.words[place] in held
            )
            if near and -near[0][0] >= NEAR_ENOUGH and near[0][1] not in (word, near[0][1][:1]):
                expected.add((word, near[0][1]))
        told = told_of(read, prepared.space.numbers)
        every = asked.nearest(told.words, 4)
        assert {(pair.wanted, pair.found) for pair in every} == expected
        assert every == sorted(every, key=lambda pair: (-pair.worth, pair.wanted))
        assert asked.nearest(told.words, 1) == every[:1]


def test_a_changed_provider_is_told_of_anew() -> None:
    before = prepare([provider("p", "外观检测")], load_lexicon())
    after = prepare([provider("p", "设备测振")], load_lexicon())
    numbers = before.space.numbers
    assert told_of(before.providers[0], numbers).read is before.providers[0]
    assert told_of(after.providers[0], numbers).read is after.providers[0]


@given(st.lists(TEXT, min_size=1, max_size=4), TEXT)
@settings(max_examples=100, deadline=None)
def test_must_haves_are_found_in_all_providers_at_once_as_in_each(
    texts: list[str], asked: str
) -> None:
    prepared = prepare(
        [provider(f"p{place}", text, "压铸件外观检测") for place, text in enumerate(texts)],
        load_lexicon(),
        False,
    )
    wanted_pieces = must_pieces(asked)
    found = prepared.clauses.covering(range(len(prepared)), wanted_pieces, MUST_COVERAGE)
    for place, read in enumerate(prepared.providers):
        told = ToldProvider(read, PieceNumbers())
        at = int(found[place])
        clause = None if at < 0 else told.clause(at - int(prepared.clauses.firsts[place]))
        assert clause == told.clause_covering(wanted_pieces, MUST_COVERAGE)


@given(st.text("不别没无能支持内网，除了非可以都行离线关断免谈", max_size=14))
@settings(max_examples=300, deadline=None)
def test_a_clause_without_a_negating_character_rules_nothing_out(clause: str) -> None:
    if not may_deny(clause):
        for start in range(len(clause)):
            assert stance(clause, start, start + 2) != RULED_OUT
