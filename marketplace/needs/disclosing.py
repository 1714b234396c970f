"""Verbs on who may see a need. Tightening is at once; loosening asks a second time."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now
from ..errors import Conflict, InvalidInput, NotPermitted
from ..permissions import Viewer
from ..web.filters import beijing_today
from .checks import faults_of_mask
from .disclosure import LEVELS, is_looser
from .errors import ConfirmationNeeded, Faulty
from .models import Need
from .policy import may_set_disclosure
from .queries import get_masker
from .steps import refresh_texts, take


def tighten_disclosure(
    session: Session, actor: Viewer, need: Need, level: str, *, seen_version: int | None = None
) -> None:
    """Let fewer people see a need, at once; a published one that becomes 仅局内 leaves the site."""
    _guard(actor, need, level)
    if level == need.disclosure or is_looser(level, need.disclosure):
        raise InvalidInput("所选级别没有比现在更严。", "公开级别没有变化。")
    if level == "bureau" and need.state == "published":
        take(
            session,
            actor,
            need,
            "withhold",
            seen_version=seen_version,
            disclosure=level,
            published_at=None,
        )
        _after(session, actor, need, level)
        return
    _set(session, actor, need, level, seen_version)


def loosen_disclosure(
    session: Session,
    actor: Viewer,
    need: Need,
    level: str,
    *,
    confirmed: bool,
    seen_version: int | None = None,
) -> None:
    """Let more people see a need. Raises ConfirmationNeeded until `confirmed`.

    A need matched inside the bureau stays there until staff publish it.
    """
    _guard(actor, need, level)
    if not is_looser(level, need.disclosure):
        raise InvalidInput("所选级别没有比现在更宽。", "公开级别没有变化。")
    if not confirmed:
        raise ConfirmationNeeded(
            "放宽后，更多的人会看到更多内容，已看到的收不回来。",
            "公开级别没有变化。",
            "请核对将要显示的内容，再确认一次。",
        )
    if level == "masked":
        faults = faults_of_mask(need, get_masker(session, beijing_today(now())))
        if faults:
            raise Faulty(faults)
    _set(session, actor, need, level, seen_version)


def _guard(actor: Viewer, need: Need, level: str) -> None:
    if level not in LEVELS:
        raise InvalidInput("没有这种公开级别。", "公开级别没有变化。")
    if not may_set_disclosure(actor, need):
        raise NotPermitted("您不能更改这条需求的公开级别。", "公开级别没有变化。")


def _set(session: Session, actor: Viewer, need: Need, level: str, seen_version: int | None) -> None:
    result = session.execute(
        update(Need)
        .where(
            Need.id == need.id,
            Need.state == need.state,
            Need.version == (need.version if seen_version is None else seen_version),
        )
        .values(
            disclosure=level,
            version=Need.version + 1,
            updated_at=now(),
            updated_by_id=actor.user_id,
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(need)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            "这条需求刚刚被他人修改。", "公开级别没有变化。", "请刷新页面查看最新状态后再办理。"
        )
    _after(session, actor, need, level)


def _after(session: Session, actor: Viewer, need: Need, level: str) -> None:
    record(session, actor, "need.disclosure", ("need", need.id), level=level)
    if need.submitted_at is not None:
        refresh_texts(session, need)
