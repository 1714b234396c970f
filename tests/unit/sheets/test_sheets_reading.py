"""What comes out of a healthy spreadsheet, whatever wrote it."""

from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from marketplace.sheets import Row, read_workbook
from tests.unit.sheets.builders import ods, sheet_xml, text_cell, xls, xlsx

ODS_TEXT = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def only_rows(data: bytes, name: str = "清单.xlsx") -> tuple[Row, ...]:
    [sheet] = read_workbook(data, name).sheets
    return sheet.rows


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_rows_keep_the_numbers_excel_shows_even_below_leading_blank_rows() -> None:
    book = openpyxl.Workbook()
    book.active["B4"] = "企业名称"
    book.active["B6"] = "甲公司"
    rows = only_rows(saved(book))
    assert [(row.number, row.cells) for row in rows] == [
        (1, ()),
        (2, ()),
        (3, ()),
        (4, (None, "企业名称")),
        (5, ()),
        (6, (None, "甲公司")),
    ]


def test_values_keep_their_kind() -> None:
    book = openpyxl.Workbook()
    book.active.append(
        ["文字", 12, 1.5, True, date(2026, 9, 30), datetime.fromisoformat("2026-09-30T08:30")]
    )
    assert only_rows(saved(book))[0].cells == (
        "文字",
        12.0,
        1.5,
        True,
        date(2026, 9, 30),
        datetime.fromisoformat("2026-09-30T08:30"),
    )


def test_a_formula_without_a_stored_value_is_carried_as_text() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = '=HYPERLINK("http://evil.example","点我")'
    [row] = only_rows(saved(book))
    assert row.cells == ()
    assert row.formulas == {0: '=HYPERLINK("http://evil.example","点我")'}


def test_a_formula_with_a_stored_value_carries_both() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write_formula(0, 1, "=20+30", None, 50)
    book.close()
    [row] = only_rows(out.getvalue())
    assert (row.cells, row.formulas) == ((None, 50.0), {1: "=20+30"})


def test_shared_formulas_are_told_from_values() -> None:
    first = '<c r="A1"><f t="shared" ref="A1:A2" si="0">B1*2</f><v>4</v></c>'
    second = '<c r="A2"><f t="shared" si="0"/><v>6</v></c>'
    rows = only_rows(xlsx(sheet_xml(f'<row r="1">{first}</row><row r="2">{second}</row>')))
    assert [row.formulas for row in rows] == [{0: "=B1*2"}, {0: "=B1*2"}]


def test_text_that_begins_with_an_equals_sign_stays_text() -> None:
    data = xlsx(sheet_xml(f'<row r="1">{text_cell("A1", "=1+1")}</row>'))
    [row] = only_rows(data)
    assert (row.cells, row.formulas) == (("=1+1",), {})


def test_error_values_are_marked_and_have_no_value() -> None:
    data = xlsx(sheet_xml('<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>'))
    [row] = only_rows(data)
    assert (row.cells, row.errors) == ((), frozenset({0}))


def test_a_date_shown_without_its_day_says_so() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = date(2026, 9, 1)
    book.active["A1"].number_format = 'yyyy"年"m"月"'
    book.active["B1"] = date(2026, 9, 1)
    [row] = only_rows(saved(book))
    assert dict(row.formats) == {0: 'yyyy"年"m"月"'}


def test_a_unit_in_the_number_format_is_kept() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 50
    book.active["A1"].number_format = '0"万元"'
    [row] = only_rows(saved(book))
    assert dict(row.formats) == {0: '0"万元"'}


def test_merged_blocks_are_told_in_the_readers_row_numbers() -> None:
    book = openpyxl.Workbook()
    book.active["B2"] = "企业名称"
    book.active.merge_cells("B2:B4")
    [sheet] = read_workbook(saved(book), "a.xlsx").sheets
    [merge] = sheet.merges
    assert (merge.first_row, merge.last_row, merge.first_column, merge.last_column) == (2, 4, 1, 1)


def test_hidden_sheets_are_marked() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.create_sheet("选项").sheet_state = "hidden"
    assert [(s.name, s.visible) for s in read_workbook(saved(book), "a.xlsx").sheets] == [
        ("Sheet", True),
        ("选项", False),
    ]


def test_macros_in_an_xlsm_are_left_aside() -> None:
    sheet = sheet_xml(f'<row r="1">{text_cell("A1", "企业名称")}</row>')
    rows = only_rows(xlsx(sheet, {"xl/vbaProject.bin": b"\x01" * 5000}), "a.xlsm")
    assert rows[0].cells == ("企业名称",)


def test_cells_without_references_follow_one_another() -> None:
    data = xlsx(sheet_xml("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"))
    assert [row.cells for row in only_rows(data)] == [(1.0, 2.0), (3.0,)]


def test_formatted_blank_cells_far_out_do_not_matter() -> None:
    far = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    data = xlsx(sheet_xml(f'<row r="1">{text_cell("A1", "企业名称")}</row>{far}'))
    assert len(only_rows(data)) == 1


def test_an_old_xls_is_read() -> None:
    book = read_workbook(xls({(0, 0): "企业名称", (2, 1): 80.0}), "a.xls")
    assert book.kind == "xls"
    assert [row.cells for row in book.sheets[0].rows] == [("企业名称",), (), (None, 80.0)]


def test_an_ods_is_read_with_its_empty_repeats_skipped() -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = (
        f"<table:table-row>{ODS_TEXT.format('企业名称')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{empty}</table:table-row>'
        f"<table:table-row>{ODS_TEXT.format('甲公司')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048570">{empty}</table:table-row>'
    )
    assert [(r.number, r.cells) for r in only_rows(ods(rows), "a.ods")] == [
        (1, ("企业名称",)),
        (2, ()),
        (3, ()),
        (4, ("甲公司",)),
    ]


TABLE = "企业名称,需求名称\n甲公司,质检\n"


@pytest.mark.parametrize(
    ("charset", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_csv_is_read_in_every_usual_charset(charset: str, named: str) -> None:
    book = read_workbook(TABLE.encode(charset), "清单.csv")
    assert (book.kind, book.charset) == ("csv", named)
    assert [row.cells for row in book.sheets[0].rows] == [
        ("企业名称", "需求名称"),
        ("甲公司", "质检"),
    ]


def test_traditional_text_in_big5_is_read() -> None:
    text = "企業名稱,需求名稱,聯絡電話\n光電股份有限公司,產線視覺檢測與瑕疵識別,13800000001\n" * 6
    assert read_workbook(text.encode("big5"), "a.csv").sheets[0].rows[0].cells[0] == "企業名稱"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(delimiter: str) -> None:
    lines = ["企业名称,需求名称,描述", "甲公司,质检,漏检多，误报也多", "乙公司,排产,急单"]
    data = "\n".join(line.replace(",", delimiter) for line in lines).encode()
    assert read_workbook(data, "a.csv").delimiter == delimiter


def test_csv_numbers_count_records_not_lines() -> None:
    data = '标题\n企业名称,需求\n"甲\n公司",质检\n乙公司,排产\n'.encode()
    assert [(row.number, row.cells) for row in only_rows(data, "a.csv")][2:] == [
        (3, ("甲\n公司", "质检")),
        (4, ("乙公司", "排产")),
    ]


def test_the_extension_does_not_decide_what_a_file_is() -> None:
    assert read_workbook(TABLE.encode(), "清单.xlsx").kind == "csv"
    assert read_workbook(xls({(0, 0): "企业名称"}), "清单.xlsx").kind == "xls"
