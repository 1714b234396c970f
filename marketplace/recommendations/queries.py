"""Reads: the need one may rank providers for, saved runs, and the rows of a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from ..accounts.models import Organisation, User
from ..catalogue.models import Listing
from ..catalogue.shown import tier_names
from ..db import now
from ..errors import NotFound
from ..needs.models import Need
from ..needs.policy import may_see_recommendations
from ..needs.queries import get_visible_need
from ..permissions import Viewer
from ..providers.models import Provider
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from .models import RecommendationRun


def get_enough(session: Session, on: date) -> int:
    """Return how many recommended providers are enough for a need: the floor the workbench goes by."""
    return int(get_rules(session, "workbench", on).body["supply_floor"])


def get_tier_names(session: Session) -> dict[str, str]:
    """Return the names of the tiers in force today by their codes, highest first."""
    return tier_names(get_rules(session, "tiers", beijing_today(now())).body)


def list_candidate_names(session: Session) -> list[str]:
    """Return the names of all who are or were in the directory, sorted."""
    return sorted(session.scalars(_candidates(Organisation.name)))


def find_candidate(session: Session, asked: str) -> str | None:
    """Return the id of the candidate of this name or credit code, else of one whose name contains it."""
    rows = list(
        session.execute(
            _candidates(Provider.id, Organisation.name, Organisation.uscc)
            .where(
                or_(
                    Organisation.name.contains(asked, autoescape=True),
                    Organisation.uscc == asked.upper(),
                )
            )
            .order_by(Provider.id)
        )
    )
    exact = [key for key, name, uscc in rows if asked == name or asked.upper() == uscc]
    return next((str(key) for key in (*exact, *(row[0] for row in rows))), None)


def _candidates(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Listing)
        .join(Provider, Provider.id == Listing.provider_id)
        .join(Organisation, Organisation.id == Provider.organisation_id)
        .where(Provider.published)
    )


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
