"""From a bureau's spreadsheet to needs: upload, preview, fixes, commit, list, files."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from marketplace.accounts.models import Unit, User
from marketplace.accounts.queries import viewer_of
from marketplace.errors import Conflict, InvalidInput
from marketplace.needlists.models import NeedList, SheetImport, SheetImportRow
from marketplace.needlists.services.committing import CommitChoice, commit_import
from marketplace.needlists.services.fixing import decide, set_values
from marketplace.needlists.services.receiving import sweep_uploads
from marketplace.needs.models import Need

Make = Callable[..., Any]
SignIn = Callable[[User], FlaskClient]

MESSY = Path(__file__).parents[2] / "data" / "messy"
EXPECTED = json.loads((MESSY / "expected.json").read_text("utf-8"))
OURS = {
    "import": "import",
    "review": "review",
    "skip_duplicate": "duplicate",
    "reject": "reject",
    "ignore_blank": "blank",
    "ignore_note": "note",
}
HEADER = (
    "序号",
    "企业名称",
    "所属行业",
    "所在县区",
    "需求名称",
    "需求描述",
    "预算（万元）",
    "完成时间",
    "联系人",
    "联系电话",
)


def sheet(*rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> bytes:
    """Return a plain workbook with these rows."""
    book = Workbook()
    book.active.append(header)
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def line(
    number: int, company: str = "", title: str = "", region: str = "高密市"
) -> tuple[Any, ...]:
    """Return one good row."""
    return (
        number,
        company or f"高密试验{number}机械有限公司",
        "通用设备制造业",
        region,
        title or f"壳体外观检测{number}",
        "人工目检漏检多",
        "约50万",
        "2027-06-30",
        "张工",
        "13800000001",
    )


def send(client: FlaskClient, data: bytes, name: str = "清单.xlsx", **more: str) -> Any:
    """Upload a file; the body is encoded in memory, so that no temporary file stays open."""
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(data), name), **more})
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post("/desk/imports/", data=body, content_type=kind)


@pytest.fixture
def uploads(app: Flask) -> Path:
    """The folder of uploads, empty at first."""
    folder = Path(app.config["UPLOAD_FOLDER"])
    rmtree(folder, ignore_errors=True)
    return folder


@pytest.fixture
def desk(clerk: User, sign_in: SignIn) -> FlaskClient:
    """The city clerk's browser."""
    return sign_in(clerk)


@pytest.fixture
def upload(desk: FlaskClient, session: Session, uploads: Path) -> Callable[..., SheetImport]:
    """Upload a file as the city clerk and return its import."""

    def run(data: bytes, name: str = "清单.xlsx") -> SheetImport:
        assert send(desk, data, name).status_code == 303
        session.expire_all()
        return session.scalars(select(SheetImport).order_by(SheetImport.id.desc())).first()

    return run


def rows_by_number(session: Session, sheet_import: SheetImport) -> dict[int, SheetImportRow]:
    session.expire_all()
    return {row.excel_row: row for row in sheet_import.rows}


def count(session: Session, table: Any) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    ("name", "notes"),
    # The csv ends before the remark that stands below the workbook's table.
    [("潍坊式需求清单.xlsx", 3), ("潍坊式需求清单_GBK.csv", 2)],
)
def test_the_preview_counts_what_a_correct_import_understands(
    upload: Make, desk: FlaskClient, session: Session, name: str, notes: int
) -> None:
    sheet_import = upload((MESSY / name).read_bytes(), name)
    found = dict.fromkeys(EXPECTED["summary"], 0)
    for row in sheet_import.rows:
        found[next(theirs for theirs, ours in OURS.items() if ours == row.action)] += 1
    assert found == {**EXPECTED["summary"], "ignore_note": notes}
    page = desk.get(f"/desk/imports/{sheet_import.id}").get_data(as_text=True)
    assert "可导入 <b>29</b>" in page
    assert "需确认 <b>6</b>" in page
    assert "导入29行" in page


def test_every_row_of_the_messy_list_has_the_verdict_expected(
    upload: Make, session: Session
) -> None:
    sheet_import = upload((MESSY / "潍坊式需求清单.xlsx").read_bytes())
    rows = rows_by_number(session, sheet_import)
    for wanted in EXPECTED["rows"]:
        assert rows[wanted["excel_row"]].action == OURS[wanted["action"]], wanted


