"""Open an account together with its organisation, and settle it once the e-mail is confirmed.

Nobody learns from registering whether an address has an account: an unconfirmed registration
holds nothing, neither address nor organisation, so a second one simply takes its place; for an
address that is confirmed nothing is written and only its owner gets a letter.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ...audit.services import record
from ...errors import InvalidInput
from ...permissions import Viewer
from ..consents import CONSENT_TEXTS
from ..drafts import OrganisationDraft, PersonDraft
from ..models import Membership, Organisation, User
from .consents import give_consent


class OrganisationTaken(InvalidInput):
    """The organisation is on the site already; only its owner can let others in."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Whose letter to write: a new account's confirmation, or a word to the one who has one."""

    user: User
    is_new: bool


def register(
    session: Session, person: PersonDraft, organisation: OrganisationDraft, moment: datetime
) -> Registered:
    """Make user, organisation and ownership in one go; raises OrganisationTaken.

    Whether the organisation is taken is told before the address is looked at, so that the
    answer cannot depend on the address.
    """
    place = _free_place(session, organisation)
    known = find_person(session, person.email)
    if known is not None and known.confirmed_at is not None:
        return Registered(known, is_new=False)
    user = open_account(session, person, moment, known)
    session.add(place)
    session.flush()
    session.add(Membership(user_id=user.id, organisation_id=place.id, role="owner"))
    session.flush()
    session.refresh(user)
    actor = Viewer(user_id=user.id, display_name=user.display_name)
    record(session, actor, "account.registered", ("user", user.id))
    record(session, actor, "organisation.registered", ("organisation", place.id), uscc=place.uscc)
    give_consent(session, actor, user.id, CONSENT_TEXTS[0], moment)
    return Registered(user, is_new=True)


def find_person(session: Session, email: str) -> User | None:
    """Return the account of that address, whatever the case of its letters."""
    return session.scalar(select(User).where(func.lower(User.email) == email.lower()))


def open_account(
    session: Session, person: PersonDraft, moment: datetime, unconfirmed: User | None = None
) -> User:
    """Return a new account, or the unconfirmed one made over to this registration.

    A new identity number makes every link and sign-in of the earlier registration void.
    """
    user = unconfirmed or User(email=person.email.lower(), create_datetime=moment)
    if unconfirmed is not None:
        session.execute(delete(Membership).where(Membership.user_id == unconfirmed.id))
        session.expire(unconfirmed, ["membership"])
    user.display_name = person.display_name
    user.password = person.password_hash
    user.fs_uniquifier = secrets.token_hex(32)
    user.active = True
    session.add(user)
    session.flush()
    return user


def _free_place(session: Session, draft: OrganisationDraft) -> Organisation:
    """Return a row for the organisation: a new one, or one that nobody has confirmed."""
    found = session.scalar(select(Organisation).where(Organisation.uscc == draft.uscc))
    if found is not None and not found.is_unclaimed:
        raise OrganisationTaken(
            "该统一社会信用代码对应的单位已经在本站登记。",
            "没有新建账号，已填的内容都在。",
            "请由本单位在本站的负责人邀请您加入；不清楚负责人是谁，请与主办单位联系。",
        )
    place = found or Organisation(uscc=draft.uscc)
    for name, value in asdict(draft).items():
        setattr(place, name, value)
    place.is_unclaimed = True
    return place


def settle_confirmed(session: Session, user: User) -> None:
    """Give the organisation to the first who confirms; another's claim to it falls away."""
    actor = Viewer(user_id=user.id, display_name=user.display_name)
    record(session, actor, "account.confirmed", ("user", user.id))
    membership = user.membership
    if membership is None:
        return
    organisation_id = membership.organisation_id
    first = session.execute(
        update(Organisation)
        .where(Organisation.id == organisation_id, Organisation.is_unclaimed)
        .values(is_unclaimed=False)
        .execution_options(synchronize_session=False)
    )
    if first.rowcount == 1:
        session.execute(
            delete(Membership).where(
                Membership.organisation_id == organisation_id, Membership.user_id != user.id
            )
        )
        record(session, actor, "organisation.confirmed", ("organisation", organisation_id))
    else:
        session.execute(delete(Membership).where(Membership.user_id == user.id))
        record(session, actor, "member.claim_lost", ("organisation", organisation_id))
    session.expire(user)
