"""Verbs that make an edition public for good, and that correct it without changing it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ...audit.services import record
from ...db import database_now, now
from ...errors import Conflict, InvalidInput, NotPermitted
from ...lifecycle import take_step
from ...permissions import Viewer
from ...web.filters import beijing_today
from ..documents.making import make_files
from ..lifecycle import EDITION_LIFECYCLE
from ..models import Edition, EditionAddendum, EditionFile
from ..policy import may_append
from ..queries import preflight_of, rows_of
from ..storage import keep_file
from .steps import take

_LONGEST_NUMBER = 80


def publish_edition(
    session: Session,
    actor: Viewer,
    edition: Edition,
    number: str,
    valid_from: date,
    valid_to: date,
    folder: Path,
    *,
    author: str,
    seen_version: int,
) -> None:
    """Publish an edition under its 文号: make its files once, keep them and their checksums.

    The edition published before is superseded. `folder` is where the files are kept, `author`
    the bureau's name. Raises InvalidInput while a check of the preflight fails or the number is
    taken, Conflict when somebody published first; nothing is published then.
    """
    number, today = number.strip(), beijing_today(database_now(session))
    rows = rows_of(session, edition, today)
    _refuse_terms(number, valid_from, valid_to)
    failed = [item for item in preflight_of(session, edition, rows, number, today) if not item.ok]
    if failed:
        raise InvalidInput(
            _("还不能发布：%(why)s。", why="；".join(item.text for item in failed)),
            "目录没有发布。",
            "请按“付印前核对”逐项办妥。",
        )
    _supersede_previous(session, actor, edition, today)
    try:
        with session.begin_nested():
            take(
                session,
                actor,
                edition,
                "publish",
                seen_version=seen_version,
                number=number,
                published_on=today,
                valid_from=valid_from,
                valid_to=valid_to,
            )
    except IntegrityError:
        raise Conflict(
            "这个文号已用于另一期目录，或同事刚刚发布了另一期。",
            "目录没有发布。",
            "请刷新页面，核对文号后再发布。",
        ) from None
    _keep_files(session, edition, make_files(session, edition, rows, author), folder)


def _refuse_terms(number: str, valid_from: date, valid_to: date) -> None:
    if len(number) > _LONGEST_NUMBER:
        raise InvalidInput("文号过长。", "目录没有发布。", "文号不超过80字。")
    if valid_to <= valid_from:
        raise InvalidInput("有效期的止日应晚于起日。", "目录没有发布。", "请改正有效期。")


def _supersede_previous(session: Session, actor: Viewer, edition: Edition, today: date) -> None:
    previous = session.scalar(
        select(Edition).where(
            Edition.state == "published",
            Edition.region_code == edition.region_code,
            Edition.id != edition.id,
        )
    )
    if previous is None:
        return
    take_step(session, EDITION_LIFECYCLE, previous, "supersede", superseded_on=today)
    record(
        session,
        actor,
        "edition.supersede",
        ("edition", previous.id),
        number=previous.number,
        by=edition.id,
    )


def _keep_files(
    session: Session, edition: Edition, made: Mapping[str, bytes], folder: Path
) -> None:
    for kind, data in made.items():
        session.add(
            EditionFile(
                edition_id=edition.id,
                kind=kind,
                stored_as=keep_file(folder, kind, data),
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                made_at=now(),
            )
        )
    session.flush()
    session.expire(edition, ["files"])


def add_addendum(session: Session, actor: Viewer, edition: Edition, text: str) -> EditionAddendum:
    """Correct a published edition by an addendum, dated today; it is public at once for good.

    Raises InvalidInput without a text or for an edition not published, NotPermitted, Conflict
    when a colleague added one at the same moment.
    """
    if not may_append(actor, edition):
        raise NotPermitted("您不能发布补遗。", "没有保存任何内容。", "请由有发布权限的管理员办理。")
    if edition.state not in {"published", "superseded"}:
        raise InvalidInput("这一期还没有发布，不需要补遗。", "没有保存任何内容。")
    if not text.strip():
        raise InvalidInput("没有写补遗内容。", "没有保存任何内容。", "请写明更正什么。")
    last = session.scalar(
        select(func.max(EditionAddendum.ordinal)).where(EditionAddendum.edition_id == edition.id)
    )
    addendum = EditionAddendum(
        edition_id=edition.id,
        ordinal=(last or 0) + 1,
        added_on=beijing_today(database_now(session)),
        text=text.strip(),
        sha256=hashlib.sha256(text.strip().encode()).hexdigest(),
        created_by_id=actor.user_id,
    )
    try:
        with session.begin_nested():
            session.add(addendum)
            session.flush()
    except IntegrityError:
        raise Conflict(
            "同事刚刚发布了一份补遗。", "您的补遗没有写入。", "请刷新页面后再提交。"
        ) from None
    session.expire(edition, ["addenda"])
    record(session, actor, "edition.appended", ("edition", edition.id), ordinal=addendum.ordinal)
    return addendum
