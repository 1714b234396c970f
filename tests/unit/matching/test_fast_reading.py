"""The quick ways of reading give what the plain ones would."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.matching.grams import FUNCTION_CHARACTERS, piece_list, pieces
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.numbering import PieceNumbers
from marketplace.matching.phrases import PhraseIndex, normalise
from marketplace.matching.understanding import meaning_space

ALPHABET = "视觉检测泵的不m1 ，ＭｅS"
phrases = st.lists(st.text(ALPHABET, max_size=4), max_size=8)
texts = st.text(ALPHABET, max_size=30)


def plainly_found(wanted: Iterable[str], text: str) -> list[tuple[int, int, str]]:
    """Try every phrase at every position, the longest first."""
    folded = normalise(text)
    latin = set("abcdefghijklmnopqrstuvwxyz0123456789")
    known = sorted({normalise(phrase.strip()) for phrase in wanted} - {""}, key=len, reverse=True)
    found: list[tuple[int, int, str]] = []
    covered = 0
    for start in range(len(folded)):
        for phrase in known:
            end = start + len(phrase)
            before, after = folded[start - 1 : start] if start else "", folded[end : end + 1]
            split = (phrase[0] in latin and before in latin) or (
                phrase[-1] in latin and after in latin
            )
            if folded.startswith(phrase, start) and not split:
                if end > covered:
                    found.append((start, end, phrase))
                    covered = end
                break
    return found


@given(phrases, texts)
@settings(max_examples=300, deadline=None)
def test_the_tree_of_phrases_finds_what_trying_each_would(wanted: list[str], text: str) -> None:
    assert PhraseIndex(wanted).find(text) == plainly_found(wanted, text)


@given(phrases, st.lists(texts, max_size=4))
@settings(max_examples=200, deadline=None)
def test_several_texts_are_searched_as_each_would_be(wanted: list[str], several: list[str]) -> None:
    index = PhraseIndex(wanted)
    assert index.find_each(several) == [index.find(text) for text in several]


@given(phrases, texts)
@settings(max_examples=200, deadline=None)
def test_phrases_are_marked_wherever_they_stand(wanted: list[str], text: str) -> None:
    known = {normalise(phrase.strip()) for phrase in wanted} - {""}
    index = PhraseIndex(wanted)
    marked = dict(zip(index.phrases, index.mark(text).tolist(), strict=True))
    assert marked == {phrase: phrase in normalise(text) for phrase in known}


@given(st.text("视觉检测的不要mes1 ，", max_size=30))
def test_pieces_are_single_characters_and_pairs_that_carry_something(text: str) -> None:
    expected: list[str] = []
    for word in "".join(c if c.isalnum() else " " for c in text).split():
        run = ""
        runs = []
        for char in word:
            if run and char.isascii() != run[0].isascii():
                runs.append(run)
                run = ""
            run += char
        for part in [*runs, run]:
            if part[0].isascii():
                expected.append(part)
                continue
            pairs = [part[at : at + 2] for at in range(len(part) - 1)]
            expected += [char for char in part if char not in FUNCTION_CHARACTERS]
            expected += [pair for pair in pairs if not set(pair) <= FUNCTION_CHARACTERS]
    assert piece_list(text) == expected


def test_numbers_of_pieces_rise_and_only_grow() -> None:
    numbers = PieceNumbers(["视觉", "检测"])
    assert numbers.get("检测") == 0
    assert numbers.known({"视觉", "泵"}).tolist() == [1]
    assert numbers.take({"泵", "视觉"}).tolist() == [1, 2]
    assert numbers.known({"视觉", "泵"}).tolist() == [1, 2]
    assert numbers.pieces([2, 0]) == ["泵", "检测"]


@pytest.mark.parametrize(
    "text", ["三班倒看件看花眼", "船段放哪儿老要倒腾", "注塑机台排产，换模换色", "空"]
)
def test_leaning_does_not_depend_on_how_the_pieces_came(text: str) -> None:
    space = meaning_space(load_lexicon())
    numbers = space.numbers.known(pieces(text))
    assert (space.raw(text, ("29",)) == space.raw_of(numbers, text, ("29",))).all()


def test_the_strength_of_a_trigger_is_that_of_its_hits() -> None:
    lexicon = load_lexicon()
    text = "外观检测工作站，毛刺气孔判别，外观检测，排产软件"
    hits = lexicon.capability_hits(text, ("36",))
    assert lexicon.strengths(text, ("36",)) == {
        (hit.capability_id, hit.phrase): hit.strength for hit in hits
    }


@pytest.mark.parametrize("codes", [(), ("29",), ("29", "36")])
def test_one_capability_alone_is_leant_to_as_among_all(codes: tuple[str, ...]) -> None:
    space = meaning_space(load_lexicon())
    text = "夜班总放跑次品，料斗老是堵"
    every = space.raw(text, codes)
    told = {place for place in range(every.size) if every[place] > 0}
    said = {space.place(key) for key, _ in space.lexicon.triggers(text, codes)}
    assert told - said
    for place in told - said:
        assert space.towards(place, codes).of(pieces(text)) == float(every[place])
