"""Verbs of the reverse of a recommendation: subscribe, stop, note new fits; `fit_letters` tells of them.

The worker notes; it computes while it only reads, so that no writer waits, and then
writes what is new in a short transaction of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now, only_reading, serialise_writers
from ..matching.results import RECOMMENDED
from ..needs.models import Need
from ..permissions import Viewer
from ..providers.models import Provider
from ..search.index import SearchIndex
from ..taxonomy.queries import get_taxonomy
from .facts import shown_facts
from .fit_models import FitNote, FitSubscription
from .fit_queries import (
    FITTING,
    OPEN_TO_FIT,
    band_of,
    find_subscription,
    last_told_on,
    open_needs_as_listed,
    places_of,
)
from .services import Recommender
from .weight_sets import name_in_force

NOTED = 50
"""Of each need the best so many are noted; subscribers are noted wherever they stand."""
AT_ONCE = 500
Pair = tuple[int, int]
"""The ids of a need and of a provider that fits it."""


def subscribe(
    session: Session, actor: Viewer, provider: Provider, seen: Iterable[str] = ()
) -> FitSubscription:
    """Let the actor have a letter a day about new fits; once is enough.

    It takes the place of one for another provider. `seen` are the numbers of the needs that fit
    already: the page shows them, they are no news to the actor. Stopping and subscribing again
    brings no second letter the same day.
    """
    serialise_writers(session)
    kept = find_subscription(session, actor)
    if kept is not None and kept.provider_id == provider.id:
        return kept
    letters = [last_told_on(session, provider)]
    if kept is not None:
        letters.append(kept.sent_on)
        session.delete(kept)
        session.flush()
    _note_seen(session, provider, seen)
    made = FitSubscription(
        user_id=actor.user_id,
        provider_id=provider.id,
        token=secrets.token_urlsafe(24),
        sent_on=max(filter(None, letters), default=None),
    )
    session.add(made)
    session.flush()
    record(session, actor, "provider.fits_subscribed", ("provider", provider.id))
    return made


def _note_seen(session: Session, provider: Provider, seen: Iterable[str]) -> None:
    """Note fits as of now, which is before the subscription begins."""
    needs = session.scalars(select(Need.id).where(Need.number.in_(list(seen)))).all()
    _insert(session, [(need_id, provider.id) for need_id in sorted(needs)])


def unsubscribe(session: Session, actor: Viewer, kept: FitSubscription) -> None:
    """Stop the letters; whoever holds the letter may, signed in or not."""
    serialise_writers(session)
    provider_id = kept.provider_id
    session.delete(kept)
    session.flush()
    record(session, actor, "provider.fits_unsubscribed", ("provider", provider_id))


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look was computed from, and the last of the pairs it noted until that is known to be kept.

    The notes of a look are written in one transaction: with the last of them all are there.
    """

    stamp: str
    last: Pair | None


@dataclass(slots=True)
class FitWatch:
    """Notes new fits whenever what they are computed from has changed since it last looked."""

    index: SearchIndex
    _looks: dict[str, _Look] = field(default_factory=dict)

    def note_new(self, session: Session) -> int:
        """Note the fits that are new; return how many. Nothing is looked at while nothing changes.

        The caller commits. A look whose notes did not get there counts for nothing.
        """
        place = str(session.get_bind().engine.url)  # type: ignore[union-attr]
        with only_reading(session):
            look, found = self._find(session, self._looks.get(place))
        if look is not None:
            self._looks[place] = look
        return _insert(session, found) if found else 0

    def _find(self, session: Session, former: _Look | None) -> tuple[_Look | None, list[Pair]]:
        status = self.index.status()
        if status.degraded:
            return None, []
        recommender = Recommender(session, self.index, get_taxonomy(session))
        stamp = " ".join(
            (
                recommender.pool.stamp,
                recommender.pool.lexicon.version,
                name_in_force(session),
                str(status.generation),
                _needs_stamp(session),
            )
        )
        if former is not None and former.stamp == stamp and _is_there(session, former.last):
            return _Look(stamp, None), []
        pairs = select(FitNote.need_id, FitNote.provider_id)
        known = {(need_id, provider_id) for need_id, provider_id in session.execute(pairs)}
        new = [pair for pair in find_fits(session, recommender) if pair not in known]
        return _Look(stamp, new[-1] if new else None), new


def _is_there(session: Session, pair: Pair | None) -> bool:
    """Whether a pair is noted; nothing to be noted is."""
    if pair is None:
        return True
    need_id, provider_id = pair
    noted = exists().where(FitNote.need_id == need_id, FitNote.provider_id == provider_id)
    return bool(session.scalar(select(noted)))


def find_fits(session: Session, recommender: Recommender) -> list[Pair]:
    """Return (need, provider) of the fits there are now, by what listed providers read of the needs."""
    open_needs = open_needs_as_listed(session, recommender.today)
    subscribed = session.scalars(select(FitSubscription.provider_id).distinct())
    places = places_of(recommender, subscribed)
    owners = _owners(session)
    ids = recommender.pool.prepared.provider_ids
    told = [shown_facts(shown) for _need, shown in open_needs]
    found = []
    for (need, _shown), short in zip(
        open_needs, recommender.recommend_many(told, NOTED, list(places.values())), strict=True
    ):
        brief = short.brief
        fitting = {
            int(ids[place])
            for place, fit in zip(brief.places.tolist(), brief.fits, strict=True)
            if fit == RECOMMENDED
        }
        fitting |= {
            provider_id
            for provider_id, standing in zip(places, brief.standing, strict=True)
            if band_of(standing) == FITTING
        }
        own = owners.get(need.organisation_id) if need.organisation_id else None
        found += [(need.id, provider_id) for provider_id in sorted(fitting - {own})]
    return found


def _needs_stamp(session: Session) -> str:
    """Return what changes when the needs that look for a provider, or the subscriptions, do."""
    needs = session.execute(
        select(
            func.count(Need.id),
            func.sum(Need.version),
            func.sum(Need.id),
            func.max(Need.updated_at),
        ).where(Need.state.in_(OPEN_TO_FIT))
    ).one()
    last = session.scalar(select(func.max(FitSubscription.id)))
    return " ".join(map(str, (*needs, last)))


def _owners(session: Session) -> dict[int, int]:
    """Return the provider of each organisation that has one."""
    return dict(session.execute(select(Provider.organisation_id, Provider.id)).all())


def _insert(session: Session, pairs: Sequence[Pair]) -> int:
    """Insert notes, leaving out those another has written meanwhile; return how many are new."""
    serialise_writers(session)
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    at, count = now(), 0
    for start in range(0, len(pairs), AT_ONCE):
        rows = [
            {"need_id": need_id, "provider_id": provider_id, "noted_at": at}
            for need_id, provider_id in pairs[start : start + AT_ONCE]
        ]
        made = session.execute(
            insert(FitNote).values(rows).on_conflict_do_nothing().returning(FitNote.id)
        )
        count += len(made.all())
    return count
