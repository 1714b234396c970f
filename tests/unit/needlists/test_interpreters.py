"""What single cells mean: money, days, telephones, industries, places, choices."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.needlists.understanding.budget import read_budget, read_budget_bounds
from marketplace.needlists.understanding.choices import read_disclosure, read_uscc
from marketplace.needlists.understanding.deadline import read_deadline
from marketplace.needlists.understanding.fields import LABELS
from marketplace.needlists.understanding.industry import read_industry
from marketplace.needlists.understanding.judge import TableContext, judge_row
from marketplace.needlists.understanding.numerals import parse_numeral
from marketplace.needlists.understanding.phone import find_phone, read_phone
from marketplace.needlists.understanding.region import read_region
from marketplace.needlists.understanding.text import key_of, tidy, tidy_lines
from marketplace.needlists.understanding.vocabulary import shipped_vocabulary

AS_OF = date(2026, 6, 4)


@pytest.mark.parametrize(
    ("text", "kind", "low", "high"),
    [
        ("60万", "exact", 60, 60),
        ("人民币伍拾万元整", "exact", 50, 50),
        ("一百二十万", "exact", 120, 120),
        ("一百五十万元", "exact", 150, 150),
        ("两千万", "exact", 2000, 2000),
        ("１２０万", "exact", 120, 120),
        ("1,200,000.00元", "exact", 120, 120),
        ("￥350,000", "exact", 35, 35),
        ("1.5亿元", "exact", 15000, 15000),
        ("1亿2000万", "exact", 12000, 12000),
        ("3万5千元", "exact", 3.5, 3.5),
        ("5k", "exact", 0.5, 0.5),
        ("150W", "exact", 150, 150),
        ("50（万元）", "exact", 50, 50),
        ("200万元（含硬件）", "exact", 200, 200),
        ("50万元（其中软件30万、硬件20万）", "exact", 50, 50),
        ("总投资200万，其中一期50万", "exact", 200, 200),
        ("软件30万+硬件20万", "exact", 50, 50),
        ("分3年投入300万元", "exact", 300, 300),
        ("20-30万元", "range", 20, 30),
        ("50～80", "range", 50, 80),
        ("10万－15万", "range", 10, 15),
        ("50万至1亿元", "range", 50, 10000),
        ("五十至八十万元", "range", 50, 80),
        ("三五十万", "range", 30, 50),
        ("不低于50万，不超过100万", "range", 50, 100),
        ("100-50万", "range", 50, 100),
        ("约50万", "approx", 50, 50),
        ("50余万元", "approx", 50, 50),
        ("～50万", "approx", 50, 50),
        ("五十万左右", "approx", 50, 50),
        ("不超过100万元", "max", None, 100),
        ("80万以内", "max", None, 80),
        ("≤80万", "max", None, 80),
        ("200万以上", "min", 200, None),
        ("70万+", "min", 70, None),
        ("不少于30万", "min", 30, None),
        ("50万起", "min", 50, None),
        ("5000元/年", "per_year", 0.5, 0.5),
        ("每年10-20万", "per_year", 10, 20),
        ("3.5万元/套", "per_unit", 3.5, 3.5),
        ("面议", "negotiable", None, None),
        ("双方协商确定", "negotiable", None, None),
        ("待定", "unknown", None, None),
        ("根据方案确定", "unknown", None, None),
        ("", "unknown", None, None),
        ("/", "unknown", None, None),
        ("几十万", "unknown", None, None),
        ("5万美元", "unknown", None, None),
        ("软件50万，硬件80万", "unknown", None, None),
        ("2026-05-06", "unknown", None, None),
        ("=5+5", "unknown", None, None),
    ],
)
def test_budgets(text: str, kind: str, low: float | None, high: float | None) -> None:
    found = read_budget(text, "wan").value
    assert found is not None
    assert (found.kind, found.min_wan, found.max_wan) == (kind, low, high)


@pytest.mark.parametrize(
    ("text", "unit", "high", "warnings"),
    [
        ("150", "wan", 150, ("budget_unit_assumed_wan",)),
        ("500000", "yuan", 50, ("budget_converted_from_yuan",)),
        ("0.8", "yi", 8000, ("budget_unit_assumed_wan", "budget_unusually_large")),
        ("80", None, 80, ("budget_unit_assumed_wan",)),
        ("350000", None, 35, ("budget_converted_from_yuan", "budget_unit_assumed_yuan")),
        ("350000", "wan", 350000, ("budget_unit_assumed_wan", "budget_unusually_large", "budget_unit_doubtful")),
        ("50", "yuan", 0.005, ("budget_converted_from_yuan", "budget_unit_doubtful")),
    ],
)  # fmt: skip
def test_bare_numbers_take_the_unit_of_the_table(
    text: str, unit: str | None, high: float, warnings: tuple[str, ...]
) -> None:
    found = read_budget(text, unit)
    assert found.value is not None
    assert (found.value.max_wan, found.warnings) == (high, warnings)


def test_a_unit_in_the_columns_own_header_is_no_assumption() -> None:
    assert read_budget("150", "wan", unit_in_header=True).warnings == ()


def test_a_budget_in_two_columns_is_a_range_or_a_bound() -> None:
    both = read_budget_bounds("20", "50", "wan", True).value
    upper = read_budget_bounds("", "50万", "wan", True).value
    assert both is not None
    assert upper is not None
    assert (both.kind, both.min_wan, both.max_wan) == ("range", 20, 50)
    assert (upper.kind, upper.min_wan, upper.max_wan) == ("max", None, 50)


@pytest.mark.parametrize(
    ("text", "day", "warnings"),
    [
        ("2026.12.31", "2026-12-31", ()),
        ("2026-9-1", "2026-09-01", ()),
        ("2026年10月1日", "2026-10-01", ()),
        ("２０２６年９月３０日", "2026-09-30", ()),
        ("二〇二六年九月三十日", "2026-09-30", ()),
        ("20261231", "2026-12-31", ()),
        ("2026-10-01 00:00:00", "2026-10-01", ()),
        ("30-Sep-2026", "2026-09-30", ()),
        ("2026年9月", "2026-09-30", ()),
        ("2026/12", "2026-12-31", ()),
        ("2028年2月", "2028-02-29", ()),
        ("2026年9月底前", "2026-09-30", ()),
        ("2026年9月末", "2026-09-30", ()),
        ("2026年9月30日前", "2026-09-30", ()),
        ("预计2026年底完成", "2026-12-31", ()),
        ("2027年6月前", "2027-06-30", ("deadline_before_interpreted",)),
        ("年底前", "2026-12-31", ("deadline_relative_year_end",)),
        ("明年底", "2027-12-31", ("deadline_relative_year_end",)),
        ("明年6月", "2027-06-30", ()),
        ("2026年三季度", "2026-09-30", ("deadline_quarter",)),
        ("2026Q4", "2026-12-31", ("deadline_quarter",)),
        ("2027年上半年", "2027-06-30", ("deadline_half_year",)),
        ("2026年10月上旬", "2026-10-10", ("deadline_approx",)),
        ("2026年10月下旬", "2026-10-31", ("deadline_approx",)),
        ("2027年", "2027-12-31", ("deadline_year_only",)),
        ("26.9.30", "2026-09-30", ("deadline_short_year",)),
        ("9月底", "2026-09-30", ("deadline_year_assumed",)),
        ("3月底前", "2027-03-31", ("deadline_year_assumed",)),
        ("下月底", "2026-07-31", ("deadline_relative_month",)),
        ("2026年6月至2026年12月", "2026-12-31", ("deadline_range",)),
        ("2026年9月-11月", "2026-11-30", ("deadline_range",)),
        ("46326", "2026-10-31", ("deadline_excel_serial",)),
        ("44470", "2021-10-01", ("deadline_in_past", "deadline_excel_serial")),
        ("2025年12月31日", "2025-12-31", ("deadline_in_past",)),
        ("2062-09-30", "2062-09-30", ("deadline_unusually_far",)),
        ("2026-13-01", None, ("deadline_invalid",)),
        ("2026-09-31", None, ("deadline_invalid",)),
        ("2027年2月29日", None, ("deadline_invalid",)),
        ("0000年9月", None, ("deadline_invalid",)),
        ("尽快", None, ("deadline_vague",)),
        ("待定", None, ("deadline_vague",)),
        ("一年内", None, ("deadline_relative",)),
        ("合同签订后3个月", None, ("deadline_relative",)),
        ("随便写的", None, ("deadline_unrecognised",)),
        ("", None, ()),
    ],
)
def test_deadlines(text: str, day: str | None, warnings: tuple[str, ...]) -> None:
    found = read_deadline(text, AS_OF)
    assert (found.value.isoformat() if found.value else None, found.warnings) == (day, warnings)


def test_a_period_offers_the_day_it_would_end_if_it_began_now() -> None:
    assert read_deadline("6个月内", AS_OF).candidates == ("2026-12-04",)


@pytest.mark.parametrize(
    ("text", "number", "warnings"),
    [
        ("138 0000 0001", "13800000001", ()),
        ("１３８００００００３３", "13800000033", ()),
        ("+86 138-0000-0005", "13800000005", ()),
        ("0086 13800000005", "13800000005", ()),
        ("13800000001（微信同号）", "13800000001", ()),
        ("0536-8000002", "0536-8000002", ()),
        ("（0536）8000002", "0536-8000002", ()),
        ("05368000002", "0536-8000002", ()),
        ("010－12345678", "010-12345678", ()),
        ("0536-8000002转801", "0536-8000002-801", ()),
        ("4008000001", "400-800-0001", ()),
        ("13800000001/13900000002", "13800000001", ("phone_several",)),
        ("1380000001４", "13800000014", ("phone_fullwidth",)),
        ("-13800000027", "13800000027", ("phone_leading_symbol",)),
        ("8000002", "8000002", ("phone_without_area_code",)),
        ("138000000244", None, ("phone_invalid_length",)),
        ("1380000001", None, ("phone_invalid_length",)),
        ("12800000001", None, ("phone_invalid",)),
        ("138****0001", None, ("phone_masked",)),
        ("1.38E+10", None, ("phone_scientific",)),
        ("待补", None, ("phone_unrecognised",)),
        ("/", None, ()),
    ],
)
def test_phones(text: str, number: str | None, warnings: tuple[str, ...]) -> None:
    found = read_phone(text)
    assert (found.value, found.warnings) == (number, warnings)


def test_a_number_is_taken_out_of_a_contact() -> None:
    assert find_phone("张工 13800000001") == ("13800000001", "张工")
    assert find_phone("李经理（0536-8000002）") == ("0536-8000002", "李经理")
    assert find_phone("王工") == (None, "王工")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("通用设备制造业", "34"),
        ("C34", "34"),
        ("3484", "34"),
        ("汽车零部件", "36"),
        ("食品机械", "35"),
        ("纺织机械", "35"),
        ("包装机械", "34"),
        ("塑料包装", "29"),
        ("新能源汽车", "36"),
        ("轮胎制造", "29"),
        ("精细化工行业", "26"),
        ("机械（农机）", "35"),
        ("工程机械零部件", "35"),
        ("制造业-专用设备制造业", "35"),
        ("酒、饮料和精制茶制造业", "15"),
        ("海产品加工", "13"),
        ("供暖", "44"),
    ],
)
def test_loose_industry_names_that_mean_one_division(text: str, code: str) -> None:
    found = read_industry(text, shipped_vocabulary().industries)
    assert (found.value, found.warnings) == (code, ())


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("机械", "industry_ambiguous:34|35"),
        ("食品加工", "industry_ambiguous:13|14"),
        ("石油化工", "industry_ambiguous:25|26"),
        ("纺织、服装", "industry_ambiguous:17|18"),
        ("新材料", "industry_ambiguous:26|28|29|30|32"),
        ("软件", "industry_outside_41"),
        ("化工贸易", "industry_outside_41"),
        ("65", "industry_outside_41"),
        ("制造业", "industry_too_broad"),
        ("甲乙丙", "industry_unknown:甲乙丙"),
    ],
)
def test_loose_industry_names_that_do_not_are_never_guessed(text: str, warning: str) -> None:
    found = read_industry(text, shipped_vocabulary().industries)
    assert (found.value, found.warnings) == (None, (warning,))


@pytest.mark.parametrize(
    ("text", "code", "warnings"),
    [
        ("寿光", "370783", ()),
        ("潍坊市寿光", "370783", ()),
        ("山东省/潍坊市/寿光市", "370783", ()),
        ("寿光市经济开发区", "370783", ()),
        ("章丘市", "370114", ()),
        ("文登", "371003", ()),
        ("370785", "370785", ()),
        ("济南市市中区", "370103", ()),
        ("潍坊市", "370700", ("region_not_county:潍坊市",)),
        ("高新区", None, ("region_unknown:高新区",)),
        ("潍坊高新区", None, ("region_unknown:潍坊高新区",)),
        ("市中区", None, ("region_ambiguous:370103|370402",)),
        ("寿光市、青州市", None, ("region_ambiguous:370783|370781",)),
        ("", None, ()),
    ],
)
def test_regions(text: str, code: str | None, warnings: tuple[str, ...]) -> None:
    found = read_region(text, shipped_vocabulary().places)
    assert (found.value, found.warnings) == (code, warnings)


def test_an_unclear_disclosure_never_becomes_public() -> None:
    assert read_disclosure("不公开").value == "bureau"
    assert read_disclosure("不公开企业名称").value == "masked"
    assert read_disclosure("仅库内").value == "listed"
    assert read_disclosure("不涉密，可公开").value == "public"
    assert read_disclosure("看情况").value is None


def test_a_credit_code_whose_check_digit_fails_is_not_kept() -> None:
    assert read_uscc("91110000600037341L").value == "91110000600037341L"
    assert read_uscc("911100006000373410").warnings == ("uscc_invalid",)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十五", 15),
        ("一百零五", 105),
        ("一百五", 150),
        ("二〇二六", 2026),
        ("玖拾", 90),
        ("五十三百", None),
    ],
)
def test_chinese_numerals(text: str, number: int | None) -> None:
    assert parse_numeral(text) == number


CELLS = st.text(
    st.one_of(
        st.sampled_from(
            "0123456789０１２３年月日号季度前后底末内至到-~～—./:万元亿千百w￥¥一二三十壹贰"
            "约以上下不超过待定面议ABC转+= \n（）()"
        ),
        st.characters(),
    ),
    max_size=25,
)


@given(CELLS, st.sampled_from([None, "wan", "yuan", "yi", "qian"]))
def test_no_text_breaks_an_interpreter(text: str, unit: str | None) -> None:
    words = shipped_vocabulary()
    read_budget(text, unit)
    read_budget_bounds(text, text, unit)
    read_deadline(text, AS_OF)
    read_phone(text)
    find_phone(text)
    read_industry(text, words.industries)
    read_region(text, words.places)
    read_disclosure(text)
    read_uscc(text)


@given(CELLS)
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert tidy_lines(tidy_lines(text)) == tidy_lines(text)
    assert key_of(tidy(text)) == key_of(text)


@given(CELLS)
def test_what_was_read_reads_back_as_itself(text: str) -> None:
    phone = read_phone(text).value
    assert phone is None or read_phone(phone).value == phone
    day = read_deadline(text, AS_OF).value
    assert day is None or read_deadline(day.isoformat(), AS_OF).value == day
    code = read_industry(text, shipped_vocabulary().industries).value
    assert code is None or read_industry(code, shipped_vocabulary().industries).value == code


@given(CELLS, st.sampled_from([None, "wan", "yuan"]))
def test_a_budget_never_has_its_ends_the_wrong_way_round(text: str, unit: str | None) -> None:
    found = read_budget(text, unit).value
    assert found is not None
    if found.min_wan is not None and found.max_wan is not None:
        assert found.min_wan <= found.max_wan


@pytest.mark.parametrize(
    "piece", ["9", "（", "万", "2026年", "机械", "寿光市", "<a", "a@", "1,", " "]
)
def test_a_cell_filled_to_the_brim_is_judged_like_any_other(piece: str) -> None:
    text = (piece * 30_000)[:30_000]
    context = TableContext(AS_OF, columns=frozenset(LABELS))
    judged = judge_row(dict.fromkeys(LABELS, text), context, shipped_vocabulary())
    assert judged.action in {"import", "review", "reject"}
