"""The log of a run: what it showed, and what became of whom; both only ever grow.

Staff record by hand until engagements do. What one provider did stays between the bureau and the
need's side: providers never see it, reports give counts only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now, serialise_writers
from ..errors import Conflict, InvalidInput, NotFound, NotNow, NotPermitted
from ..matching.facts import ProviderFacts
from ..matching.results import RECOMMENDED
from ..needs.models import Need
from ..needs.policy import is_handled_by
from ..permissions import Viewer
from ..web.filters import beijing_today
from .models import RecommendationRun, RunEvent, RunImpression
from .outcomes import MOST_RECOMMENDED

RECORD = "unit:outcome:record"
INVITED, DECLINED, SILENT, TALKED, CONTRACTED, ACCEPTED, FAILED, UNDONE = (
    "invited",
    "declined",
    "silent",
    "talked",
    "contracted",
    "accepted",
    "failed",
    "undone",
)
KIND_NAMES: Final = {
    INVITED: lazy_gettext("已邀请"),
    DECLINED: lazy_gettext("谢绝"),
    SILENT: lazy_gettext("未答复"),
    TALKED: lazy_gettext("已洽谈"),
    CONTRACTED: lazy_gettext("已签约"),
    ACCEPTED: lazy_gettext("验收通过"),
    FAILED: lazy_gettext("验收未通过或中止"),
}
FOLLOWS: Final[dict[str, frozenset[str | None]]] = {
    INVITED: frozenset({None, DECLINED, SILENT}),
    DECLINED: frozenset({INVITED, SILENT, TALKED}),
    SILENT: frozenset({INVITED}),
    TALKED: frozenset({INVITED, SILENT}),
    CONTRACTED: frozenset({INVITED, SILENT, TALKED}),
    ACCEPTED: frozenset({CONTRACTED, FAILED}),
    FAILED: frozenset({CONTRACTED}),
}
"""What may have been last recorded of a provider before something else is."""


def keep_impressions(
    session: Session,
    run: RecommendationRun,
    placed: Iterable[Mapping[str, Any]],
    facts: Mapping[str, ProviderFacts],
) -> None:
    """Keep whom a run shows as recommended, in that order, with the tier of the day."""
    fitting = [item["provider_id"] for item in placed if item["fit"] == RECOMMENDED]
    session.add_all(
        RunImpression(run_id=run.id, provider_id=int(key), place=place, tier=facts[key].tier)
        for place, key in enumerate(fitting[:MOST_RECOMMENDED], 1)
    )
    session.flush()


def list_impressions(session: Session, run: RecommendationRun) -> Sequence[RunImpression]:
    """Return whom a run showed as recommended, in order."""
    return session.scalars(
        select(RunImpression).where(RunImpression.run_id == run.id).order_by(RunImpression.place)
    ).all()


def may_see_log(viewer: Viewer, need: Need) -> bool:
    """Whether the viewer may see what became of the providers of a run: the bureau that handles the need."""
    return viewer.may("unit:recommendation:view") and is_handled_by(viewer, need)


def may_record(viewer: Viewer, need: Need) -> bool:
    """Whether the viewer may record outcomes."""
    return viewer.may(RECORD) and is_handled_by(viewer, need)


def list_events(session: Session, viewer: Viewer, run: RecommendationRun) -> Sequence[RunEvent]:
    """Return the events of a run, oldest first; none to those outside the bureau that handles it."""
    return _events(session, run) if may_see_log(viewer, run.need) else []


def _events(session: Session, run: RecommendationRun) -> Sequence[RunEvent]:
    return session.scalars(
        select(RunEvent).where(RunEvent.run_id == run.id).order_by(RunEvent.id)
    ).all()


def standing_events(events: Iterable[RunEvent]) -> list[RunEvent]:
    """Return the events that stand: neither an undoing nor undone."""
    known = list(events)
    undone = {event.undoes_id for event in known}
    return [event for event in known if event.kind != UNDONE and event.id not in undone]


def last_of_each(events: Iterable[RunEvent]) -> dict[int, RunEvent]:
    """Return the last standing event of each provider."""
    return {event.provider_id: event for event in standing_events(events)}


def record_outcome(
    session: Session,
    actor: Viewer,
    run: RecommendationRun,
    provider_id: int,
    kind: str,
    happened_on: date,
    note: str = "",
) -> RunEvent:
    """Record what became of a provider that a run placed.

    Raises NotPermitted, NotFound for a provider the run did not place, InvalidInput for a day
    before the run or the last record or after today, NotNow when it does not follow from what was last recorded.
    """
    _guard(actor, run)
    placed = {item["provider_id"] for item in run.result["placed"]}
    if str(provider_id) not in placed:
        raise NotFound("这次运行没有推荐这家服务商。", "没有记录。", "请在这次运行的名单里选。")
    if not run.as_of <= happened_on <= beijing_today(now()):
        raise InvalidInput(
            _("须在运行当日（%(day)s）至今天之间。", day=run.as_of.isoformat()), "没有记录。"
        )
    serialise_writers(session)
    last = last_of_each(_events(session, run)).get(provider_id)
    before = last.kind if last else None
    if before not in FOLLOWS[kind]:
        raise NotNow(
            _(
                "这家服务商上次记的是“%(before)s”，不能接着记“%(kind)s”。",
                before=KIND_NAMES[before] if before else _("未邀请"),
                kind=KIND_NAMES[kind],
            ),
            "没有记录。",
            "请先补记中间的步骤，或撤回记错的一条。",
        )
    if last and happened_on < last.happened_on:
        raise InvalidInput(
            _("不能早于上次记录的%(day)s。", day=last.happened_on.isoformat()), "没有记录。"
        )
    return _write(session, actor, run, provider_id, kind, happened_on, note)


def undo_outcome(
    session: Session, actor: Viewer, run: RecommendationRun, event_id: int, note: str
) -> RunEvent:
    """Take the last event of a provider back by a further one; the mistake stays in the log.

    Raises Conflict for any but the last standing event of its provider.
    """
    _guard(actor, run)
    if not note.strip():
        raise InvalidInput("请写明撤回的原因。", "没有撤回。")
    serialise_writers(session)
    last = {event.id: event for event in last_of_each(_events(session, run)).values()}
    if event_id not in last:
        raise Conflict(
            "只能撤回这家服务商最后的一条，且只撤一次。", "没有撤回。", "请刷新页面查看。"
        )
    event = last[event_id]
    today = beijing_today(now())
    return _write(session, actor, run, event.provider_id, UNDONE, today, note, event.id)


def _guard(actor: Viewer, run: RecommendationRun) -> None:
    if not may_record(actor, run.need):
        raise NotPermitted("您的账号不能记录对接结果。", "没有改动。", "请由经办人记录。")


def _write(
    session: Session,
    actor: Viewer,
    run: RecommendationRun,
    provider_id: int,
    kind: str,
    happened_on: date,
    note: str,
    undoes_id: int | None = None,
) -> RunEvent:
    event = RunEvent(
        run_id=run.id,
        provider_id=provider_id,
        kind=kind,
        undoes_id=undoes_id,
        note=note.strip(),
        happened_on=happened_on,
        by_id=actor.user_id,
    )
    session.add(event)
    session.flush()
    action = "recommendation.outcome_undone" if undoes_id else "recommendation.outcome"
    record(session, actor, action, ("need", run.need_id), run=run.number, event=event.id)
    return event
