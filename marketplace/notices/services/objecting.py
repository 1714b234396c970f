"""Take in an objection from anybody, without an account and without keeping who looked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...audit.services import record
from ...db import database_now, serialise_writers
from ...errors import InvalidInput, Unavailable
from ...evidence.services import keep_evidence, mark_attached
from ...needs.errors import Blocked
from ...numbering.services import next_yearly_number
from ...permissions import VISITING, Viewer
from ...web.filters import beijing_today
from ...workdays.queries import get_calendar
from ..drafts import FileStore, ObjectionDraft, Upload
from ..letters import tell_office
from ..models import NoticeEntry, Objection, ObjectionFile, ObjectorIdentity, PublicNotice
from ..objection_queries import digest_of_code
from ..period import due_after
from ..queries import is_running, notice_rules

_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Signs of lookup codes: none that can be taken for another."""


def new_code() -> str:
    """Return a fresh lookup code of four groups, about 79 bits: 'K7QM-2XFA-99RT-WB4H'."""
    signs = "".join(secrets.choice(_SIGNS) for _place in range(16))
    return "-".join(signs[place : place + 4] for place in range(0, 16, 4))


def file_objection(
    session: Session,
    entry: NoticeEntry,
    draft: ObjectionDraft,
    uploads: Sequence[Upload],
    store: FileStore,
) -> tuple[Objection, str]:
    """Take in an objection to one entry; return it with the lookup code, which is kept nowhere.

    Whoever is signed in is not recorded: only `ObjectorIdentity` says who objected. Raises
    InvalidInput once the period is over by the database's clock, or when a file is refused.
    """
    notice = _locked_notice(session, entry)
    at = database_now(session)
    rules = notice_rules(session, beijing_today(at)).body
    _check(session, notice, entry, at, rules["objections_per_hour"])
    _check_uploads(uploads, rules["files_per_objection"])
    today, code = beijing_today(at), new_code()
    objection = Objection(
        number=next_yearly_number(session, "YY", at, 3),
        entry_id=entry.id,
        standing=draft.standing,
        text=draft.text,
        token_digest=digest_of_code(code),
        received_at=at,
        due_on=due_after(get_calendar(session, today), today, rules["objection_admit_days"]),
    )
    session.add(objection)
    session.flush()
    session.add(ObjectorIdentity(objection_id=objection.id, name=draft.name, contact=draft.contact))
    keep_files(session, VISITING, objection, uploads, store)
    number = objection.number
    record(session, None, "objection.received", ("objection", objection.id), number=number)
    region, due = notice.region_code, objection.due_on
    tell_office(session, region, "unit:objection:handle", "objection_received", number, due)
    return objection, code


def _locked_notice(session: Session, entry: NoticeEntry) -> PublicNotice:
    """Return the notice of an entry, locked: it cannot be ended between the look at the clock
    and the commit.
    """
    serialise_writers(session)
    return session.scalars(
        select(PublicNotice)
        .where(PublicNotice.id == entry.notice_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def keep_files(
    session: Session,
    actor: Viewer,
    objection: Objection,
    uploads: Sequence[Upload],
    store: FileStore,
) -> None:
    """Keep the files of an objector (a visitor) or of the company (a member).

    An objector's lose their names and the marks of the camera, which may tell whose they are.
    """
    by_company = actor.organisation_id is not None
    for place, upload in enumerate(uploads, 1):
        name = upload.filename
        if not by_company:
            ending = Path(name.replace("\\", "/")).suffix.lower()
            name = _("异议材料%(n)s", n=place) + ending
        file = keep_evidence(
            session,
            actor,
            upload.content,
            name,
            store.folder,
            organisation_id=actor.organisation_id,
            scanner=store.scanner,
            strip=not by_company,
        )
        mark_attached(session, file)
        side = "company" if by_company else "objector"
        session.add(ObjectionFile(objection_id=objection.id, file_id=file.id, side=side))
    session.flush()
    session.expire(objection, ["files"])


def _check(
    session: Session, notice: PublicNotice, entry: NoticeEntry, at: datetime, most: int
) -> None:
    if not is_running(notice, at):
        raise Blocked(
            "公示期已满，不再受理异议。",
            "这次提交没有保存。",
            "仍要反映情况的，请按页面下方的方式投诉或来信。",
        )
    if entry.state != "open":
        raise Blocked("这一家在名单上的去向已经确定，不再受理异议。", "这次提交没有保存。", "")
    lately = session.scalar(
        select(func.count(Objection.id))
        .join(NoticeEntry, Objection.entry_id == NoticeEntry.id)
        .where(NoticeEntry.notice_id == notice.id, Objection.received_at > at - timedelta(hours=1))
    )
    if (lately or 0) >= most:
        raise Unavailable(
            "这份公示一小时内收到的异议过多，暂停在线提交。",
            "这次提交没有保存，请先另存所写内容。",
            "请一小时后再试；期满在即的，请来信或致电公示上的联系人。",
        )


def _check_uploads(uploads: Sequence[Upload], most: int) -> None:
    if len(uploads) > most:
        raise InvalidInput(
            _("一件异议最多附%(most)s份材料。", most=most),
            "这次提交没有保存。",
            "请合并或减少材料后重新提交。",
        )