def test_a_messy_list_goes_all_the_way_to_a_published_list(
    upload: Make,
    desk: FlaskClient,
    session: Session,
    reviewer: User,
    sign_in: SignIn,
    client: FlaskClient,
) -> None:
    sheet_import = upload((MESSY / "潍坊式需求清单.xlsx").read_bytes())
    rows = rows_by_number(session, sheet_import)
    address = f"/desk/imports/{sheet_import.id}"
    fixes = {
        13: {"company": "坊子试验纺织有限公司"},
        22: {"decision": "accept"},
        24: {"deadline": "2026-11-30"},
        28: {"company": "高密试验电子有限公司"},
        33: {"decision": "exclude"},
        43: {"deadline": ""},
        45: {"company": "潍城试验软件有限公司"},
        5: {"industry": "34"},
    }
    for number, posted in fixes.items():
        answer = desk.post(
            f"{address}/rows/{rows[number].id}", data={"version": rows[number].version, **posted}
        )
        assert answer.status_code == 303
    rows = rows_by_number(session, sheet_import)
    assert {number: rows[number].action for number in fixes} == {
        13: "import",
        22: "import",
        24: "import",
        28: "import",
        33: "reject",
        43: "import",
        45: "import",
        5: "import",
    }
    page = desk.get(address).get_data(as_text=True)
    assert "周经办" in page
    version = re.search(r'name="version" value="(\d+)"', page[page.index("commit_form") :])[1]
    done = desk.post(
        f"{address}/commit", data={"version": version, "list": "new", "list_title": "动力装备清单"}
    )
    assert done.status_code == 303
    need_list = session.scalars(select(NeedList)).one()
    assert count(session, Need) == len(need_list.entries) == 35
    first = need_list.entries[0].need
    assert (first.company_name, first.industry_code, first.state) == (
        "潍坊某机械有限公司",
        "34",
        "accepted",
    )
    assert (first.budget_min_yuan, first.budget_kind, first.contact_phone) == (
        500_000,
        "approx",
        "13800000001",
    )
    chief = sign_in(reviewer)
    published = chief.post(
        f"/desk/lists/{need_list.id}/publish", data={"version": need_list.version}
    )
    assert published.status_code == 303
    page = client.get(f"/lists/{need_list.id}").get_data(as_text=True)
    assert "共 <b>35</b> 条" in re.sub(r"\s+", " ", page)
    assert "13800000001" not in page
    assert "潍坊某机械有限公司" not in page
    pdf = PdfReader(io.BytesIO(chief.get(f"/lists/{need_list.id}.pdf").data))
    text = "".join(part.extract_text() for part in pdf.pages).replace("\n", "")
    for entry in need_list.entries:
        assert entry.need.title in text
    book = load_workbook(io.BytesIO(chief.get(f"/lists/{need_list.id}.xlsx").data))
    titles = {cell.value for cell in book.active["B"]}
    assert {entry.need.title for entry in need_list.entries} <= titles


def test_what_differs_from_the_cell_is_shown_beside_it_as_text(
    upload: Make, desk: FlaskClient
) -> None:
    sheet_import = upload((MESSY / "潍坊式需求清单.xlsx").read_bytes())
    page = desk.get(f"/desk/imports/{sheet_import.id}").get_data(as_text=True)
    assert "<q>约50万</q>" in page
    assert "约 50" in page
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_rows_are_filtered_by_verdict_and_by_who_fixed_them(
    upload: Make, desk: FlaskClient, session: Session
) -> None:
    sheet_import = upload((MESSY / "潍坊式需求清单.xlsx").read_bytes())
    address = f"/desk/imports/{sheet_import.id}"
    review = desk.get(f"{address}?verdict=review").get_data(as_text=True)
    assert 'id="row-24"' in review
    assert 'id="row-6"' not in review
    row = rows_by_number(session, sheet_import)[24]
    desk.post(f"{address}/rows/{row.id}", data={"version": 1, "deadline": "2026-11-30"})
    mine = desk.get(f"{address}?mine=1").get_data(as_text=True)
    assert re.findall(r'id="row-(\d+)"', mine) == ["24"]


