"""Saved runs, what became of them, a second weight set, words waiting for approval and a subscription to fits.

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
from ..providers.queries import find_provider_of
from ..recommendations.comparing import compare_weights
from ..recommendations.fit_services import subscribe
from ..recommendations.learning import body_of
from ..recommendations.lexicon_editing import add_word
from ..recommendations.lexicons import propose_version
from ..recommendations.models import RecommendationRun, WeightMeasure
from ..recommendations.run_log import record_outcome
from ..recommendations.services import Recommender, save_run
from ..recommendations.weight_sets import add_weight_set
from ..search.index import SearchIndex
from ..taxonomy.queries import get_taxonomy
from .loading import read_demo

CLERK, CURATOR = "clerk.city@demo.example", "curator.city@demo.example"
SUBSCRIBER = "feng.yanting@demo.example"
WORDS = "走访时记下的车间叫法，词库里没有；电池厂说“静置”，灯下看件多叫“过灯挑”，请核准启用。"


def load_learning(session: Session, index: SearchIndex) -> None:
    """Load what the pages of recommendations show beyond needs and providers. The caller commits."""
    clerk, curator = (_viewer(session, email) for email in (CLERK, CURATOR))
    recommender = Recommender(session, index, get_taxonomy(session))
    for row in read_demo("outcomes"):
        need = _need(session, row["need"])
        if need is not None and clerk.serves(need.region_code):
            run = save_run(session, need, recommender.recommend(need), clerk)
            _record(session, clerk, run, row["steps"])
    for row in read_demo("weights"):
        compare_weights(session, curator, DEFAULT_WEIGHTS, _keep_set(session, row))
    _propose_words(session, curator)
    _subscribe(session, _viewer(session, SUBSCRIBER))


def _propose_words(session: Session, curator: Viewer) -> None:
    for row in read_demo("lexicon_words"):
        draft = add_word(
            session, curator, row["capability"], row["kind"], row["phrase"], row.get("meaning", "")
        )
    propose_version(session, curator, draft, WORDS)


def _subscribe(session: Session, viewer: Viewer) -> None:
    provider = find_provider_of(session, viewer.organisation_id)
    if provider is not None:
        subscribe(session, viewer, provider)


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
