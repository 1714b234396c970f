"""Marking hits in a text and choosing the passage to show."""

from hypothesis import given
from hypothesis import strategies as st

from marketplace.search import highlight, snippet

TEXTS = st.text(alphabet=st.sampled_from("视觉质检测设备mesＭ5gé㎡\u0301 ，0."), max_size=60)


def test_hits_are_marked_in_the_text_as_it_was_written():
    assert highlight("我厂要上ＭＥＳ系统，量 0.02 mm", "mes 0.02mm") == [
        ("我厂要上", False),
        ("ＭＥＳ", True),
        ("系统，量 ", False),
        ("0.02 mm", True),
    ]


def test_hits_that_touch_become_one():
    assert highlight("机器视觉检测", "视觉检测") == [("机器", False), ("视觉检测", True)]


def test_nothing_is_marked_without_a_query():
    assert highlight("视觉检测", " ") == [("视觉检测", False)]


def test_an_empty_text_has_no_pieces():
    assert highlight("", "视觉") == []


def test_markup_in_a_text_is_handed_back_untouched():
    assert highlight("<b>视觉</b>", "视觉") == [("<b>", False), ("视觉", True), ("</b>", False)]


def test_a_snippet_shows_the_passage_with_most_of_the_query():
    text = "本公司成立多年，视觉很好。" + "其他内容" * 20 + "机器视觉在线检测与ＭＥＳ联通。"
    pieces = snippet(text, "视觉 检测 mes", 20)
    assert [piece for piece, hit in pieces if hit] == ["视觉", "检测", "ＭＥＳ"]
    assert pieces[0] == ("…", False)


def test_a_snippet_of_a_short_text_is_the_text():
    assert snippet("视觉检测", "检测", 80) == [("视觉", False), ("检测", True)]


def test_a_snippet_without_a_hit_is_the_beginning():
    assert snippet("一二三四五六", "视觉", 3) == [("一二三", False), ("…", False)]


@given(TEXTS, TEXTS)
def test_pieces_joined_give_the_text_back(text, query):
    assert "".join(piece for piece, _ in highlight(text, query)) == text


@given(TEXTS, TEXTS, st.integers(min_value=1, max_value=30))
def test_a_snippet_is_a_passage_within_its_width(text, query, width):
    shown = "".join(piece for piece, _ in snippet(text, query, width)).strip("…")
    assert shown in text
    assert len(shown) <= width