def test_a_fix_judges_its_row_alone_and_notes_who_and_when(
    upload: Make, session: Session, clerk: User
) -> None:
    sheet_import = upload((MESSY / "潍坊式需求清单.xlsx").read_bytes())
    before = {number: row.version for number, row in rows_by_number(session, sheet_import).items()}
    row = rows_by_number(session, sheet_import)[5]
    set_values(session, viewer_of(clerk), sheet_import, row, {"industry": "35"}, seen_version=1)
    session.commit()
    after = {number: row.version for number, row in rows_by_number(session, sheet_import).items()}
    assert {number for number in after if after[number] != before[number]} == {5}
    row = rows_by_number(session, sheet_import)[5]
    assert row.understood["industry"]["value"] == "35"
    assert row.raw["cells"]["industry"] == "机械"
    assert row.fixes["log"][0]["by"] == "周经办"
    assert (row.fixed_by_id, row.fixed_at is not None) == (clerk.id, True)


def test_fixes_can_be_taken_back(upload: Make, session: Session, clerk: User) -> None:
    sheet_import = upload(sheet(line(1), line(2)))
    row = rows_by_number(session, sheet_import)[2]
    actor = viewer_of(clerk)
    set_values(session, actor, sheet_import, row, {"company": ""}, seen_version=1)
    assert row.action == "reject"
    decide(session, actor, sheet_import, row, "undo", seen_version=2)
    assert row.action == "import"
    assert [entry["what"] for entry in row.fixes["log"]] == [["company"], ["undo"]]


def test_a_row_fixed_by_somebody_else_meanwhile_is_a_conflict(
    upload: Make, session: Session, clerk: User, desk: FlaskClient
) -> None:
    sheet_import = upload(sheet(line(1)))
    row = rows_by_number(session, sheet_import)[2]
    address = f"/desk/imports/{sheet_import.id}/rows/{row.id}"
    assert desk.post(address, data={"version": 1, "industry": "35"}).status_code == 303
    assert desk.post(address, data={"version": 1, "industry": "36"}).status_code == 409
    assert rows_by_number(session, sheet_import)[2].understood["industry"]["value"] == "35"


def test_an_empty_control_in_a_cell_clears_nothing(
    upload: Make, session: Session, desk: FlaskClient
) -> None:
    sheet_import = upload((MESSY / "潍坊式需求清单.xlsx").read_bytes())
    row = rows_by_number(session, sheet_import)[22]
    address = f"/desk/imports/{sheet_import.id}/rows/{row.id}"
    desk.post(address, data={"version": 1, "asked": "1", "deadline": ""})
    row = rows_by_number(session, sheet_import)[22]
    assert (row.version, row.understood["deadline"]["value"]) == (1, "2021-10-01")
    desk.post(address, data={"version": 1, "deadline": ""})
    assert rows_by_number(session, sheet_import)[22].action == "import"


def test_the_same_file_twice_is_noticed(upload: Make, desk: FlaskClient, session: Session) -> None:
    data = sheet(line(1))
    first = upload(data)
    again = send(desk, data, "另一个名字.xlsx")
    assert again.location.endswith(f"/desk/imports/{first.id}")
    assert "已经上传过" in desk.get(again.location).get_data(as_text=True)
    assert count(session, SheetImport) == 1
    assert send(desk, data, again="1").status_code == 303
    assert count(session, SheetImport) == 2


def test_a_need_that_is_here_already_makes_its_row_a_duplicate(
    upload: Make, desk: FlaskClient, session: Session, create_need: Make, create_organisation: Make
) -> None:
    there = create_need(
        "accepted", "masked", create_organisation("高密试验机械有限公司"), title="壳体外观检测"
    )
    sheet_import = upload(sheet(line(1, "高密试验机械 有限公司", "壳体外观检测"), line(2)))
    rows = rows_by_number(session, sheet_import)
    assert (rows[2].action, rows[2].twin_id, rows[3].action) == ("duplicate", there.id, "import")
    page = desk.get(f"/desk/imports/{sheet_import.id}").get_data(as_text=True)
    assert there.number in page
    address = f"/desk/imports/{sheet_import.id}/rows/{rows[2].id}"
    desk.post(address, data={"version": 1, "decision": "distinct"})
    assert rows_by_number(session, sheet_import)[2].action == "import"


