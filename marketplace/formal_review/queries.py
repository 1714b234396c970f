"""Reads of formal reviews: the queue of the region, checks, rounds of supplements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, selectinload

from ..accounts.models import Organisation, Role, Unit, User
from ..applications.models import Application, ApplicationFile, ApplicationSnapshot
from ..applications.policy import is_handled_by
from ..calls.models import Call
from ..errors import NotFound
from ..permissions import GRANTS, Viewer, region_prefix
from .models import FormalCheck, Supplement
from .standing import outcome_of

CLEAR = "clear"
"""The tab of those that may be passed; a part of the state formal_review."""


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What staff asked for: states or CLEAR, words, and what the rows are narrowed to.

    `handler` is "mine", "none" or empty.
    """

    states: tuple[str, ...] = ()
    words: str = ""
    call_id: int | None = None
    track: str = ""
    handler: str = ""


def not_found() -> NotFound:
    """Return the one answer for applications that are not there and those one may not know of."""
    return NotFound(
        "没有这份申请，或它不归本单位办理。",
        next_step="请核对申请编号；属于其他县区的，请联系该单位。",
    )


def _handled(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.region_prefix is None or not viewer.may("unit:application:view"):
        return false()
    return and_(
        Application.submitted_at.is_not(None),
        or_(
            Application.region_code.is_(None),
            Application.region_code.startswith(viewer.region_prefix, autoescape=True),
        ),
    )


def _is_clear() -> ColumnElement[bool]:
    """The same as `standing.Standing.is_clear`, for counting in the database."""
    latest = (
        select(func.max(ApplicationSnapshot.taken_at))
        .where(ApplicationSnapshot.application_id == FormalCheck.application_id)
        .correlate(FormalCheck)
        .scalar_subquery()
    )
    of_row = FormalCheck.application_id == Application.id
    waits = and_(FormalCheck.verdict == "manual", FormalCheck.decision != "accepted")
    against = or_(FormalCheck.verdict == "fail", waits, FormalCheck.checked_at < latest)
    return and_(
        Application.state == "formal_review",
        exists().where(of_row),
        ~exists().where(of_row, against),
    )


def desk_applications(viewer: Viewer, wanted: DeskFilter) -> Select[tuple[Application]]:
    """Return the statement of the region's applications, the earliest due first."""
    statement = select(Application).where(_handled(viewer))
    if wanted.states == (CLEAR,):
        statement = statement.where(_is_clear())
    elif wanted.states:
        statement = statement.where(Application.state.in_(wanted.states))
    if wanted.call_id is not None:
        statement = statement.where(Application.call_id == wanted.call_id)
    if wanted.track:
        statement = statement.where(Application.track == wanted.track)
    if wanted.handler == "mine":
        statement = statement.where(Application.handler_id == viewer.user_id)
    elif wanted.handler == "none":
        statement = statement.where(Application.handler_id.is_(None))
    for word in wanted.words.split()[:4]:
        named = or_(
            *(
                column.icontains(word, autoescape=True)
                for column in (Organisation.name, Organisation.uscc)
            )
        )
        statement = statement.where(
            or_(
                Application.number.icontains(word, autoescape=True),
                Application.organisation.has(named),
            )
        )
    return statement.options(selectinload(Application.handler)).order_by(
        Application.due_on.is_(None), Application.due_on, Application.submitted_at, Application.id
    )


def count_desk_states(session: Session, viewer: Viewer) -> dict[str, int]:
    """Return how many applications of the region stand in each state, and under CLEAR."""
    rows = session.execute(
        select(Application.state, func.count()).where(_handled(viewer)).group_by(Application.state)
    )
    counts = dict(rows.all())
    counts[CLEAR] = (
        session.scalar(
            select(func.count()).select_from(Application).where(_handled(viewer), _is_clear())
        )
        or 0
    )
    return counts


def get_case(session: Session, viewer: Viewer, number: str) -> Application:
    """Return an application the viewer's unit handles; NotFound for other regions' and drafts."""
    row = session.scalar(select(Application).where(Application.number == number, _handled(viewer)))
    if row is None or not is_handled_by(viewer, row):
        raise not_found()
    return row


def find_cases(session: Session, viewer: Viewer, numbers: Iterable[str]) -> list[Application]:
    """Return those of the numbered applications the viewer's unit handles, by number."""
    return list(
        session.scalars(
            select(Application)
            .where(Application.number.in_(list(numbers)), _handled(viewer))
            .order_by(Application.number)
        )
    )


def list_checks(session: Session, application_id: int) -> Sequence[FormalCheck]:
    """Return the checks of an application by the code of their rule."""
    return session.scalars(
        select(FormalCheck)
        .where(FormalCheck.application_id == application_id)
        .order_by(FormalCheck.rule_code)
        .options(selectinload(FormalCheck.decided_by))
    ).all()


def get_check(session: Session, application: Application, code: str) -> FormalCheck:
    """Return the check of one rule; NotFound when the application has none."""
    check = session.scalar(
        select(FormalCheck).where(
            FormalCheck.application_id == application.id, FormalCheck.rule_code == code
        )
    )
    if check is None:
        raise NotFound(
            "这份申请没有这条规则的判定。", next_step="规则可能已经更换，请刷新页面查看。"
        )
    return check


def clear_ids(session: Session, ids: Iterable[int]) -> set[int]:
    """Return which of the applications may be passed."""
    return set(
        session.scalars(select(Application.id).where(Application.id.in_(list(ids)), _is_clear()))
    )


def count_outcomes(session: Session, ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return, by application, how many checks pass, wait for a person, and fail."""
    counts: dict[int, dict[str, int]] = {}
    rows = session.execute(
        select(FormalCheck.application_id, FormalCheck.verdict, FormalCheck.decision, func.count())
        .where(FormalCheck.application_id.in_(list(ids)))
        .group_by(FormalCheck.application_id, FormalCheck.verdict, FormalCheck.decision)
    )
    for application_id, verdict, decision, number in rows:
        by_outcome = counts.setdefault(application_id, {})
        outcome = outcome_of(verdict, decision)
        by_outcome[outcome] = by_outcome.get(outcome, 0) + number
    return counts


def list_supplements(session: Session, application_id: int) -> Sequence[Supplement]:
    """Return the rounds of supplements, the first first."""
    return session.scalars(
        select(Supplement)
        .where(Supplement.application_id == application_id)
        .order_by(Supplement.ordinal)
        .options(selectinload(Supplement.asked_by))
    ).all()


def find_open_supplement(session: Session, application_id: int) -> Supplement | None:
    """Return the round that is still open, or None."""
    return session.scalar(
        select(Supplement)
        .where(Supplement.application_id == application_id, Supplement.outcome == "")
        .order_by(Supplement.ordinal.desc())
        .limit(1)
    )


def find_snapshot(session: Session, application_id: int) -> ApplicationSnapshot | None:
    """Return the latest snapshot, or None."""
    return session.scalar(
        select(ApplicationSnapshot)
        .where(ApplicationSnapshot.application_id == application_id)
        .order_by(ApplicationSnapshot.ordinal.desc())
        .limit(1)
    )


def get_file(session: Session, application: Application, file_id: int) -> ApplicationFile:
    """Return a file of the application; NotFound for those of others."""
    row = session.get(ApplicationFile, file_id)
    if row is None or row.application_id != application.id:
        raise NotFound("这份申请没有这个文件。", next_step="企业可能已经更换，请刷新页面查看。")
    return row


def list_handlers(session: Session, region_code: str | None) -> list[User]:
    """Return the active people who may review applications of the region, by name."""
    roles = [role for role, held in GRANTS.items() if "unit:application:review" in held]
    rows = session.execute(
        select(User, Unit.region_code)
        .join(Unit, User.unit_id == Unit.id)
        .where(User.active, User.roles.any(Role.name.in_(roles)))
        .order_by(User.display_name, User.id)
    ).all()
    return [
        user
        for user, code in rows
        if region_code is None or region_code.startswith(region_prefix(code))
    ]


def list_desk_calls(session: Session, viewer: Viewer) -> list[Call]:
    """Return the calls that have applications of the region, the newest first."""
    return list(
        session.scalars(
            select(Call)
            .where(Call.id.in_(select(Application.call_id).where(_handled(viewer))))
            .order_by(Call.id.desc())
        )
    )
