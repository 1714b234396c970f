"""Verbs on applications, for views and the rooms above; all are offered from here.

Every verb runs inside the caller's transaction: it flushes, records and queues letters, and
never commits. Beginning stands in `starting`, filling in in `drafting`, files in `filing`.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..audit.services import record
from ..calls.policy import is_open
from ..db import database_now
from ..listings.models import ListingDecision
from ..listings.services import void_decision
from ..msgids import N_
from ..outbox.services import enqueue
from ..permissions import Viewer
from ..web.filters import beijing_today, show_moment
from .asking import asked_of
from .checks import faults_before_submission
from .drafting import save_section
from .drafts import ApplicationDraft
from .errors import Blocked, Faulty, TooLate
from .filing import attach_file, detach_file
from .models import Application, ApplicationSnapshot
from .snapshots import body_of, take_snapshot
from .starting import start_application
from .steps import take

__all__ = [
    "attach_file",
    "detach_file",
    "hand_in_supplement",
    "save_section",
    "start_application",
    "submit_application",
    "withdraw_application",
]

REVIEW_TOPIC = "formal_review"
"""The task that runs the rules of the formal review after the commit."""

_KEPT = N_("草稿和已上传的材料都在，没有提交。")


def submit_application(
    session: Session, actor: Viewer, application: Application, *, seen_version: int | None = None
) -> ApplicationSnapshot:
    """Hand the draft in: freeze it, and give it to the formal review.

    Raises TooLate outside the call's period by the database's clock, Faulty while something
    necessary is missing, Conflict when a colleague changed or submitted it first.
    """
    at = database_now(session)
    call = application.call
    if not is_open(call, at):
        raise TooLate(
            _("征集已于%(at)s截止。", at=show_moment(call.closes_at))
            if at >= call.closes_at
            else "征集现在不在申报期内。",
            _KEPT,
            "可留作下一批申报时使用；如有疑问请联系征集公告上的经办人。",
        )
    _refuse_faulty(session, application)
    take(session, actor, application, "submit", seen_version=seen_version, submitted_at=at)
    return _freeze(session, actor, application)


def _refuse_faulty(session: Session, application: Application) -> None:
    faults = faults_before_submission(
        ApplicationDraft.from_body(application.draft),
        asked_of(session, application),
        application.call.tracks,
        {item.item for item in application.files},
    )
    if faults:
        raise Faulty(faults)


def _freeze(session: Session, actor: Viewer, application: Application) -> ApplicationSnapshot:
    """Take the snapshot after the step, when nobody can change the application any more."""
    session.expire(application, ["files", "snapshots"])
    snapshot = take_snapshot(session, application, actor)
    record(
        session,
        actor,
        "application.frozen",
        ("application", application.id),
        number=application.number,
        ordinal=snapshot.ordinal,
        digest=snapshot.digest,
    )
    enqueue(session, REVIEW_TOPIC, application_id=application.id)
    return snapshot


def hand_in_supplement(
    session: Session, actor: Viewer, application: Application, *, seen_version: int | None = None
) -> ApplicationSnapshot:
    """Hand in what was asked for, or the words why it cannot be: a new snapshot, back to review.

    Raises TooLate after the day it was due, Blocked while nothing changed since the last
    snapshot: an explanation counts as a change.
    """
    today = beijing_today(database_now(session))
    if application.state == "supplement" and application.due_on and today > application.due_on:
        raise TooLate(
            "补正期限已过，将按现有材料审查。", "已上传的材料没有删除。", "如有疑问请联系经办人。"
        )
    before = application.snapshots[-1].body if application.snapshots else {}
    if _own_words(before) == _own_words(body_of(session, application)):
        raise Blocked(
            "还没有补交材料，也没有写明原因。",
            "申请没有变化。",
            "请上传所缺材料；确实无法提供的，请逐项写明原因。",
        )
    take(session, actor, application, "supplement", seen_version=seen_version)
    return _freeze(session, actor, application)


def _own_words(body: dict[str, Any]) -> dict[str, Any]:
    """Return what the provider itself says: no empty answers, none of the bureau's marks."""
    marks = {"verification", "acceptance_number"}
    return {
        **body,
        "provider_version": 0,
        "cases": [
            {name: value for name, value in case.items() if name not in marks}
            for case in body.get("cases", ())
        ],
        "explanations": {code: text for code, text in body.get("explanations", {}).items() if text},
    }


def withdraw_application(
    session: Session,
    actor: Viewer,
    application: Application,
    *,
    reason: str = "",
    seen_version: int | None = None,
) -> None:
    """Take the application back for good; under an open call a new one may be begun.

    A tier proposed or approved for it is void: left waiting, it would bar the provider's next.
    """
    take(session, actor, application, "withdraw", seen_version=seen_version, reason=reason)
    for decision in session.scalars(
        select(ListingDecision).where(
            ListingDecision.application_id == application.id,
            ListingDecision.state.in_(("proposed", "approved")),
        )
    ).all():
        void_decision(session, actor, decision)