def test_two_imports_of_the_same_rows_cannot_both_come_in(
    upload: Make, desk: FlaskClient, session: Session
) -> None:
    first = upload(sheet(line(1), line(2)))
    second = upload(sheet(line(1), line(2), line(3)))
    desk.post(f"/desk/imports/{first.id}/commit", data={"version": first.version})
    answer = desk.post(f"/desk/imports/{second.id}/commit", data={"version": second.version})
    assert answer.status_code == 303
    assert count(session, Need) == 2
    actions = [row.action for row in rows_by_number(session, second).values()]
    assert actions == ["duplicate", "duplicate", "import"]
    session.expire_all()
    desk.post(f"/desk/imports/{second.id}/commit", data={"version": second.version})
    assert count(session, Need) == 3


def test_of_two_people_who_commit_at_once_one_imports(
    upload: Make, session: Session, clerk: User, desk: FlaskClient
) -> None:
    sheet_import = upload(sheet(line(1), line(2)))
    seen = sheet_import.version
    address = f"/desk/imports/{sheet_import.id}/commit"
    assert desk.post(address, data={"version": seen}).status_code == 303
    assert desk.post(address, data={"version": seen}).status_code == 409
    with pytest.raises((Conflict, InvalidInput)):
        commit_import(session, viewer_of(clerk), sheet_import, CommitChoice(), seen_version=seen)
    session.rollback()
    assert count(session, Need) == 2


def test_a_commit_on_an_old_view_is_a_conflict_and_imports_nothing(
    upload: Make, session: Session, desk: FlaskClient
) -> None:
    sheet_import = upload(sheet(line(1), line(2)))
    seen = sheet_import.version
    row = rows_by_number(session, sheet_import)[2]
    desk.post(
        f"/desk/imports/{sheet_import.id}/rows/{row.id}", data={"version": 1, "industry": "35"}
    )
    answer = desk.post(f"/desk/imports/{sheet_import.id}/commit", data={"version": seen})
    assert answer.status_code == 409
    assert count(session, Need) == 0


def test_rows_to_be_confirmed_stay_and_come_in_later(
    upload: Make, session: Session, desk: FlaskClient
) -> None:
    late = (*line(2)[:7], "2026-13-01", *line(2)[8:])
    sheet_import = upload(sheet(line(1), late))
    address = f"/desk/imports/{sheet_import.id}"
    desk.post(f"{address}/commit", data={"version": sheet_import.version})
    assert count(session, Need) == 1
    row = rows_by_number(session, sheet_import)[3]
    assert row.action == "review"
    desk.post(f"{address}/rows/{row.id}", data={"version": row.version, "deadline": "2027-01-31"})
    session.expire_all()
    desk.post(f"{address}/commit", data={"version": sheet_import.version})
    assert count(session, Need) == 2


def test_an_imported_row_never_changes_again(
    upload: Make, session: Session, desk: FlaskClient
) -> None:
    sheet_import = upload(sheet(line(1)))
    address = f"/desk/imports/{sheet_import.id}"
    desk.post(f"{address}/commit", data={"version": sheet_import.version})
    row = rows_by_number(session, sheet_import)[2]
    answer = desk.post(
        f"{address}/rows/{row.id}", data={"version": row.version, "decision": "exclude"}
    )
    assert answer.status_code == 409
    assert rows_by_number(session, sheet_import)[2].action == "import"


def test_a_district_imports_only_its_own_rows(
    session: Session,
    uploads: Path,
    create_user: Make,
    create_unit: Make,
    sign_in: SignIn,
) -> None:
    district: Unit = create_unit("370785", "高密市工信局")
    client = sign_in(create_user(role="clerk", unit=district))
    send(client, sheet(line(1), line(2, region="寿光市"), line(3, region="")))
    sheet_import = session.scalars(select(SheetImport)).one()
    rows = rows_by_number(session, sheet_import)
    assert [rows[number].action for number in (2, 3, 4)] == ["import", "review", "import"]
    assert rows[3].warnings == ["region_outside_unit"]
    page = client.get(f"/desk/imports/{sheet_import.id}").get_data(as_text=True)
    assert "不在本单位辖区内" in page
    accept = client.post(
        f"/desk/imports/{sheet_import.id}/rows/{rows[3].id}",
        data={"version": 1, "decision": "accept"},
    )
    assert accept.status_code == 303
    assert rows_by_number(session, sheet_import)[3].action == "review"


