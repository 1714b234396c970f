"""What an agreed total leads to: the decisions that can be proposed, and their reasons in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..applications.models import Application
from ..db import now
from ..listings.queries import held_tier, known_tiers, listing_of
from ..rubrics.queries import RubricInForce
from ..rubrics.scoring import TIERS, Scheme
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from .models import Agreement
from .sheets import rubric_of

MOST_LOST = 3
"""How many of the weakest indicators the prefilled reasons name; the table has them all."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An agreed total, held against the rubric and the place the provider has now."""

    rubric: RubricInForce
    total: float
    points: dict[str, float]
    scores: list[dict[str, Any]]
    before: str | None
    options: list[tuple[str, str | None]]
    reasons: str
    next_tier: str


def tier_names(session: Session) -> dict[str, str]:
    """Return the names of the tiers as the bureau calls them today."""
    body = get_rules(session, "tiers", beijing_today(now())).body
    return {item["code"]: item["name"] for item in body["tiers"]}


def options_of(scheme: Scheme, before: str | None, total: float) -> list[tuple[str, str | None]]:
    """Return the decisions that can be proposed, the one the total leads to first.

    A tier below the one reached stays open, for reasons the total does not show; a tier above
    it never. Promotion goes one tier at a time; declining is always possible.
    """
    reached = scheme.tier_after(before, total)
    if reached is None:
        return [("decline", None)]
    below = TIERS[TIERS.index(reached) :]
    if before is None:
        kinds: list[tuple[str, str | None]] = [("grant", tier) for tier in below]
    else:
        kinds = [
            ("promote" if TIERS.index(tier) < TIERS.index(before) else "renew", tier)
            for tier in below
        ]
    return [*kinds, ("decline", None)]


def outcome_of(session: Session, application: Application, agreement: Agreement) -> Outcome:
    """Return what the final agreement leads to; the total is the one that was signed."""
    rubric = rubric_of(session, application)
    scores = scores_of(rubric.scheme, application.track, agreement)
    points = {item["code"]: item["points"] for item in scores}
    total = agreement.total or 0.0
    before = held_tier(listing_of(session, application.provider_id))
    options = [
        (kind, tier)
        for kind, tier in options_of(rubric.scheme, before, total)
        if tier is None or tier in known_tiers(session, beijing_today(now()))
    ]
    target = options[0][1]
    names = tier_names(session)
    return Outcome(
        rubric=rubric,
        total=total,
        points=points,
        scores=scores,
        before=before,
        options=options,
        reasons=_reasons(rubric.scheme, total, target, names, scores),
        next_tier="\n".join(rubric.scheme.next_tier(application.track, points, target)),
    )


def scores_of(scheme: Scheme, track: str, agreement: Agreement) -> list[dict[str, Any]]:
    """Return the points of every indicator with their basis, as a decision keeps them."""
    computed = {item["code"]: (item["points"], item["basis"]) for item in agreement.computed}
    agreed = {score.indicator: (score.points or 0.0, score.basis) for score in agreement.scores}
    return [
        {
            "code": item.code,
            "name": item.name,
            "dimension": item.dimension,
            "points": points,
            "most": item.points,
            "basis": basis,
        }
        for item in scheme.indicators(track)
        for points, basis in [{**computed, **agreed}.get(item.code, (0.0, ""))]
    ]


def _reasons(
    scheme: Scheme,
    total: float,
    target: str | None,
    names: dict[str, str],
    scores: list[dict[str, Any]],
) -> str:
    if target is None:
        lowest = scheme.bands[-1].line
        head = _("合议%(total).1f分，未达到入库最低线%(line)g分。", total=total, line=lowest)
    else:
        head = _(
            "合议%(total).1f分，%(tier)s线为%(line)g分。",
            total=total,
            tier=names.get(target, target),
            line=scheme.line_of(target),
        )
    lost = sorted(scores, key=lambda item: item["points"] - item["most"])[:MOST_LOST]
    weak = [
        _(
            "%(name)s%(points)g/%(most)g",
            name=item["name"],
            points=item["points"],
            most=item["most"],
        )
        for item in lost
        if item["points"] < item["most"]
    ]
    return "\n".join([head, *([_("失分较多：%(items)s。", items="、".join(weak))] if weak else [])])
