"""The day's letters about new fits: to whom, about which needs, each fit once.

The worker writes them; what is to be told is computed while it only reads, and marked as told in one transaction with
the letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..accounts.mail import queue_letter
from ..db import now, only_reading, serialise_writers
from ..needs.shown import ShownNeed
from ..rules.queries import get_rules
from ..search.index import SearchIndex
from ..taxonomy.queries import get_taxonomy
from ..web.filters import beijing_today
from .fit_models import FitNote, FitSubscription
from .fit_queries import (
    list_subscribers,
    open_needs_as_listed,
)
from .fit_services import find_fits
from .services import Recommender

PAGE_PATH, STOP_PATH = "/my/fits/", "/fits/stop/"


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
    with only_reading(session):
        digests = _due(session, index, today)
    if not digests:
        return 0
    serialise_writers(session)
    words = get_rules(session, "fit_letters", today).body["letters"]["digest"]
    most = get_rules(session, "recommendation", today).body["most_needs_in_a_letter"]
    return sum(_write(session, digest, words, most, public_url, today) for digest in digests)


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
    session: Session,
    digest: _Digest,
    words: dict[str, str],
    most: int,
    public_url: str,
    today: date,
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
            "list": _listed(words, [title for _id, _at, title in told], most),
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


def _listed(words: dict[str, str], titles: Sequence[str], most: int) -> str:
    lines = [f"· {title or words['hidden']}" for title in titles[:most]]
    if len(titles) > most:
        lines.append(words["more"].replace("{more}", str(len(titles) - most)))
    return "\n".join(lines)


def _filled(text: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        text = text.replace("{" + name + "}", value)
    return text
