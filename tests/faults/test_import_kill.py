"""A process killed with -9 in the middle of an import: all rows come in, once, or none does.

Real processes work on a database of their own: one judges a long file, one writes the needs. Each
is killed at a random moment; whoever comes next finishes the work.
"""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from openpyxl import Workbook
from sqlalchemy import func, select

from marketplace.accounts.models import Role, Unit, User
from marketplace.accounts.queries import viewer_of
from marketplace.db import db, now
from marketplace.factory import create_app
from marketplace.needlists.models import NeedList, SheetImport, SheetImportRow
from marketplace.needlists.services.committing import COMMIT_TOPIC, CommitChoice
from marketplace.needlists.services.receiving import receive_file
from marketplace.needs.models import Need
from marketplace.outbox.models import OutboxTask
from marketplace.outbox.services import enqueue

pytestmark = pytest.mark.faults

ROOT = Path(__file__).resolve().parents[2]
KILLS = 3
CHECKED_ROWS, COMMITTED_ROWS = 450, 40
DRAIN = (
    "import sys\n"
    "from marketplace.db import db\n"
    "from marketplace.factory import create_app\n"
    "app = create_app()\n"
    "with app.app_context():\n"
    "    db.session.connection()\n"
    "    db.session.rollback()\n"
    "    print('go', flush=True)\n"
    "    app.extensions['duijie.worker'].drain(db.session())\n"
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Flask]:
    """An application over a database and a folder of its own, with one clerk."""
    environ = {"DUIJIE_INSTANCE": str(tmp_path / "instance")}
    app = create_app(environ, {"TESTING": True})
    with app.app_context():
        upgrade()
        unit = Unit(key="city", name="试验市工信局", region_code="370700")
        clerk = User(
            email="clerk@test.example",
            display_name="试验经办",
            fs_uniquifier="x" * 32,
            confirmed_at=now(),
            roles=[Role(name="clerk")],
            unit=unit,
        )
        db.session.add(clerk)
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


def workbook(rows: int, batch: int) -> bytes:
    book = Workbook()
    book.active.append(["企业名称", "需求名称", "需求描述", "所在县区", "所属行业", "预算（万元）"])
    for number in range(rows):
        book.active.append(
            [f"高密试验{batch}之{number}有限公司", "壳体检测", "漏检多", "高密市", "通用设备", "50"]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def start_worker(app: Flask) -> subprocess.Popen[bytes]:
    """Start a process that drains the outbox once; return when it is about to begin."""
    environ = {**os.environ, "DUIJIE_INSTANCE": str(app.config["INSTANCE"])}
    environ.pop("DATABASE_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-c", DRAIN],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"go\n"
    return process


def kill_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Kill the process at a random moment; whether it was still at work."""
    time.sleep(random.uniform(0.0, seconds))
    was_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    return was_running


def finish(process: subprocess.Popen[bytes]) -> None:
    process.communicate(timeout=120)
    assert process.returncode == 0


def receive(app: Flask, rows: int, batch: int) -> SheetImport:
    clerk = db.session.scalars(select(User)).one()
    received = receive_file(
        db.session,
        viewer_of(clerk),
        workbook(rows, batch),
        f"第{batch}批.xlsx",
        Path(app.config["UPLOAD_FOLDER"]),
    )
    db.session.commit()
    return received.sheet_import


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_worker_killed_while_it_checks_a_long_file_leaves_nothing_half_done(
    site: Flask,
) -> None:
    struck = 0
    for batch in range(KILLS):
        sheet_import = receive(site, CHECKED_ROWS, batch)
        struck += kill_within(start_worker(site), 1.5)
        db.session.rollback()
        db.session.expire_all()
        stored = db.session.scalar(
            select(func.count()).where(SheetImportRow.import_id == sheet_import.id)
        )
        assert (sheet_import.state, stored) in {("checking", 0), ("preview", CHECKED_ROWS)}
        db.session.rollback()
        finish(start_worker(site))
        db.session.expire_all()
        assert sheet_import.state == "preview"
        assert len(sheet_import.rows) == CHECKED_ROWS
    assert struck


def test_a_worker_killed_while_it_imports_brings_in_all_rows_once_or_none(site: Flask) -> None:
    struck = 0
    for batch in range(KILLS):
        sheet_import = receive(site, COMMITTED_ROWS, batch)
        queue_commit(sheet_import)
        before, lists = count(Need), count(NeedList)
        db.session.rollback()
        struck += kill_within(start_worker(site), 1.0)
        db.session.expire_all()
        came, listed = count(Need) - before, count(NeedList) - lists
        db.session.rollback()
        assert (came, listed, sheet_import.state) in {
            (0, 0, "committing"),
            (COMMITTED_ROWS, 1, "committed"),
        }
        db.session.rollback()
        finish(start_worker(site))
        db.session.expire_all()
        assert (count(Need) - before, count(NeedList) - lists) == (COMMITTED_ROWS, 1)
        assert sheet_import.state == "committed"
        assert all(row.need_id for row in sheet_import.rows)
        waiting = select(func.count()).where(OutboxTask.done_at.is_(None))
        assert db.session.scalar(waiting) == 0
        db.session.rollback()
    assert struck


def queue_commit(sheet_import: SheetImport) -> None:
    """Hand the import to the worker, as a commit of many rows does."""
    clerk = db.session.scalars(select(User)).one()
    choice = CommitChoice(list_title="试验清单")
    sheet_import.state = "committing"
    enqueue(
        db.session,
        COMMIT_TOPIC,
        import_id=sheet_import.id,
        actor_id=clerk.id,
        disclosure=choice.disclosure,
        list_id=choice.list_id,
        list_title=choice.list_title,
    )
    db.session.commit()