def test_the_bureau_at_the_top_takes_rows_from_elsewhere_without_a_county(
    upload: Make, session: Session, desk: FlaskClient
) -> None:
    sheet_import = upload(sheet(line(1, region="历下区"), line(2)))
    rows = rows_by_number(session, sheet_import)
    assert (rows[2].action, rows[2].warnings) == ("import", ["region_elsewhere"])
    desk.post(f"/desk/imports/{sheet_import.id}/commit", data={"version": sheet_import.version})
    needs = session.scalars(select(Need).order_by(Need.id)).all()
    assert [(need.region_code, need.region_text) for need in needs] == [
        (None, "历下区"),
        ("370785", ""),
    ]


def test_saving_a_rows_page_unchanged_changes_nothing(
    upload: Make, session: Session, desk: FlaskClient
) -> None:
    sheet_import = upload((MESSY / "潍坊式需求清单.xlsx").read_bytes())
    for number in (5, 7, 9, 16, 22):
        row = rows_by_number(session, sheet_import)[number]
        address = f"/desk/imports/{sheet_import.id}/rows/{row.id}"
        posted = posted_as_shown(desk.get(address).get_data(as_text=True))
        assert desk.post(address, data=posted).status_code == 303
        assert rows_by_number(session, sheet_import)[number].version == 1


def posted_as_shown(page: str) -> dict[str, str]:
    """Return what a browser would post of the row's form, nothing touched."""
    form = html5lib.parse(page, namespaceHTMLElements=False).find(".//main//form")
    posted: dict[str, str] = {}
    for control in form.iter():
        name = control.get("name")
        if control.tag not in {"input", "textarea", "select"} or not name:
            continue
        if control.tag == "select":
            chosen = [option for option in control if option.get("selected") is not None]
            posted[name] = (chosen or list(control))[0].get("value", "")
        elif control.tag == "textarea":
            posted[name] = control.text or ""
        else:
            posted[name] = control.get("value", "")
    return posted


def test_another_districts_imports_do_not_exist(
    upload: Make, session: Session, create_user: Make, create_unit: Make, sign_in: SignIn
) -> None:
    sheet_import = upload(sheet(line(1)))
    row_id = sheet_import.rows[0].id
    other: Unit = create_unit("370783", "寿光市工信局")
    client = sign_in(create_user(role="clerk", unit=other))
    address = f"/desk/imports/{sheet_import.id}"
    for path in (address, f"{address}/rows/{row_id}", f"{address}/progress.json"):
        assert client.get(path).status_code == 404
    for path in (f"{address}/commit", f"{address}/discard", f"{address}/rows/{row_id}"):
        assert client.post(path, data={"version": 1}).status_code == 404
    assert sheet_import.filename not in client.get("/desk/imports/").get_data(as_text=True)


def test_columns_are_corrected_and_the_same_form_is_read_so_ever_after(
    upload: Make, session: Session, desk: FlaskClient
) -> None:
    header = ("企业名称", "需求名称", "其他事项", "所在县区")
    data = sheet(("高密试验机械有限公司", "壳体外观检测", "约50万", "高密市"), header=header)
    sheet_import = upload(data)
    assert "budget" not in sheet_import.rows[0].raw["cells"]
    answer = desk.post(
        f"/desk/imports/{sheet_import.id}/mapping",
        data={
            "version": sheet_import.version,
            "col-0-0": "company",
            "col-0-1": "title",
            "col-0-2": "budget",
            "col-0-3": "region",
            "unit": "wan",
        },
    )
    assert answer.status_code == 303
    session.expire_all()
    assert sheet_import.rows[0].understood["budget"]["value"]["max_wan"] == 50
    assert sheet_import.mapped_by.display_name == "周经办"
    other = upload(sheet(("寿光试验纸业有限公司", "烘缸预警", "80", "寿光市"), header=header))
    assert other.rows[0].understood["budget"]["value"]["max_wan"] == 80


