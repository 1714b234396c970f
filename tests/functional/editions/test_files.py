"""The four files of an edition: what stands in them, and what must not."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.editions.columns import COLUMNS
from marketplace.editions.models import Edition
from marketplace.editions.rows import directory_rows
from marketplace.editions.storage import read_file, state_of
from marketplace.web.filters import beijing_today

Make = Callable[..., Any]
STATEMENT = "不构成政府采购承诺、采购资格、信用背书或行政许可"


def files_of(edition: Edition, folder: Path) -> dict[str, bytes]:
    return {file.kind: read_file(folder, file.stored_as) for file in edition.files}


def words_of(kind: str, data: bytes) -> str:
    if kind == "pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    if kind == "json":
        return data.decode()
    archive = zipfile.ZipFile(io.BytesIO(data))
    return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_the_pdf_is_tagged_and_lists_the_provider(
    create_provider: Make, issue_edition: Make, edition_folder: Path
) -> None:
    create_provider("甲试验有限公司")
    edition = issue_edition("published", number="试〔2026〕7号")
    data = files_of(edition, edition_folder)["pdf"]
    reader = PdfReader(io.BytesIO(data))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert reader.metadata is not None
    assert reader.metadata.title == f"{edition.title}（试〔2026〕7号）"
    text = words_of("pdf", data).replace("\n", "")
    assert "甲试验有限公司" in text
    assert "二级" in text
    assert STATEMENT in text
    fonts = reader.pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        [descendant] = font.get_object()["/DescendantFonts"]
        assert "/FontFile3" in descendant.get_object()["/FontDescriptor"]


def test_the_statement_stands_on_every_page_and_in_every_file(
    create_provider: Make, issue_edition: Make, edition_folder: Path
) -> None:
    for number in range(30):
        create_provider(f"第{number}号试验有限公司")
    files = files_of(issue_edition("published"), edition_folder)
    pages = PdfReader(io.BytesIO(files["pdf"])).pages
    assert len(pages) > 1
    assert all(STATEMENT in page.extract_text().replace("\n", "") for page in pages)
    for kind in ("docx", "xlsx", "json"):
        assert STATEMENT in words_of(kind, files[kind])


def test_the_workbook_reads_back_with_every_column(
    create_provider: Make, issue_edition: Make, edition_folder: Path
) -> None:
    provider = create_provider("甲试验有限公司")
    data = files_of(issue_edition("published"), edition_folder)["xlsx"]
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    [head] = [row for row in rows if row[0] == "序号"]
    assert head[1:25] == [str(column.header) for column in COLUMNS]
    row = dict(zip(head, rows[rows.index(head) + 1], strict=True))
    assert row["名称"] == "甲试验有限公司"
    assert row["统一社会信用代码"] == provider.organisation.uscc
    assert (row["等级"], row["评价通道"], row["状态"]) == ("二级", "专业", "在库有效")
    assert row["案例"] == "某铸造企业，2025年，漏检率2.1%→0.4%，企业申报"


def test_the_json_keeps_the_order_of_the_columns(
    create_provider: Make, issue_edition: Make, edition_folder: Path
) -> None:
    create_provider("甲试验有限公司")
    edition = issue_edition("published")
    body = json.loads(files_of(edition, edition_folder)["json"])
    assert list(body["rows"][0]) == ["tier", *(column.key for column in COLUMNS)]
    assert body["rows_sha256"] == edition.digest
    assert (body["valid_from"], body["valid_to"]) == ("2026-12-15", "2027-06-14")


def test_what_is_downloaded_has_the_checksum_shown(
    client: FlaskClient, create_provider: Make, issue_edition: Make
) -> None:
    create_provider("甲试验有限公司")
    edition = issue_edition("published")
    page = client.get(f"/editions/{edition.id}").text
    for file in edition.files:
        answer = client.get(f"/editions/{edition.id}.{file.kind}")
        assert answer.status_code == 200
        assert sha256(answer.data).hexdigest() == file.sha256
        assert file.sha256 in page.replace(" ", "")


def test_a_file_changed_on_disk_is_noticed(
    create_provider: Make, issue_edition: Make, edition_folder: Path
) -> None:
    create_provider("甲试验有限公司")
    edition = issue_edition("published")
    pdf, docx, *_rest = edition.files
    assert state_of(edition_folder, pdf) == "same"
    (edition_folder / pdf.stored_as).write_bytes(b"other")
    (edition_folder / docx.stored_as).unlink()
    assert state_of(edition_folder, pdf) == "differs"
    assert state_of(edition_folder, docx) == "missing"


def test_a_masked_client_stands_in_no_file(
    create_provider: Make, issue_edition: Make, edition_folder: Path
) -> None:
    create_provider("甲试验有限公司")
    for kind, data in files_of(issue_edition("published"), edition_folder).items():
        assert "保密客户甲" not in words_of(kind, data), kind
        assert "某铸造企业" in words_of(kind, data).replace("\n", ""), kind


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    masked=st.lists(st.booleans(), min_size=1, max_size=6),
    label=st.sampled_from(["", "某铸造企业", "某企业"]),
    verification=st.sampled_from(["declared", "checked", "accepted"]),
)
def test_a_row_never_names_a_masked_client(
    session: Session,
    create_provider: Make,
    masked: list[bool],
    label: str,
    verification: str,
) -> None:
    provider = create_provider()
    [case] = provider.cases
    for place, is_masked in enumerate(masked):
        case.client_name, case.client_masked = f"鹊曜{place}号客户", is_masked
        case.client_label, case.verification = label, verification
        session.flush()
        row = directory_rows(session, [provider.id], beijing_today(now()))[provider.id]
        assert (f"鹊曜{place}号客户" in json.dumps(row, ensure_ascii=False)) is not is_masked
    session.rollback()
