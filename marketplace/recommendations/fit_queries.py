"""Reads for the reverse of a recommendation: which published needs fit one provider.

Confidentiality lives here: a need is ranked by what its reader may read of it and by nothing else,
so that neither place nor reason can tell what is masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from ..accounts.models import Membership, User
from ..catalogue.queries import listed_providers
from ..matching.batch import Standing
from ..matching.results import RECOMMENDED, WEAK
from ..needs.disclosure import LISTED
from ..needs.lifecycle import LOOKING_STATES, OPEN_STATES
from ..needs.models import Need
from ..needs.queries import get_masker, shown_needs, visible_needs
from ..needs.shown import ShownNeed
from ..permissions import Viewer
from ..providers.models import Provider
from ..web.filters import beijing_today
from .facts import shown_facts
from .fit_models import FitNote, FitSubscription
from .services import Recommender

OPEN_TO_FIT = tuple(state for state in LOOKING_STATES if state in OPEN_STATES)
"""States in which a need on the public side looks for a provider."""
FITTING, THIN, BARRED = "fitting", "thin", "barred"
"""How a need fits: it does; the evidence is thin; it would but for a condition of the need."""
BANDS = (FITTING, THIN, BARRED)


@dataclass(frozen=True, slots=True)
class Fit:
    """A need and how it fits one provider; `score` orders and is never shown to the provider."""

    need: ShownNeed
    band: str
    score: float


def list_fits(
    session: Session, recommender: Recommender, viewer: Viewer, provider: Provider
) -> list[Fit]:
    """Return the needs this viewer may see that fit a provider, best first; none if it is not ranked."""
    place = place_of(recommender, provider.id)
    if place is None:
        return []
    needs = session.scalars(_needs_for(session, viewer, provider)).unique()
    shown = shown_needs(session, viewer, needs)
    found = recommender.recommend_many([shown_facts(item) for item in shown], 1, [place])
    fits = [
        Fit(need, band, short.brief.standing[0].score)
        for need, short in zip(shown, found, strict=True)
        if (band := band_of(short.brief.standing[0]))
    ]
    return sorted(fits, key=lambda fit: (BANDS.index(fit.band), -fit.score, fit.need.number))


def place_of(recommender: Recommender, provider_id: int) -> int | None:
    """Return the place of a provider in the pool; None when it is not in it."""
    return places_of(recommender, [provider_id]).get(provider_id)


def places_of(recommender: Recommender, provider_ids: Iterable[int]) -> dict[int, int]:
    """Return the places of providers in the pool, of those that are in it."""
    wanted = {str(provider_id) for provider_id in provider_ids}
    ids = recommender.pool.prepared.provider_ids
    return {int(key): place for place, key in enumerate(ids) if key in wanted}


def band_of(standing: Standing) -> str | None:
    """Return how a need fits by how the provider stands; None when it does not.

    A provider outside the directory stands for nothing.
    """
    if standing.rank is not None:
        return {RECOMMENDED: FITTING, WEAK: THIN}.get(standing.fit)
    return BARRED if standing.fit == RECOMMENDED and standing.gate != "listing" else None


def _needs_for(session: Session, viewer: Viewer, provider: Provider) -> Select[tuple[Need]]:
    """Return the needs of others that look for a provider and that the viewer may know of."""
    states = LOOKING_STATES if viewer.is_staff else OPEN_TO_FIT
    return (
        visible_needs(session, viewer)
        .where(Need.state.in_(states), _not_of(provider.organisation_id))
        .order_by(Need.id)
    )


def _not_of(organisation_id: int) -> ColumnElement[bool]:
    return or_(Need.organisation_id.is_(None), Need.organisation_id != organisation_id)


def open_needs_as_listed(session: Session, today: date) -> list[tuple[Need, ShownNeed]]:
    """Return the needs that look for a provider, each as any listed provider reads it."""
    masker = get_masker(session, today)
    needs = session.scalars(
        select(Need).where(Need.state.in_(OPEN_TO_FIT)).order_by(Need.id)
    ).unique()
    found = ((need, masker.show(need, LISTED)) for need in needs)
    return [(need, shown) for need, shown in found if shown is not None]


def find_subscription(session: Session, viewer: Viewer) -> FitSubscription | None:
    """Return the viewer's own subscription, whichever provider it is for, or None."""
    return session.scalar(select(FitSubscription).where(FitSubscription.user_id == viewer.user_id))


def is_subscribed(session: Session, viewer: Viewer, provider: Provider) -> bool:
    """Whether the viewer is told of this provider's fits; a subscription for another counts for nothing."""
    kept = find_subscription(session, viewer)
    return kept is not None and kept.provider_id == provider.id


def last_told_on(session: Session, provider: Provider) -> date | None:
    """Return the day a provider's people last had a letter, or None."""
    told = session.scalar(
        select(func.max(FitNote.told_at)).where(FitNote.provider_id == provider.id)
    )
    return beijing_today(told) if told else None


def find_by_token(session: Session, token: str) -> FitSubscription | None:
    """Return the subscription a letter's link speaks of, or None when it was stopped already."""
    return session.scalar(select(FitSubscription).where(FitSubscription.token == token))


def list_subscribers(session: Session, today: date) -> Sequence[tuple[FitSubscription, str]]:
    """Return the subscriptions in force with the person's address.

    In force: the person is active and confirmed, still of the provider's organisation, and the
    provider is listed.
    """
    rows = session.execute(
        select(FitSubscription, User.email)
        .join(User, User.id == FitSubscription.user_id)
        .join(Membership, Membership.user_id == User.id)
        .join(Provider, Provider.id == FitSubscription.provider_id)
        .where(
            Membership.organisation_id == Provider.organisation_id,
            User.active,
            User.confirmed_at.is_not(None),
            Provider.id.in_(listed_providers(today)),
        )
        .order_by(FitSubscription.id)
    )
    return [(row[0], row[1]) for row in rows]
