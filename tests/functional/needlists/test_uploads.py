"""Files that must not get in, and long ones that the worker reads."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEntry
from marketplace.needlists.models import NeedList, SheetImport, SheetImportRow
from marketplace.needlists.services.receiving import sweep_uploads
from marketplace.needs.models import Need
from marketplace.rules.models import RuleVersion
from marketplace.rules.queries import shipped
from tests.functional.needlists.test_imports import HEADER, line, send, sheet
from tests.unit.sheets.test_sheets_hostile import FILES

Make = Callable[..., Any]
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def uploads(app: Flask) -> Path:
    folder = Path(app.config["UPLOAD_FOLDER"])
    rmtree(folder, ignore_errors=True)
    return folder


@pytest.fixture
def desk(clerk: User, sign_in: SignIn, uploads: Path) -> FlaskClient:
    return sign_in(clerk)


@pytest.fixture
def small_limits(session: Session) -> None:
    """Let files of more than three rows be long ones, for checking and for committing."""
    body = {**shipped("need_import"), "inline_rows": 3, "commit_rows": 3}
    session.add(RuleVersion(name="need_import", number=1, effective_on=date(2020, 1, 1), body=body))
    session.commit()


def nothing_kept(session: Session, uploads: Path) -> bool:
    """Whether neither a file nor a row is there."""
    files = list(uploads.glob("*")) if uploads.exists() else []
    counted = [
        session.scalar(select(func.count()).select_from(table))
        for table in (SheetImport, SheetImportRow, Need)
    ]
    noted = session.scalar(
        select(func.count())
        .select_from(AuditEntry)
        .where(AuditEntry.action.startswith("sheet_import"))
    )
    return not files and not any(counted) and not noted


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_and_leaves_no_file_and_no_row(
    desk: FlaskClient, session: Session, uploads: Path, name: str
) -> None:
    _code, make = FILES[name]
    answer = send(desk, make(), "需求清单.xlsx")
    assert answer.status_code == 422
    assert "没有收下这份文件" in answer.get_data(as_text=True)
    assert nothing_kept(session, uploads)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (sheet(), "没有数据行"),
        (sheet(("甲", "乙", "丙"), header=("品名", "单价", "数量")), "没有找到需求清单的表头"),
    ],
    ids=["header only", "no need list"],
)
def test_a_table_without_needs_is_refused_with_what_is_missing(
    desk: FlaskClient, session: Session, uploads: Path, data: bytes, words: str
) -> None:
    answer = send(desk, data)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert nothing_kept(session, uploads)


def test_a_file_above_the_limit_is_refused_before_it_is_read(
    desk: FlaskClient, session: Session, uploads: Path
) -> None:
    answer = send(desk, b"x" * (10 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert nothing_kept(session, uploads)


def test_an_upload_without_a_file_says_so(desk: FlaskClient) -> None:
    answer = desk.post("/desk/imports/", data={}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "还没有选择文件" in answer.get_data(as_text=True)


def test_a_file_is_kept_under_a_random_name_and_its_own_is_only_shown(
    desk: FlaskClient, session: Session, uploads: Path
) -> None:
    send(desk, sheet(line(1)), "../../etc/需求<b>.xlsx")
    [stored] = list(uploads.glob("*"))
    sheet_import = session.scalars(select(SheetImport)).one()
    assert stored.name == sheet_import.stored_as
    assert sheet_import.filename == "需求<b>.xlsx"
    assert stored.stat().st_mode & 0o077 == 0
    page = desk.get(f"/desk/imports/{sheet_import.id}").get_data(as_text=True)
    assert "需求<b>" not in page


def test_a_long_file_is_checked_by_the_worker_with_progress(
    app: Flask, desk: FlaskClient, session: Session, small_limits: None
) -> None:
    answer = send(desk, sheet(*(line(n) for n in range(1, 251))))
    sheet_import = session.scalars(select(SheetImport)).one()
    assert sheet_import.state == "checking"
    page = desk.get(answer.location).get_data(as_text=True)
    assert f'data-poll="/desk/imports/{sheet_import.id}/progress.json"' in page
    told = json.loads(desk.get(f"/desk/imports/{sheet_import.id}/progress.json").data)
    assert (told["finished"], told["total"]) == (False, 250)
    app.extensions["duijie.worker"].drain(session)
    session.expire_all()
    told = json.loads(desk.get(f"/desk/imports/{sheet_import.id}/progress.json").data)
    assert told["finished"]
    assert "可导入 <b>250</b>" in desk.get(answer.location).get_data(as_text=True)


def test_a_check_that_runs_twice_gives_the_same_rows_once(
    app: Flask, desk: FlaskClient, session: Session, small_limits: None
) -> None:
    send(desk, sheet(*(line(n) for n in range(1, 9))))
    handler = app.extensions["duijie.worker"].handlers["sheet-import"]
    sheet_import = session.scalars(select(SheetImport)).one()
    for _again in range(2):
        handler(session, [{"import_id": sheet_import.id}])
    assert session.scalar(select(func.count()).select_from(SheetImportRow)) == 8


def test_a_file_that_vanished_makes_the_import_fail_with_a_sentence(
    app: Flask, desk: FlaskClient, session: Session, uploads: Path, small_limits: None
) -> None:
    answer = send(desk, sheet(*(line(n) for n in range(1, 9))))
    for path in uploads.glob("*"):
        path.unlink()
    app.extensions["duijie.worker"].drain(session)
    page = desk.get(answer.location).get_data(as_text=True)
    assert "没有读成" in page
    assert "请重新上传" in page


def test_a_long_commit_is_done_by_the_worker_whole(
    app: Flask, desk: FlaskClient, session: Session, small_limits: None
) -> None:
    send(desk, sheet(*(line(n) for n in range(1, 9))))
    worker = app.extensions["duijie.worker"]
    worker.drain(session)
    sheet_import = session.scalars(select(SheetImport)).one()
    address = f"/desk/imports/{sheet_import.id}"
    posted = {"version": sheet_import.version, "list": "new", "list_title": "长清单"}
    assert desk.post(f"{address}/commit", data=posted).status_code == 303
    session.expire_all()
    assert sheet_import.state == "committing"
    assert "正在写入" in desk.get(address).get_data(as_text=True)
    assert desk.post(f"{address}/commit", data=posted).status_code == 409
    worker.drain(session)
    session.expire_all()
    assert sheet_import.state == "committed"
    need_list = session.scalars(select(NeedList)).one()
    assert len(need_list.entries) == 8
    assert session.scalar(select(func.count()).select_from(Need)) == 8


def test_a_long_commit_that_meets_new_duplicates_goes_back_to_the_preview(
    app: Flask,
    desk: FlaskClient,
    session: Session,
    small_limits: None,
    create_need: Make,
    create_organisation: Make,
) -> None:
    send(desk, sheet(*(line(n) for n in range(1, 9))))
    worker = app.extensions["duijie.worker"]
    worker.drain(session)
    sheet_import = session.scalars(select(SheetImport)).one()
    address = f"/desk/imports/{sheet_import.id}"
    desk.post(f"{address}/commit", data={"version": sheet_import.version})
    create_need(
        "accepted", "masked", create_organisation("高密试验3机械有限公司"), title="壳体外观检测3"
    )
    worker.drain(session)
    session.expire_all()
    assert sheet_import.state == "preview"
    assert session.scalar(select(func.count()).select_from(Need)) == 1
    page = desk.get(address).get_data(as_text=True)
    assert "重复 <b>1</b>" in page
    assert "没有导入任何一行" in page


def test_strays_of_a_crash_are_swept_and_files_in_use_stay(
    desk: FlaskClient, session: Session, uploads: Path
) -> None:
    send(desk, sheet(line(1)))
    stray = uploads / "0123.sheet"
    stray.write_bytes(b"x")
    os.utime(stray, (0, 0))
    fresh = uploads / "4567.sheet"
    fresh.write_bytes(b"x")
    sweep_uploads(session, uploads)
    assert not stray.exists()
    assert fresh.exists()
    assert len(list(uploads.iterdir())) == 2


def test_several_sheets_are_read_and_told_apart(desk: FlaskClient, session: Session) -> None:
    book = Workbook()
    book.active.title = "高密"
    second = book.create_sheet("寿光")
    for number, page in enumerate((book.active, second), 1):
        page.append(HEADER)
        page.append(line(number, region="高密市" if number == 1 else "寿光市"))
    out = io.BytesIO()
    book.save(out)
    answer = send(desk, out.getvalue())
    page_text = desk.get(answer.location).get_data(as_text=True)
    assert 'id="row-1-2"' in page_text
    assert 'id="row-2-2"' in page_text
    assert "工作表“寿光”" in page_text
