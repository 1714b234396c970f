"""Reads of expert review. An expert reaches an application only through their own seat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from ..accounts.models import Organisation, Role, User
from ..applications.models import Application
from ..errors import NotFound
from ..permissions import EXPERT, Viewer
from .errors import no_seat
from .models import Agreement, Draw, Expert, Interest, Score, Seat, SiteCheck
from .policy import is_seated

ACTIVE_SEATS = ("asked", "scoring", "submitted")


def expert_statement(words: str = "", *, active: bool | None = None) -> Select[tuple[Expert]]:
    """Return the statement of the pool, those who take reviews first, by name."""
    statement = select(Expert).join(User).options(selectinload(Expert.interests))
    if words:
        statement = statement.where(
            or_(
                User.display_name.icontains(words, autoescape=True),
                Expert.employer.icontains(words, autoescape=True),
            )
        )
    if active is not None:
        statement = statement.where(Expert.active.is_(active))
    return statement.order_by(Expert.active.desc(), User.display_name, Expert.id)


def count_experts(session: Session) -> dict[bool, int]:
    """Return how many of the pool take reviews, and how many do not."""
    return dict(session.execute(select(Expert.active, func.count()).group_by(Expert.active)).all())


def count_running_seats(session: Session, expert_ids: Sequence[int]) -> dict[int, int]:
    """Return, by expert, how many reviews are still to be handed in."""
    rows = session.execute(
        select(Seat.expert_id, func.count())
        .where(Seat.expert_id.in_(expert_ids), Seat.state.in_(("asked", "scoring")))
        .group_by(Seat.expert_id)
    )
    return dict(rows.all())


def addable_users(session: Session) -> Sequence[User]:
    """Return who holds the role of expert and is not in the pool yet."""
    return session.scalars(
        select(User)
        .where(
            User.active,
            User.roles.any(Role.name == EXPERT),
            User.id.not_in(select(Expert.user_id)),
        )
        .order_by(User.display_name, User.id)
    ).all()


def get_expert(session: Session, expert_id: int) -> Expert:
    """Return a person of the pool; raises NotFound."""
    expert = session.get(Expert, expert_id)
    if expert is None:
        raise NotFound("专家库里没有这个人。", next_step="请从专家库重新进入。")
    return expert


def get_interest(session: Session, expert: Expert, interest_id: int) -> Interest:
    """Return an interest of this expert; raises NotFound."""
    interest = session.get(Interest, interest_id)
    if interest is None or interest.expert_id != expert.id:
        raise NotFound("没有这条利害关系登记。", next_step="请从专家库重新进入。")
    return interest


def find_expert_of(session: Session, viewer: Viewer) -> Expert | None:
    """Return the viewer's own row of the pool, or None."""
    return session.scalar(select(Expert).where(Expert.user_id == viewer.user_id))


def find_organisations(session: Session, words: str) -> Sequence[Organisation]:
    """Return the organisations of exactly that credit code or name."""
    return session.scalars(
        select(Organisation)
        .where(
            or_(Organisation.uscc == words.upper(), Organisation.name == words),
            Organisation.is_unclaimed.is_(False),
        )
        .order_by(Organisation.id)
        .limit(5)
    ).all()


def own_seats(session: Session, viewer: Viewer) -> Sequence[Seat]:
    """Return the viewer's seats, the ones to be handed in first, then the newest."""
    rank = {"asked": 0, "scoring": 1, "submitted": 2, "recused": 3}
    seats = session.scalars(
        select(Seat)
        .join(Expert)
        .where(Expert.user_id == viewer.user_id)
        .options(selectinload(Seat.application))
        .order_by(Seat.id.desc())
    ).all()
    return sorted(seats, key=lambda seat: rank[seat.state])


def get_own_seat(session: Session, viewer: Viewer, seat_id: int) -> Seat:
    """Return the viewer's own seat; NotFound for all others."""
    seat = session.get(Seat, seat_id)
    if seat is None or not is_seated(viewer, seat):
        raise no_seat()
    return seat


def seats_of(session: Session, application: Application) -> Sequence[Seat]:
    """Return all seats on the application in the order of their letters' giving."""
    return session.scalars(
        select(Seat)
        .where(Seat.application_id == application.id)
        .options(selectinload(Seat.scores))
        .order_by(Seat.id)
        .execution_options(populate_existing=True)
    ).all()


def get_seat_of(session: Session, application: Application, seat_id: int) -> Seat:
    """Return a seat on this application; raises NotFound."""
    seat = session.get(Seat, seat_id)
    if seat is None or seat.application_id != application.id:
        raise NotFound("这份申请没有这个席位。", next_step="请从申请的评审页面重新进入。")
    return seat


def draws_of(session: Session, application: Application) -> Sequence[Draw]:
    """Return the draws for the application, oldest first."""
    return session.scalars(
        select(Draw).where(Draw.application_id == application.id).order_by(Draw.id)
    ).all()


def find_agreement(session: Session, application: Application) -> Agreement | None:
    """Return the agreement of the present round; None before it is opened or after a reopening."""
    agreement = session.scalar(
        select(Agreement)
        .where(Agreement.application_id == application.id)
        .order_by(Agreement.ordinal.desc())
        .limit(1)
    )
    return agreement if agreement is not None and agreement.state != "reopened" else None


def find_site_check(session: Session, application: Application) -> SiteCheck | None:
    """Return the site check that was drawn for the application, or None."""
    return session.scalar(select(SiteCheck).where(SiteCheck.application_id == application.id))


def snapshot_body(application: Application) -> dict[str, Any]:
    """Return the body of the newest snapshot; empty where nothing was handed in."""
    return application.snapshots[-1].body if application.snapshots else {}


@dataclass(frozen=True, slots=True)
class CallProgress:
    """How far the expert review of a call is; each figure counts applications."""

    waiting_for_draw: int = 0
    scoring: int = 0
    ready_to_agree: int = 0
    waiting_for_confirmation: int = 0
    agreed: int = 0
    site_check: int = 0
    proposed: int = 0
    approved: int = 0


def progress_of_call(session: Session, call_id: int) -> CallProgress:
    """Return the counts of a call's applications by step of expert review."""
    states = dict(
        session.execute(
            select(Application.state, func.count())
            .where(Application.call_id == call_id)
            .group_by(Application.state)
        ).all()
    )
    in_review = select(Application.id).where(
        Application.call_id == call_id, Application.state == "expert_review"
    )
    seats: dict[int, set[str]] = {}
    for application_id, state in session.execute(
        select(Seat.application_id, Seat.state).where(
            Seat.application_id.in_(in_review), Seat.state != "recused"
        )
    ):
        seats.setdefault(application_id, set()).add(state)
    final = session.scalar(
        select(func.count())
        .select_from(Agreement)
        .where(Agreement.application_id.in_(in_review), Agreement.state == "final")
    )
    scoring = sum(bool(found - {"submitted"}) for found in seats.values())
    return CallProgress(
        waiting_for_draw=states.get("expert_review", 0) - len(seats),
        scoring=scoring,
        ready_to_agree=len(seats) - scoring - (final or 0),
        waiting_for_confirmation=final or 0,
        **{name: states.get(name, 0) for name in ("agreed", "site_check", "proposed", "approved")},
    )


def scores_by_indicator(seat: Seat) -> dict[str, Score]:
    """Return what stands on the seat's sheet, by indicator."""
    return {score.indicator: score for score in seat.scores}
