"""The one way an edition moves: guard, atomic step, audit entry."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from ...audit.services import record
from ...errors import Conflict, NotPermitted
from ...lifecycle import take_step
from ...permissions import Viewer
from ..lifecycle import EDITION_LIFECYCLE
from ..models import Edition
from ..policy import may_edit, may_take


def take(
    session: Session,
    actor: Viewer,
    edition: Edition,
    name: str,
    *,
    seen_version: int | None = None,
    **values: Any,
) -> None:
    """Move an edition along one transition and record it; NotPermitted or Conflict otherwise."""
    if not may_take(actor, edition, name):
        raise NotPermitted(
            "您不能对这一期目录办理这一步。", "目录没有变化。", "请由有权办理的人员办理。"
        )
    take_step(session, EDITION_LIFECYCLE, edition, name, seen_version=seen_version, **values)
    record(
        session,
        actor,
        f"edition.{name}",
        ("edition", edition.id),
        title=edition.title,
        number=edition.number,
    )


def change(
    session: Session, actor: Viewer, edition: Edition, seen_version: int, **values: Any
) -> None:
    """Let one person at a time change a draft; raise NotPermitted or Conflict."""
    if not may_edit(actor, edition):
        raise NotPermitted(
            "这一期目录现在不能改动收录范围。",
            "目录没有变化。",
            "冻结后要改，请先解冻重编；已发布的以补遗更正。",
        )
    session.flush()
    result = session.execute(
        update(Edition)
        .where(Edition.id == edition.id, Edition.state == "draft", Edition.version == seen_version)
        .values(version=Edition.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(edition)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            "这一期目录刚刚被他人改动。", "您的这次操作没有生效。", "请刷新页面后再办理。"
        )
