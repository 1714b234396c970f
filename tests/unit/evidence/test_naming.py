"""File names as they are kept: Chinese stays, paths and hidden characters go."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.evidence.naming import clean_filename, ending_of, hides_a_program


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("验收单（盖章）.pdf", "验收单（盖章）.pdf"),
        ("../../etc/验收单.pdf", "验收单.pdf"),
        ("C:\\用户\\验收单.pdf", "验收单.pdf"),
        ("验收\u202efdp.exe.pdf", "验收fdp.exe.pdf"),
        ("验收\r\n单\x00.pdf", "验收单.pdf"),
        ("  . 验收 单. .pdf", "验收 单.pdf"),
        ('a"b<c>|d?.pdf', "a_b_c__d_.pdf"),
        (".pdf", "附件.pdf"),
        ("", "附件"),
    ],
)
def test_names_keep_their_words_and_lose_the_rest(given_name: str, kept: str) -> None:
    assert clean_filename(given_name) == kept


def test_long_names_keep_their_ending() -> None:
    assert clean_filename("长" * 300 + ".pdf") == "长" * 116 + ".pdf"


@given(st.text(max_size=300))
def test_no_name_is_long_or_holds_what_cannot_be_seen(name: str) -> None:
    kept = clean_filename(name)
    assert 0 < len(kept) <= 120
    assert not set("/\\") & set(kept)
    assert not any(unicodedata.category(char)[0] == "C" for char in kept)


def test_the_last_ending_counts_and_programs_before_it_are_seen() -> None:
    assert ending_of("验收单.PDF") == "pdf"
    assert ending_of("没有扩展名") == ""
    assert hides_a_program("a.exe.pdf")
    assert not hides_a_program("合同v2.1.pdf")
    assert not hides_a_program("exe.pdf")
