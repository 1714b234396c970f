"""Who acts in the demonstration's vetting, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...accounts.models import Organisation, User
from ...accounts.queries import viewer_of
from ...db import at_moment, now
from ...permissions import PERSON, PROVIDER, VISITOR, Viewer
from ...providers.models import Provider
from ...web.filters import BEIJING, beijing_today

CLERK = "clerk.city@demo.example"
REVIEWER = "reviewer.city@demo.example"
SECOND_REVIEWER = "reviewer2.city@demo.example"
CURATOR = "curator.city@demo.example"


@dataclass(frozen=True, slots=True)
class Places:
    """Where files are kept, the virus scanner's command, the author named in documents."""

    evidence: Path
    editions: Path
    scanner: str
    author: str


@dataclass(frozen=True, slots=True)
class Stage:
    """The database, the organisations by key, and where files handed in are kept."""

    session: Session
    organisations: Mapping[str, Organisation]
    folder: Path
    scanner: str
    today: date

    def person(self, email: str) -> Viewer:
        """Return the viewer a demonstration account is."""
        user = self.session.scalar(select(User).where(User.email == email))
        assert user is not None, email
        return viewer_of(user)

    def provider(self, key: str) -> Provider:
        """Return the provider of that key."""
        organisation = self.organisations[key]
        found = self.session.scalar(
            select(Provider).where(Provider.organisation_id == organisation.id)
        )
        assert found is not None, key
        return found

    def member(self, key: str) -> Viewer:
        """Return somebody who acts for that provider, with or without an account."""
        return self.member_of(self.organisations[key].id)

    def member_of(self, organisation_id: int) -> Viewer:
        """Return somebody who acts for that organisation, with or without an account."""
        organisation = self.session.get(Organisation, organisation_id)
        assert organisation is not None
        for membership in organisation.memberships:
            return viewer_of(membership.user)
        return Viewer(
            display_name=organisation.name,
            roles=frozenset({VISITOR, PERSON, PROVIDER}),
            organisation_id=organisation.id,
        )


@contextmanager
def days_ago(days: int, at: str = "10:20") -> Iterator[datetime]:
    """Live at a time of day so many days ago in Beijing."""
    day = beijing_today(now()) - timedelta(days=days)
    moment = datetime.combine(day, time.fromisoformat(at), BEIJING)
    with at_moment(min(moment, now())):
        yield moment
