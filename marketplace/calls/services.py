"""Verbs on a call: draft, edit, publish, extend, cancel, and what the clock does.

Each takes the actor and plain values, runs inside the caller's transaction, flushes and records.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..accounts.models import Unit
from ..audit.services import record
from ..db import database_now
from ..errors import Conflict, InvalidInput, NotPermitted
from ..lifecycle import take_step
from ..numbering.services import next_yearly_number
from ..outbox.services import enqueue
from ..permissions import Viewer
from ..web.filters import show_moment
from .checks import fairness_of, faults_of
from .drafts import CallDraft
from .errors import Unfair, Unfinished
from .letters import tell_about
from .lifecycle import CALL_LIFECYCLE, FOLLOWING
from .models import Call
from .policy import may_edit_call, may_extend_call, may_take

CHANGE_TOPIC = "call_changed"
"""Task for the worker: tell those who apply that a call was put off or called off."""


def draft_call(session: Session, actor: Viewer, draft: CallDraft) -> Call:
    """Begin a call of the actor's unit."""
    unit = session.get(Unit, actor.unit_id) if actor.unit_id else None
    if unit is None or not actor.may("unit:call:edit"):
        raise NotPermitted("您的账号没有所属单位，不能拟征集。", "没有保存任何内容。")
    call = Call(
        **draft.as_columns(),
        region_code=unit.region_code,
        unit_id=unit.id,
        created_by_id=actor.user_id,
    )
    session.add(call)
    session.flush()
    record(session, actor, "call.drafted", ("call", call.id), title=call.title)
    return call


def edit_call(
    session: Session, actor: Viewer, call: Call, draft: CallDraft, *, seen_version: int
) -> None:
    """Change the words of a draft; raises Conflict when somebody else did first."""
    if not may_edit_call(actor, call):
        raise NotPermitted(
            "这次征集现在不能修改。",
            "征集没有变化。",
            "已发布的征集不再改动内容；截止前可以延长期限，确有必要可以取消后重新发布。",
        )
    _change(session, call, ("draft",), seen_version, **draft.as_columns())
    record(session, actor, "call.edited", ("call", call.id))


def publish_call(
    session: Session, actor: Viewer, call: Call, *, seen_version: int, confirmation: str = ""
) -> None:
    """Publish a draft under the next number; it opens by itself when its time comes.

    `confirmation` is why doubtful conditions are needed; it is kept in the audit log. Raises
    Unfinished, Unfair, InvalidInput (a doubt without a reason) or Conflict; nothing is
    published then and no number used.
    """
    _guard(actor, call, "publish")
    at = database_now(session)
    if faults := faults_of(session, call, at):
        raise Unfinished("；".join(faults) + "。", "征集没有发布。", "请补齐后再发布。")
    doubts = _refuse_unfair(session, call, confirmation)
    number = next_yearly_number(session, "ZJ", at, digits=2)
    take_step(
        session,
        CALL_LIFECYCLE,
        call,
        "publish",
        seen_version=seen_version,
        number=number,
        published_at=at,
    )
    record(
        session,
        actor,
        "call.publish",
        ("call", call.id),
        number=number,
        doubts=doubts,
        confirmation=confirmation.strip() if doubts else "",
    )
    tell_about(session, call, "publish", but=actor.user_id)
    if call.opens_at <= at:
        _by_clock(session, call, "open")


def _refuse_unfair(session: Session, call: Call, confirmation: str) -> list[str]:
    """Return the doubtful words somebody answered for; raise when that is not enough."""
    findings = fairness_of(session, call)
    if definite := [item for item in findings if item.definite]:
        raise Unfair(
            _(
                "“%(words)s”：%(why)s",
                words="”“".join(dict.fromkeys(item.words for item in definite)),
                why=definite[0].why,
            ),
            "征集没有发布。",
            "请按提示改写后再发布。",
            definite,
        )
    if findings and not confirmation.strip():
        raise InvalidInput(
            "有条件可能限制竞争，须写明确需保留的理由。",
            "征集没有发布。",
            "请改写这些条件，或写明理由后再发布；理由会记入审计日志。",
        )
    return [f"{item.code}：{item.words}" for item in findings]


