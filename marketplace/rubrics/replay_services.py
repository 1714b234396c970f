"""Run a draft over everybody in the directory and keep what came out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import Organisation
from ..audit.services import record
from ..catalogue.models import Listing
from ..db import now
from ..errors import InvalidInput, NotPermitted
from ..listings.queries import latest_scores
from ..listings.tiers import RUNNING
from ..permissions import Viewer
from ..providers.models import Provider
from ..web.filters import beijing_today
from .faults import faults
from .models import Rubric, RubricReplay
from .policy import may_replay
from .queries import rubric_in_force
from .replay import Record, replay
from .scoring import Scheme

_AT_ONCE = 500
"""Providers read in one statement: a database takes only so many values in one."""


def run_replay(session: Session, actor: Viewer, rubric: Rubric) -> RubricReplay:
    """Score everybody in the directory under the draft and under the rubric in force; keep both.

    Changes no tier. Raises NotPermitted, or InvalidInput while the draft has faults.
    """
    if not may_replay(actor, rubric):
        raise NotPermitted("这份评价标准现在不能试算。", "没有任何内容被改动。")
    if wrong := faults(rubric.body):
        raise InvalidInput(
            _("草案有误，不能试算：%(first)s", first=wrong[0]), "草案没有变化。", "请改正后再试算。"
        )
    today = beijing_today(now())
    current = rubric_in_force(session, today)
    made = replay(
        current.scheme,
        Scheme.from_body(rubric.body),
        gather_records(session, actor.region_prefix or ""),
        year=today.year,
    )
    run = RubricReplay(
        rubric_id=rubric.id,
        revision=rubric.revision,
        against=current.number,
        ran_by_id=actor.user_id,
        result=made.as_result(),
        rows=made.as_rows(),
    )
    session.add(run)
    session.flush()
    record(
        session,
        actor,
        "rubric.replayed",
        ("rubric", rubric.number),
        revision=rubric.revision,
        providers=len(made.rows),
    )
    return run


def gather_records(session: Session, region_prefix: str) -> list[Record]:
    """Return the last scores of everybody in the directory; `region_prefix` tells who is local."""
    found = session.execute(
        select(Listing, Provider, Organisation)
        .join(Provider, Listing.provider_id == Provider.id)
        .join(Organisation, Provider.organisation_id == Organisation.id)
        .where(Listing.state.in_(RUNNING))
        .order_by(Provider.id)
    ).all()
    scores = _last_scores(session, [provider.id for _listing, provider, _organisation in found])
    return [
        Record(
            provider_id=provider.id,
            name=organisation.name,
            track=listing.track,
            tier=listing.tier,
            shares=scores.get(provider.id, {}),
            is_local=(organisation.region_code or "").startswith(region_prefix),
            kind=organisation.kind,
            founded_year=provider.founded_year,
        )
        for listing, provider, organisation in found
    ]


def _last_scores(session: Session, provider_ids: list[int]) -> dict[int, Mapping[str, float]]:
    made: dict[int, Mapping[str, float]] = {}
    for start in range(0, len(provider_ids), _AT_ONCE):
        decisions = latest_scores(session, provider_ids[start : start + _AT_ONCE])
        made.update({key: shares_of(decision.scores) for key, decision in decisions.items()})
    return made


def shares_of(scores: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return each score of a decision as a share of the most it could be, 0 to 1."""
    return {
        str(score["code"]): min(1.0, max(0.0, float(score["points"]) / float(score["most"])))
        for score in scores
        if float(score.get("most") or 0) > 0
    }
