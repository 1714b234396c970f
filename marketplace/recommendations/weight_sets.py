"""Which weight sets there are, which is in force, and the two people it takes to change that.

The shipped sets are files of the matcher; further ones are rows that never change, so that a saved
run finds its set by name forever. Switching is a proposal and another person's decision.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now, serialise_writers
from ..errors import Conflict, InvalidInput, NotFound, NotPermitted
from ..matching.weights import (
    DEFAULT_WEIGHTS,
    Weights,
    WeightsError,
    list_weights,
    load_weights,
    parse_weights,
)
from ..msgids import N_
from ..numbering.services import next_in_series
from ..permissions import Viewer
from ..web.filters import beijing_today
from .models import WeightComparison, WeightEvent, WeightSet
from .switching import WHO_DECIDES, check_reason, may_switch

UNCHANGED = N_("现行权重不变。")
VIEW, PROPOSE, APPROVE = "unit:weights:view", "site:weights:propose", "site:weights:approve"


@dataclass(frozen=True, slots=True)
class KnownSet:
    """One weight set: the set, and its row unless it ships with the software."""

    weights: Weights
    row: WeightSet | None

    @property
    def name(self) -> str:
        """The name runs keep."""
        return self.weights.name


def weights_in_force(session: Session) -> Weights:
    """Return the weight set new runs are computed by: the last approved, else the shipped default."""
    return weights_of(session, name_in_force(session))


def name_in_force(session: Session) -> str:
    """Return the name of the weight set in force."""
    approved = session.scalar(
        select(WeightEvent.weights_name)
        .where(WeightEvent.kind == "approved")
        .order_by(WeightEvent.id.desc())
        .limit(1)
    )
    return approved or DEFAULT_WEIGHTS


def weights_of(session: Session, name: str) -> Weights:
    """Return a weight set by the name a run kept; raises WeightsError when there never was one."""
    if name in list_weights():
        return load_weights(name)
    body = session.scalar(select(WeightSet.body).where(WeightSet.name == name))
    if body is None:
        raise WeightsError(_("没有名为“%(name)s”的权重", name=name))
    return _parsed(json.dumps(body, sort_keys=True))


@lru_cache(maxsize=16)
def _parsed(body: str) -> Weights:
    """Read a stored set; the same body gives the same object, by which the matcher keeps its tables."""
    return parse_weights(json.loads(body))


def get_known_set(session: Session, name: str) -> KnownSet:
    """Return a weight set with its row; raises NotFound when there is none of that name."""
    row = session.scalar(select(WeightSet).where(WeightSet.name == name))
    try:
        return KnownSet(weights_of(session, name), row)
    except WeightsError:
        raise NotFound("没有这套权重。", next_step="请从权重一览进入。") from None


def list_known_sets(session: Session) -> list[KnownSet]:
    """Return all weight sets, newest first: stored ones, then those that ship with the software."""
    rows = session.scalars(select(WeightSet).order_by(WeightSet.id.desc())).all()
    stored = [KnownSet(weights_of(session, row.name), row) for row in rows]
    return stored + [KnownSet(load_weights(name), None) for name in reversed(list_weights())]


def add_weight_set(
    session: Session, actor: Viewer | None, body: dict[str, Any], provenance: dict[str, Any]
) -> WeightSet:
    """Keep a further weight set, named by day and serial; it is not in force by that.

    Raises WeightsError when its points do not add up to 100 or it lacks a number the default has.
    """
    day = beijing_today(now()).isoformat()
    lacking = set(load_weights(DEFAULT_WEIGHTS).settings) - set(body.get("settings", {}))
    if lacking:
        raise WeightsError(_("缺少参数：%(names)s", names="、".join(sorted(lacking))))
    serialise_writers(session)
    name = f"{day}-{next_in_series(session, f'weights-{day}'):02d}"
    body = {**body, "name": name, "dated_on": day}
    parse_weights(body)
    row = WeightSet(
        name=name,
        body=body,
        provenance=provenance,
        made_by_id=actor.user_id if actor else None,
    )
    session.add(row)
    session.flush()
    record(session, actor, "weights.added", ("weights", name))
    return row


def list_events(session: Session) -> Sequence[WeightEvent]:
    """Return all proposals and decisions, newest first."""
    return session.scalars(select(WeightEvent).order_by(WeightEvent.id.desc())).all()


def open_proposal(session: Session) -> WeightEvent | None:
    """Return the proposal that waits for a decision; there is one at a time at most."""
    return session.scalar(_undecided().order_by(WeightEvent.id.desc()).limit(1))


def switches_to_decide(viewer: Viewer) -> Select[tuple[WeightEvent]]:
    """Return the statement of proposals that another person made and nobody has decided."""
    return _undecided().where(WeightEvent.by_id != viewer.user_id)


def _undecided() -> Select[tuple[WeightEvent]]:
    decided = select(WeightEvent.proposal_id).where(WeightEvent.proposal_id.is_not(None))
    return select(WeightEvent).where(WeightEvent.kind == "proposed", WeightEvent.id.not_in(decided))


def propose_switch(
    session: Session, actor: Viewer, comparison: WeightComparison, words: str
) -> WeightEvent:
    """Propose the second set of a finished comparison to another person.

    Raises NotPermitted without the right, ReasonTooShort, InvalidInput for an unfinished or
    outdated comparison, Conflict while another proposal waits.
    """
    if not may_switch(session, actor, PROPOSE):
        raise NotPermitted("您的账号不能提请启用权重。", "没有改动。", "请由主管单位的管理员提请。")
    serialise_writers(session)
    in_force = name_in_force(session)
    if comparison.before_name != in_force or comparison.after_name == in_force:
        raise InvalidInput(
            _("这次对比不是与现行权重%(name)s相比。", name=in_force),
            "没有提请，现行权重不变。",
            "请与现行权重重新对比后再提请。",
        )
    if comparison.finished_at is None:
        raise InvalidInput("对比还没有算完。", "没有提请，现行权重不变。", "请等对比算完后再提请。")
    check_reason(words, UNCHANGED)
    if open_proposal(session) is not None:
        raise Conflict("已有一项提请等待核准。", "没有提请，现行权重不变。", "请先办理那一项。")
    return _write(session, actor, "proposed", comparison.after_name, words, comparison=comparison)


def decide_switch(
    session: Session, actor: Viewer, proposal: WeightEvent, kind: str, words: str
) -> WeightEvent:
    """Approve, refuse or withdraw a proposal; approving puts the set in force from now on.

    Only another person approves or refuses, only the proposer withdraws. Raises Conflict when the
    proposal was decided meanwhile.
    """
    if not _may_decide(session, actor, proposal, kind):
        raise NotPermitted("您不能办理这项提请。", UNCHANGED, WHO_DECIDES)
    serialise_writers(session)
    waiting = open_proposal(session)
    if waiting is None or waiting.id != proposal.id:
        raise Conflict("这项提请已经办理。", "您的这次操作没有生效。", "请刷新页面查看最新情况。")
    if kind == "approved" and proposal.instead_of != name_in_force(session):
        raise Conflict("现行权重已经变了。", "没有启用。", "请与现行权重重新对比后再提请。")
    if kind != "withdrawn":
        check_reason(words, UNCHANGED)
    return _write(session, actor, kind, proposal.weights_name, words, proposal=proposal)


def _may_decide(session: Session, actor: Viewer, proposal: WeightEvent, kind: str) -> bool:
    mine = proposal.by_id == actor.user_id
    if kind == "withdrawn":
        return mine and actor.may(PROPOSE)
    return may_approve(session, actor, proposal)


def may_approve(session: Session, viewer: Viewer, proposal: WeightEvent) -> bool:
    """Whether the viewer may approve or refuse the proposal: never the one who made it."""
    other = viewer.user_id is not None and viewer.user_id != proposal.by_id
    return other and may_switch(session, viewer, APPROVE)


def _write(
    session: Session,
    actor: Viewer,
    kind: str,
    name: str,
    words: str,
    *,
    proposal: WeightEvent | None = None,
    comparison: WeightComparison | None = None,
) -> WeightEvent:
    event = WeightEvent(
        kind=kind,
        weights_name=name,
        instead_of=name_in_force(session),
        proposal_id=proposal.id if proposal else None,
        comparison_id=comparison.id if comparison else None,
        words=words.strip(),
        by_id=actor.user_id,
    )
    session.add(event)
    session.flush()
    record(session, actor, f"weights.{kind}", ("weights", name), before=event.instead_of)
    return event
