"""Words of the bureau speak of materials and cases by name, not by code."""

from __future__ import annotations

from marketplace.applications.asking import in_names


def test_a_code_at_the_beginning_of_a_line_reads_as_its_name() -> None:
    words = "请补下列材料。\ncase-7 盖章的验收单\nX-07 说明 case-7\nlicence"
    names = {"case-7": "案例“熔接痕检测”", "licence": "营业执照"}
    assert in_names(words, names) == (
        "请补下列材料。\n案例“熔接痕检测” 盖章的验收单\nX-07 说明 case-7\n营业执照"
    )
