from __future__ import annotations

from marketplace.needs.duplicates import find_alike, text_likeness
from marketplace.needs.models import Need


def need_of(number: int, title: str, pain: str = "", **values: object) -> Need:
    return Need(
        id=number, number=f"XQ-2026-{number:04d}", title=title, pain=pain, goals=[], **values
    )


def test_word_order_hardly_matters() -> None:
    assert text_likeness("壳体外观检测", "检测壳体外观") == 0.8


def test_nothing_in_common_is_nought_and_the_same_is_one() -> None:
    assert text_likeness("曲轴毛刺", "空压站群控") == 0.0
    assert text_likeness("曲轴毛刺", "曲轴 毛刺。") == 1.0
    assert text_likeness("", "") == 0.0


def test_the_likest_need_comes_first_and_never_the_need_itself() -> None:
    mine = need_of(1, "变速箱壳体压铸缺陷识别", company_name="甲厂", scene_id="S24")
    near = need_of(2, "壳体压铸缺陷检测", company_name="甲厂", scene_id="S24")
    far = need_of(3, "空压站群控", company_name="乙厂", scene_id="S30")
    found = find_alike(mine, [mine, far, near], at_least=0.3)
    assert [item.need.number for item in found] == ["XQ-2026-0002"]
    assert found[0].same == ("企业", "场景")
    assert found[0].likeness > 0.7


def test_two_companies_that_are_both_unknown_are_not_the_same_company() -> None:
    found = find_alike(need_of(1, "曲轴检测"), [need_of(2, "曲轴检测")], at_least=0.3)
    assert found[0].same == ()
