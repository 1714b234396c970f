"""The audit log for its administrator, and the state of the system for the system's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from ..accounts.models import Organisation, Unit, User
from ..audit.models import AuditEntry
from ..audit.queries import entries, find_break
from ..audit.services import record
from ..db import db, now
from ..embeddings.queries import get_progress
from ..errors import InvalidInput
from ..outbox.models import OutboxTask
from ..outbox.services import retry_task
from ..sheets.writing import Column, write_csv
from ..web.filters import BEIJING, show_moment
from ..web.forms import trim
from ..web.paging import asked_page, page_of_rows
from ..web.viewer import current_viewer
from .audit_words import AREAS, action_word, detail_words, subject_word
from .blueprint import room
from .health import get_health

EXPORT_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to show; what cannot be read as a day is left out."""

    area: str
    person: str
    since: date | None
    until: date | None

    @classmethod
    def of_request(cls) -> Wanted:
        """Return what the address or the form asks for."""
        values = request.values
        area = values.get("area", "")
        return cls(
            area=area if area in AREAS else "",
            person=trim(values.get("person", ""))[:60],
            since=_day(values.get("since", "")),
            until=_day(values.get("until", "")),
        )

    def statement(self) -> Select[tuple[AuditEntry]]:
        """Return the entries, newest first; days are those of Beijing, the last one included."""
        return entries(
            action=self.area,
            person=self.person,
            since=_start(self.since) if self.since else None,
            until=_start(self.until + timedelta(days=1)) if self.until else None,
        )


@room.get("/admin/audit", permission="site:audit:view")
def audit() -> ResponseReturnValue:
    """Show the log page by page; with `check` also whether its chain is whole."""
    wanted = Wanted.of_request()
    asked = "check" in request.args
    page = page_of_rows(db.session, wanted.statement(), asked_page(), 50)
    names = _subject_names(page.items)
    return render_template(
        "pages/board/audit.html",
        wanted=wanted,
        areas=AREAS,
        page=page,
        rows=[_shown(entry, names) for entry in page.items],
        checked_at=now() if asked else None,
        broken_at=find_break(db.session) if asked else None,
        days=current_app.config["LOG_RETENTION_DAYS"],
    )


@room.post("/admin/audit/export", permission="site:audit:export")
def audit_export() -> ResponseReturnValue:
    """Hand over the filtered log as csv; that it was taken stands in the log."""
    wanted = Wanted.of_request()
    statement = wanted.statement()
    count = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    if count > EXPORT_LIMIT:
        raise InvalidInput(
            "要导出的记录超过10万条，一份表格放不下。", "没有导出。", "请缩小日期范围，分几次导出。"
        )
    body = write_csv(
        [
            Column(_("编号")),
            Column(_("时间")),
            Column(_("人员")),
            Column(_("事项")),
            Column(_("代码")),
            Column(_("对象")),
            Column(_("详情")),
            Column(_("校验值")),
        ],
        _csv_rows(statement),
    )
    record(db.session, current_viewer(), "audit.exported", ("audit", "log"), rows=count)
    name = f"audit-{now().astimezone(BEIJING):%Y%m%d-%H%M}.csv"
    return Response(
        body,
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@room.get("/admin/system", permission="site:index:view")
def system() -> ResponseReturnValue:
    """Show the state of database, index, worker, vectors and letters."""
    index = current_app.extensions["duijie.index"]
    failed = db.session.scalars(
        select(OutboxTask)
        .where(OutboxTask.failed_at.is_not(None))
        .order_by(OutboxTask.failed_at.desc())
        .limit(50)
    ).all()
    retrying = db.session.scalars(
        select(OutboxTask)
        .where(
            OutboxTask.failed_at.is_(None), OutboxTask.done_at.is_(None), OutboxTask.attempts > 0
        )
        .order_by(OutboxTask.due_at)
        .limit(50)
    ).all()
    health = get_health(db.session, index).body
    beat = health.get("worker", {}).get("last_seen_at")
    return render_template(
        "pages/board/system.html",
        health=health,
        beat_at=datetime.fromisoformat(beat) if beat else None,
        index=index.status(),
        embeddings=get_progress(db.session),
        failed=failed,
        retrying=retrying,
        remarks=list(_remarks(current_app.config)),
        may_retry=current_viewer().may("site:index:rebuild"),
    )


@room.post("/admin/system/tasks/<int:task_id>/retry", permission="site:index:rebuild")
def retry(task_id: int) -> ResponseReturnValue:
    """Let the worker try a task again that it had given up."""
    retry_task(db.session, task_id)
    record(db.session, current_viewer(), "outbox.retried", ("task", task_id))
    flash(_("已重新排队，几秒后刷新可见结果。"), "success")
    return redirect(url_for("board.system"), 303)


def _shown(entry: AuditEntry, names: dict[tuple[str, str], str]) -> dict[str, Any]:
    subject = (entry.subject_kind, entry.subject_id)
    return {
        "at": entry.at,
        "person": entry.actor_name,
        "action": action_word(entry.action),
        "code": entry.action,
        "subject": subject_word(*subject, names.get(subject, "")),
        "details": detail_words(entry.detail),
    }


def _subject_names(items: Sequence[AuditEntry]) -> dict[tuple[str, str], str]:
    """Return the names of the people, organisations and units a page of the log speaks of."""
    names: dict[tuple[str, str], str] = {}
    kinds: tuple[tuple[str, Any, Any], ...] = (
        ("user", User, User.display_name),
        ("organisation", Organisation, Organisation.name),
        ("unit", Unit, Unit.name),
    )
    for kind, table, column in kinds:
        ids = {item.subject_id for item in items if item.subject_kind == kind}
        numbers = [int(text) for text in ids if text.isdigit()]
        if numbers:
            found = db.session.execute(select(table.id, column).where(table.id.in_(numbers)))
            names |= {(kind, str(number)): name for number, name in found}
    return names


def _csv_rows(statement: Select[tuple[AuditEntry]]) -> Iterator[tuple[str, ...]]:
    for entry in db.session.scalars(statement.execution_options(yield_per=500)):
        yield (
            str(entry.id),
            show_moment(entry.at),
            entry.actor_name,
            action_word(entry.action),
            entry.action,
            subject_word(entry.subject_kind, entry.subject_id),
            json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
            entry.digest,
        )


def _remarks(config: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what of the settings is unfit for real use: what, and what to do about it."""
    if config["DEMO"]:
        yield _("这是演示环境"), _("正式使用前请关闭 DUIJIE_DEMO，并换一个新的数据库。")
    if not config["PUBLIC_URL"]:
        yield _("没有设置本站网址"), _("邮件里的链接取自访问时的域名。请设置 DUIJIE_PUBLIC_URL。")
    if not config["HTTPS"]:
        yield (
            _("没有启用 HTTPS"),
            _("登录信息会明文传输。请由前端服务器提供HTTPS并设置 DUIJIE_HTTPS。"),
        )
    if not config["SMTP_URL"]:
        yield _("没有设置邮件服务器"), _("信件只写入 instance/mail，对方收不到。请设置 SMTP_URL。")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, BEIJING)
