"""Finding phrases, capabilities, industries and sums in text."""

from __future__ import annotations

import pytest

from marketplace.matching import amounts
from marketplace.matching.grams import piece_list
from marketplace.matching.lexicon import (
    Capability,
    ConstraintCue,
    IndustryWords,
    Lexicon,
    Lookalike,
    load_lexicon,
)
from marketplace.matching.phrases import PhraseIndex, normalise

LEXICON = Lexicon(
    capabilities=[
        Capability(
            "vision",
            "外观检测",
            ("S24",),
            terms=("视觉检测", "视觉"),
            cues=("看件",),
            lookalikes=(Lookalike("视觉设计", "平面设计"),),
            variants={"36": ("毛刺",), "30": ("结石",)},
        ),
        Capability("aps", "排产", ("S09",), terms=("MES", "排程"), cues=("看件",)),
    ],
    industries=[IndustryWords("36", ("轮毂", "铸件"), ("冲压",)), IndustryWords("33", ("铸件",))],
)


def found(text: str) -> list[str]:
    return [
        match.phrase for match in PhraseIndex(["视觉", "视觉检测", "检测设备", "mes"]).find(text)
    ]


def test_the_longest_phrase_wins() -> None:
    assert found("用视觉检测") == ["视觉检测"]


def test_phrases_may_overlap_but_not_nest() -> None:
    assert found("视觉检测设备") == ["视觉检测", "检测设备"]


def test_a_latin_phrase_is_a_whole_word() -> None:
    assert found("MESSAGE") == []
    assert found("上了MES系统") == ["mes"]


def test_width_and_case_make_no_difference() -> None:
    assert found("ＭＥＳ") == ["mes"]
    assert normalise("ＡＰＳ１") == "aps1"


def test_folding_keeps_every_position() -> None:
    assert len(normalise("㎏ﬁ①Ａ")) == 4


def test_a_product_word_counts_more_than_a_cue() -> None:
    strengths = {hit.phrase: hit.strength for hit in LEXICON.capability_hits("视觉检测 排程")}
    assert strengths == {"视觉检测": 1.0, "排程": 1.0}


def test_a_shared_cue_counts_less_for_each() -> None:
    hits = LEXICON.capability_hits("天天看件")
    assert {hit.capability_id: round(hit.strength, 3) for hit in hits} == {
        "vision": 0.495,
        "aps": 0.495,
    }


def test_a_lookalike_silences_its_capability_there_only() -> None:
    assert LEXICON.capability_hits("做视觉设计") == []
    assert [hit.phrase for hit in LEXICON.capability_hits("做视觉设计，也做视觉检测")] == [
        "视觉检测"
    ]


def test_a_variant_counts_only_in_its_industry() -> None:
    assert LEXICON.capability_hits("毛刺") == []
    assert LEXICON.capability_hits("毛刺", ["30"]) == []
    assert [hit.kind for hit in LEXICON.capability_hits("毛刺", ["36"])] == ["variant"]


def test_an_industry_word_is_shared_among_its_industries() -> None:
    hits = {(hit.code, hit.phrase): hit.strength for hit in LEXICON.industry_hits("轮毂铸件冲压")}
    assert hits == {
        ("36", "轮毂"): 1.0,
        ("33", "铸件"): 0.5,
        ("36", "铸件"): 0.5,
        ("36", "冲压"): 0.4,
    }


def test_the_shipped_lexicon_reads_shop_floor_words() -> None:
    hits = load_lexicon().capability_hits("三班倒看件看花眼")
    assert "surface-inspection" in {hit.capability_id for hit in hits}


def test_the_version_names_date_and_content() -> None:
    version = load_lexicon().version
    assert version[:4] == "2026"
    assert len(version.rsplit("-", 1)[1]) == 12


def test_pieces_are_characters_and_pairs_without_function_words() -> None:
    assert piece_list("看皮子的伤") == ["皮", "子", "伤", "看皮", "皮子", "子的", "的伤"]


def test_latin_words_are_one_piece() -> None:
    assert piece_list("OEE看板") == ["oee", "板", "看板"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("20", 20.0), ("二十", 20.0), ("两百五十", 250.0), ("十二", 12.0), ("三", 3.0), ("几", 9.0)],
)
def test_numbers_are_read_in_digits_and_numerals(text: str, value: float) -> None:
    assert amounts.number(text) == value


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("180万元", (180.0, 180.0)),
        ("100-150万元", (100.0, 150.0)),
        ("约200万元", (200.0, 200.0)),
        ("8千元以内", (0.8, 0.8)),
        ("三五万", (3.0, 5.0)),
        ("30万", (30.0, 30.0)),
        ("5000元", (0.5, 0.5)),
        ("面议", None),
    ],
)
def test_sums_are_read_in_ten_thousands(text: str, bounds: tuple[float, float] | None) -> None:
    assert amounts.money(text) == pytest.approx(bounds) if bounds else amounts.money(text) is None


def test_sums_are_shown_as_an_official_writes_them() -> None:
    assert [amounts.show(value) for value in (0.8, 1.0, 12.5, 180.0)] == [
        "8000元",
        "1万元",
        "12.5万元",
        "180万元",
    ]


CUES = Lexicon(
    cues=[
        ConstraintCue("offline", "need", "isolated", ("断网",)),
        ConstraintCue("buffer", "provider", "offline_capable", ("断网续传",)),
        ConstraintCue("hard", "both", "hardness_hard", ("必须",)),
    ]
)


def test_cues_of_both_sides_are_found_from_either() -> None:
    assert [name for name, _ in CUES.cue_hits("必须断网", "need")] == ["hardness_hard", "isolated"]
    assert [name for name, _ in CUES.cue_hits("必须的", "provider")] == ["hardness_hard"]


def test_a_longer_cue_of_the_other_side_hides_nothing() -> None:
    assert [name for name, _ in CUES.cue_hits("断网续传", "need")] == ["isolated"]
    assert [name for name, _ in CUES.cue_hits("断网续传", "provider")] == ["offline_capable"]
