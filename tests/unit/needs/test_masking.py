from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from marketplace.needs.disclosure import LEVELS, is_looser
from marketplace.needs.masking import Masker
from marketplace.needs.models import Need
from marketplace.rules.queries import shipped
from marketplace.taxonomy.loading import load_industries, load_regions, load_scenes, load_stages
from marketplace.taxonomy.queries import Taxonomy
from tests.fixtures.needs import FULL_NEED


@pytest.fixture
def masker() -> Masker:
    taxonomy = Taxonomy(
        industries={item.code: item for item in load_industries()},
        scenes={item.id: item for item in load_scenes()},
        stages={item.id: item for item in load_stages()},
        regions={item.code: item for item in load_regions()},
        chains={},
    )
    return Masker(taxonomy, shipped("need_masking"))


def need_of(**values: Any) -> Need:
    blank: dict[str, Any] = {
        "number": "XQ-2026-0001",
        "version": 1,
        "state": "published",
        "company_name": "潍坊衡钧压铸有限公司",
        "company_uscc": "91329901MA0000001X",
        "region_text": "",
        "mask_label": "",
        "mask_title": "",
        "mask_pain": "",
        "voucher": "",
    }
    return Need(**{**blank, **FULL_NEED, **values})


def test_without_mask_text_the_public_reads_scene_industry_and_goals_only(masker: Masker) -> None:
    shown = masker.show(need_of(disclosure="masked"), "public")
    assert shown is not None
    assert shown.title == "在线智能检测需求（金属制品业）"
    assert shown.text == (
        "某金属制品企业提出。场景：在线智能检测。目标：漏检率由1.6%降至0.3%；"
        "检测时间由26秒降至10秒。数据不出厂。现场网络与公网隔离。详细情况由经办人转达。"
    )
    assert shown.company == "某金属制品企业"


def test_a_masked_need_keeps_county_budget_and_details_from_the_public(masker: Masker) -> None:
    shown = masker.show(need_of(disclosure="masked"), "public")
    assert shown is not None
    assert (shown.region, shown.budget_max_yuan, shown.site_constraints) == ("", None, "")
    assert shown.must_haves == ()
    assert shown.withheld >= {"company", "region", "budget", "detail", "contact"}


def test_a_listed_provider_gets_county_and_budget_of_a_masked_need(masker: Masker) -> None:
    shown = masker.show(need_of(disclosure="masked"), "listed")
    assert shown is not None
    assert shown.region == "潍坊市高密市"
    assert shown.budget_max_yuan == 800_000
    assert shown.company == "某金属制品企业"


def test_a_need_for_the_listed_only_loses_the_company_in_every_text(masker: Masker) -> None:
    need = need_of(
        disclosure="listed",
        pain="衡钧两条线，联系李试验13900001111",
        must_haves=["懂衡钧压铸的工艺"],
    )
    shown = masker.show(need, "listed")
    assert shown is not None
    assert shown.text == "某金属制品企业两条线，联系联系人联系人"
    assert shown.must_haves == ("懂某金属制品企业的工艺",)
    assert masker.show(need, "public") is None


def test_a_need_inside_the_bureau_does_not_exist_for_others(masker: Masker) -> None:
    need = need_of(disclosure="bureau")
    assert masker.show(need, "public") is None
    assert masker.show(need, "listed") is None
    assert masker.show(need, "staff") is not None


def test_a_public_need_shows_everything_but_the_contact(masker: Masker) -> None:
    need = need_of(disclosure="public", pain="打13900001111找李试验")
    shown = masker.show(need, "public")
    assert shown is not None
    assert shown.company == "潍坊衡钧压铸有限公司"
    assert shown.budget_max_yuan == 800_000
    assert (shown.contact_name, shown.contact_phone, shown.uscc) == ("", "", "")
    assert "13900001111" not in shown.text
    assert "李试验" not in shown.text


def test_owner_and_staff_read_the_text_as_written(masker: Masker) -> None:
    need = need_of(disclosure="masked", pain="打13900001111找李试验")
    for reader in ("owner", "staff"):
        shown = masker.show(need, reader)
        assert shown is not None
        assert shown.text == "打13900001111找李试验"
        assert shown.contact_phone == "13900001111"


def test_a_label_that_names_the_company_is_not_used(masker: Masker) -> None:
    shown = masker.show(need_of(disclosure="masked", mask_label="衡钧一类的企业"), "public")
    assert shown is not None
    assert shown.company == "某金属制品企业"


def test_a_goal_that_ends_with_no_known_measure_is_left_out_of_the_mask(masker: Masker) -> None:
    goals = [
        {"indicator": "给某客户的保密指标", "baseline": 1, "target": 2, "unit": "%"},
        {"indicator": "漏检率", "baseline": "按客户图号甲乙丙", "target": 0.3, "unit": "客户单位"},
    ]
    shown = masker.show(need_of(disclosure="masked", goals=goals), "public")
    assert shown is not None
    assert [goal.line for goal in shown.goals] == ["漏检率目标0.3"]


def test_a_search_of_masked_readers_never_looks_through_the_raw_text(masker: Masker) -> None:
    need = need_of(disclosure="masked", mask_pain="末端目检漏检较多")
    bodies = masker.bodies(need)
    assert "末端目检" in bodies["masked"]
    for raw in ("夜班", "衡钧", "台账", "高密", "断网可用", "李试验", "13900001111"):
        assert raw not in bodies["masked"]
    for raw in ("衡钧", "李试验", "13900001111"):
        assert raw not in bodies["nameless"]
    for raw in ("李试验", "13900001111"):
        assert raw not in bodies["full"]


def test_levels_are_ordered_from_open_to_closed() -> None:
    assert LEVELS == ("public", "masked", "listed", "bureau")
    assert is_looser("public", "masked")
    assert not is_looser("bureau", "listed")


def test_texts_read_well_outside_a_request(app: Flask, masker: Masker) -> None:
    assert masker.plain_label(need_of(industry_code="06")) == "某煤炭开采和洗选企业"
    assert masker.plain_label(need_of(industry_code=None)) == "某制造企业"
