"""Rules the tour's messy spreadsheet keeps; reads the workbook as an importer would."""

import re
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from marketplace.demo.make_sheet import SHEET_PATH, write_sheet

Cells = list[list[object]]

FULL_WIDTH = {ord("０") + value: str(value) for value in range(10)}


def cells(path: Path, sheet: str) -> Cells:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()


@pytest.fixture
def table() -> Cells:
    return cells(SHEET_PATH, "11月汇总")


def test_the_committed_workbook_is_what_the_script_writes(tmp_path: Path, table: Cells) -> None:
    write_sheet(tmp_path / "again.xlsx")
    assert cells(tmp_path / "again.xlsx", "11月汇总") == table


def test_the_workbook_says_that_it_is_a_demonstration(table: Cells) -> None:
    assert "演示数据，企业和人员均为虚构" in str(table[0][0])


def test_the_header_takes_two_rows_and_other_sheets_hold_no_needs(table: Cells) -> None:
    assert table[2][1] == "企业信息"
    assert table[3][1] == "单位名称"
    assert CalamineWorkbook.from_path(SHEET_PATH).sheet_names == ["11月汇总", "填报说明", "Sheet3"]


def test_the_disorder_of_real_sheets_is_there(table: Cells) -> None:
    body = table[4:]
    assert sum(bool(row[1]) for row in body) == 37
    assert [cell for cell in body[14] if cell] == []
    assert body[15][1:5] == body[0][1:5]
    assert any(row[0] and not row[1] and row[4] == "车间看板" for row in body)
    assert {str(row[4])[0] for row in body if row[4]} >= {"="}
    assert len({type(row[7]) for row in body}) == 2
    assert str(body[-3][0]).startswith("注：")


def test_every_phone_in_the_workbook_is_fictional(table: Cells) -> None:
    for row in table[4:]:
        digits = re.sub(r"\D", "", str(row[9]).translate(FULL_WIDTH))
        assert re.match(r"$|(86)?1380000|0000", digits), row[9]
