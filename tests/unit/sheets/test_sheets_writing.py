"""What is written for people to open can never run, and reads back as it was."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.sheets import (
    Column,
    Table,
    read_workbook,
    safe_csv_text,
    write_csv,
    write_workbook,
)

COLUMNS = (
    Column("企业名称"),
    Column("需求描述", "long_text", 40),
    Column("预算（万元）", "number"),
)
DANGEROUS = [
    "=1+1",
    '=HYPERLINK("http://evil.example","点我")',
    "+1",
    "-1",
    "@SUM(1+1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "  =1+1",
    "=cmd|'/C calc'!A0",
]


def sheet_part(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_is_written_as_text(text: str) -> None:
    data = write_workbook(Table("清单", COLUMNS, [(text, text, None)]))
    assert "<f>" not in sheet_part(data)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.active["A2"].data_type == "s"


def test_addresses_are_not_turned_into_links() -> None:
    data = write_workbook(Table("清单", COLUMNS, [("http://evil.example", "x", 1)]))
    assert "hyperlink" not in sheet_part(data)


def test_values_keep_their_kind() -> None:
    columns = (
        Column("名称"),
        Column("数", "integer"),
        Column("额", "number"),
        Column("日", "date"),
    )
    data = write_workbook(Table("清单", columns, [("甲", 3, 1.5, date(2026, 9, 30))]))
    row = openpyxl.load_workbook(io.BytesIO(data)).active[2]
    assert [cell.value for cell in row][:3] == ["甲", 3, 1.5]
    assert row[3].value.date() == date(2026, 9, 30)


def test_title_header_rows_and_notes_stand_in_this_order() -> None:
    table = Table("清单", COLUMNS[:1], [("甲公司",)], title="需求清单", notes=("演示数据",))
    rows = read_workbook(write_workbook(table), "a.xlsx").sheets[0].rows
    assert [row.cells[0] for row in rows] == ["需求清单", "企业名称", "甲公司", "演示数据"]


def test_sheet_names_are_made_legal_and_kept_apart() -> None:
    tables = [Table("第1批[甲/乙]:" + "很" * 40, COLUMNS[:1], []) for _ in range(2)]
    names = openpyxl.load_workbook(io.BytesIO(write_workbook(*tables))).sheetnames
    assert len(set(names)) == 2
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_a_text_too_long_for_a_cell_is_cut_and_not_dropped() -> None:
    data = write_workbook(Table("清单", COLUMNS[:1], [("长" * 40_000,)]))
    value = openpyxl.load_workbook(io.BytesIO(data)).active["A2"].value
    assert len(value) == 32_767
    assert value.endswith("…")


@pytest.mark.parametrize("text", DANGEROUS)
def test_csv_puts_a_quote_mark_before_what_would_run(text: str) -> None:
    data = write_csv(COLUMNS[:1], [(text,)])
    [_, [cell]] = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert cell == f"'{text}"


def test_csv_leaves_ordinary_text_and_numbers_alone() -> None:
    data = write_csv(COLUMNS, [("甲公司", "第一行\n第二行", -1.5)])
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[1] == ["甲公司", "第一行\n第二行", "-1.5"]


@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_no_text_whatever_becomes_a_formula(texts: list[str]) -> None:
    data = write_workbook(Table("清单", (Column("文字"),), [(text,) for text in texts]))
    assert "<f>" not in sheet_part(data)
    for text in texts:
        safe = safe_csv_text(text)
        assert not safe.lstrip().startswith(("=", "+", "-", "@"))
        assert safe_csv_text(safe) == safe
