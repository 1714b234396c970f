"""The public side: the notices, one notice with its countdown, its list as a spreadsheet."""

from __future__ import annotations

from io import BytesIO

from flask import render_template, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import database_now, db
from ...permissions import PUBLIC
from ...sheets.writing import Column, Table, write_workbook
from ...web.filters import beijing_today, show_date
from ...web.paging import asked_page, page_of_rows
from ..blueprint import room
from ..lifecycle import NOTICE_STATES, NOTICE_TONES
from ..models import PublicNotice
from ..queries import (
    count_entries,
    get_public_notice,
    is_running,
    list_entries_of,
    notice_rules,
    public_notices,
)
from ..tiers import tier_names
from .shown import by_tier, is_over, shown_period

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@room.get("/notices/", permission=PUBLIC)
def browse() -> ResponseReturnValue:
    """List the notices that run, with the days left, and those that are past."""
    at = database_now(db.session)  # type: ignore[arg-type]
    today = beijing_today(at)
    running = [
        notice
        for notice in db.session.scalars(public_notices().where(PublicNotice.state == "published"))
        if is_running(notice, at)
    ]
    past = page_of_rows(
        db.session,
        public_notices().where(PublicNotice.id.not_in([notice.id for notice in running])),
        asked_page(),
    )
    shown = [*running, *past.items]
    return render_template(
        "pages/notices/browse.html",
        running=[
            (notice, shown_period(db.session, notice, today, running=True)) for notice in running
        ],
        past=past,
        counts=count_entries(db.session, [notice.id for notice in shown]),
        states=NOTICE_STATES,
        tones=NOTICE_TONES,
        rules=notice_rules(db.session, today).body,
    )


@room.get("/notices/<int:notice_id>", permission=PUBLIC)
def show(notice_id: int) -> ResponseReturnValue:
    """Show one notice: who stands in it, until when, how to object; afterwards its result."""
    notice = get_public_notice(db.session, notice_id)
    at = database_now(db.session)  # type: ignore[arg-type]
    today, running = beijing_today(at), is_running(notice, at)
    entries = list_entries_of(db.session, notice)
    groups = by_tier(entries, tier_names(db.session, today), over=is_over(notice, at))
    return render_template(
        "pages/notices/show.html",
        notice=notice,
        running=running,
        period=shown_period(db.session, notice, today, running=running),
        groups=groups,
        total=len(entries),
        has_results=any(row["standing"] for group in groups for row in group["rows"]),
        rules=notice_rules(db.session, today).body,
        states=NOTICE_STATES,
        tones=NOTICE_TONES,
    )


@room.get("/notices/<int:notice_id>.xlsx", permission=PUBLIC)
def download(notice_id: int) -> ResponseReturnValue:
    """Send the list of a notice as a spreadsheet."""
    notice = get_public_notice(db.session, notice_id)
    at = database_now(db.session)  # type: ignore[arg-type]
    today = beijing_today(at)
    entries = list_entries_of(db.session, notice)
    columns = [
        Column(_("序号"), "integer", 6),
        Column(_("服务商"), width=34),
        Column(_("统一社会信用代码"), width=22),
        Column(_("赛道"), width=12),
        Column(_("拟定等级"), width=12),
        Column(_("结果"), width=22),
    ]
    groups = by_tier(entries, tier_names(db.session, today), over=is_over(notice, at))
    rows = [
        [
            row["position"],
            row["name"],
            row["uscc"],
            row["track"],
            group["name"],
            row["standing"][0] if row["standing"] else "",
        ]
        for group in groups
        for row in group["rows"]
    ]
    notes = [
        _("公示期至%(day)s 24:00（北京时间）。", day=show_date(notice.last_day)),
        notice_rules(db.session, today).body["no_award"],
        f"SHA-256 {notice.digest}",
    ]
    heading = f"{notice.title}（{notice.number}）"
    body = write_workbook(Table(_("名单"), columns, rows, title=heading, notes=notes))
    return send_file(
        BytesIO(body), mimetype=XLSX, as_attachment=True, download_name=f"{heading}.xlsx"
    )
