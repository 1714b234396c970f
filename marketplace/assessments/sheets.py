"""Reads that join a panel's sheets with the rubric: what agreement and proposal rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..applications.models import Application, ApplicationSnapshot
from ..db import now
from ..formal_review.services import proven_cases
from ..rubrics.figures import Figure, compute_figures
from ..rubrics.queries import RubricInForce, get_rubric, rubric_in_force
from ..rubrics.scoring import Indicator, Scheme
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from .conflicts import counted_seats
from .marks import judged_of
from .models import Agreement, Seat
from .spread import Spread, is_wide, mean_of, spread_of


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets that count, per indicator, with the rules of discussion applied."""

    scheme: Scheme
    track: str
    judged: list[Indicator]
    seats: list[Seat]
    spreads: list[Spread]
    totals: dict[str, float]
    computed: list[dict[str, Any]]
    wide: bool

    @property
    def to_discuss(self) -> list[Spread]:
        """The indicators that must be discussed."""
        return [spread for spread in self.spreads if spread.must_discuss]

    def points_with(self, agreed: Mapping[str, float]) -> dict[str, float]:
        """Return points of all indicators: computed, agreed, and the mean where nothing is agreed."""
        return {
            **{item["code"]: item["points"] for item in self.computed},
            **{spread.indicator.code: spread.mean for spread in self.spreads},
            **agreed,
        }

    def total_with(self, agreed: Mapping[str, float]) -> float:
        """Return the total with these agreed points, rounded to 0.1."""
        return self.scheme.total(self.track, self.points_with(agreed))

    @property
    def mean_total(self) -> float:
        """The mean of the experts' totals."""
        return mean_of(list(self.totals.values())) if self.totals else 0.0


def rubric_of(session: Session, application: Application) -> RubricInForce:
    """Return the rubric the call named, or the one in force where it named none."""
    if application.call.rubric_number:
        return get_rubric(session, application.call.rubric_number)
    return rubric_in_force(session, beijing_today(application.submitted_at or now()))


def figures_of(session: Session, application: Application) -> dict[str, Figure]:
    """Return the computed indicators from the newest snapshot, as of the day of submission."""
    return compute_figures(
        rubric_of(session, application).scheme,
        application.track,
        cases_as_checked(application),
        beijing_today(application.submitted_at or now()),
        site_mean(session),
    )


def cases_as_checked(application: Application) -> list[dict[str, Any]]:
    """Return the cases of the newest snapshot as formal review left them.

    A case the provider only declared counts as checked once a person has checked one of its
    documents: a first application would otherwise never score on what it delivered.
    """
    if not application.snapshots:
        return []
    snapshot = application.snapshots[-1]
    proven = {case["case_id"] for case in proven_cases(application, snapshot)}
    return [
        {**case, "verification": "checked"}
        if case["case_id"] in proven and case["verification"] == "declared"
        else case
        for case in snapshot.body["cases"]
    ]


def site_mean(session: Session) -> float:
    """Return the mean of the client ratings (1 to 5) in all newest snapshots; 4.0 without any.

    Only cases that are more than declared count, as for the indicator itself.
    """
    newest = select(func.max(ApplicationSnapshot.id)).group_by(ApplicationSnapshot.application_id)
    bodies = session.scalars(
        select(ApplicationSnapshot.body).where(ApplicationSnapshot.id.in_(newest))
    )
    ratings = [
        case["client_rating"]
        for body in bodies
        for case in body.get("cases", ())
        if case.get("client_rating") and case.get("verification") in {"checked", "accepted"}
    ]
    return sum(ratings) / len(ratings) if ratings else 4.0


def sheets_of(
    session: Session, application: Application, agreement: Agreement | None = None
) -> Sheets:
    """Return the sheets that count; computed figures are those kept with the agreement."""
    scheme = rubric_of(session, application).scheme
    judged = judged_of(scheme, application.track)
    rules = get_rules(session, "assessment_rules", beijing_today(now())).body
    seats = counted_seats(session, application)
    by_seat = {
        seat.letter: {score.indicator: score.points or 0.0 for score in seat.scores}
        for seat in seats
    }
    computed = agreement.computed if agreement else kept_figures(session, application)
    given = {item["code"]: item["points"] for item in computed}
    totals = {
        letter: scheme.total(
            application.track, {**given, **{item.code: own.get(item.code, 0.0) for item in judged}}
        )
        for letter, own in by_seat.items()
    }
    spreads = [
        spread_of(
            item,
            {letter: own.get(item.code, 0.0) for letter, own in by_seat.items()},
            rules["discussion_share"],
        )
        for item in judged
        if by_seat
    ]
    wide = is_wide(totals.values(), rules["total_range"])
    return Sheets(scheme, application.track, judged, seats, spreads, totals, computed, wide)


def kept_figures(session: Session, application: Application) -> list[dict[str, Any]]:
    """Return the computed indicators as an agreement keeps them."""
    return [
        {"code": item.code, "points": item.points, "most": item.most, "basis": item.basis}
        for item in figures_of(session, application).values()
    ]
