"""Whose order changes when another weight set takes over: computed by the worker, kept, never redone.

The worker takes some needs at a time and writes how far it is, so that one that dies goes on where
the last left off. Needs are those of the office that are looking for providers now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now, only_reading
from ..errors import InvalidInput, NotFound, NotPermitted
from ..matching.results import Placed, Ranking
from ..needs.lifecycle import LOOKING_STATES
from ..needs.models import Need
from ..needs.queries import desk_needs
from ..outbox.services import enqueue
from ..permissions import Viewer
from ..search.index import SearchIndex
from ..taxonomy.queries import get_taxonomy
from .models import WeightComparison, WeightMeasure
from .services import Recommender
from .weight_sets import PROPOSE, get_known_set, weights_of

COMPARE_TOPIC = "weights-compare"
FIRST = 10
LOOKED_AT = 200
"""How deep the place of somebody who leaves the first ten is looked for."""
MOVED = 3
TOLD = 2
FAINT = 0.05
"""Points too few to show."""
AT_ONCE = 20
Moves = list[dict[str, Any]]


def compare_weights(
    session: Session, actor: Viewer, before_name: str, after_name: str
) -> WeightComparison:
    """Have the worker compare two weight sets over the open needs of the actor's office.

    Raises NotPermitted without the right, NotFound for an unknown set, InvalidInput for one and
    the same.
    """
    if not actor.may(PROPOSE) or actor.region_prefix is None:
        raise NotPermitted("您的账号不能对比权重。", "没有改动。", "请由管理员对比。")
    for name in (before_name, after_name):
        get_known_set(session, name)
    if before_name == after_name:
        raise InvalidInput("请选两套不同的权重。", "没有开始对比。")
    needs = desk_needs(actor, LOOKING_STATES).order_by(None).order_by(Need.id)
    comparison = WeightComparison(
        before_name=before_name,
        after_name=after_name,
        region_prefix=actor.region_prefix,
        need_ids=list(session.scalars(needs.with_only_columns(Need.id))),
        moves=[],
        made_by_id=actor.user_id,
    )
    session.add(comparison)
    session.flush()
    record(session, actor, "weights.compared", ("weights", after_name), before=before_name)
    enqueue(session, COMPARE_TOPIC, comparison=comparison.id)
    return comparison


@dataclass(frozen=True, slots=True)
class _Part:
    """What came of the needs that were next in a comparison, from `start` on."""

    comparison_id: int
    start: int
    needs: int
    moves: Moves


def run_comparisons(
    session: Session, payloads: Sequence[Mapping[str, Any]], index: SearchIndex
) -> None:
    """Go on with the comparisons named, some needs each; what is left is another task.

    Computes while it only reads, so that no writer waits, and then writes.
    """
    wanted = sorted({item["comparison"] for item in payloads})
    with only_reading(session):
        parts = [_next_part(session, comparison_id, index) for comparison_id in wanted]
    for part in parts:
        if part is not None:
            _keep(session, part)


def _next_part(session: Session, comparison_id: int, index: SearchIndex) -> _Part | None:
    """Rank the needs that are next under both sets; None when nothing is left to do."""
    comparison = session.get(WeightComparison, comparison_id)
    if comparison is None or comparison.finished_at is not None:
        return None
    taxonomy = get_taxonomy(session)
    one, other = (
        Recommender(session, index, taxonomy, weights_of(session, name))
        for name in (comparison.before_name, comparison.after_name)
    )
    chosen = comparison.need_ids[comparison.done : comparison.done + AT_ONCE]
    needs = {need.id: need for need in session.scalars(select(Need).where(Need.id.in_(chosen)))}
    moves: Moves = []
    for need in (needs[key] for key in chosen if key in needs):
        before = one.recommend(need, explain_top=0).ranking
        after = other.recommend(need, explain_top=0).ranking
        if rows := moves_between(before, after):
            moves.append({"need_id": need.id, "rows": rows})
    return _Part(comparison.id, comparison.done, len(chosen), moves)


def _keep(session: Session, part: _Part) -> None:
    """Write a part, unless somebody else has gone on meanwhile."""
    comparison = session.get_one(WeightComparison, part.comparison_id)
    if comparison.finished_at is not None or comparison.done != part.start:
        return
    comparison.moves = [*comparison.moves, *part.moves]
    comparison.done += part.needs
    if comparison.done >= comparison.total:
        comparison.finished_at = now()
    else:
        enqueue(session, COMPARE_TOPIC, comparison=comparison.id)
    session.flush()


def moves_between(before: Ranking, after: Ranking) -> Moves:
    """List who enters or leaves the first ten or moves by three places and more, and by which signals.

    `before` and `after` are places, None beyond those looked at. `why`: the signals whose points
    changed most against the average of those compared, in the direction of the move.
    """
    old, new = _first(before), _first(after)
    top = [*_ids_within(old), *(key for key in _ids_within(new) if key not in _ids_within(old))]
    changes = {key: _changes(before, after, old, new, key) for key in top}
    usual = {
        signal: fmean(change.get(signal, 0.0) for change in changes.values())
        for signal in {name for change in changes.values() for name in change}
    }
    rows = []
    for key in top:
        was, becomes = _place(old, key), _place(new, key)
        crossing = (was is None or was > FIRST) != (becomes is None or becomes > FIRST)
        far = abs((was or LOOKED_AT) - (becomes or LOOKED_AT)) >= MOVED
        if crossing or far:
            up = (becomes or LOOKED_AT) < (was or LOOKED_AT)
            why = _reasons(changes[key], usual, up)
            rows.append({"provider_id": key, "before": was, "after": becomes, "why": why})
    return rows


def _first(ranking: Ranking) -> dict[str, Placed]:
    return {item.provider_id: item for item in ranking.first(LOOKED_AT)}


def _ids_within(found: Mapping[str, Placed]) -> list[str]:
    return [key for key, item in found.items() if item.rank <= FIRST]


def _place(found: Mapping[str, Placed], key: str) -> int | None:
    return found[key].rank if key in found else None


def _changes(
    before: Ranking,
    after: Ranking,
    old: Mapping[str, Placed],
    new: Mapping[str, Placed],
    key: str,
) -> dict[str, float]:
    was, becomes = old.get(key) or before.find(key), new.get(key) or after.find(key)
    assert isinstance(was, Placed)
    assert isinstance(becomes, Placed)
    change = {item.signal: item.points for item in becomes.contributions}
    for item in was.contributions:
        change[item.signal] = change.get(item.signal, 0.0) - item.points
    return change


def _reasons(
    change: Mapping[str, float], usual: Mapping[str, float], up: bool
) -> list[tuple[str, float]]:
    apart = {name: change.get(name, 0.0) - usual[name] for name in sorted(usual)}
    ranked = sorted(apart, key=lambda name: -apart[name] if up else apart[name])
    told = [(name, round(apart[name], 2)) for name in ranked[:TOLD]]
    return [(name, points) for name, points in told if (points > 0) == up and abs(points) >= FAINT]


def get_comparison(session: Session, comparison_id: int) -> WeightComparison:
    """Return a comparison; raises NotFound."""
    found = session.get(WeightComparison, comparison_id)
    if found is None:
        raise NotFound("没有这次对比。", next_step="请从权重一览进入。")
    return found


def list_comparisons(session: Session, most: int = 10) -> Sequence[WeightComparison]:
    """Return the last comparisons, newest first."""
    return session.scalars(
        select(WeightComparison).order_by(WeightComparison.id.desc()).limit(most)
    ).all()


def list_measures(session: Session, name: str) -> dict[str, WeightMeasure]:
    """Return the last figures of a weight set by the digest of the judged set, whatever it is called."""
    rows = session.scalars(
        select(WeightMeasure).where(WeightMeasure.weights_name == name).order_by(WeightMeasure.id)
    )
    return {row.judged_digest: row for row in rows}
