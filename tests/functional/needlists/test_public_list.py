"""A published list as each reader sees it, on the page and in every file."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.needlists.models import NeedList

Make = Callable[..., Any]
SignIn = Callable[[User], FlaskClient]
KINDS = ("xlsx", "csv", "docx", "pdf")


def words_of(kind: str, body: bytes) -> str:
    """Return all the text of a file."""
    if kind == "csv":
        return body.decode("utf-8-sig")
    if kind == "xlsx":
        rows = load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
        return "\n".join(str(cell) for row in rows for cell in row if cell is not None)
    if kind == "docx":
        document = Document(io.BytesIO(body))
        cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
        return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


@pytest.fixture
def mixed_list(
    create_published_list: Make, create_need: Make, create_organisation: Make
) -> NeedList:
    """One need of each disclosure, each with a company and a title of its own."""
    needs = [
        create_need(
            "accepted",
            level,
            create_organisation(f"苏江金丝雀{word}有限公司"),
            title=f"{word}需求名称",
            mask_title=f"{word}公众版",
            mask_label=f"某{word}企业",
            contact_name=f"{word}联系人",
        )
        for level, word in (
            ("listed", "库内"),
            ("public", "公开"),
            ("bureau", "局内"),
            ("masked", "脱敏"),
        )
    ]
    return create_published_list(needs, event="试验对接会", owner_office="数字产业处")


def everything(client: FlaskClient, need_list: NeedList, view: str = "") -> dict[str, str]:
    """Return the text of the page and of every file as this browser gets them."""
    texts = {"page": client.get(f"/lists/{need_list.id}{view}").get_data(as_text=True)}
    for kind in KINDS:
        answer = client.get(f"/lists/{need_list.id}.{kind}{view}")
        assert answer.status_code == 200
        texts[kind] = words_of(kind, answer.data)
    return texts


def test_visitors_get_open_needs_only_numbered_without_gaps(
    client: FlaskClient, mixed_list: NeedList
) -> None:
    for place, text in everything(client, mixed_list).items():
        assert "公开需求名称" in text, place
        assert "苏江金丝雀公开有限公司" in text, place
        assert "脱敏公众版" in text, place
        assert "1-01" in text, place
        assert "1-02" in text, place
        for hidden in (
            "1-03",
            "库内",
            "局内",
            "金丝雀脱敏",
            "脱敏需求名称",
            "联系人",
            "13900001111",
            "XQ-2020",
        ):
            where = text.replace("/needs/XQ-2020", "") if place == "page" else text
            where = where.replace("在库服务商", "")
            assert hidden not in where, (place, hidden)


def test_members_of_listed_providers_also_get_the_rows_for_them_but_no_names(
    client: FlaskClient,
    mixed_list: NeedList,
    create_provider: Make,
    create_user: Make,
    sign_in: SignIn,
) -> None:
    provider = create_provider()
    member = sign_in(create_user(organisation=provider.organisation))
    for place, text in everything(member, mixed_list).items():
        assert "库内需求名称" in text, place
        assert "40万至80万元" in text, place
        assert "局内" not in text, place
        assert "金丝雀库内" not in text, place
        assert "金丝雀脱敏" not in text, place
        if place != "page":
            assert "不得外传" in text, place


def test_staff_get_all_rows_marked_as_internal_and_the_public_view_on_request(
    mixed_list: NeedList, reviewer: User, sign_in: SignIn
) -> None:
    client = sign_in(reviewer)
    for place, text in everything(client, mixed_list).items():
        for word in ("公开", "脱敏", "库内", "局内"):
            assert f"苏江金丝雀{word}有限公司" in text, place
        assert "不得外传" in text, place
        assert "13900001111" not in text, place
    for place, text in everything(client, mixed_list, "?view=public").items():
        assert "金丝雀局内" not in text, place
        assert "金丝雀脱敏" not in text, place


def test_every_file_names_title_number_day_and_disclaimer(
    client: FlaskClient, mixed_list: NeedList
) -> None:
    day = mixed_list.published_on
    for kind in KINDS:
        text = everything(client, mixed_list)[kind].replace("\n", "")
        assert mixed_list.title in text
        assert str(mixed_list.number) in text
        assert f"{day.year}年{day.month}月{day.day}日" in text
        assert "不构成政府采购承诺" in text


def test_the_pdf_is_tagged_titled_and_chinese(client: FlaskClient, mixed_list: NeedList) -> None:
    reader = PdfReader(io.BytesIO(client.get(f"/lists/{mixed_list.id}.pdf").data))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("zh")
    assert mixed_list.title in str(reader.metadata.title)


def test_a_rare_character_in_a_title_does_not_break_the_pdf(
    client: FlaskClient, create_published_list: Make, create_need: Make
) -> None:
    need_list = create_published_list([create_need("accepted", title="检测🎉\u200d线")])
    answer = client.get(f"/lists/{need_list.id}.pdf")
    assert "检测〓线" in words_of("pdf", answer.data)
    assert "字库里没有的字" in words_of("pdf", answer.data)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t="])
def test_no_exported_cell_is_a_formula(
    client: FlaskClient,
    create_published_list: Make,
    create_need: Make,
    create_organisation: Make,
    sign: str,
) -> None:
    text = f'{sign}HYPERLINK("http://evil.example","点")'
    need_list = create_published_list(
        [create_need("accepted", "public", create_organisation(text), title=text, pain=text)],
        event=text,
    )
    workbook = load_workbook(io.BytesIO(client.get(f"/lists/{need_list.id}.xlsx").data))
    for row in workbook.active.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            assert cell.hyperlink is None
    lines = client.get(f"/lists/{need_list.id}.csv").data.decode("utf-8-sig")
    assert f"'{text.strip()[0]}" in lines or f"'{sign}" in lines
    for line in lines.splitlines():
        assert not line.startswith(("=", "+", "-", "@", '"=', '"+', '"-', '"@'))


def test_the_list_can_be_narrowed_to_what_is_open_and_to_one_stage(
    session: Session, client: FlaskClient, create_published_list: Make, create_need: Make
) -> None:
    there, gone = create_need("accepted", title="还开着的"), create_need("accepted", title="谈着的")
    other = create_need("accepted", title="排产的", scene_id="S13")
    need_list = create_published_list([there, gone, other])
    gone.state = "engagement"
    session.commit()
    page = client.get(f"/lists/{need_list.id}?open=1").get_data(as_text=True)
    assert "还开着的" in page
    assert "谈着的" not in page
    whole = client.get(f"/lists/{need_list.id}").get_data(as_text=True)
    assert "洽谈中 <b>1</b>" in whole


def test_the_overview_counts_only_what_the_viewer_may_see(
    client: FlaskClient, mixed_list: NeedList, reviewer: User, sign_in: SignIn
) -> None:
    assert "<div>2</div>" in client.get("/lists/").get_data(as_text=True)
    assert "<div>4</div>" in sign_in(reviewer).get("/lists/").get_data(as_text=True)


def test_a_draft_is_unknown_to_the_public(
    client: FlaskClient, create_draft_list: Make, create_need: Make
) -> None:
    need_list = create_draft_list([create_need("accepted")])
    assert client.get(f"/lists/{need_list.id}").status_code == 404
    assert client.get(f"/lists/{need_list.id}.pdf").status_code == 404
    assert need_list.title not in client.get("/lists/").get_data(as_text=True)


def test_a_row_taken_off_since_leaves_a_gap_that_the_page_explains(
    session: Session, client: FlaskClient, create_published_list: Make, create_need: Make
) -> None:
    needs = [create_need("accepted", title=f"第{n}件") for n in range(3)]
    need_list = create_published_list(needs)
    assert "编号不连续处" not in client.get(f"/lists/{need_list.id}").get_data(as_text=True)
    needs[1].disclosure = "bureau"
    session.commit()
    page = client.get(f"/lists/{need_list.id}").get_data(as_text=True)
    assert "第1件" not in page
    assert "编号不连续处" in page
