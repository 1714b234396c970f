"""Decisions from before this site: a score per indicator for every listing the demonstration has.

They are written down as taken over, not decided here: the replay of a rubric and the page that
explains a tier have something to stand on.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from ...catalogue.models import Listing
from ...listings.models import ListingDecision
from ...rubrics.queries import get_rubric
from ...rubrics.scoring import Scheme
from ...web.filters import BEIJING
from .cast import CURATOR, REVIEWER, Stage

RUBRIC = "2026.1"
SHARES = {"tier1": 0.93, "tier2": 0.84, "tier3": 0.74, "cultivation": 0.64}
"""About which share of all points a provider of that tier got."""


def load_past_decisions(stage: Stage) -> int:
    """Write one decision a listing, in force since the listing began; return how many."""
    scheme = get_rubric(stage.session, RUBRIC).scheme
    first, second = stage.person(REVIEWER), stage.person(CURATOR)
    listings = stage.session.scalars(select(Listing).order_by(Listing.id)).all()
    for listing in listings:
        scores = _scores(scheme, listing)
        at = datetime.combine(listing.valid_from, time(9, 30), BEIJING)
        points = {item["code"]: item["points"] for item in scores}
        total = scheme.total(listing.track, points)
        stage.session.add(
            ListingDecision(
                provider_id=listing.provider_id,
                kind="grant",
                after_tier=listing.tier,
                track=listing.track,
                total=total,
                scores=scores,
                rubric_number=RUBRIC,
                reasons=f"由启用本系统前的评审记录转录，总分{total:g}分。",
                next_tier="\n".join(scheme.next_tier(listing.track, points, listing.tier)),
                state="in_force",
                proposed_by_id=first.user_id or 0,
                proposed_at=at,
                decided_by_id=second.user_id,
                decided_at=at,
                decided_words="转录无误。",
                in_force_on=listing.valid_from,
            )
        )
    stage.session.flush()
    return len(listings)


def _scores(scheme: Scheme, listing: Listing) -> list[dict[str, Any]]:
    """Spread the share of a tier over the indicators, a little differently for each provider."""
    scores = []
    for place, item in enumerate(scheme.indicators(listing.track)):
        lean = ((listing.id * 7 + place * 5) % 9 - 4) / 100
        share = min(1.0, SHARES[listing.tier] + (listing.id % 5 - 2) / 100 + lean)
        scores.append(
            {
                "code": item.code,
                "name": item.name,
                "dimension": item.dimension,
                "points": round(item.points * share * 2) / 2,
                "most": item.points,
                "basis": "评审记录转录",
            }
        )
    return scores
