"""This room's part of the full report of an application: notices, objections, the appeal.

Who objected never stands in it, nor the words as they came in: only the gist the company read.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..applications.models import Application
from ..formal_review.report_sections import Section
from ..web.filters import show_date, show_moment
from .appeal_queries import appeal_of
from .lifecycle import APPEAL_STATES, ENTRY_STATES, OBJECTION_STATES
from .models import NoticeEntry


def report_sections(session: Session, application: Application) -> list[Section]:
    """Return what happened to the application in public."""
    entries = session.scalars(
        select(NoticeEntry)
        .where(NoticeEntry.application_id == application.id)
        .order_by(NoticeEntry.id)
    ).all()
    sections = [section for entry in entries for section in _entry(entry)]
    appeal = appeal_of(session, application.id)
    if appeal is not None:
        sections.append(
            Section(
                _("申诉%(number)s", number=appeal.number),
                [
                    (_("提出"), show_moment(appeal.filed_at)),
                    (_("内容"), appeal.text),
                    (_("结果"), str(APPEAL_STATES[appeal.state])),
                    (_("复核人"), appeal.decided_by.display_name if appeal.decided_by else ""),
                    (_("理由"), appeal.reason),
                ],
            )
        )
    return sections


def _entry(entry: NoticeEntry) -> list[Section]:
    notice = entry.notice
    sections = [
        Section(
            _("公示%(number)s", number=notice.number or _("（拟稿）")),
            [
                (_("名称"), notice.title),
                (_("发布"), show_date(notice.published_on)),
                (_("期满"), show_date(notice.last_day)),
                (_("结果"), str(ENTRY_STATES[entry.state])),
            ],
        )
    ]
    if entry.objections:
        sections.append(
            Section(
                _("异议"),
                [
                    (
                        item.number,
                        show_moment(item.received_at),
                        item.gist,
                        item.answer,
                        str(OBJECTION_STATES[item.state]),
                        item.reason,
                    )
                    for item in entry.objections
                ],
                (_("编号"), _("收到"), _("要点"), _("企业答复"), _("决定"), _("理由")),
            )
        )
    return sections
