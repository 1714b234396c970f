"""Rounds of supplements (补正): ask, extend once, close when handed in, lapse when late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from ..applications.models import Application, ApplicationSnapshot
from ..applications.steps import note, take
from ..audit.services import record
from ..db import database_now, now
from ..errors import Conflict, InvalidInput, NotPermitted
from ..msgids import N_
from ..permissions import Viewer
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from ..workdays.promises import after_working_days
from .errors import Blocked
from .letters import tell_of_extension
from .models import Supplement
from .policy import may_review
from .queries import find_open_supplement, list_supplements
from .steps import changed_meanwhile, hold

MOST_ITEMS = 20
_UNCHANGED = N_("申请没有变化。")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing asked for: the code of the rule it belongs to, and what is to be handed in."""

    code: str
    ask: str


def get_flow(session: Session, on: date) -> dict[str, Any]:
    """Return the days and counts of the application flow in force on a day."""
    return get_rules(session, "application_flow", on).body


def ask_supplement(
    session: Session,
    actor: Viewer,
    application: Application,
    words: str,
    items: Sequence[Item],
    *,
    seen_version: int | None = None,
) -> Supplement:
    """Open a round: say what is missing, item by item, and until when it may be handed in.

    Raises Blocked when the rounds the rules allow are used up, InvalidInput without words or
    items, Conflict when somebody else was first.
    """
    items = _demand_complete(words, items)
    hold(session, application)
    if application.snapshots:
        # Handed in a moment ago and not judged yet: the former round ends before this one opens.
        close_handed_in(session, application, application.snapshots[-1])
    rounds = _demand_rounds_left(session, application)
    take(
        session,
        actor,
        application,
        "ask_supplement",
        seen_version=seen_version,
        reason="\n".join([words.strip(), *(f"{item.code} {item.ask}" for item in items)]),
        draft=_with_places_for_answers(application.draft, items),
    )
    assert application.due_on is not None
    supplement = Supplement(
        application_id=application.id,
        ordinal=rounds + 1,
        words=words.strip(),
        items=[asdict(item) for item in items],
        asked_by_id=actor.user_id,
        due_on=application.due_on,
    )
    session.add(supplement)
    session.flush()
    return supplement


def _demand_complete(words: str, items: Sequence[Item]) -> list[Item]:
    # One line each: the provider's page reads the lines of the request by their codes.
    trimmed = [Item(item.code.strip()[:20], " ".join(item.ask.split())) for item in items]
    complete = [item for item in trimmed if item.code and item.ask]
    if not words.strip():
        raise InvalidInput("请写明要企业补什么、为什么。", _UNCHANGED)
    if not complete or len(complete) > MOST_ITEMS:
        raise InvalidInput(
            _("请列出要补的事项，一至%(most)s项，每项写一句话。", most=MOST_ITEMS), _UNCHANGED
        )
    return complete


def _demand_rounds_left(session: Session, application: Application) -> int:
    """Return how many rounds there were; raises Blocked when these are all."""
    rounds = len(list_supplements(session, application.id))
    if rounds >= get_flow(session, beijing_today(now()))["supplement_rounds"]:
        raise Blocked(_("已补正%(n)s轮，达到上限。", n=rounds), _UNCHANGED, "请按现有材料审查。")
    return rounds


def _with_places_for_answers(draft: dict[str, Any], items: Sequence[Item]) -> dict[str, Any]:
    """Return the draft with an explanation to fill in for each item; earlier answers stay."""
    places = {item.code: "" for item in items}
    return {**draft, "explanations": {**places, **(draft.get("explanations") or {})}}


def extend_supplement(
    session: Session, actor: Viewer, application: Application, days: int, reason: str
) -> Supplement:
    """Give the provider more working days, once a round and up to what the rules allow.

    Raises Blocked when the round was extended before or is over, InvalidInput for too many days
    or without a reason, Conflict when somebody else extended it first.
    """
    if not may_review(actor, application):
        raise NotPermitted("您不能办理这份申请。", _UNCHANGED)
    most = get_flow(session, beijing_today(now()))["supplement_extension_days"]
    if not 1 <= days <= most:
        raise InvalidInput(_("延长须在1至%(most)s个工作日之间。", most=most), _UNCHANGED)
    if not reason.strip():
        raise InvalidInput("请写明延长的原因。", _UNCHANGED)
    hold(session, application)
    supplement = find_open_supplement(session, application.id)
    if application.state != "supplement" or supplement is None:
        raise Blocked("现在没有待企业补正的事项。", _UNCHANGED, "请刷新页面查看最新情况。")
    if supplement.extended:
        raise Blocked("这一轮已经延长过一次。", _UNCHANGED, "逾期后将照现有材料审查。")
    due = after_working_days(supplement.due_on, days)
    _set_extended(session, supplement, due)
    # The version grows: a lapse that was reckoned with the former day must not win now.
    session.execute(
        update(Application)
        .where(Application.id == application.id)
        .values(due_on=due, version=Application.version + 1)
    )
    session.refresh(application)
    note(session, actor, application, "extend_supplement", reason, due)
    record(
        session,
        actor,
        "application.extend_supplement",
        ("application", application.id),
        number=application.number,
        due_on=due.isoformat(),
    )
    tell_of_extension(session, application, due)
    return supplement


def _set_extended(session: Session, supplement: Supplement, due: date) -> None:
    result = session.execute(
        update(Supplement)
        .where(
            Supplement.id == supplement.id,
            Supplement.extended.is_(False),
            Supplement.outcome == "",
        )
        .values(extended=True, due_on=due)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise changed_meanwhile()
    session.refresh(supplement)


def close_supplement(
    session: Session, application: Application, outcome: str, answer: str
) -> Supplement | None:
    """Close the open round as answered, explained or lapsed; None when no round is open."""
    supplement = find_open_supplement(session, application.id)
    if supplement is None:
        return None
    supplement.outcome, supplement.answer = outcome, answer
    session.flush()
    return supplement


def close_handed_in(
    session: Session, application: Application, snapshot: ApplicationSnapshot
) -> None:
    """Close the open round by what was handed in, if the snapshot came after it was asked for.

    A round in which nothing but explanations changed was explained, not answered.
    """
    supplement = find_open_supplement(session, application.id)
    if supplement is None or snapshot.taken_at <= supplement.asked_at:
        return
    before = session.scalar(
        select(ApplicationSnapshot).where(
            ApplicationSnapshot.application_id == application.id,
            ApplicationSnapshot.ordinal == snapshot.ordinal - 1,
        )
    )
    words = snapshot.body.get("explanations", {})
    answers = [
        f"{item['code']} {words[item['code']]}"
        for item in supplement.items
        if words.get(item["code"])
    ]
    only_words = before is not None and _without_words(before.body) == _without_words(snapshot.body)
    supplement.answered_at = snapshot.taken_at
    close_supplement(
        session, application, "explained" if only_words else "answered", "\n".join(answers)
    )


def _without_words(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != "explanations"}


def lapse_due_supplements(session: Session) -> None:
    """Take back to review what was not handed in by its day; the worker's timer.

    Judged by the database's clock: what is due today is not late until the day is over.
    """
    today = beijing_today(database_now(session))
    late = session.scalars(
        select(Application)
        .where(Application.state == "supplement", Application.due_on < today)
        .order_by(Application.id)
    ).all()
    for application in late:
        try:
            take(session, None, application, "lapse_supplement")
        except Conflict:
            continue  # handed in at this very moment
        close_supplement(session, application, "lapsed", "")
