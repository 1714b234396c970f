"""Words of the bureau speak of materials and cases by name, not by code."""

from __future__ import annotations

from marketplace.applications.asking import in_names


def test_a_code_at_the_beginning_of_a_line_reads_as_its_name() -> None:
    words = "请补下列材料。\ncase-7 盖章的验收单\nX-07 说明 case-7\nlicence"
    names = {"case-7": "案例“熔接痕检测”", "licence": "营业执照"}
    assert in_names(words, names) == (
        "请补下列材料。\n案例“熔接痕检测”：盖章的验收单\nX-07 说明 case-7\n营业执照"
    )


def test_an_item_written_freely_has_no_code_to_read(app: object) -> None:
    assert in_names("请补正。\nQ-1 公章授权书\nX-07 验收单", {}) == (
        "请补正。\n其他事项：公章授权书\nX-07 验收单"
    )
