"""Keeps two people from working on one case at the same moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from ..applications.models import Application
from ..db import now, serialise_writers
from ..errors import Conflict


def hold(session: Session, application: Application, *rows: Any) -> None:
    """Read the application anew and let nobody else change it until this transaction ends.

    `rows` of it are read anew too. On SQLite a transaction that writes is alone anyhow.
    """
    serialise_writers(session)
    session.flush()
    session.execute(
        select(Application.id).where(Application.id == application.id).with_for_update()
    )
    for row in (application, *rows):
        session.refresh(row)


def touch(session: Session, application: Application, seen_version: int | None) -> None:
    """Count the application's version up by one; raises Conflict for any but the version seen."""
    seen = application.version if seen_version is None else seen_version
    result = session.execute(
        update(Application)
        .where(
            Application.id == application.id,
            Application.state == application.state,
            Application.version == seen,
        )
        .values(version=Application.version + 1, updated_at=now())
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise changed_meanwhile()
    session.refresh(application)


def changed_meanwhile() -> Conflict:
    """Return what the later of two people is told."""
    return Conflict(
        "这份申请刚刚被他人办理过。",
        "您的这次操作没有生效，原有内容没有变化。",
        "请刷新页面查看最新情况后再办理。",
    )
