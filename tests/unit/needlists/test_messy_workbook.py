"""The messy workbook and its GBK twin agree with what was expected of them, field by field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from marketplace.needlists.understanding import to_json_rows
from tests.unit.needlists.reading import checked

FOLDER = Path(__file__).parents[2] / "data" / "messy"
EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))
# The csv begins one row later: its header has one row, the workbook's has two.
FILES = [("潍坊式需求清单.xlsx", 0), ("潍坊式需求清单_GBK.csv", 1)]
FIELDS = (
    "industry_code",
    "budget_min_wan",
    "budget_max_wan",
    "budget_type",
    "deadline",
    "phone",
    "region_code",
    "warnings",
)


def answer(name: str, shift: int) -> dict[int, dict[str, Any]]:
    found = to_json_rows(checked((FOLDER / name).read_bytes(), name))
    return {row["excel_row"] + shift: row for row in found["rows"]}


def expected_rows(shift: int) -> list[dict[str, Any]]:
    """The expected rows; the csv has no remark below the total."""
    return [row for row in EXPECTED["rows"] if not (shift and row.get("text") == "备注")]


@pytest.mark.parametrize(("name", "shift"), FILES)
def test_every_row_is_judged_as_expected_and_no_row_is_added(name: str, shift: int) -> None:
    assert {number: row["action"] for number, row in answer(name, shift).items()} == {
        row["excel_row"]: row["action"] for row in expected_rows(shift)
    }


@pytest.mark.parametrize(("name", "shift"), FILES)
def test_every_field_is_read_as_expected(name: str, shift: int) -> None:
    found = answer(name, shift)
    wrong = [
        (row["excel_row"], field, row[field], found[row["excel_row"]][field])
        for row in expected_rows(shift)
        if not row["action"].startswith("ignore_")
        for field in FIELDS
        if found[row["excel_row"]][field] != row[field]
    ]
    assert wrong == []


@pytest.mark.parametrize(("name", "shift"), FILES)
def test_companies_and_titles_are_kept_as_written_on_one_line(name: str, shift: int) -> None:
    found = answer(name, shift)
    for row in expected_rows(shift):
        if row["action"].startswith("ignore_"):
            continue
        company = row["company_raw"].replace("\n", "") or None
        assert found[row["excel_row"]]["company"] == company
        assert found[row["excel_row"]]["title"] == row["title_expected"]


def test_the_sheets_that_hold_no_needs_are_left_aside() -> None:
    name = FILES[0][0]
    check = checked((FOLDER / name).read_bytes(), name)
    assert [table.name for table in check.sheets] == [EXPECTED["sheet"]]
    assert {sheet for sheet, _ in check.ignored} == set(EXPECTED["ignore_sheets"])
    assert list(check.mapping.header_rows) == EXPECTED["header_rows"]
    assert check.sheets[0].first_data_row == EXPECTED["first_data_row"]


def test_the_day_written_on_the_list_counts_when_none_is_given() -> None:
    name = FILES[0][0]
    check = checked((FOLDER / name).read_bytes(), name, as_of=None)
    assert check.as_of.isoformat() == EXPECTED["reference_date"]
