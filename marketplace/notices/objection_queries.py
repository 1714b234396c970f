"""Reads of objections: of the desk, of the company objected to, of the objector by code.

Who objected is not read here: that is `services.read_identity` alone, with a reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from ..errors import NotFound
from ..permissions import Viewer
from ..providers.models import Provider
from .models import NoticeEntry, Objection, ObjectionFile, ObjectorIdentity, PublicNotice
from .policy import is_objected_company, may_handle_objection


def not_found() -> NotFound:
    """Return the one answer for objections that are not there and those one may not know of."""
    return NotFound("没有这件异议。", next_step="请核对编号或查询码后重试。")


def digest_of_code(code: str) -> str:
    """Return the SHA-256 (hex) under which a lookup code is kept; marks and case do not count."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def get_by_code(session: Session, code: str) -> Objection:
    """Return the objection a lookup code belongs to."""
    found = session.scalar(select(Objection).where(Objection.token_digest == digest_of_code(code)))
    if found is None:
        raise NotFound("没有这个查询码。", next_step="请核对后重试；查询码只在提交时给出一次。")
    return found


def _handled(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.region_prefix is None or not viewer.may("unit:objection:handle"):
        return false()
    return or_(
        PublicNotice.region_code.is_(None),
        PublicNotice.region_code.startswith(viewer.region_prefix, autoescape=True),
    )


def desk_objections(
    viewer: Viewer, states: Sequence[str] = (), notice_id: int | None = None
) -> Select[tuple[Objection]]:
    """Return the statement of the objections the viewer handles, the earliest due first."""
    statement = (
        select(Objection)
        .join(NoticeEntry, Objection.entry_id == NoticeEntry.id)
        .join(PublicNotice, NoticeEntry.notice_id == PublicNotice.id)
        .where(_handled(viewer))
        .order_by(Objection.due_on, Objection.id)
    )
    if states:
        statement = statement.where(Objection.state.in_(states))
    return statement if notice_id is None else statement.where(PublicNotice.id == notice_id)


def get_desk_objection(session: Session, viewer: Viewer, number: str) -> Objection:
    """Return an objection the viewer handles; NotFound for all others."""
    found = session.scalar(select(Objection).where(Objection.number == number))
    if found is None or not may_handle_objection(viewer, found):
        raise not_found()
    return found


def own_objections(viewer: Viewer) -> Select[tuple[Objection]]:
    """Return the statement of the objections the viewer's company was asked about."""
    statement = (
        select(Objection)
        .join(NoticeEntry, Objection.entry_id == NoticeEntry.id)
        .join(Provider, NoticeEntry.provider_id == Provider.id)
        .where(Objection.answer_due_on.is_not(None))
        .order_by(Objection.id.desc())
    )
    if viewer.organisation_id is None or not viewer.may("own:objection:answer"):
        return statement.where(false())
    return statement.where(Provider.organisation_id == viewer.organisation_id)


def get_own_objection(session: Session, viewer: Viewer, number: str) -> Objection:
    """Return an objection the viewer's company was asked about; NotFound for all others."""
    found = session.scalar(select(Objection).where(Objection.number == number))
    if found is None or found.answer_due_on is None or not is_objected_company(viewer, found.entry):
        raise not_found()
    return found


def verified_ids(session: Session, ids: Iterable[int]) -> set[int]:
    """Return which objections have an identity that was checked; the identity itself is not read."""
    return set(
        session.scalars(
            select(ObjectorIdentity.objection_id).where(
                ObjectorIdentity.objection_id.in_(list(ids)),
                ObjectorIdentity.verified_at.is_not(None),
            )
        )
    )


def company_files(objection: Objection) -> list[ObjectionFile]:
    """Return the files the company may read: its own, and those released to it."""
    return [item for item in objection.files if item.side == "company" or item.released]


def file_of(files: Iterable[ObjectionFile], key: str) -> ObjectionFile:
    """Return the file of that key among `files`; NotFound when it is not one of them."""
    for item in files:
        if item.file.key == key:
            return item
    raise NotFound("没有这份材料。", next_step="请从异议页面重新打开。")
