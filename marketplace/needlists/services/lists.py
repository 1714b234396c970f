"""Verbs on a list while it is drafted: make, edit, fill, order, drop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ...accounts.models import Unit
from ...audit.services import record
from ...errors import Conflict, InvalidInput, NotPermitted
from ...needs.models import Need
from ...needs.policy import is_handled_by
from ...permissions import Viewer
from ..drafts import ListDraft
from ..models import NeedList, NeedListEntry
from ..policy import may_edit_list
from ..queries import READY_STATES


def create_list(session: Session, actor: Viewer, draft: ListDraft) -> NeedList:
    """Begin a list of the actor's unit."""
    unit = session.get(Unit, actor.unit_id) if actor.unit_id else None
    if unit is None or not actor.may("unit:needlist:edit"):
        raise NotPermitted("您的账号没有所属处室，不能拟清单。", "没有保存任何内容。")
    need_list = NeedList(
        **asdict(draft),
        region_code=unit.region_code,
        unit_id=unit.id,
        created_by_id=actor.user_id,
    )
    session.add(need_list)
    session.flush()
    record(session, actor, "need_list.drafted", ("need_list", need_list.id), title=draft.title)
    return need_list


def edit_list(
    session: Session, actor: Viewer, need_list: NeedList, draft: ListDraft, *, seen_version: int
) -> None:
    """Change the head of a draft."""
    _change(session, actor, need_list, seen_version, **asdict(draft))
    record(session, actor, "need_list.edited", ("need_list", need_list.id))


def add_needs(
    session: Session,
    actor: Viewer,
    need_list: NeedList,
    needs: Sequence[Need],
    *,
    seen_version: int | None = None,
) -> int:
    """Put needs at the end of a draft; return how many.

    Raises InvalidInput when one is not ready, not the actor's to handle, or in another list.
    """
    wanted = list(dict.fromkeys(needs))
    if not wanted:
        raise InvalidInput("没有选中需求。", "清单没有变化。", "请勾选要列入的需求。")
    for need in wanted:
        if need.state not in READY_STATES or not is_handled_by(actor, need):
            raise InvalidInput(
                _("%(number)s还没有受理，或不归您办理，不能列入清单。", number=need.number),
                "清单没有变化。",
            )
    _refuse_held(session, wanted)
    _change(session, actor, need_list, seen_version)
    last = max((entry.position for entry in need_list.entries), default=0)
    for position, need in enumerate(wanted, last + 1):
        need_list.entries.append(NeedListEntry(need=need, position=position))
    session.flush()
    record(
        session,
        actor,
        "need_list.filled",
        ("need_list", need_list.id),
        needs=[need.number for need in wanted],
    )
    return len(wanted)


def _refuse_held(session: Session, needs: Sequence[Need]) -> None:
    held = session.scalars(
        select(Need.number)
        .join(NeedListEntry, NeedListEntry.need_id == Need.id)
        .where(NeedListEntry.held, Need.id.in_([need.id for need in needs]))
        .order_by(Need.id)
    ).all()
    if held:
        numbers = "、".join(held[:5])
        raise InvalidInput(
            _("%(numbers)s已列入其他清单。", numbers=numbers),
            "清单没有变化。",
            "一条需求只列入一份清单；请先从原清单移出，或待原清单撤回。",
        )


def remove_entries(
    session: Session,
    actor: Viewer,
    need_list: NeedList,
    entry_ids: Iterable[int],
    *,
    seen_version: int,
) -> int:
    """Take entries out of a draft; return how many. The needs themselves stay as they are."""
    going = {entry.id for entry in need_list.entries} & set(entry_ids)
    if not going:
        raise InvalidInput("没有选中要移出的需求。", "清单没有变化。")
    _change(session, actor, need_list, seen_version)
    session.execute(delete(NeedListEntry).where(NeedListEntry.id.in_(going)))
    session.expire(need_list, ["entries"])
    _place(session, need_list, [entry.id for entry in need_list.entries])
    record(session, actor, "need_list.thinned", ("need_list", need_list.id), entries=len(going))
    return len(going)


def order_entries(
    session: Session,
    actor: Viewer,
    need_list: NeedList,
    places: Mapping[int, int],
    *,
    seen_version: int,
) -> None:
    """Order the entries by the places given (entry id → place); equal places keep their order."""
    _change(session, actor, need_list, seen_version)
    wanted = sorted(
        need_list.entries,
        key=lambda entry: (places.get(entry.id, entry.position), entry.position),
    )
    _place(session, need_list, [entry.id for entry in wanted])
    record(session, actor, "need_list.ordered", ("need_list", need_list.id))


def _place(session: Session, need_list: NeedList, entry_ids: Sequence[int]) -> None:
    """Number the entries 1, 2, 3 … in this order.

    Positions are unique in a list, so they step aside (negative) before taking their places.
    """
    session.flush()
    session.execute(
        update(NeedListEntry)
        .where(NeedListEntry.list_id == need_list.id)
        .values(position=-NeedListEntry.position)
        .execution_options(synchronize_session=False)
    )
    for position, entry_id in enumerate(entry_ids, 1):
        session.execute(
            update(NeedListEntry)
            .where(NeedListEntry.id == entry_id)
            .values(position=position)
            .execution_options(synchronize_session=False)
        )
    session.expire(need_list)


def drop_list(session: Session, actor: Viewer, need_list: NeedList, *, seen_version: int) -> None:
    """Delete a draft, which has no number yet; its needs are free for other lists."""
    _change(session, actor, need_list, seen_version)
    record(session, actor, "need_list.dropped", ("need_list", need_list.id), title=need_list.title)
    session.delete(need_list)
    session.flush()


def _change(
    session: Session,
    actor: Viewer,
    need_list: NeedList,
    seen_version: int | None,
    **values: object,
) -> None:
    """Let one person at a time change a draft; raise NotPermitted or Conflict."""
    if not may_edit_list(actor, need_list):
        raise NotPermitted(
            "这份清单现在不能修改。",
            "清单没有变化。",
            "已发布的清单不再改动，更正请以附录形式发布。",
        )
    session.flush()
    seen = need_list.version if seen_version is None else seen_version
    result = session.execute(
        update(NeedList)
        .where(NeedList.id == need_list.id, NeedList.state == "draft", NeedList.version == seen)
        .values(version=seen + 1, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(need_list)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            "这份清单刚刚被他人修改或发布。",
            "您的这次操作没有生效。",
            "请刷新页面查看最新内容后再办理。",
        )
