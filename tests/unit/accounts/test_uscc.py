from __future__ import annotations

import pytest

from marketplace.accounts.uscc import find_uscc_fault, tidy_uscc


def test_blanks_hyphens_and_full_width_signs_are_tidied_away() -> None:
    assert tidy_uscc(" ９１329901-ma9999999d ") == "91329901MA9999999D"


def test_a_code_whose_check_digit_fits_is_right() -> None:
    assert find_uscc_fault("91329901MA9999999D") is None


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("91329901MA9999999", "18位"),
        ("91329901MA99999990", "校验位不符"),
        ("9132990IMA9999999D", "不使用字母I、O、Z、S、V"),
        ("", "18位"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong_with_it(code: str, word: str) -> None:
    assert word in str(find_uscc_fault(code))
