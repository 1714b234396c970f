"""Verbs that make a list public, take it back, or append to it."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ...accounts.models import MailMessage, User
from ...audit.services import record
from ...db import now
from ...errors import Conflict, InvalidInput, NotPermitted
from ...lifecycle import take_step
from ...needs.errors import Blocked
from ...needs.queries import get_masker
from ...needs.services import keep_internal, publish_need
from ...outbox.services import enqueue
from ...permissions import Viewer
from ...rules.queries import get_rules
from ...web.filters import beijing_today
from ..lifecycle import LIST_LIFECYCLE
from ..models import NeedList, NeedListAddendum, NeedListEntry
from ..numbering import next_serial, number_words
from ..policy import may_publish_list
from ..queries import list_problems, list_rules

OPENLY = ("public", "masked")
"""Disclosures under which anybody may know that a need exists."""


def publish_list(
    session: Session, actor: Viewer, need_list: NeedList, *, prefix: str, seen_version: int
) -> None:
    """Publish a draft under the next 文号 and its needs as far as their disclosure allows.

    `prefix` is the bureau's 文号 prefix. Raises Blocked while a need is not ready; Conflict when
    somebody changed or published the list first. Nothing is published then.
    """
    _guard(actor, need_list)
    if not need_list.entries:
        raise Blocked("清单里还没有需求。", "清单没有发布。", "请先列入需求。")
    if problems := list_problems(session, actor, need_list):
        first = "；".join(
            _("第%(n)s条%(number)s：%(why)s", n=item.position, number=item.number, why=item.text)
            for item in problems[:3]
        )
        more = _("（共%(n)s条）", n=len(problems)) if len(problems) > 3 else ""
        raise Blocked(
            _("有需求还不能发布：%(first)s%(more)s", first=first, more=more),
            "清单没有发布。",
            "请改正或移出后再发布。",
        )
    today = beijing_today(now())
    rules = list_rules(session, today).body
    serial = next_serial(session, prefix, today, rules)
    take_step(
        session,
        LIST_LIFECYCLE,
        need_list,
        "publish",
        seen_version=seen_version,
        serial=serial,
        number=number_words(prefix, today, serial, rules),
        published_on=today,
    )
    _publish_needs(session, actor, need_list)
    number_entries(session, need_list)
    record(
        session,
        actor,
        "need_list.published",
        ("need_list", need_list.id),
        number=need_list.number,
        needs=len(need_list.entries),
    )
    _tell_creator(session, actor, need_list, "publish")


def _publish_needs(session: Session, actor: Viewer, need_list: NeedList) -> None:
    masker = get_masker(session, beijing_today(now()))
    for entry in need_list.entries:
        need = entry.need
        if need.disclosure == "bureau":
            if need.state == "accepted":
                keep_internal(session, actor, need)
        elif need.state in {"accepted", "internal"}:
            publish_need(session, actor, need, masker=masker)


def number_entries(session: Session, need_list: NeedList) -> None:
    """Give the openly disclosed entries their numbers 1, 2, 3 …, in the list's order."""
    serial = 0
    for entry in need_list.entries:
        if entry.need.disclosure in OPENLY:
            serial += 1
            entry.serial = serial
    session.flush()


def withdraw_list(
    session: Session, actor: Viewer, need_list: NeedList, reason: str, *, seen_version: int
) -> None:
    """Take a published list back; its number and the reason stay, its needs are set free."""
    _guard(actor, need_list)
    if not reason.strip():
        raise InvalidInput("没有写明撤回原因。", "清单没有撤回。", "原因会显示在公开页面上。")
    take_step(
        session,
        LIST_LIFECYCLE,
        need_list,
        "withdraw",
        seen_version=seen_version,
        withdrawn_on=beijing_today(now()),
        withdrawal_reason=reason.strip(),
    )
    session.execute(
        update(NeedListEntry)
        .where(NeedListEntry.list_id == need_list.id)
        .values(held=False)
        .execution_options(synchronize_session=False)
    )
    session.expire(need_list, ["entries"])
    record(
        session,
        actor,
        "need_list.withdrawn",
        ("need_list", need_list.id),
        number=need_list.number,
    )
    _tell_creator(session, actor, need_list, "withdraw")


def append_to_list(
    session: Session, actor: Viewer, need_list: NeedList, text: str, *, seen_version: int
) -> NeedListAddendum:
    """Add a correction to a published list, dated today."""
    _guard(actor, need_list)
    if not text.strip():
        raise InvalidInput("没有写更正内容。", "清单没有变化。")
    result = session.execute(
        update(NeedList)
        .where(
            NeedList.id == need_list.id,
            NeedList.state == "published",
            NeedList.version == seen_version,
        )
        .values(version=seen_version + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(need_list)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            "这份清单刚刚被他人办理，或不在发布状态。", "更正没有写入。", "请刷新页面后再提交。"
        )
    last = session.scalar(
        select(func.max(NeedListAddendum.ordinal)).where(NeedListAddendum.list_id == need_list.id)
    )
    addendum = NeedListAddendum(
        list_id=need_list.id,
        ordinal=(last or 0) + 1,
        added_on=beijing_today(now()),
        text=text.strip(),
        created_by_id=actor.user_id,
    )
    session.add(addendum)
    session.flush()
    session.expire(need_list, ["addenda"])
    record(
        session,
        actor,
        "need_list.appended",
        ("need_list", need_list.id),
        ordinal=addendum.ordinal,
    )
    return addendum


def _guard(actor: Viewer, need_list: NeedList) -> None:
    if not may_publish_list(actor, need_list):
        raise NotPermitted(
            "您不能发布或撤回这份清单。", "清单没有变化。", "请由有发布权限的审核人员办理。"
        )


def _tell_creator(session: Session, actor: Viewer, need_list: NeedList, name: str) -> None:
    """Queue a letter to whoever drafted the list, unless they did this themselves."""
    creator = session.get(User, need_list.created_by_id) if need_list.created_by_id else None
    if creator is None or creator.id == actor.user_id or not creator.active:
        return
    words = get_rules(session, "need_list_letters", beijing_today(now())).body["letters"][name]
    filled = {
        part: str(words[part])
        .replace("{number}", need_list.number or "")
        .replace("{title}", need_list.title)
        for part in ("subject", "body")
    }
    message = MailMessage(recipient=creator.email, **filled)
    session.add(message)
    session.flush()
    enqueue(session, "mail", message_id=message.id)
