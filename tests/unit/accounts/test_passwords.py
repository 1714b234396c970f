from __future__ import annotations

import pytest

from marketplace.accounts.passwords import find_password_fault


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("车床七号", "10个字符"),
        ("a" * 129, "128个字符"),
        ("13812345678", "全是数字"),
        ("aaaaaaaaaaaa", "重复或连续"),
        ("abcabcabcabc", "重复或连续"),
        ("qwertyuiop", "重复或连续"),
        ("1234567890a", "重复或连续"),
        ("Password123!", "很多人都在用"),
        ("P@ssw0rd2024", "很多人都在用"),
        ("woaini1314520", "很多人都在用"),
        ("Admin@Duijie2026", "很多人都在用"),
        ("zhangsan2026", "邮箱或姓名"),
    ],
)
def test_a_password_that_guessers_try_first_is_refused(password: str, word: str) -> None:
    assert word in str(find_password_fault(password, "zhangsan@test.example", "张三"))


@pytest.mark.parametrize(
    "password", ["纸杯与车床-七号蓝灯", "correct horse battery", "Tr0ub4dor&hinge", "x7#mQ-pL22vw"]
)
def test_a_long_password_of_unrelated_pieces_is_accepted(password: str) -> None:
    assert find_password_fault(password, "zhangsan@test.example", "张三") is None


def test_full_width_digits_do_not_hide_a_number() -> None:
    assert "全是数字" in str(find_password_fault("１３８１２３４５６７８"))
