"""File an appeal against a negative decision, once, and decide it by another person."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...applications.models import Application
from ...applications.steps import take
from ...audit.services import record
from ...db import database_now, now, serialise_writers
from ...errors import InvalidInput, NotPermitted
from ...evidence.services import keep_evidence, mark_attached
from ...lifecycle import take_step
from ...needs.errors import Blocked
from ...numbering.services import next_yearly_number
from ...permissions import Viewer
from ...rules.queries import get_rules
from ...web.filters import beijing_today
from ...workdays.queries import get_calendar
from ..appeal_queries import appeal_of, window_of
from ..drafts import FileStore, Upload
from ..letters import tell_company, tell_office
from ..lifecycle import APPEAL_LIFECYCLE, APPEALED
from ..models import Appeal, AppealFile
from ..period import due_after
from ..policy import may_appeal, may_decide_appeal
from ..queries import notice_rules


def file_appeal(
    session: Session,
    actor: Viewer,
    application: Application,
    text: str,
    uploads: Sequence[Upload],
    store: FileStore,
) -> Appeal:
    """File the one appeal an application has, within its working days by the database's clock.

    Raises Blocked when one was filed before, whatever became of it, or when it is late.
    """
    _refuse_unfit(session, actor, application, text)
    at = database_now(session)
    window = window_of(session, application)
    _check(session, application, is_late=not window.is_open(at))
    today = beijing_today(at)
    days = get_rules(session, "application_flow", today).body["appeal_answer_days"]
    appeal = Appeal(
        number=next_yearly_number(session, "SS", at, 3),
        application_id=application.id,
        against=application.state,
        against_id=window.decided_by_id,
        text=text.strip(),
        filed_at=at,
        filed_by_id=actor.user_id,
        due_on=due_after(get_calendar(session, today), today, days),
    )
    session.add(appeal)
    session.flush()
    _keep_files(session, actor, appeal, uploads, store)
    _record(session, actor, "filed", appeal)
    region, due = application.region_code, appeal.due_on
    tell_office(session, region, "unit:appeal:decide", "appeal_received", appeal.number, due)
    return appeal


def _refuse_unfit(session: Session, actor: Viewer, application: Application, text: str) -> None:
    """Lock the application, and raise when the actor cannot appeal about it like this."""
    # Locked, so that of two people of one company who press at once one files it.
    serialise_writers(session)
    session.execute(
        select(Application.id).where(Application.id == application.id).with_for_update()
    )
    session.refresh(application)
    if not may_appeal(actor, application.organisation_id, application.state):
        raise NotPermitted(
            "这份申请现在不能申诉。", "申诉没有提交。", "只有不予受理或未入库的决定可以申诉。"
        )
    if not text.strip():
        raise InvalidInput("没有写申诉理由。", "申诉没有提交。", "请写明不服什么、依据是什么。")


def _check(session: Session, application: Application, *, is_late: bool) -> None:
    if appeal_of(session, application.id) is not None:
        raise Blocked("这份申请已经申诉过一次。", "申诉没有提交。", "结果请在“我的事项”中查看。")
    if is_late:
        raise Blocked(
            "申诉期限已过。", "申诉没有提交，请先另存所写内容。", "如确有特殊情况，请联系主办单位。"
        )


def _keep_files(
    session: Session, actor: Viewer, appeal: Appeal, uploads: Sequence[Upload], store: FileStore
) -> None:
    most = notice_rules(session, beijing_today(now())).body["files_per_objection"]
    if len(uploads) > most:
        raise InvalidInput(
            _("一件申诉最多附%(most)s份材料。", most=most), "申诉没有提交。", "请合并或减少材料。"
        )
    for upload in uploads:
        file = keep_evidence(
            session,
            actor,
            upload.content,
            upload.filename,
            store.folder,
            organisation_id=actor.organisation_id,
            scanner=store.scanner,
        )
        mark_attached(session, file)
        session.add(AppealFile(appeal_id=appeal.id, file_id=file.id))
    session.flush()
    session.expire(appeal, ["files"])


def decide_appeal(
    session: Session,
    actor: Viewer,
    appeal: Appeal,
    reason: str,
    *,
    upheld: bool,
    seen_version: int,
) -> None:
    """Decide an appeal with its reason; an upheld one puts the application back on its way.

    Raises NotPermitted for the person whose decision it is about; the database refuses it too.
    """
    if not may_decide_appeal(actor, appeal):
        raise NotPermitted(
            "您不能复核这件申诉。", "申诉没有变化。", "申诉由原决定人以外、有权限的人员复核。"
        )
    if not reason.strip():
        raise InvalidInput("没有写明理由。", "申诉没有变化。", "企业会看到这段话。")
    take_step(
        session,
        APPEAL_LIFECYCLE,
        appeal,
        "uphold" if upheld else "dismiss",
        seen_version=seen_version,
        reason=reason.strip(),
        decided_at=now(),
        decided_by_id=actor.user_id,
    )
    application = appeal.application
    if upheld:
        take(session, actor, application, APPEALED[appeal.against], reason=appeal.reason)
    else:
        tell_company(session, application.organisation_id, "appeal_dismissed", appeal.number)
    _record(session, actor, appeal.state, appeal)


def _record(session: Session, actor: Viewer, what: str, appeal: Appeal) -> None:
    record(session, actor, f"appeal.{what}", ("appeal", appeal.id), number=appeal.number)
