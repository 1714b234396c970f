"""Mapping corrected and remembered, rows judged again, progress, answers of the command."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from marketplace.needlists.cli import needs
from marketplace.needlists.understanding import (
    ACTIONS,
    LABELS,
    WARNINGS,
    ColumnMapping,
    SheetError,
    TableContext,
    check_need_list,
    recheck_row,
    row_key,
    sentence,
    sheet_outlines,
    to_json_rows,
)
from tests.unit.needlists.reading import AS_OF, checked, text_table, workbook

HEADER = (
    "序号",
    "企业名称",
    "所属行业",
    "所在区市",
    "需求名称",
    "预算（万元）",
    "完成时间",
    "联系电话",
)
ROW = (1, "甲公司", "机械", "高新区", "质检", 50, "2026年9月", "13800000001")


def test_a_corrected_mapping_is_stored_remembered_and_used() -> None:
    data = workbook([("企业名称", "方向", "需求内容", "钱"), ("甲公司", "质检", "漏检多", "50万")])
    first = checked(data).mapping
    fixed = first.corrected({"company": [0], "title": [1], "description": [2], "budget": [3]})
    stored = ColumnMapping.from_json(json.loads(json.dumps(fixed.to_json())))
    assert stored == fixed
    again = check_need_list(data, "a.xlsx", AS_OF, mapping=stored)
    assert (again.rows[0].title, again.rows[0].budget.max_wan) == ("质检", 50)
    assert again.mapping.told_by["budget"] == "person"


def test_the_fingerprint_knows_the_form_and_not_its_rows_or_hints() -> None:
    form = checked(
        workbook([("企业名称*", "需求名称（必填）", "预算（万元）"), ("甲公司", "质检", 1)])
    )
    same = checked(workbook([("标题",), ("企业名称", "需求 名称", "预算"), ("乙公司", "排产", 2)]))
    other = checked(workbook([("需求名称", "企业名称", "预算"), ("质检", "甲公司", 1)]))
    assert form.mapping.fingerprint == same.mapping.fingerprint
    assert form.mapping.fingerprint != other.mapping.fingerprint


def test_a_mapping_for_another_form_is_not_used() -> None:
    data = workbook([("企业名称", "需求名称"), ("甲公司", "质检")])
    wrong = replace(checked(data).mapping, fingerprint="other", columns={"title": (0,)})
    assert check_need_list(data, "a.xlsx", AS_OF, mapping=wrong).rows[0].title == "质检"


def test_a_header_nobody_recognises_can_be_pointed_out_by_hand() -> None:
    data = workbook([("甲", "乙"), ("一号公司", "质检")])
    with pytest.raises(SheetError) as caught:
        checked(data)
    assert caught.value.code == "no_header"
    assert sheet_outlines(data, "a.xlsx") == [
        ("Sheet", [(1, ["甲", "乙"]), (2, ["一号公司", "质检"])])
    ]
    by_hand = ColumnMapping("", {"company": (0,), "title": (1,)}, header_rows=(1,))
    found = check_need_list(data, "a.xlsx", AS_OF, mapping=by_hand)
    assert [(row.company, row.title) for row in found.rows] == [("一号公司", "质检")]
    remembered = found.mapping
    assert remembered.fingerprint
    later = workbook([("甲", "乙"), ("二号公司", "排产")])
    [row] = check_need_list(later, "b.xlsx", AS_OF, mapping=[remembered]).rows
    assert (row.company, row.title) == ("二号公司", "排产")


def test_a_row_is_judged_again_from_its_raw_texts_alone() -> None:
    check = checked(workbook([HEADER, (*ROW[:1], None, *ROW[2:])]))
    row, context = check.rows[0], check.sheets[0].context
    assert row.action == "reject"
    stored = TableContext.from_json(json.loads(json.dumps(context.to_json())))
    fixed = recheck_row(row, {"company": "甲公司", "industry": "34", "region": "370783"}, stored)
    assert (fixed.action, fixed.company) == ("import", "甲公司")
    assert (fixed.value("industry"), fixed.value("region")) == ("34", "370783")
    assert fixed.warnings == ()


def test_correcting_one_field_leaves_the_others_as_they_were_read() -> None:
    check = checked(workbook([HEADER, ROW]))
    fixed = recheck_row(check.rows[0], {"deadline": "2026-13-01"}, check.sheets[0].context)
    assert fixed.action == "review"
    assert fixed.deadline is None
    assert fixed.budget == check.rows[0].budget


def test_a_person_may_let_a_warning_pass() -> None:
    check = checked(workbook([HEADER, (*ROW[:6], "2025-01-01", ROW[7])]))
    row, context = check.rows[0], check.sheets[0].context
    assert row.action == "review"
    assert (
        recheck_row(row, {}, context, confirmed=frozenset({"deadline_in_past"})).action == "import"
    )


def test_a_correction_can_make_a_row_a_duplicate() -> None:
    check = checked(workbook([HEADER, ROW, (2, "乙公司", *ROW[2:])]))
    first, second = check.rows
    fixed = recheck_row(
        second, {"company": "甲 公司"}, check.sheets[0].context, earlier={row_key(first): "row1"}
    )
    assert (fixed.action, fixed.warnings) == ("skip_duplicate", ("duplicate_of:row1",))


def test_progress_is_told_every_hundred_rows() -> None:
    rows = [(number, f"{number}号公司", *ROW[2:]) for number in range(250)]
    told: list[tuple[int, int]] = []
    check_need_list(
        workbook([HEADER, *rows]), "a.xlsx", AS_OF, progress=lambda *step: told.append(step)
    )
    assert told == [(100, 251), (200, 251)]


def test_every_warning_has_a_sentence_and_every_label_is_chinese() -> None:
    assert all(text.endswith("。") for text in WARNINGS.values())
    assert sentence("region_unknown:100%高新区").startswith("“100%高新区”没有")
    assert sentence("duplicate_of:row2") == "与前面的第 2 号是同一企业的同名需求，不再重复导入。"
    assert set(ACTIONS) == {
        "import",
        "review",
        "skip_duplicate",
        "reject",
        "ignore_blank",
        "ignore_note",
    }
    assert all(not label.isascii() for label in LABELS.values())


def test_every_row_of_the_answer_has_the_same_keys_and_names_its_sheet_only_when_needed() -> None:
    rows = to_json_rows(checked(workbook([HEADER, ROW, ("备注：略",)])))["rows"]
    keys = [
        "excel_row", "action", "company", "title", "industry_code", "budget_min_wan",
        "budget_max_wan", "budget_type", "deadline", "phone", "region_code", "warnings",
    ]  # fmt: skip
    assert list(rows[0]) == keys
    assert set(rows[1]) == {*keys, "text"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (text_table([HEADER]), "no_rows"),
        (workbook([HEADER, ()]), "no_rows"),
        (workbook([()]), "no_rows"),
        (text_table([("姓名", "成绩"), ("张三", "90")]), "no_header"),
    ],
)
def test_a_table_without_needs_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(SheetError) as caught:
        checked(data)
    assert caught.value.code == code


def test_the_command_prints_the_answer_as_json(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    path.write_bytes(workbook([HEADER, ROW]))
    done = CliRunner().invoke(needs, ["check", str(path), "--as-of", "2026-06-04", "--json"])
    assert done.exit_code == 0
    [row] = json.loads(done.stdout)["rows"]
    assert (row["excel_row"], row["action"], row["deadline"]) == (2, "import", "2026-09-30")


def test_the_command_prints_a_table_for_people(tmp_path: Path) -> None:
    path = tmp_path / "清单.csv"
    path.write_bytes(text_table([HEADER, ROW], "gbk"))
    done = CliRunner().invoke(needs, ["check", str(path), "--as-of", "2026-06-04"])
    assert done.exit_code == 0
    assert "可导入" in done.stdout
    assert "“高新区”没有对应的县级行政区划代码" in done.stdout


@pytest.mark.parametrize("content", [b"", b"\0\0\0", b"<html>", b"PK\x03\x04broken"])
def test_the_command_says_in_one_line_why_a_file_cannot_be_read(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(content)
    done = CliRunner().invoke(needs, ["check", str(path), "--json"])
    assert done.exit_code != 0
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "坏.xlsx" in done.stderr


def test_without_a_day_relative_words_count_from_the_day_on_the_list() -> None:
    data = workbook([("填报日期：2025年3月1日",), HEADER, (*ROW[:6], "年底前", ROW[7])])
    check = checked(data, as_of=None)
    assert (check.as_of, check.rows[0].deadline) == (date(2025, 3, 1), date(2025, 12, 31))
