"""Verbs on rubrics: draft, edit, submit, approve, send back, give up."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now, serialise_writers
from ..errors import Conflict, InvalidInput, NotPermitted
from ..lifecycle import take_step
from ..permissions import Viewer
from ..web.filters import beijing_today
from .approval import Opinion, current_replay, what_keeps, what_the_opinion_lacks
from .faults import faults
from .lifecycle import EDIT, RUBRIC_LIFECYCLE
from .models import Rubric
from .policy import may_decide, may_edit, may_withdraw
from .queries import SHIPPED_NUMBER, get_rubric


def draft_rubric(session: Session, actor: Viewer, based_on: str) -> Rubric:
    """Begin the next version as a copy of an approved one; its number is 年份.序号.

    Raises NotFound when there is no approved version of that number.
    """
    if not actor.may(EDIT):
        raise _not_permitted()
    base = get_rubric(session, based_on)
    # Two people drafting at once must not reach for the same number.
    serialise_writers(session)
    rubric = Rubric(
        number=_next_number(session, beijing_today(now()).year),
        based_on=base.number,
        body=copy.deepcopy(base.body),
        created_by_id=actor.user_id,
    )
    session.add(rubric)
    session.flush()
    _record(session, actor, rubric, "drafted", based_on=base.number)
    return rubric


def _next_number(session: Session, year: int) -> str:
    taken = [SHIPPED_NUMBER, *session.scalars(select(Rubric.number))]
    places = [int(number.partition(".")[2]) for number in taken if number.startswith(f"{year}.")]
    return f"{year}.{max(places, default=0) + 1}"


def edit_rubric(
    session: Session,
    actor: Viewer,
    rubric: Rubric,
    body: dict[str, Any],
    note: str,
    effective_on: date | None,
    *,
    seen_version: int,
) -> None:
    """Keep a draft as it was edited, faults and all; submitting refuses faults.

    A change of the body makes a new revision, which needs its own replay. Raises Conflict when
    somebody saved first.
    """
    _guard(may_edit(actor, rubric), rubric, seen_version)
    revision = rubric.revision + (body != rubric.body)
    session.flush()
    result = session.execute(
        update(Rubric)
        .where(Rubric.id == rubric.id, Rubric.state == "draft", Rubric.version == seen_version)
        .values(
            version=seen_version + 1,
            revision=revision,
            body=body,
            note=note.strip(),
            effective_on=effective_on,
        )
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise _changed()
    session.refresh(rubric)
    _record(session, actor, rubric, "edited", revision=rubric.revision)


def submit_rubric(session: Session, actor: Viewer, rubric: Rubric, *, seen_version: int) -> None:
    """Put a draft before a second person.

    Raises InvalidInput while it has faults, changes nothing, gives no reason, or would take
    effect before today or on no day at all.
    """
    _guard(may_edit(actor, rubric), rubric, seen_version)
    if wrong := what_keeps_from_submitting(session, rubric):
        raise InvalidInput(
            _("草案还不能提请核准：%(first)s", first=wrong[0]),
            "草案保留原样，没有提交。",
            "请改正后再提请核准。",
        )
    take_step(
        session,
        RUBRIC_LIFECYCLE,
        rubric,
        "submit",
        seen_version=seen_version,
        submitted_by_id=actor.user_id,
        submitted_at=now(),
    )
    _record(session, actor, rubric, "submitted", revision=rubric.revision)


def what_keeps_from_submitting(session: Session, rubric: Rubric) -> list[str]:
    """Return, in words, what a draft lacks before it can be submitted."""
    wrong = list(faults(rubric.body))
    if rubric.body == get_rubric(session, rubric.based_on).body:
        wrong.append(_("与%(number)s没有差别。", number=rubric.based_on))
    if not rubric.note.strip():
        wrong.append(_("没有写明修改理由。"))
    if rubric.effective_on is None:
        wrong.append(_("没有填写生效日期。"))
    elif rubric.effective_on < beijing_today(now()):
        wrong.append(_("生效日期不能早于今天。"))
    return wrong


def approve_rubric(
    session: Session, actor: Viewer, rubric: Rubric, opinion: Opinion, *, seen_version: int
) -> None:
    """Approve a draft as the second person; from then on it never changes.

    Needs a replay of this very revision against the rubric in force, a written opinion, and how
    each question of fairness that does not hold is dealt with. Raises NotPermitted for the
    person who submitted, InvalidInput for what is missing, Conflict when somebody was first.
    """
    _guard(may_decide(actor, rubric), rubric, seen_version)
    today = beijing_today(now())
    run = current_replay(session, rubric, today)
    missing = [*what_keeps(session, actor, rubric, today), *what_the_opinion_lacks(opinion, run)]
    if missing:
        raise InvalidInput(
            _("还不能核准：%(first)s", first="".join(missing)),
            "草案没有变化，仍待核准。",
        )
    take_step(
        session,
        RUBRIC_LIFECYCLE,
        rubric,
        "approve",
        seen_version=seen_version,
        approved_by_id=actor.user_id,
        approved_at=now(),
        decided_words=opinion.as_text(),
    )
    _record(session, actor, rubric, "approved", replay=run.id if run else None)


def return_rubric(
    session: Session, actor: Viewer, rubric: Rubric, words: str, *, seen_version: int
) -> None:
    """Send a submitted draft back with a reason."""
    _guard(may_decide(actor, rubric), rubric, seen_version)
    if not words.strip():
        raise InvalidInput("请写明退回的理由。", "草案没有变化，仍待核准。")
    take_step(
        session,
        RUBRIC_LIFECYCLE,
        rubric,
        "return",
        seen_version=seen_version,
        decided_words=words.strip(),
    )
    _record(session, actor, rubric, "returned")


def withdraw_rubric(session: Session, actor: Viewer, rubric: Rubric, *, seen_version: int) -> None:
    """Give a draft up; its number is not used again."""
    _guard(may_withdraw(actor, rubric), rubric, seen_version)
    take_step(session, RUBRIC_LIFECYCLE, rubric, "withdraw", seen_version=seen_version)
    _record(session, actor, rubric, "withdrawn")


def _record(session: Session, actor: Viewer, rubric: Rubric, action: str, **detail: Any) -> None:
    record(session, actor, f"rubric.{action}", ("rubric", rubric.number), **detail)


def _guard(allowed: bool, rubric: Rubric, seen_version: int) -> None:
    """Tell who came second that somebody was first, and who may not that it may not."""
    if rubric.version != seen_version:
        raise _changed()
    if not allowed:
        raise _not_permitted()


def _changed() -> Conflict:
    return Conflict(
        "这份评价标准刚刚被他人修改或办理。",
        "您的这次操作没有生效。",
        "请打开最新的内容，看过后再办理。",
    )


def _not_permitted() -> NotPermitted:
    return NotPermitted(
        "您现在不能对这份评价标准办理这一步。",
        "评价标准没有变化。",
        "已核准的不再改动；核准须由提请人以外的人办理。",
    )
