"""Saved runs, what became of them, and a second weight set, for the pages that show them.

Loaded after the index is there, so that the runs are as the site makes them. The figures of the second set are what
fitting on the three judged sets of the repository gave: nothing worth a change, and the page says so.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import User
from ..accounts.queries import viewer_of
from ..matching.weights import DEFAULT_WEIGHTS, load_weights
from ..needs.models import Need
from ..permissions import Viewer
from ..recommendations.comparing import compare_weights
from ..recommendations.learning import body_of
from ..recommendations.models import RecommendationRun, WeightMeasure
from ..recommendations.run_log import record_outcome
from ..recommendations.services import Recommender, save_run
from ..recommendations.weight_sets import add_weight_set
from ..search.index import SearchIndex
from ..taxonomy.queries import get_taxonomy
from .loading import read_demo

CLERK, CURATOR = "clerk.city@demo.example", "curator.city@demo.example"


def load_learning(session: Session, index: SearchIndex) -> None:
    """Save runs, record outcomes, keep a second weight set and ask for its comparison. The caller commits."""
    clerk, curator = (_viewer(session, email) for email in (CLERK, CURATOR))
    recommender = Recommender(session, index, get_taxonomy(session))
    for row in read_demo("outcomes"):
        need = _need(session, row["need"])
        if need is not None and clerk.serves(need.region_code):
            run = save_run(session, need, recommender.recommend(need), clerk)
            _record(session, clerk, run, row["steps"])
    for row in read_demo("weights"):
        compare_weights(session, curator, DEFAULT_WEIGHTS, _keep_set(session, row))


def _viewer(session: Session, email: str) -> Viewer:
    return viewer_of(session.scalars(select(User).where(User.email == email)).one())


def _need(session: Session, serial: int) -> Need | None:
    return session.scalar(
        select(Need).where(Need.number.endswith(f"-{serial:04d}"), Need.submitted_at.is_not(None))
    )


def _record(
    session: Session, clerk: Viewer, run: RecommendationRun, steps: dict[str, list[str]]
) -> None:
    placed = [int(item["provider_id"]) for item in run.result["placed"]]
    for place, kinds in steps.items():
        for kind in kinds if int(place) <= len(placed) else ():
            record_outcome(session, clerk, run, placed[int(place) - 1], kind, run.as_of)


def _keep_set(session: Session, row: dict[str, Any]) -> str:
    shipped = load_weights(DEFAULT_WEIGHTS)
    body = body_of(shipped, row["points"], f"由 {shipped.name} 拟合，供演示对比")
    kept = add_weight_set(session, None, body, row["provenance"])
    for item in row["measures"]:
        told = {key: value for key, value in item.items() if key != "of"}
        name = kept.name if item["of"] == "fitted" else shipped.name
        session.add(WeightMeasure(weights_name=name, **told))
    session.flush()
    return kept.name
