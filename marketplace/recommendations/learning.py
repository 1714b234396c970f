"""Learning from judged pairs and past outcomes: what is learnt from, and what is kept of it.

Only staff's own record of a run goes in, as preferences between providers of the same run. No need's
text is kept with a weight set: seven numbers and how they were found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..matching.fitting import Example, Fit, Plan
from ..matching.preferences import outcome_example
from ..matching.weights import Weights
from ..permissions import Viewer
from .judged import Loaded, figures_of
from .models import RecommendationRun, RunEvent, RunImpression, WeightMeasure, WeightSet
from .run_log import last_of_each
from .weight_sets import add_weight_set


def list_outcome_examples(session: Session) -> list[Example]:
    """Make an example of every run whose outcomes say something; runs of one need are one group."""
    events: dict[int, list[RunEvent]] = {}
    for event in session.scalars(select(RunEvent).order_by(RunEvent.id)):
        events.setdefault(event.run_id, []).append(event)
    found = []
    for run_id in sorted(events):
        run = session.get_one(RecommendationRun, run_id)
        shown = session.scalars(
            select(RunImpression.provider_id)
            .where(RunImpression.run_id == run_id)
            .order_by(RunImpression.place)
        )
        last = last_of_each(events[run_id])
        example = outcome_example(
            f"need:{run.need_id}",
            run.result["placed"],
            [str(key) for key in shown],
            {str(key): event.kind for key, event in last.items()},
        )
        session.expunge(run)
        if example is not None:
            found.append(example)
    return found


def body_of(weights: Weights, points: Mapping[str, float], note: str) -> dict[str, Any]:
    """Return a weight set's JSON form with other points; curves and tiers stay as they are."""
    return {
        "name": weights.name,
        "dated_on": weights.dated_on.isoformat(),
        "note": note,
        "points": dict(points),
        "settings": dict(weights.settings),
        "tiers": dict(weights.tiers),
    }


def provenance_of(
    weights: Weights, fit: Fit, plan: Plan, folders: Sequence[Loaded], runs: int, forced: bool
) -> dict[str, Any]:
    """Say what a set was fitted on, how, and what it reached on needs it had not seen."""
    return {
        "method": "pairwise-logistic",
        "from": weights.name,
        "folders": [
            {"name": item.label, "sha256": item.digest, "needs": len(item.judged.needs)}
            for item in folders
        ],
        "runs": runs,
        "folds": [
            {
                "number": fold.number + 1,
                "needs": len(fold.before),
                "before": _mean(fold.before.values()),
                "after": _mean(fold.after.values()),
            }
            for fold in fit.folds
        ],
        "step": plan.step,
        "seed": plan.seed,
        "before": round(fit.before, 4),
        "after": round(fit.after, 4),
        "interval": [round(fit.low, 4), round(fit.high, 4)],
        "needs": fit.groups,
        "judged_gain": round(fit.judged_gain, 4),
        "beats": fit.beats,
        "forced": forced,
    }


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return round(sum(found) / len(found), 4) if found else 0.0


def keep_fitted(
    session: Session,
    actor: Viewer | None,
    current: Weights,
    points: Mapping[str, float],
    provenance: dict[str, Any],
    note: str,
) -> WeightSet:
    """Keep fitted points as a further weight set; see `add_weight_set`."""
    return add_weight_set(session, actor, body_of(current, points, note), provenance)


def keep_measures(
    session: Session, weights: Weights, folders: Iterable[Loaded]
) -> list[WeightMeasure]:
    """Measure a weight set on judged folders and keep the figures for the page that compares sets."""
    kept = [
        WeightMeasure(
            weights_name=weights.name,
            judged_set=loaded.label,
            judged_digest=loaded.digest,
            lexicon_version=loaded.lexicon_version,
            figures=figures_of(loaded, weights),
        )
        for loaded in folders
    ]
    session.add_all(kept)
    session.flush()
    return kept
