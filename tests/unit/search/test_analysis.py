"""How Chinese and mixed text is cut."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.search.analysis import STOP_WORDS, normalize, tokenize, words

MIXED = st.text(
    alphabet=st.sampled_from(
        "视觉质检测设备排产程与的一号线看件花眼 \n，。、aAbB5GgxX.-+#%0193mM°℃㎡ＭＥＳ／·é"
    ),
    max_size=40,
)


def test_chinese_is_cut_into_words():
    assert words("机器视觉检测平台") == ["机器", "视觉", "检测", "平台"]


@pytest.mark.parametrize(
    "name", ["MES", "AOI", "SPC", "5G", "C++", "C#", "ISO9001", "PM2.5", "2.5D"]
)
def test_a_mixed_name_stays_whole(name):
    assert words(f"车间{name}技术") == ["车间", name.lower(), "技术"]


def test_names_are_separated_from_the_chinese_around_them():
    assert words("MES系统与AOI检测，5G+工业") == ["mes", "系统", "aoi", "检测", "5g", "工业"]


def test_full_width_letters_equal_plain_ones():
    assert tokenize("ＭＥＳ") == tokenize("mes") == ["mes"]


@pytest.mark.parametrize(
    ("written", "token"),
    [
        ("0.02 mm", "0.02mm"),
        ("0.02mm", "0.02mm"),
        ("200℃", "200c"),
        ("200 °C", "200c"),
        ("50㎡", "50m2"),
        ("98 %", "98%"),
        ("1,200 kW", "1200kw"),
        ("1,200", "1200"),
    ],
)
def test_a_number_takes_its_unit(written, token):
    assert words(f"约{written}。") == ["约", token]


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("ISO 9001", ["iso9001"]),
        ("ISO-9001", ["iso9001"]),
        ("GB/T 39116", ["gbt39116"]),
        ("Wi-Fi", ["wifi"]),
        ("X-Ray", ["xray"]),
        ("PLC-MES", ["plc", "mes"]),
        ("MES/ERP", ["mes", "erp"]),
        ("S7-1200", ["s7", "1200"]),
        ("10-20mm", ["10", "20mm"]),
        ("2025-03-01", ["2025", "03", "01"]),
    ],
)
def test_spellings_of_a_name_become_one(written, tokens):
    assert words(written) == tokens


def test_a_long_word_adds_its_character_pairs():
    assert tokenize("互联网") == ["互联网", "互联", "联网"]


def test_a_seam_beside_a_single_character_adds_a_pair():
    assert tokenize("排产") == ["排", "排产", "产"]


def test_stop_words_are_left_out_and_make_no_pairs():
    assert tokenize("设备的检测") == ["设备", "检测"]


def test_shop_floor_characters_are_no_stop_words():
    assert STOP_WORDS.isdisjoint("看料件线班炉")


def test_a_line_break_separates_a_number_from_a_unit():
    assert words("5\nt") == ["5", "t"]


def test_a_very_long_run_becomes_one_short_token():
    assert tokenize("a" * 100_000) == ["a" * 64]


def test_an_empty_text_has_no_tokens():
    assert tokenize(" ，。\n") == []


@given(MIXED)
def test_words_given_one_a_line_are_cut_to_themselves(text):
    once = words(text)
    assert words("\n".join(once)) == once


@given(st.text(max_size=60))
def test_any_text_can_be_cut_and_normalising_twice_changes_nothing(text):
    tokenize(text)
    assert normalize(normalize(text)) == normalize(text)


@settings(max_examples=50)
@given(MIXED)
def test_case_and_width_do_not_matter(text):
    assert tokenize(text.upper()) == tokenize(text.lower())
