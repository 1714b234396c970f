"""How a 文号 and the numbers of rows are written."""

from __future__ import annotations

from datetime import date

from marketplace.needlists.numbering import number_words, row_number
from marketplace.rules.queries import shipped

RULES = shipped("need_lists")


def test_a_document_number_holds_prefix_year_and_serial() -> None:
    assert number_words("苏江工信数字", date(2026, 11, 12), 31, RULES) == "苏江工信数字〔2026〕31号"


def test_a_row_number_holds_the_lists_serial_and_two_digits() -> None:
    assert row_number(31, 4, RULES) == "31-04"
    assert row_number(31, 120, RULES) == "31-120"