def test_a_header_nobody_knows_is_pointed_out_once_and_remembered(
    upload: Make, session: Session, desk: FlaskClient
) -> None:
    odd = ("谁", "要什么", "在哪")
    rows = (
        ("高密试验机械有限公司", "壳体外观检测", "高密市"),
        ("寿光试验纸业有限公司", "预警", "寿光市"),
    )
    assert send(desk, sheet(*rows, header=odd)).status_code == 422
    assert count(session, SheetImport) == 0
    answer = send(desk, sheet(*rows, header=odd), header_row="1")
    assert "请先说明各列是什么" in desk.get(answer.location).get_data(as_text=True)
    sheet_import = session.scalars(select(SheetImport)).one()
    assert sheet_import.rows == []
    done = desk.post(
        f"/desk/imports/{sheet_import.id}/mapping",
        data={"version": 2, "col-0-0": "company", "col-0-1": "title", "col-0-2": "region"},
    )
    assert done.status_code == 303
    session.expire_all()
    assert [row.action for row in sheet_import.rows] == ["import", "import"]
    later = upload(sheet(("昌邑试验化工有限公司", "釜温控制", "昌邑市"), header=odd))
    assert later.rows[0].understood["company"]["value"] == "昌邑试验化工有限公司"


def test_a_header_row_that_holds_no_header_is_refused(desk: FlaskClient, session: Session) -> None:
    answer = send(desk, sheet(("甲", "乙"), header=("谁", "要什么")), header_row="30")
    assert answer.status_code == 422
    assert count(session, SheetImport) == 0


def test_a_choice_of_columns_without_company_or_need_is_refused(
    upload: Make, session: Session, desk: FlaskClient
) -> None:
    sheet_import = upload(sheet(line(1)))
    answer = desk.post(
        f"/desk/imports/{sheet_import.id}/mapping",
        data={"version": sheet_import.version, "col-0-1": "remark", "col-0-4": "title"},
    )
    assert answer.status_code == 422
    session.expire_all()
    assert sheet_import.state == "preview"


def test_fixes_survive_a_correction_of_the_columns(
    upload: Make, session: Session, desk: FlaskClient
) -> None:
    sheet_import = upload(sheet(line(1), line(2)))
    row = rows_by_number(session, sheet_import)[3]
    address = f"/desk/imports/{sheet_import.id}"
    desk.post(f"{address}/rows/{row.id}", data={"version": 1, "industry": "36"})
    session.expire_all()
    chosen = sheet_import.mapping["tables"][0]["mapping"]["columns"]
    posted = {f"col-0-{place}": name for name, places in chosen.items() for place in places}
    desk.post(f"{address}/mapping", data={"version": sheet_import.version, **posted})
    row = rows_by_number(session, sheet_import)[3]
    assert row.understood["industry"]["value"] == "36"
    assert row.fixes["log"][0]["what"] == ["industry"]


def test_a_discarded_import_keeps_no_rows_and_its_file_goes(
    upload: Make, session: Session, desk: FlaskClient, uploads: Path
) -> None:
    sheet_import = upload(sheet(line(1)))
    desk.post(f"/desk/imports/{sheet_import.id}/discard", data={"version": sheet_import.version})
    session.expire_all()
    assert sheet_import.state == "discarded"
    assert count(session, SheetImportRow) == 0
    assert len(list(uploads.iterdir())) == 1
    sweep_uploads(session, uploads)
    assert list(uploads.iterdir()) == []


def test_the_list_of_faults_names_every_row_left_out_with_its_reason(
    upload: Make, desk: FlaskClient
) -> None:
    sheet_import = upload((MESSY / "潍坊式需求清单.xlsx").read_bytes())
    body = desk.get(f"/desk/imports/{sheet_import.id}/faults.xlsx").data
    cells = [
        [cell.value for cell in row] for row in load_workbook(io.BytesIO(body)).active.iter_rows()
    ]
    assert len([row for row in cells if row[2] in {"需确认", "重复", "驳回"}]) == 10
    assert any("=HYPERLINK" in str(row[3]) for row in cells)


def test_remarks_of_the_bureau_do_not_become_part_of_the_need(
    upload: Make, desk: FlaskClient, session: Session
) -> None:
    header = (*HEADER, "备注")
    sheet_import = upload(sheet((*line(1), "金丝雀：该企业资金紧张"), header=header))
    desk.post(f"/desk/imports/{sheet_import.id}/commit", data={"version": sheet_import.version})
    need = session.scalars(select(Need)).one()
    values = {column.name: getattr(need, column.name) for column in Need.__table__.columns}
    assert "金丝雀" not in json.dumps(values, default=str, ensure_ascii=False)
