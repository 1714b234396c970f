"""Reads: the need one may rank providers for, saved runs, and the rows of a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import Organisation, User
from ..errors import NotFound
from ..needs.models import Need
from ..needs.policy import may_see_recommendations
from ..needs.queries import get_visible_need
from ..permissions import Viewer
from ..providers.models import Provider
from ..rules.queries import get_rules
from .models import RecommendationRun


def get_enough(session: Session, on: date) -> int:
    """Return how many recommended providers are enough for a need: the floor the workbench goes by."""
    return int(get_rules(session, "workbench", on).body["supply_floor"])


def get_ranked_need(session: Session, viewer: Viewer, number: str) -> Need:
    """Return a need whose recommendations the viewer may see: its owner, or staff of its region."""
    need = get_visible_need(session, viewer, number)
    if not may_see_recommendations(viewer, need):
        raise NotFound(
            "没有这条需求的推荐结果，或它不对您公开。",
            next_step="推荐结果只有需求单位和经办人能看到。",
        )
    return need


def get_run(session: Session, viewer: Viewer, number: str) -> RecommendationRun:
    """Return a saved run of a need whose recommendations the viewer may see."""
    run = session.scalar(select(RecommendationRun).where(RecommendationRun.number == number))
    if run is None:
        raise NotFound("没有这次运行记录，或它不对您公开。", next_step="请核对运行号。")
    get_ranked_need(session, viewer, run.need.number)
    return run


def list_runs(session: Session, need: Need) -> Sequence[RecommendationRun]:
    """Return the saved runs of a need, newest first."""
    return session.scalars(
        select(RecommendationRun)
        .where(RecommendationRun.need_id == need.id)
        .order_by(RecommendationRun.id.desc())
    ).all()


def names_of_providers(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the names of providers by their ids."""
    rows = session.execute(
        select(Provider.id, Organisation.name)
        .join(Organisation, Organisation.id == Provider.organisation_id)
        .where(Provider.id.in_(set(ids)))
    )
    return {row[0]: row[1] for row in rows}


def names_of_people(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of people of the bureau by their ids; None is left out."""
    wanted = {key for key in ids if key is not None}
    rows = session.execute(select(User.id, User.display_name).where(User.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}
