"""Red lines: what costs a tier or the place at once, after a second person approved.

The lines are the rule set `red_lines`. A line that costs a tier costs the place when there is no
lower tier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..db import database_now
from ..errors import InvalidInput
from ..permissions import Viewer
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from ..workdays.months import add_months
from .drafts import DecisionDraft
from .models import ListingDecision
from .queries import held_tier, known_tiers, listing_of
from .services import propose_decision
from .tiers import tier_below


@dataclass(frozen=True, slots=True)
class RedLine:
    """One line: its name, whether it costs a tier or the place, years before a new application."""

    code: str
    name: str
    consequence: str
    reapply_years: int


def red_lines(session: Session, on: date) -> dict[str, RedLine]:
    """Return the red lines in force that day, by code."""
    rules = get_rules(session, "red_lines", on).body["red_lines"]
    return {item["code"]: RedLine(**item) for item in rules}


def propose_red_line(
    session: Session, actor: Viewer, provider_id: int, code: str, facts: str
) -> ListingDecision:
    """Propose what a red line costs this provider; in force once a second person approves.

    Raises InvalidInput for an unknown line, without facts, or for a provider not listed.
    """
    today = beijing_today(database_now(session))
    line = red_lines(session, today).get(code)
    if line is None:
        raise InvalidInput("没有这条红线。", "没有保存任何内容。", "请从列出的红线中选择。")
    if not facts.strip():
        raise InvalidInput("没有写明查实的事实。", "决定没有提出。", "请写明时间、事实和依据。")
    held = held_tier(listing := listing_of(session, provider_id))
    if listing is None or held is None:
        raise InvalidInput("这家服务商不在库。", "没有保存任何内容。", "请先核对在库状态。")
    lower = tier_below(known_tiers(session, today), held)
    downgrade = line.consequence == "downgrade" and lower is not None
    return propose_decision(
        session,
        actor,
        DecisionDraft(
            provider_id=provider_id,
            application_id=None,
            kind="downgrade" if downgrade else "remove",
            before_tier=held,
            after_tier=lower if downgrade else None,
            track=listing.track,
            total=None,
            scores=(),
            rubric_number="",
            reasons=_(
                "触及红线“%(name)s”。查实情况：%(facts)s", name=line.name, facts=facts.strip()
            ),
            next_tier="",
            red_line=line.code,
            reapply_after=None if downgrade else add_months(today, 12 * line.reapply_years),
        ),
    )