def extend_call(
    session: Session,
    actor: Viewer,
    call: Call,
    closes_at: datetime,
    reason: str,
    *,
    seen_version: int,
) -> None:
    """Put the end of a call off, with a reason; an end that has come cannot be put off."""
    if not may_extend_call(actor, call) or call.closes_at <= database_now(session):
        raise NotPermitted("这次征集现在不能延期。", "截止时间没有变化。", "只有截止前可以延期。")
    if not reason.strip():
        raise InvalidInput("没有写明延期原因。", "截止时间没有变化。")
    if closes_at <= call.closes_at:
        raise InvalidInput(
            _("新的截止时间应晚于原定的%(at)s。", at=show_moment(call.closes_at)),
            "截止时间没有变化。",
            "期限只能延长，不能提前截止。",
        )
    before = call.closes_at
    _change(session, call, ("planned", "open"), seen_version, closes_at=closes_at)
    record(
        session,
        actor,
        "call.extended",
        ("call", call.id),
        number=call.number,
        before=before.isoformat(),
        after=closes_at.isoformat(),
        reason=reason.strip(),
    )
    enqueue(session, CHANGE_TOPIC, call_id=call.id, step="extend_call")


def cancel_call(
    session: Session, actor: Viewer, call: Call, reason: str, *, seen_version: int
) -> None:
    """Call a call off; its number and the reason stay, and the public reads both."""
    if not reason.strip():
        raise InvalidInput("没有写明取消原因。", "征集没有变化。", "原因会显示在公开页面上。")
    _guard(actor, call, "cancel")
    before = call.state
    take_step(
        session,
        CALL_LIFECYCLE,
        call,
        "cancel",
        seen_version=seen_version,
        cancel_reason=reason.strip(),
    )
    record(session, actor, "call.cancel", ("call", call.id), number=call.number, before=before)
    tell_about(session, call, "cancel", but=actor.user_id)
    if before != "draft":
        enqueue(session, CHANGE_TOPIC, call_id=call.id, step="cancel_call")


def move_call(session: Session, actor: Viewer | None, call: Call, name: str) -> None:
    """Take a call along `review`, `publicise`, `return_to_review` or `list`, or leave it there.

    For rooms above, which do this with a step of their own; `actor` None when the clock took
    that step. A call already where the arrow leads stays as it is, so that the second notice
    of a call is no error; a closed call put on notice passes its review on the way. Raises
    NotPermitted or Conflict.
    """
    if name not in FOLLOWING:
        raise ValueError(f"{name} is not for rooms above")
    if call.state == CALL_LIFECYCLE.transition(name).target:
        return
    if name == "publicise" and call.state == "closed":
        move_call(session, actor, call, "review")
    if actor is not None:
        _guard(actor, call, name)
    _step(session, actor, call, name)


def open_and_close_due(session: Session) -> int:
    """Open and close the calls whose time has come by the database's clock; return how many.

    Run by the worker. A call somebody changes at that moment waits for the next round.
    """
    moved = 0
    for name, state, due in (
        ("open", "planned", Call.opens_at),
        ("close", "open", Call.closes_at),
    ):
        at = database_now(session)
        calls = session.scalars(
            select(Call).where(Call.state == state, due <= at).order_by(Call.id)
        ).all()
        for call in calls:
            moved += _by_clock(session, call, name)
    return moved


def _by_clock(session: Session, call: Call, name: str) -> bool:
    try:
        _step(session, None, call, name)
    except Conflict:
        return False
    tell_about(session, call, name)
    return True


def _step(session: Session, actor: Viewer | None, call: Call, name: str) -> None:
    before = call.state
    take_step(session, CALL_LIFECYCLE, call, name)
    record(
        session,
        actor,
        f"call.{name}",
        ("call", call.id),
        number=call.number,
        before=before,
        after=call.state,
    )


def _guard(actor: Viewer, call: Call, name: str) -> None:
    if call.state not in CALL_LIFECYCLE.transition(name).sources:
        raise Conflict(
            "这次征集已不在可以这样办理的状态。",
            "您的这次操作没有生效。",
            "请刷新页面查看最新状态后再办理。",
        )
    if not may_take(actor, call, name):
        raise NotPermitted(
            "您不能对这次征集办理这一步。", "征集没有变化。", "请由有权限的审核人员办理。"
        )


def _change(
    session: Session, call: Call, states: tuple[str, ...], seen_version: int, **values: object
) -> None:
    """Let one person at a time change a call in one of these states; raise Conflict."""
    session.flush()
    result = session.execute(
        update(Call)
        .where(Call.id == call.id, Call.state.in_(states), Call.version == seen_version)
        .values(version=seen_version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(call)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            "这次征集刚刚被他人修改或发布。",
            "您的这次操作没有生效。",
            "请刷新页面查看最新内容后再办理。",
        )
