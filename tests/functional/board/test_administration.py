from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEntry
from marketplace.audit.services import record
from marketplace.board.audit_words import AREAS, action_word
from marketplace.db import db, now
from marketplace.outbox.models import OutboxTask
from marketplace.permissions import Viewer

Browsers = Callable[[str], FlaskClient]


@pytest.fixture
def log(session: Session) -> None:
    """Three entries of two people."""
    li = Viewer(user_id=1, display_name="李工")
    record(session, li, "account.signed_in", ("user", 1), address="192.0.2.7")
    record(session, li, "need.drafted", ("need", 5))
    record(session, Viewer(user_id=2, display_name="=HYPERLINK(1)"), "staff.granted", ("user", 9))
    session.commit()


def _rows(page: str) -> int:
    return page.count('<th scope="row"')


def test_the_log_reads_in_chinese_newest_first(log: None, client_of_role: Browsers) -> None:
    page = client_of_role("audit_admin").get("/admin/audit").text
    assert _rows(page) == 3
    assert page.index("授权") < page.index("起草需求") < page.index("192.0.2.7")


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("area=account.", 1),
        ("area=need.", 1),
        ("area=nonsense", 3),
        ("person=李", 2),
        ("person=李&area=need.", 1),
        ("since=2000-01-01&until=2099-12-31", 3),
        ("until=2000-01-01", 0),
        ("since=not-a-day", 3),
    ],
)
def test_the_log_is_filtered_by_area_person_and_day(
    log: None, client_of_role: Browsers, query: str, rows: int
) -> None:
    page = client_of_role("audit_admin").get(f"/admin/audit?{query}").text
    assert _rows(page) == rows
    assert ("没有符合条件的记录" in page) is (rows == 0)


def test_a_whole_chain_is_confirmed_and_a_broken_one_named(
    session: Session, log: None, client_of_role: Browsers
) -> None:
    client = client_of_role("audit_admin")
    assert "校验链完整" in client.get("/admin/audit?check=1").text
    number = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()[1]
    session.rollback()
    _forge(number)
    assert f"校验链在第{number}条断开" in client.get("/admin/audit?check=1").text


def _forge(number: int) -> None:
    """Change an entry as somebody with the database's files could, past the triggers."""
    change = text("UPDATE audit_entry SET actor_name = '别人' WHERE id = :id")
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(change, {"id": number})
            connection.execute(text("SET session_replication_role = DEFAULT"))
            return
        name = "audit_entry_refuses_update"
        trigger = connection.scalar(
            text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}
        )
        connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(change, {"id": number})
        connection.execute(text(str(trigger)))


def test_exported_cells_cannot_become_formulas_and_the_export_is_logged(
    session: Session, log: None, client_of_role: Browsers
) -> None:
    answer = client_of_role("audit_admin").post("/admin/audit/export", data={"area": "staff."})
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith("\ufeff".encode())
    header, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert header == ["编号", "时间", "人员", "事项", "代码", "对象", "详情", "校验值"]
    assert row[2:6] == ["'=HYPERLINK(1)", "授权", "staff.granted", "账号 9"]
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert (last.action, last.detail) == ("audit.exported", {"rows": 1})


def test_every_action_the_rooms_record_has_a_chinese_name(app: Flask) -> None:
    root = Path(app.root_path)
    found = set()
    for path in root.rglob("*.py"):
        source = path.read_text("utf-8")
        found |= set(re.findall(r'(?:record|note_in_log)\([^"]*?"([a-z_]+\.[a-z_]+)"', source))
    assert len(found) > 20
    assert {action for action in found if action_word(action) == action} == set()
    assert {action for action in found if not action.startswith(tuple(AREAS))} == set()


def test_the_system_page_names_what_is_unfit_for_real_use(client_of_role: Browsers) -> None:
    page = client_of_role("system_admin").get("/admin/system").text
    for word in ("这是演示环境", "没有设置本站网址", "没有启用 HTTPS", "没有设置邮件服务器"):
        assert word in page
    assert "没有运行" in page


@pytest.fixture
def given_up(session: Session) -> OutboxTask:
    """A task the worker has given up."""
    task = OutboxTask(
        topic="mail", payload={}, attempts=12, failed_at=now(), last_error="OSError: 不通"
    )
    session.add(task)
    session.add(
        OutboxTask(
            topic="index",
            payload={},
            attempts=2,
            due_at=now() + timedelta(minutes=1),
            last_error="IndexUnavailable",
        )
    )
    session.commit()
    return task


def test_a_task_given_up_is_shown_with_its_error_and_can_be_tried_again(
    session: Session,
    client_of_role: Browsers,
    given_up: OutboxTask,
    actions: Callable[[], list[str]],
) -> None:
    client = client_of_role("system_admin")
    page = client.get("/admin/system").text
    assert "OSError: 不通" in page
    assert "IndexUnavailable" in page
    path = f"/admin/system/tasks/{given_up.id}/retry"
    assert client.post(path).status_code == 303
    session.refresh(given_up)
    assert (given_up.failed_at, given_up.attempts) == (None, 0)
    assert client.post(path).status_code == 409
    assert actions() == ["outbox.retried"]


def test_the_log_belongs_to_the_audit_administrator_alone(
    client_of_role: Browsers, create_user: Callable[..., User]
) -> None:
    for role in ("system_admin", "security_admin", "clerk", "reviewer", "curator", "provider"):
        assert client_of_role(role).get("/admin/audit").status_code in {403, 404}
        assert client_of_role(role).post("/admin/audit/export").status_code in {403, 404}
