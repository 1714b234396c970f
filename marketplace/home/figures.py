"""The figures of the front page, each with its definition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..catalogue.models import Listing
from ..catalogue.queries import listed_providers
from ..catalogue.shown import tier_names
from ..needlists.models import NeedList
from ..needs.models import Need
from ..needs.queries import visible_needs
from ..permissions import VISITING
from ..providers.models import Case
from ..rules.queries import get_rules


@dataclass(frozen=True, slots=True)
class Figures:
    """What the front page counts; `listed` stands alone because the doors mention it."""

    listed: int
    rows: list[tuple[str, str, str, str]]


def get_figures(session: Session, today: date) -> Figures:
    """Return the figures as (label, number, unit, definition).

    Needs are counted as a visitor sees them: what is not public is not in the number either.
    """
    listed = listed_providers(today).subquery()
    tiers = tier_names(get_rules(session, "tiers", today).body)
    by_tier = dict(
        session.execute(
            select(Listing.tier, func.count())
            .where(Listing.provider_id.in_(select(listed.c.id)))
            .group_by(Listing.tier)
        ).all()
    )
    visible = visible_needs(session, VISITING).subquery()
    needs = session.scalar(select(func.count()).select_from(visible)) or 0
    masked = session.scalar(
        select(func.count()).select_from(visible).where(visible.c.disclosure == "masked")
    )
    lists = session.scalar(
        select(func.count()).select_from(NeedList).where(NeedList.state == "published")
    )
    proven = session.execute(
        select(Case.verification, func.count())
        .where(Case.provider_id.in_(select(listed.c.id)), Case.verification != "declared")
        .group_by(Case.verification)
    )
    cases = dict(proven.all())
    total = sum(by_tier.values())
    split = _("、").join(
        _("%(name)s%(n)s", name=name, n=by_tier.get(code, 0)) for code, name in tiers.items()
    )
    return Figures(
        total,
        [
            (_("在库服务商"), str(total), _("家"), split),
            (
                _("公开的需求"),
                str(needs),
                _("条"),
                _("其中脱敏%(masked)s条；不公开的不计", masked=masked),
            ),
            (_("已发布清单"), str(lists or 0), _("份"), _("有文号、可下载")),
            (
                _("核验过的案例"),
                str(sum(cases.values())),
                _("项"),
                _("其中平台验收%(accepted)s项", accepted=cases.get("accepted", 0)),
            ),
        ],
    )


def latest_lists(session: Session, limit: int = 4) -> list[NeedList]:
    """Return the newest published lists."""
    return list(
        session.scalars(
            select(NeedList)
            .where(NeedList.state == "published")
            .order_by(NeedList.published_on.desc(), NeedList.id.desc())
            .limit(limit)
        )
    )


def latest_needs(session: Session, limit: int = 4) -> list[Need]:
    """Return the newest needs a visitor may know of; pages show them through needs.queries."""
    visible = visible_needs(session, VISITING)
    return list(session.scalars(visible.order_by(Need.published_at.desc()).limit(limit)))
