"""Verbs of looking into an objection: admit it, hear the company, write down what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from ...audit.services import record
from ...db import database_now, now
from ...errors import Conflict, InvalidInput, NotPermitted
from ...lifecycle import take_step
from ...needs.errors import Blocked
from ...permissions import Viewer
from ...web.filters import beijing_today
from ...workdays.queries import get_calendar
from ..drafts import FileStore, Upload
from ..letters import tell_company, tell_office
from ..lifecycle import OBJECTION_LIFECYCLE
from ..models import Objection
from ..period import due_after, end_of
from ..policy import is_objected_company, may_handle_objection
from ..queries import notice_rules
from .objecting import keep_files
from .settling import settle_after


def admit_objection(
    session: Session, actor: Viewer, objection: Objection, gist: str, *, seen_version: int
) -> None:
    """Admit an objection under a gist in the bureau's own words, free of who objected."""
    _guard(actor, objection)
    words = _needed(
        gist,
        InvalidInput("没有写异议要点。", "异议没有变化。", "企业只看得到要点，请用本局的话写。"),
    )
    today = beijing_today(database_now(session))
    days = notice_rules(session, today).body["objection_answer_days"]
    take_step(
        session,
        OBJECTION_LIFECYCLE,
        objection,
        "admit",
        seen_version=seen_version,
        gist=words,
        due_on=due_after(get_calendar(session, today), today, days),
    )
    _record(session, actor, "admitted", objection)


def refuse_objection(
    session: Session, actor: Viewer, objection: Objection, reason: str, *, seen_version: int
) -> None:
    """Decline to admit an objection, with the reason its author reads."""
    _guard(actor, objection)
    words = _needed(
        reason,
        InvalidInput("没有写明不予受理的理由。", "异议没有变化。", "异议人凭查询码能看到理由。"),
    )
    take_step(
        session,
        OBJECTION_LIFECYCLE,
        objection,
        "refuse",
        seen_version=seen_version,
        reason=words,
        decided_at=now(),
        decided_by_id=actor.user_id,
    )
    settle_after(session, objection)
    _record(session, actor, "not_admitted", objection)


def ask_company(
    session: Session, actor: Viewer, objection: Objection, *, seen_version: int
) -> None:
    """Ask the company to answer within the days of the rules; asking again gives it new time."""
    _guard(actor, objection)
    today = beijing_today(database_now(session))
    days = notice_rules(session, today).body["company_answer_days"]
    due = due_after(get_calendar(session, today), today, days)
    take_step(
        session,
        OBJECTION_LIFECYCLE,
        objection,
        "ask",
        seen_version=seen_version,
        answer_due_on=due,
    )
    _record(session, actor, "company_asked", objection, due_on=due.isoformat())
    organisation_id = objection.entry.provider.organisation_id
    tell_company(session, organisation_id, "objection_ask", objection.number, due)


def answer_objection(
    session: Session,
    actor: Viewer,
    objection: Objection,
    text: str,
    uploads: Sequence[Upload],
    store: FileStore,
    *,
    seen_version: int,
) -> None:
    """Take in the company's answer, by the end of its day on the database's clock."""
    if not is_objected_company(actor, objection.entry) or objection.answer_due_on is None:
        raise NotPermitted("您不能答复这件异议。", "答复没有保存。", "")
    words = _needed(
        text, InvalidInput("没有写答复。", "异议没有变化。", "请写明事实，可附证明材料。")
    )
    if database_now(session) >= end_of(objection.answer_due_on):
        raise Blocked(
            "答复期限已过。",
            "答复没有保存，请先另存所写内容。",
            "确需补充的，请联系经办人重新发出。",
        )
    take_step(
        session,
        OBJECTION_LIFECYCLE,
        objection,
        "answer",
        seen_version=seen_version,
        answer=words,
        answered_at=now(),
    )
    keep_files(session, actor, objection, uploads, store)
    _record(session, actor, "answered", objection)
    region, due = objection.entry.notice.region_code, objection.due_on
    tell_office(session, region, "unit:objection:handle", "objection_answer", objection.number, due)


def add_finding(
    session: Session, actor: Viewer, objection: Objection, text: str, *, seen_version: int
) -> None:
    """Add to the record of what was found; earlier findings stay as they are."""
    _guard(actor, objection)
    words = _needed(
        text,
        InvalidInput(
            "没有写核查情况。", "异议没有变化。", "请写明何时、何人、以何种方式核查到什么。"
        ),
    )
    found = {"at": now().isoformat(), "by": actor.display_name, "text": words}
    _touch(session, objection, seen_version, findings=[*objection.findings, found])
    _record(session, actor, "finding_added", objection)


def release_file(
    session: Session,
    actor: Viewer,
    objection: Objection,
    file_id: int,
    *,
    released: bool,
    seen_version: int,
) -> None:
    """Let the company see one of the objector's files, or keep it from it again."""
    _guard(actor, objection)
    chosen = [item for item in objection.files if item.id == file_id and item.side == "objector"]
    if not chosen:
        raise InvalidInput("没有这份材料。", "没有变化。", "请刷新页面后再办。")
    _touch(session, objection, seen_version)
    chosen[0].released = released
    session.flush()
    _record(session, actor, "file_released" if released else "file_withheld", objection)


def _touch(session: Session, objection: Objection, seen_version: int, **values: Any) -> None:
    result = session.execute(
        update(Objection)
        .where(
            Objection.id == objection.id,
            Objection.version == seen_version,
            Objection.state.in_(("admitted", "answered")),
        )
        .values(version=seen_version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            "这件异议刚刚被他人办理，或不在核查中。", "您的这次操作没有生效。", "请刷新页面后再办。"
        )
    session.refresh(objection)


def _needed(text: str, missing: InvalidInput) -> str:
    if not text.strip():
        raise missing
    return text.strip()


def _guard(actor: Viewer, objection: Objection) -> None:
    if not may_handle_objection(actor, objection):
        raise NotPermitted("您不能办理这件异议。", "异议没有变化。", "请由负责的经办人办理。")


def _record(
    session: Session, actor: Viewer, what: str, objection: Objection, **detail: Any
) -> None:
    subject = ("objection", objection.id)
    record(session, actor, f"objection.{what}", subject, number=objection.number, **detail)
