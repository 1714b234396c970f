"""Reads of applications; whose they are and which region handles them is part of every query.

What a viewer may not know of raises NotFound, exactly as if it were not there: nobody learns
from a number or a key that an application or a file exists.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from ..errors import NotFound
from ..evidence.models import EvidenceFile
from ..listings.models import ListingDecision
from ..permissions import Viewer
from .models import Application, ApplicationDecision, ApplicationSnapshot

__all__ = [
    "count_desk_states",
    "desk_applications",
    "find_decision_for_owner",
    "find_latest_of_provider",
    "find_running",
    "get_desk_application",
    "get_file",
    "get_own_application",
    "get_snapshot",
    "list_decisions",
    "own_applications",
]

SHOWN_DECISION_STATES = ("notice", "listed", "not_listed")
"""States in which the provider reads its scores: publicised, listed, or declined."""


def not_found() -> NotFound:
    """Return the one answer for applications that are not there and those one may not know of."""
    return NotFound(
        "没有这份入库申请，或它不归您办理。", next_step="请核对编号，或从列表重新进入。"
    )


def _own(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.organisation_id is None or not viewer.may("own:application:view"):
        return false()
    return Application.organisation_id == viewer.organisation_id


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


def own_applications(viewer: Viewer) -> Select[tuple[Application]]:
    """Return the statement of the applications of the viewer's organisation, newest first."""
    return select(Application).where(_own(viewer)).order_by(Application.id.desc())


def desk_applications(viewer: Viewer, states: Collection[str] = ()) -> Select[tuple[Application]]:
    """Return the statement of what the viewer's unit handles, by due day; all states if none."""
    statement = select(Application).where(_handled(viewer))
    if states:
        statement = statement.where(Application.state.in_(tuple(states)))
    return statement.order_by(
        Application.due_on.is_(None), Application.due_on, Application.submitted_at, Application.id
    )


def count_desk_states(session: Session, viewer: Viewer) -> dict[str, int]:
    """Return how many applications the viewer's unit handles, by state."""
    counted = select(Application.state, func.count()).where(_handled(viewer))
    rows = session.execute(counted.group_by(Application.state)).all()
    return {row[0]: row[1] for row in rows}


def get_own_application(session: Session, viewer: Viewer, number: str) -> Application:
    """Return an application of the viewer's organisation; NotFound for all others."""
    return _get(session, number, _own(viewer))


def get_desk_application(session: Session, viewer: Viewer, number: str) -> Application:
    """Return a submitted application of the viewer's region; NotFound for all others."""
    return _get(session, number, _handled(viewer))


def _get(session: Session, number: str, whose: ColumnElement[bool]) -> Application:
    application = session.scalar(select(Application).where(Application.number == number, whose))
    if application is None:
        raise not_found()
    return application


def get_file(session: Session, application: Application, key: str) -> EvidenceFile:
    """Return a file attached to the application now or in one of its snapshots; else NotFound."""
    keys = {item.file.key for item in application.files}
    for snapshot in application.snapshots:
        keys |= {str(item["key"]) for item in snapshot.body["files"]}
    file = None
    if key in keys:
        file = session.scalar(select(EvidenceFile).where(EvidenceFile.key == key))
    if file is None:
        raise NotFound("没有这个文件，或它不对您开放。", next_step="请从申请页面重新进入。")
    return file


def get_snapshot(application: Application, ordinal: int) -> ApplicationSnapshot:
    """Return what was handed in as the application's nth snapshot; NotFound when there is none."""
    for snapshot in application.snapshots:
        if snapshot.ordinal == ordinal:
            return snapshot
    raise NotFound("没有这一次提交的快照。", next_step="请从申请页面重新进入。")


def find_running(session: Session, call_id: int, provider_id: int) -> Application | None:
    """Return the provider's application under the call that is not withdrawn, or None."""
    return session.scalar(
        select(Application).where(
            Application.call_id == call_id,
            Application.provider_id == provider_id,
            Application.state != "withdrawn",
        )
    )


def find_latest_of_provider(session: Session, provider_id: int) -> Application | None:
    """Return the provider's newest application under any call, or None."""
    return session.scalar(
        select(Application)
        .where(Application.provider_id == provider_id)
        .order_by(Application.id.desc())
        .limit(1)
    )


def list_decisions(session: Session, application: Application) -> Sequence[ApplicationDecision]:
    """Return the words of all steps, oldest first."""
    return session.scalars(
        select(ApplicationDecision)
        .where(ApplicationDecision.application_id == application.id)
        .order_by(ApplicationDecision.id)
    ).all()


def find_decision_for_owner(session: Session, application: Application) -> ListingDecision | None:
    """Return the tier decision the provider may read by now; None before it is made known.

    Approved by the second person, and publicised or declined; never one that was taken back.
    """
    if application.state not in SHOWN_DECISION_STATES:
        return None
    return session.scalar(
        select(ListingDecision)
        .where(
            ListingDecision.application_id == application.id,
            ListingDecision.state.in_(("approved", "in_force")),
        )
        .order_by(ListingDecision.id.desc())
        .limit(1)
    )
