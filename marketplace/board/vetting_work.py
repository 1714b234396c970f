"""What waits for this person in vetting, as rows of the workbench's queue; reads only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from ..applications.models import Application
from ..db import now
from ..permissions import Viewer
from ..web.filters import beijing_today
from .queries import MOST
from .switch_work import switch_items
from .vetting_queries import (
    APPEAL,
    APPROVE,
    HANDLE,
    RUBRIC,
    calls_to_publicise,
    list_waiting,
    notices_to_settle,
    open_appeals,
    open_objections,
    red_lines_to_approve,
    rubrics_to_approve,
)
from .work_items import WorkItem, to_decide

STEPS = {
    "review": (
        lazy_gettext("形式审查"),
        lazy_gettext("看规则判定，定须人工的几条"),
        lazy_gettext("去审查"),
        "formal_review.case",
    ),
    "draw": (
        lazy_gettext("专家评审"),
        lazy_gettext("抽取专家"),
        lazy_gettext("去抽取"),
        "assessments.panel",
    ),
    "agree": (
        lazy_gettext("专家评审"),
        lazy_gettext("评分已齐，主持合议"),
        lazy_gettext("去合议"),
        "assessments.agreement",
    ),
    "visit": (
        lazy_gettext("现场核查"),
        lazy_gettext("约定时间，记录核查情况"),
        lazy_gettext("去记录"),
        "assessments.panel",
    ),
    "propose": (
        lazy_gettext("已合议"),
        lazy_gettext("拟定等级，写明理由"),
        lazy_gettext("去拟定"),
        "assessments.proposal",
    ),
    "approve": (
        lazy_gettext("拟定等级"),
        lazy_gettext("以第二人身份核准或退回"),
        lazy_gettext("去核准"),
        "assessments.proposal",
    ),
}
"""By step: what it is part of, what to do, the words of the link, where it leads."""


def vetting_items(session: Session, viewer: Viewer, today: date) -> dict[str, list[WorkItem]]:
    """Return what waits for the viewer in vetting, by kind; kinds that never do are left out."""
    kinds = {
        "applications": [
            _application(row, step, today) for row, step in list_waiting(session, viewer, MOST)
        ],
        "notices": [*_publicise(session, viewer, today), *_settle(session, viewer)],
        "objections": [
            *_objections(session, viewer, today),
            *_appeals(session, viewer, today),
        ],
        "decisions": [
            *_red_lines(session, viewer),
            *_rubrics(session, viewer),
            *switch_items(session, viewer),
        ],
    }
    return {kind: items for kind, items in kinds.items() if items}


def _application(row: Application, step: str, today: date) -> WorkItem:
    part, task, action, endpoint = STEPS[step]
    return WorkItem(
        kind="applications",
        due=row.due_on or today,
        since=beijing_today(row.updated_at),
        title=f"{row.number} {row.organisation.name}",
        note=_("%(call)s，%(part)s", call=row.call.batch or row.call.title, part=str(part)),
        task=str(task),
        action=str(action),
        url=url_for(endpoint, number=row.number),
    )


def _publicise(session: Session, viewer: Viewer, today: date) -> Iterable[WorkItem]:
    for call, count, due in calls_to_publicise(session, viewer):
        yield WorkItem(
            kind="notices",
            due=due or today,
            since=None,
            title=call.title,
            note=_("%(n)s家等级已核准", n=count),
            task=_("拟公示稿，发布公示"),
            action=_("去拟稿"),
            url=url_for("notices.desk"),
        )


def _settle(session: Session, viewer: Viewer) -> Iterable[WorkItem]:
    if not viewer.may("unit:notice:publish"):
        return
    for notice in session.scalars(notices_to_settle(viewer).limit(MOST)):
        ended = beijing_today(notice.ends_at or now())
        yield WorkItem(
            kind="notices",
            due=ended,
            since=ended,
            title=f"{notice.number} {notice.title}",
            note=_("公示期满"),
            task=_("无异议的批量入库，有异议的逐家决定"),
            action=_("去办理"),
            url=url_for("notices.edit", notice_id=notice.id),
        )


def _objections(session: Session, viewer: Viewer, today: date) -> Iterable[WorkItem]:
    if not viewer.may(HANDLE):
        return
    tasks = {
        "received": _("决定是否受理，写要点"),
        "admitted": _("等企业答复，同时核查"),
        "answered": _("核查后作出决定"),
    }
    for row in session.scalars(open_objections(viewer).limit(MOST)):
        yield WorkItem(
            kind="objections",
            due=row.due_on or today,
            since=beijing_today(row.received_at),
            title=_("异议%(number)s：%(name)s", number=row.number, name=row.entry.name),
            note=row.entry.notice.number or "",
            task=tasks[row.state],
            action=_("去办理"),
            url=url_for("notices.objection", number=row.number),
        )


def _appeals(session: Session, viewer: Viewer, today: date) -> Iterable[WorkItem]:
    if not viewer.may(APPEAL):
        return
    for row in session.scalars(open_appeals(viewer).limit(MOST)):
        name = row.application.organisation.name
        yield WorkItem(
            kind="objections",
            due=row.due_on or today,
            since=beijing_today(row.filed_at),
            title=_("申诉%(number)s：%(name)s", number=row.number, name=name),
            note=row.application.number,
            task=_("申诉只受理一次，调取原决定后答复"),
            action=_("去答复"),
            url=url_for("notices.desk_appeal", number=row.number),
        )


def _red_lines(session: Session, viewer: Viewer) -> Iterable[WorkItem]:
    if not viewer.may(APPROVE):
        return
    for row in session.scalars(red_lines_to_approve(viewer).limit(MOST)):
        proposed = beijing_today(row.proposed_at)
        yield WorkItem(
            kind="decisions",
            due=proposed,
            since=proposed,
            title=row.provider.organisation.name,
            note=_("触及红线，%(who)s提出", who=row.proposed_by.display_name),
            task=_("以第二人身份核准或退回"),
            action=_("去核准"),
            url=url_for("listings.decisions"),
        )


def _rubrics(session: Session, viewer: Viewer) -> Iterable[WorkItem]:
    if not viewer.may(RUBRIC):
        return
    for row in session.scalars(rubrics_to_approve(viewer).limit(MOST)):
        submitted = beijing_today(row.submitted_at or row.created_at)
        yield to_decide(
            submitted,
            _("评价标准%(number)s草案", number=row.number),
            _("看试算，以第二人身份核准或退回"),
            url_for("rubrics.replay", number=row.number),
        )
