"""Verbs on a draft: begin it, change its head and who stands in it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from ...audit.services import record
from ...calls.models import Call
from ...db import now
from ...errors import Conflict, InvalidInput, NotPermitted
from ...permissions import Viewer
from ...web.filters import beijing_today
from ..drafts import NoticeDraft, NoticeRow
from ..models import NoticeEntry, PublicNotice
from ..policy import may_edit_notice
from ..queries import ready_applications
from ..tiers import tier_names

_LONGEST_TITLE = 160


def draft_notice(session: Session, actor: Viewer, call: Call, draft: NoticeDraft) -> PublicNotice:
    """Begin a notice of applications of one call whose tiers are approved.

    Raises InvalidInput when an application chosen is not waiting for a notice.
    """
    if not actor.may("unit:notice:edit") or not actor.serves(call.region_code):
        raise _not_permitted()
    notice = PublicNotice(
        kind="listing",
        call_id=call.id,
        region_code=call.region_code,
        unit_id=call.unit_id,
        created_by_id=actor.user_id,
        title=draft.title,
    )
    session.add(notice)
    session.flush()
    _fill(session, actor, notice, draft)
    record(session, actor, "notice.drafted", ("public_notice", notice.id), call=call.number)
    return notice


def draft_edition_notice(
    session: Session,
    actor: Viewer,
    edition_id: int,
    title: str,
    entries: Sequence[NoticeRow],
    *,
    region_code: str | None = None,
    working_days: int = 5,
) -> PublicNotice:
    """Begin a notice of an edition's rows; they stand in the order given."""
    if not (actor.may("unit:notice:edit") or actor.may("unit:edition:edit")):
        raise _not_permitted()
    notice = PublicNotice(
        kind="edition",
        edition_id=edition_id,
        title=title[:_LONGEST_TITLE],
        region_code=region_code,
        unit_id=actor.unit_id,
        working_days=working_days,
        created_by_id=actor.user_id,
        entries=[
            NoticeEntry(
                position=position,
                provider_id=row.provider_id,
                name=row.name,
                uscc=row.uscc,
                track=row.track,
                tier=row.tier,
            )
            for position, row in enumerate(entries, 1)
        ],
    )
    session.add(notice)
    session.flush()
    record(session, actor, "notice.drafted", ("public_notice", notice.id), edition=edition_id)
    return notice


def edit_notice(
    session: Session,
    actor: Viewer,
    notice: PublicNotice,
    draft: NoticeDraft,
    *,
    seen_version: int,
) -> None:
    """Change a draft's head and its list. Raises Conflict when somebody changed it first."""
    if not may_edit_notice(actor, notice):
        raise _not_permitted()
    result = session.execute(
        update(PublicNotice)
        .where(
            PublicNotice.id == notice.id,
            PublicNotice.state == "draft",
            PublicNotice.version == seen_version,
        )
        .values(version=seen_version + 1)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            "这份公示刚刚被他人修改或发布。", "您的修改没有写入。", "请刷新页面后再修改。"
        )
    session.refresh(notice)
    _fill(session, actor, notice, draft)
    record(session, actor, "notice.edited", ("public_notice", notice.id))


def _fill(session: Session, actor: Viewer, notice: PublicNotice, draft: NoticeDraft) -> None:
    """Set the head, and put in the chosen applications by tier, within it by their numbers."""
    assert notice.call_id is not None
    ready = {
        application.id: (application, decision)
        for application, decision in ready_applications(session, actor, notice.call_id)
    }
    if set(draft.application_ids) - ready.keys():
        raise InvalidInput(
            "所选申请中有的已不在待公示状态。", "公示没有变化。", "请刷新页面后重新选择。"
        )
    notice.title = draft.title
    notice.text = draft.text
    notice.contact = draft.contact
    notice.working_days = draft.working_days
    session.execute(delete(NoticeEntry).where(NoticeEntry.notice_id == notice.id))
    chosen = [pair for key, pair in ready.items() if key in draft.application_ids]
    # The public reads the list by tier, numbered from 1 without leaps; sorting is stable.
    ranks = {code: rank for rank, code in enumerate(tier_names(session, beijing_today(now())))}
    chosen.sort(key=lambda pair: ranks.get(pair[1].after_tier or "", len(ranks)))
    session.add_all(
        NoticeEntry(
            notice_id=notice.id,
            position=position,
            provider_id=application.provider_id,
            application_id=application.id,
            decision_id=decision.id,
            name=application.organisation.name,
            uscc=application.organisation.uscc or "",
            track=decision.track,
            tier=decision.after_tier or "",
        )
        for position, (application, decision) in enumerate(chosen, 1)
    )
    session.flush()
    session.expire(notice, ["entries"])


def _not_permitted() -> NotPermitted:
    return NotPermitted("您不能拟稿或修改这份公示。", "公示没有变化。", "请由负责的经办人办理。")
