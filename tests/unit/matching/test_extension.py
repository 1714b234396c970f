"""A bureau's own words on top of the shipped lexicon: what they add, and that nothing else changes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.matching.extension import (
    ABBREVIATION,
    LOOKALIKE,
    canonical,
    differences,
    digest_of,
    extend,
    with_capability,
    with_word,
    with_word_as_in,
    without_word,
)
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.words import CUE, TERM

SHIPPED = load_lexicon()
RARE = "龘靐齉爩麤灪"


def hits(lexicon: object, text: str) -> set[str]:
    return {hit.capability_id for hit in lexicon.capability_hits(text)}  # type: ignore[attr-defined]


def first() -> str:
    return next(iter(SHIPPED.capabilities))


def test_an_empty_extension_is_the_shipped_lexicon_itself() -> None:
    assert extend(SHIPPED, {}) is SHIPPED
    assert extend(SHIPPED, {"capabilities": {first(): {"terms": []}}, "new": []}) is SHIPPED
    assert digest_of({}) == ""


def test_equal_extensions_have_one_version_and_are_one_object_in_whatever_order_they_were_made() -> (
    None
):
    one = with_word(with_word({}, first(), TERM, RARE[:2]), first(), TERM, RARE[2:4])
    other = with_word(with_word({}, first(), TERM, RARE[2:4]), first(), TERM, RARE[:2])
    assert canonical(one) == canonical(other)
    assert extend(SHIPPED, one) is extend(SHIPPED, other)
    assert extend(SHIPPED, one).version == f"{SHIPPED.version}+{digest_of(one)}"
    assert len(digest_of(one)) == 8


@settings(max_examples=12, deadline=None)
@given(
    key=st.sampled_from(sorted(SHIPPED.capabilities)),
    term=st.text(RARE, min_size=2, max_size=8),
    kind=st.sampled_from([TERM, ABBREVIATION, CUE]),
)
def test_a_text_that_has_an_added_word_hits_its_capability(key: str, term: str, kind: str) -> None:
    extended = extend(SHIPPED, with_word({}, key, kind, term))
    assert hits(SHIPPED, f"我们厂，{term}，一直不行") & {key} == set()
    assert key in hits(extended, f"我们厂，{term}，一直不行")


@settings(max_examples=12, deadline=None)
@given(
    key=st.sampled_from(sorted(SHIPPED.capabilities)),
    data=st.data(),
)
def test_a_lookalike_only_takes_hits_of_its_capability_away(key: str, data: st.DataObject) -> None:
    capability = SHIPPED.capabilities[key]
    word = data.draw(st.sampled_from([capability.name, *capability.terms, *capability.cues]))
    phrase = word + data.draw(st.sampled_from(["培训班", "广告", "龘"]))
    text = data.draw(st.sampled_from([f"想找{phrase}", f"{word}和{phrase}都要", f"只说{word}"]))
    extended = extend(SHIPPED, with_word({}, key, LOOKALIKE, phrase, "别的行当"))
    assert hits(extended, text) <= hits(SHIPPED, text)
    assert key not in hits(extended, phrase)


def test_a_removed_word_no_longer_counts_and_may_stand_again() -> None:
    key = first()
    word = SHIPPED.capabilities[key].terms[0]
    without = without_word({}, key, word)
    assert word not in extend(SHIPPED, without).capabilities[key].terms
    assert extend(SHIPPED, with_word_as_in(without, {}, key, word)) is SHIPPED


def test_a_removed_word_may_be_added_again_as_another_kind() -> None:
    key = first()
    word = SHIPPED.capabilities[key].terms[0]
    moved = with_word(without_word({}, key, word), key, CUE, word)
    found = extend(SHIPPED, moved).capabilities[key]
    assert (word in found.terms, word in found.cues) == (False, True)
    gone = extend(SHIPPED, without_word(moved, key, word)).capabilities[key]
    assert word not in (*gone.terms, *gone.cues)


def test_a_word_stands_again_as_another_extension_has_it() -> None:
    key = first()
    word = SHIPPED.capabilities[key].terms[0]
    former = with_word({}, key, CUE, RARE)
    assert canonical(with_word_as_in(without_word(former, key, RARE), former, key, RARE)) == (
        canonical(former)
    )
    moved = with_word(without_word({}, key, word), key, CUE, word)
    assert canonical(with_word_as_in({}, moved, key, word)) == canonical(moved)
    assert extend(SHIPPED, with_word_as_in(moved, {}, key, word)) is SHIPPED


def test_taking_back_an_added_word_leaves_nothing_behind() -> None:
    added = with_word({}, first(), LOOKALIKE, RARE, "字谜")
    assert extend(SHIPPED, without_word(added, first(), RARE)) is SHIPPED


def test_a_new_capability_is_recognised_and_named_among_the_differences() -> None:
    entry = {"id": "own-1", "name": "龘靐齉管理", "scene_ids": ["S12"], "terms": ["爩麤灪"]}
    extended = extend(SHIPPED, with_capability({}, entry))
    assert hits(extended, "做爩麤灪的") == {"own-1"}
    (found,) = differences(SHIPPED, extended)
    assert (found.capability.name, found.new, found.added) == (
        "龘靐齉管理",
        True,
        ((TERM, "爩麤灪"),),
    )


def test_what_speaks_of_an_unknown_capability_is_passed_over() -> None:
    extended = extend(SHIPPED, with_word({}, "gone", TERM, RARE))
    assert list(extended.capabilities) == list(SHIPPED.capabilities)
    assert differences(SHIPPED, extended) == []
