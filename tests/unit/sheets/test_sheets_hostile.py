"""Files made to harm, and files that are not what they say: each is refused in one sentence."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from marketplace.sheets import MESSAGES, SheetError, read_workbook
from tests.unit.sheets.builders import (
    compound_file,
    lying_zip_bomb,
    ods,
    sheet_xml,
    text_cell,
    with_password_flag,
    xls,
    xlsx,
    zip_bomb,
)

ROW = f'<row r="1">{text_cell("A1", "企业名称")}</row>'
ENTITY = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LAUGHS = b'<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
REPEATED = (
    '<table:table-row table:number-rows-repeated="1000000">'
    '<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
    "<text:p>x</text:p></table:table-cell></table:table-row>"
)


def package(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<a/>")
    return out.getvalue()


def many_cells() -> bytes:
    cells = (
        "".join(f"<c><v>{row * column}</v></c>" for column in range(180)) for row in range(2400)
    )
    return xlsx(sheet_xml("".join(f"<row>{line}</row>" for line in cells)))


def many_strings() -> bytes:
    entries = b"".join(b"<si><t>%d</t></si>" % number for number in range(500_000))
    return xlsx(sheet_xml(""), {"xl/sharedStrings.xml": b"<sst>" + entries + b"</sst>"})


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip bomb": ("unpacks_too_big", lambda: zip_bomb(300)),
    "zip bomb that lies about its size": ("suspicious_zip", lambda: lying_zip_bomb(300)),
    "one cell at XFD1048576": (
        "far_cell",
        lambda: xlsx(sheet_xml(f'{ROW}<row r="1048576">{text_cell("XFD1048576", "x")}</row>')),
    ),
    "far row without references": (
        "far_cell",
        lambda: xlsx(sheet_xml('<row r="1048576"><c><v>1</v></c></row>')),
    ),
    "reference beyond any integer": (
        "damaged",
        lambda: xlsx(sheet_xml('<row r="1"><c r="D99999999999"><v>1</v></c></row>')),
    ),
    "reference that contradicts its row": (
        "damaged",
        lambda: xlsx(sheet_xml('<row r="9"><c r="A1"><v>1</v></c><c><v>2</v></c></row>')),
    ),
    "huge rectangle of two cells": (
        "too_many_cells",
        lambda: xlsx(sheet_xml(f'{ROW}<row r="20000">{text_cell("GR20000", "x")}</row>')),
    ),
    "too many cells": ("too_many_cells", many_cells),
    "too many strings": ("too_many_cells", many_strings),
    "string table that declares billions": (
        "too_many_cells",
        lambda: xlsx(sheet_xml(ROW), {"xl/sharedStrings.xml": b'<sst uniqueCount="2147483647"/>'}),
    ),
    "external entity": ("document_type", lambda: xlsx(sheet_xml(ROW, before=ENTITY))),
    "billion laughs": (
        "document_type",
        lambda: xlsx(sheet_xml(ROW), {"xl/sharedStrings.xml": LAUGHS}),
    ),
    "external entity in ods": ("document_type", lambda: ods("", before=ENTITY)),
    "entity hidden by another encoding": (
        "bad_encoding",
        lambda: xlsx(sheet_xml(ROW, before=ENTITY).replace("UTF-8", "UTF-16").encode("utf-16")),
    ),
    "bottomless nesting": ("too_deep", lambda: xlsx(sheet_xml("<a>" * 100_000))),
    "ods that repeats a cell": ("far_cell", lambda: ods(REPEATED)),
    "xls with a far cell": ("far_cell", lambda: xls({(0, 0): "企业名称", (65_535, 255): "x"})),
    "html named xlsx": ("html", lambda: b"<html><body><table><tr><td>1</td></tr></table>"),
    "html with a byte order mark": ("html", lambda: b"\xef\xbb\xbf\n<table><tr><td>1</td></tr>"),
    "xml spreadsheet 2003": (
        "xml_2003",
        lambda: (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
        ),
    ),
    "truncated": ("truncated", lambda: (data := xlsx(sheet_xml(ROW)))[: len(data) // 2]),
    "encrypted workbook": (
        "encrypted",
        lambda: compound_file({"EncryptedPackage": b"x" * 9000, "EncryptionInfo": b"y"}),
    ),
    "zip with a password": ("encrypted", lambda: with_password_flag(xlsx(sheet_xml(ROW)))),
    "empty file": ("empty_file", lambda: b""),
    "blank text": ("no_rows", lambda: b"\n\n  \n"),
    "nul bytes": ("nul_bytes", lambda: b"a,b\n\0,\0\n"),
    "docx named xlsx": ("word", lambda: package("[Content_Types].xml", "word/document.xml")),
    "doc named xls": ("word", lambda: compound_file({"WordDocument": b"x"})),
    "pptx named xlsx": ("slides", lambda: package("ppt/presentation.xml")),
    "xlsb": ("xlsb", lambda: package("xl/workbook.bin")),
    "a plain zip": ("archive", lambda: package("a.txt")),
    "zip inside": ("nested_archive", lambda: xlsx(sheet_xml(ROW), {"xl/a.zip": b"PK"})),
    "pdf": ("pdf", lambda: b"%PDF-1.7 ..."),
    "image": ("image", lambda: b"\x89PNG\r\n"),
    "bytes of no charset": ("unknown_charset", lambda: b"\xff\xff\xfe\x80" * 50),
    "a cell of forty thousand characters": (
        "cell_too_long",
        lambda: xlsx(sheet_xml(f'<row r="1">{text_cell("A1", "很" * 40_000)}</row>')),
    ),
    "csv of a million rows": ("far_cell", lambda: b"a,b\n" + b"1,2\n" * 1_000_000),
    "csv with a quote never closed": ("damaged", lambda: b'a,b\n"' + b"x" * 2_000_000),
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_with_its_own_sentence(name: str) -> None:
    code, build = FILES[name]
    with pytest.raises(SheetError) as caught:
        read_workbook(build(), "需求清单.xlsx")
    assert caught.value.code == code


@pytest.mark.parametrize("code", MESSAGES)
def test_every_refusal_is_one_chinese_sentence_that_ends_with_a_full_stop(code: str) -> None:
    sentence = MESSAGES[code]
    assert sentence.count("。") == 1
    assert sentence.endswith("。")
    assert "\n" not in sentence


def test_a_missing_file_is_refused_like_any_other(tmp_path: Path) -> None:
    with pytest.raises(SheetError) as caught:
        read_workbook(tmp_path / "没有.xlsx")
    assert caught.value.code == "unreadable"


CHILD = """
import json, sys
from pathlib import Path
from marketplace.sheets import SheetError, read_workbook

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

before = peak()
for path in sys.argv[1:]:
    try:
        read_workbook(path)
    except SheetError:
        pass
print(json.dumps((peak() - before) // 1024))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's peak memory")
def test_no_hostile_file_costs_more_than_two_hundred_megabytes(tmp_path: Path) -> None:
    paths = []
    for number, (_, build) in enumerate(FILES.values()):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(build())
        paths.append(str(path))
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *paths], cwd=root, capture_output=True, check=True, text=True
    )
    assert json.loads(done.stdout) < 200
