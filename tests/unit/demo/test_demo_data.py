"""Rules the demonstration data keeps, read from the files alone; may not load a database."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from stdnum.cn import uscc

Row = dict[str, Any]

DATA = Path(__file__).parents[3] / "marketplace" / "demo" / "data"
TODAY = date(2026, 11, 22)
NOTE = "演示数据，企业和人员均为虚构"
FILES = (
    "regions",
    "units",
    "people",
    "chains",
    "manufacturers",
    "providers",
    "needs",
    "need_lists",
)


def codes(table: str, column: str) -> set[str]:
    path = DATA.parents[1] / "taxonomy" / "data" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row[column] for row in csv.DictReader(file)}


REGIONS = (
    codes("provinces", "code")
    | codes("shandong_prefectures_16", "code")
    | codes("shandong_counties", "code")
    | codes("prefectures_other", "code")
)
INDUSTRIES = codes("industry_divisions_41", "code")
SCENES = codes("scenes_miit_2025_40", "scene_id")
TYPES = codes("provider_types", "code")
KINDS = {
    "平台",
    "模型",
    "智能体",
    "装备",
    "软件",
    "数据集",
    "算力",
    "咨询",
    "培训",
    "集成",
    "成果",
}
DEPLOYMENTS = {"cloud", "onprem", "edge"}
VERIFICATIONS = {"declared", "checked", "accepted"}
COOPERATIONS = {"purchase", "joint_rd", "jiebang", "diagnosis"}
VOUCHERS = {None, "模型券", "语料券", "场景券", "算力券"}
DISCLOSURES = ("public", "masked", "listed", "bureau")
NEED_STATES = {
    "draft",
    "submitted",
    "returned",
    "diagnosis",
    "accepted",
    "published",
    "internal",
    "withdrawn",
    "expired",
}
ROLES = {
    "manufacturer": 4,
    "provider": 8,
    "clerk": 2,
    "reviewer": 2,
    "curator": 1,
    "expert": 6,
    "system_admin": 1,
    "security_admin": 1,
    "audit_admin": 1,
}
BRANDS = (
    "华为",
    "阿里",
    "腾讯",
    "百度",
    "海尔",
    "潍柴",
    "玉柴",
    "西门子",
    "海康",
    "用友",
    "金蝶",
)


def read(name: str) -> Row:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def rows(name: str) -> list[Row]:
    return read(name)[name]


def demo_regions() -> set[str]:
    regions = read("regions")
    return {row["code"] for row in regions["prefectures"] + regions["counties"]}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_that_it_is_a_demonstration(name: str) -> None:
    assert read(name)["note"] == NOTE


def test_the_demo_city_uses_codes_that_the_national_standard_does_not_assign() -> None:
    regions = read("regions")
    assert [row["code"] for row in regions["prefectures"]] == ["329900"]
    assert len(regions["counties"]) == 6
    assert {row["source"] for row in regions["prefectures"] + regions["counties"]} == {
        "演示用，非 GB/T 2260"
    }


@pytest.mark.parametrize("name", ["units", "chains", "manufacturers", "providers", "needs"])
def test_keys_are_unique(name: str) -> None:
    keys = [row["key"] for row in rows(name)]
    assert len(keys) == len(set(keys))


def test_names_and_credit_codes_of_organisations_are_unique() -> None:
    organisations = rows("manufacturers") + rows("providers")
    assert len({row["name"] for row in organisations}) == len(organisations)
    assert len({row["uscc"] for row in organisations}) == len(organisations)


def test_credit_codes_pass_their_check_digit_and_belong_to_no_real_region() -> None:
    for row in rows("manufacturers") + rows("providers"):
        assert uscc.is_valid(row["uscc"]), row["key"]
        assert row["uscc"][4:8] == "9999", row["key"]


@pytest.mark.parametrize("name", FILES)
def test_no_real_brand_phone_or_mail_address_appears(name: str) -> None:
    for text in texts(read(name)):
        assert not any(brand in text for brand in BRANDS), text
        for number in re.findall(r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)", text):
            if not re.fullmatch(r"[0-9A-Z]{18}", text):
                assert number.startswith("138 0000 "), text
        for number in re.findall(r"(?<!\d)0\d{2,3}-\d{7,8}", text):
            assert number.startswith("0000-"), text
        for address in re.findall(r"@([\w.-]+)", text):
            assert address == "example.com" or address.endswith(".example"), text


@pytest.mark.parametrize("name", FILES)
def test_chinese_sentences_use_chinese_punctuation(name: str) -> None:
    for text in texts(read(name)):
        assert not re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;?!()][\u4e00-\u9fff]", text), text
        assert "  " not in text, text
        assert text == text.strip(), text


def test_accounts_cover_every_role_and_point_to_something_that_exists() -> None:
    people = rows("people")
    assert Counter(person["role"] for person in people) == ROLES
    units = {row["key"] for row in rows("units")}
    organisations = {row["key"] for row in rows("manufacturers") + rows("providers")}
    for person in people:
        assert person["email"].endswith("@demo.example")
        if "unit_key" in person:
            assert person["unit_key"] in units
        else:
            assert person["organisation_key"] in organisations


def test_units_have_regions_of_the_demo_city() -> None:
    assert {row["region_code"] for row in rows("units")} <= demo_regions()


def test_manufacturers_use_codes_of_the_taxonomy() -> None:
    for row in rows("manufacturers"):
        assert row["region_code"] in demo_regions() - {"329900"}, row["key"]
        assert row["industry_code"] in INDUSTRIES, row["key"]
        assert row["size_class"] in {"large", "medium", "small", "micro"}, row["key"]
        assert row["digital_level"] in {"1", "2", "3", "4"}, row["key"]


def test_providers_use_codes_of_the_taxonomy() -> None:
    known_regions = REGIONS | demo_regions()
    for row in rows("providers"):
        where = row["key"]
        assert row["org_kind"] in {"company", "institute", "university", "opc"}, where
        assert row["type_codes"], where
        assert set(row["type_codes"]) <= TYPES, where
        assert row["region_code"] in known_regions, where
        assert set(row["service_regions"]) <= known_regions | {"100000"}, where
        assert 1 <= len(row["industry_codes"]) <= 5, where
        assert set(row["industry_codes"]) <= INDUSTRIES, where
        assert len(row["scene_ids"]) <= 5, where
        assert set(row["scene_ids"]) <= SCENES, where
        assert set(row["deployments"]) <= DEPLOYMENTS, where
        assert len(row["certificates"]) <= 4, where
        assert 1 <= len(row["offerings"]) <= 4, where
        assert len(row["cases"]) <= 5, where


def test_offerings_use_codes_of_the_taxonomy_and_ordered_prices() -> None:
    for provider in rows("providers"):
        for row in provider["offerings"]:
            where = row["key"]
            assert row["kind"] in KINDS, where
            assert row["scene_ids"], where
            assert set(row["scene_ids"]) <= SCENES, where
            assert set(row["industry_codes"]) <= INDUSTRIES, where
            assert set(row["deployments"]) <= set(provider["deployments"]), where
            assert row["verification"] in {"declared", "checked"}, where
            low, high = row["price_min_yuan"], row["price_max_yuan"]
            assert (low is None) == (high is None), where
            assert low is None or 0 < low <= high, where


def test_cases_use_codes_of_the_taxonomy_and_past_dates() -> None:
    for provider in rows("providers"):
        for row in provider["cases"]:
            where = row["key"]
            assert row["industry_code"] in INDUSTRIES, where
            assert row["scene_id"] in SCENES, where
            assert provider["founded_year"] <= row["year"], where
            assert date(row["year"], row["month"], 1) <= TODAY, where
            assert row["verification"] in VERIFICATIONS, where
            assert (row["verification"] == "accepted") == ("acceptance_no" in row), where
            assert bool(row["client_mask_label"]) == row["client_masked"], where
            assert row["metrics"], where


def test_acceptance_numbers_are_unique() -> None:
    numbers = [
        case["acceptance_no"]
        for provider in rows("providers")
        for case in provider["cases"]
        if "acceptance_no" in case
    ]
    assert len(numbers) == len(set(numbers))


def test_listings_have_dates_that_agree_with_their_state() -> None:
    for provider in rows("providers"):
        listing, where = provider["listing"], provider["key"]
        if listing["state"] is None:
            assert set(listing.values()) == {None}, where
            continue
        assert listing["tier"] in {"tier1", "tier2", "tier3", "cultivation"}, where
        assert listing["track"] in {"综合", "专业", "产品", "OPC"}, where
        assert (listing["track"] == "OPC") <= (provider["org_kind"] == "opc"), where
        start, end = (
            date.fromisoformat(listing["valid_from"]),
            date.fromisoformat(listing["valid_to"]),
        )
        assert start < TODAY, where
        assert (end < TODAY) == (listing["state"] == "expired"), where


def test_needs_use_codes_of_the_taxonomy_and_resolve_their_manufacturer() -> None:
    manufacturers = {row["key"] for row in rows("manufacturers")}
    for row in rows("needs"):
        where = row["key"]
        assert row["manufacturer_key"] in manufacturers, where
        assert row["industry_code"] in INDUSTRIES, where
        assert row["scene_id"] is None or row["scene_id"] in SCENES, where
        assert row["region_code"] in demo_regions(), where
        assert row["cooperation"] in COOPERATIONS, where
        assert row["voucher"] in VOUCHERS, where
        assert row["disclosure"] in DISCLOSURES, where
        assert row["state"] in NEED_STATES, where
        assert row["data_class"] in {None, "一般数据", "重要数据"}, where
        assert len(row["must_haves"]) <= 5, where
        assert 1 <= row["invite_count"] <= 3, where


def test_needs_have_ordered_budgets_and_dates() -> None:
    for row in rows("needs"):
        where = row["key"]
        low, high = row["budget_min_yuan"], row["budget_max_yuan"]
        assert low is None or high is None or 0 < low <= high, where
        if row["start_by"] and row["finish_by"]:
            assert row["start_by"] < row["finish_by"], where
        if row["state"] == "published" and row["start_by"]:
            assert date.fromisoformat(row["start_by"]) > TODAY, where


def test_a_masked_text_names_neither_the_company_nor_its_contact() -> None:
    names = {row["key"]: row["name"] for row in rows("manufacturers")}
    for row in rows("needs"):
        assert row["disclosure"] != "masked" or row["mask"], row["key"]
        if row["mask"]:
            core = re.sub(
                r"^(苏江|石浦|河东|澄湖|云岭|高新)|(有限公司)$",
                "",
                names[row["manufacturer_key"]],
            )
            shown = "".join(row["mask"].values())
            assert core[:2] not in shown, row["key"]
            assert not re.search(r"临港|高新区|澄湖|河东|石浦|云岭", shown), row["key"]


def test_a_need_belongs_to_at_most_one_list_and_every_row_resolves() -> None:
    needs = {row["key"] for row in rows("needs")}
    listed = [row["need_key"] for one in rows("need_lists") for row in one["rows"]]
    assert len(listed) == len(set(listed))
    assert set(listed) <= needs


def test_lists_name_an_existing_chain_and_owner() -> None:
    chains = {row["name"] for row in rows("chains")}
    units = {row["key"] for row in rows("units")}
    for row in rows("need_lists"):
        assert row["chain"] in chains
        assert row["chain"].endswith("（演示）")
        assert row["owner_unit_key"] in units
        assert row["date"] < row["valid_to"]
        assert row["state"] in {"draft", "published"}
        assert (row["state"] == "published") == (row["doc_no"] is not None)


def test_the_demonstration_is_as_large_as_the_tour_needs() -> None:
    providers, needs = rows("providers"), rows("needs")
    assert len(providers) >= 64
    assert len(needs) >= 44
    assert len(rows("manufacturers")) >= 24
    kinds = Counter(row["org_kind"] for row in providers)
    assert kinds["opc"] >= 8
    assert kinds["institute"] + kinds["university"] >= 6
    states = Counter(row["listing"]["state"] for row in providers)
    assert states["valid"] >= 52
    assert states["expired"] >= 3
    assert states[None] >= 5
    assert states["rectification"] >= 2
    assert states["suspended"] >= 2
    assert {code for row in providers for code in row["type_codes"]} == TYPES
    disclosures = Counter(row["disclosure"] for row in needs)
    assert all(disclosures[level] >= 8 for level in DISCLOSURES)


def test_the_published_lists_cover_power_equipment_and_chemicals() -> None:
    sizes = {row["chain"]: len(row["rows"]) for row in rows("need_lists") if row["doc_no"]}
    assert sizes["动力装备（演示）"] >= 14
    assert sizes["精细化工（演示）"] >= 10
    assert "draft" in {row["state"] for row in rows("need_lists")}


def test_no_two_texts_of_the_demonstration_are_the_same() -> None:
    stories = [case["story"] for row in rows("providers") for case in row["cases"]]
    summaries = [item["summary"] for row in rows("providers") for item in row["offerings"]]
    pains = [row["pain"] for row in rows("needs")]
    for group in (stories, summaries, pains):
        assert len(set(group)) == len(group)
