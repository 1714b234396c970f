"""Verbs of the reverse of a recommendation: subscribe, stop, note new fits, write the day's letters.

The worker notes and writes; it computes while it only reads, so that no writer waits, and then
writes what is new in a short transaction of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..accounts.mail import queue_letter
from ..audit.services import record
from ..db import now, read_only, serialise_writers
from ..matching.results import RECOMMENDED
from ..needs.models import Need
from ..needs.shown import ShownNeed
from ..permissions import Viewer
from ..providers.models import Provider
from ..rules.queries import get_rules
from ..search.index import SearchIndex
from ..taxonomy.queries import get_taxonomy
from ..web.filters import beijing_today
from .facts import shown_facts
from .fit_models import FitNote, FitSubscription
from .fit_queries import (
    FITTING,
    OPEN_TO_FIT,
    band_of,
    find_subscription,
    list_subscribers,
    open_needs_as_listed,
    places_of,
)
from .services import Recommender

NOTED = 50
"""Of each need the best so many are noted; subscribers are noted wherever they stand."""
MOST_IN_A_LETTER = 20
AT_ONCE = 500
PAGE_PATH, STOP_PATH = "/my/fits/", "/fits/stop/"


def subscribe(
    session: Session, actor: Viewer, provider: Provider, seen: Iterable[str] = (), stamp: str = ""
) -> FitSubscription:
    """Let the actor have a letter a day about new fits; once is enough.

    `seen` are the numbers of the needs that fit already: the page shows them, they are no news to
    the actor.
    """
    serialise_writers(session)
    kept = find_subscription(session, actor)
    if kept is not None and kept.provider_id == provider.id:
        return kept
    if kept is not None:
        session.delete(kept)
        session.flush()
    _note_seen(session, provider, seen, stamp)
    made = FitSubscription(
        user_id=actor.user_id, provider_id=provider.id, token=secrets.token_urlsafe(24)
    )
    session.add(made)
    session.flush()
    record(session, actor, "provider.fits_subscribed", ("provider", provider.id))
    return made


def _note_seen(session: Session, provider: Provider, seen: Iterable[str], stamp: str) -> None:
    """Note fits as of now, which is before the subscription begins."""
    needs = session.scalars(select(Need.id).where(Need.number.in_(list(seen)))).all()
    _insert(session, _rows([(need_id, provider.id) for need_id in sorted(needs)], stamp))


def unsubscribe(session: Session, actor: Viewer, kept: FitSubscription) -> None:
    """Stop the letters; whoever holds the letter may, signed in or not."""
    serialise_writers(session)
    provider_id = kept.provider_id
    session.delete(kept)
    session.flush()
    record(session, actor, "provider.fits_unsubscribed", ("provider", provider_id))


@dataclass(slots=True)
class FitWatch:
    """Notes new fits whenever providers, needs or subscriptions have changed since it last looked."""

    index: SearchIndex
    _seen: dict[str, str] = field(default_factory=dict)

    def note_new(self, session: Session) -> int:
        """Note the fits that are new; return how many. Nothing is looked at while nothing changes."""
        place = str(session.get_bind().engine.url)  # type: ignore[union-attr]
        token = read_only.set(True)
        try:
            stamp, found = self._find(session, self._seen.get(place, ""))
            session.rollback()
        finally:
            read_only.reset(token)
        count = _insert(session, found) if found else 0
        if stamp:
            self._seen[place] = stamp
        return count

    def _find(self, session: Session, seen: str) -> tuple[str, list[dict[str, object]]]:
        if self.index.status().degraded:
            return "", []
        recommender = Recommender(session, self.index, get_taxonomy(session))
        pool_stamp = recommender.pool.stamp
        stamp = f"{pool_stamp} {recommender.pool.lexicon.version} {_needs_stamp(session)}"
        if stamp == seen:
            return "", []
        pairs = select(FitNote.need_id, FitNote.provider_id)
        known = {(need_id, provider_id) for need_id, provider_id in session.execute(pairs)}
        new = [pair for pair in find_fits(session, recommender) if pair not in known]
        return stamp, _rows(new, pool_stamp)


def _rows(pairs: Iterable[tuple[int, int]], stamp: str) -> list[dict[str, object]]:
    at = now()
    return [
        {"need_id": need_id, "provider_id": provider_id, "noted_at": at, "pool_stamp": stamp[:255]}
        for need_id, provider_id in pairs
    ]


def find_fits(session: Session, recommender: Recommender) -> list[tuple[int, int]]:
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


def _insert(session: Session, rows: Sequence[dict[str, object]]) -> int:
    """Insert notes, leaving out those another has written meanwhile; return how many are new."""
    serialise_writers(session)
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    count = 0
    for start in range(0, len(rows), AT_ONCE):
        statement = insert(FitNote).values(list(rows[start : start + AT_ONCE]))
        made = session.execute(statement.on_conflict_do_nothing().returning(FitNote.id))
        count += len(made.all())
    return count


@dataclass(frozen=True, slots=True)
class _Digest:
    """What one provider is to be told: to whom, and the notes with what may be said of each need."""

    provider_id: int
    readers: tuple[tuple[int, str, str, datetime], ...]
    notes: tuple[tuple[int, datetime, str], ...]


def send_digests(session: Session, index: SearchIndex, public_url: str) -> int:
    """Write the day's letters about new fits; return how many. Each fit is told once.

    Whatever is no longer so is left out: the provider was delisted, the need closed or hidden, or
    the fit is gone.
    """
    today = beijing_today(now())
    token = read_only.set(True)
    try:
        digests = _due(session, index, today)
        session.rollback()
    finally:
        read_only.reset(token)
    if not digests:
        return 0
    serialise_writers(session)
    words = get_rules(session, "fit_letters", today).body["letters"]["digest"]
    return sum(_write(session, digest, words, public_url, today) for digest in digests)


def _due(session: Session, index: SearchIndex, today: date) -> list[_Digest]:
    """Return what is to be told today: of providers none of whose people had a letter today."""
    by_provider: dict[int, list[tuple[FitSubscription, str]]] = {}
    for kept, address in list_subscribers(session, today):
        by_provider.setdefault(kept.provider_id, []).append((kept, address))
    waiting = {
        provider_id: notes
        for provider_id, readers in by_provider.items()
        if all(kept.sent_on != today for kept, _address in readers)
        and (notes := _untold(session, provider_id, min(kept.created_at for kept, _a in readers)))
    }
    if not waiting or index.status().degraded:
        return []
    recommender = Recommender(session, index, get_taxonomy(session))
    fits = set(find_fits(session, recommender))
    titles = {need.id: _title(shown) for need, shown in open_needs_as_listed(session, today)}
    found = []
    for provider_id, notes in waiting.items():
        told = tuple(
            (note.id, note.noted_at, titles[note.need_id])
            for note in notes
            if (note.need_id, provider_id) in fits
        )
        readers = tuple(
            (kept.id, address, kept.token, kept.created_at)
            for kept, address in by_provider[provider_id]
        )
        if told:
            found.append(_Digest(provider_id, readers, told))
    return found


def _untold(session: Session, provider_id: int, since: datetime) -> Sequence[FitNote]:
    return session.scalars(
        select(FitNote)
        .where(
            FitNote.provider_id == provider_id,
            FitNote.told_at.is_(None),
            FitNote.noted_at >= since,
        )
        .order_by(FitNote.id)
    ).all()


def _title(shown: ShownNeed) -> str:
    """Return what a letter may say of a need: mail leaves the site, so only what anybody may read."""
    return "" if shown.disclosure == "listed" else f"{shown.number} {shown.title}"


def _write(
    session: Session, digest: _Digest, words: dict[str, str], public_url: str, today: date
) -> int:
    """Mark the notes as told and queue the letters, in one transaction with each other."""
    taken = set(
        session.scalars(
            update(FitNote)
            .where(FitNote.id.in_([note[0] for note in digest.notes]), FitNote.told_at.is_(None))
            .values(told_at=now())
            .returning(FitNote.id)
        )
    )
    sent = 0
    for kept_id, address, link, since in digest.readers:
        told = [note for note in digest.notes if note[0] in taken and note[1] >= since]
        if not told:
            continue
        places = {
            "count": str(len(told)),
            "list": _listed(words, [title for _id, _at, title in told]),
            "links": words["links" if public_url else "no_links"],
            "page": f"{public_url.rstrip('/')}{PAGE_PATH}",
            "stop": f"{public_url.rstrip('/')}{STOP_PATH}{link}",
        }
        subject, body = (_filled(words[part], places) for part in ("subject", "body"))
        queue_letter(session, address, subject, body)
        session.execute(
            update(FitSubscription).where(FitSubscription.id == kept_id).values(sent_on=today)
        )
        sent += 1
    return sent


def _listed(words: dict[str, str], titles: Sequence[str]) -> str:
    lines = [f"· {title or words['hidden']}" for title in titles[:MOST_IN_A_LETTER]]
    if len(titles) > MOST_IN_A_LETTER:
        lines.append(words["more"].replace("{more}", str(len(titles) - MOST_IN_A_LETTER)))
    return "\n".join(lines)


def _filled(text: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        text = text.replace("{" + name + "}", value)
    return text
