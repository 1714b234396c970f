from __future__ import annotations

import pytest

from marketplace.needs.naming import (
    first_named,
    has_contact,
    name_parts,
    region_names,
    without_contact,
    without_names,
)
from marketplace.rules.queries import shipped

RULES = shipped("need_masking")
REGIONS = region_names(["苏江市", "山东省", "潍坊市", "寿光市"])


def parts_of(name: str) -> tuple[str, ...]:
    return name_parts(name, RULES["organisation_suffixes"], REGIONS, RULES["generic_name_words"])


def test_a_name_gives_itself_away_whole_without_its_place_and_by_its_house_mark() -> None:
    assert parts_of("苏江恒钧压铸有限公司") == (
        "苏江恒钧压铸有限公司",
        "苏江恒钧压铸",
        "恒钧压铸",
        "恒钧",
    )


def test_a_place_in_parentheses_does_not_hide_the_house_mark() -> None:
    assert "恒钧" in parts_of("恒钧（苏江）压铸股份有限公司")


def test_mere_trade_words_give_nothing_away() -> None:
    assert "精密" not in parts_of("潍坊精密铸造有限公司")


def test_a_name_that_is_masked_already_gives_nothing_away() -> None:
    assert parts_of("某压铸企业") == ()


def test_a_name_is_found_even_when_spaces_are_put_into_it() -> None:
    assert first_named("我们是恒 钧 压铸的", parts_of("苏江恒钧压铸有限公司")) == "恒钧压铸"


def test_the_company_and_other_firms_are_taken_out() -> None:
    text = "恒钧压铸给东风某某股份有限公司供货，苏江恒钧压铸有限公司自有台账。"
    cleaned = without_names(text, parts_of("苏江恒钧压铸有限公司"), "某压铸企业")
    assert cleaned == "某企业供货，某压铸企业自有台账。"


@pytest.mark.parametrize(
    "text",
    ["电话13800001234", "电话 138 0000 1234", "0536-8000002", "+86 138-0000-1234", "a.b@mail.test"],
)
def test_phone_numbers_and_addresses_are_recognised_and_taken_out(text: str) -> None:
    assert has_contact(text)
    assert not has_contact(without_contact(text))


def test_figures_of_a_need_are_no_phone_numbers() -> None:
    assert without_contact("照片13800张，2026年12月，编号1380000") == (
        "照片13800张，2026年12月，编号1380000"
    )


def test_the_named_contact_is_taken_out() -> None:
    assert without_contact("请找李试验，分机8001", "李试验", "8001") == "请找联系人，分机联系人"
