"""Several at once, each with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Invitation, Membership, Organisation, User
from marketplace.accounts.services.invitations import accept_invitation
from marketplace.accounts.services.lockout import count_failure
from marketplace.accounts.services.staff import grant_role
from marketplace.db import db, now
from marketplace.errors import DuijieError
from marketplace.permissions import Viewer


def _at_once(step: Callable[[Session], object], times: int) -> list[object]:
    """Run the step in that many threads; return each result, or the error's class."""
    engine = db.engine

    def run(_number: int) -> object:
        with Session(engine) as session:
            try:
                result = step(session)
                session.commit()
            except DuijieError as error:
                session.rollback()
                return type(error).__name__
            return result

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_failures_at_once_are_all_counted_and_one_of_them_locks(
    session: Session, create_user: Callable[..., User]
) -> None:
    user_id, moment = create_user().id, now()
    session.rollback()
    results = _at_once(lambda own: count_failure(own, user_id, moment), 8)
    assert sorted(str(result) for result in results) == ["False"] * 7 + ["True"]
    user = session.get_one(User, user_id, populate_existing=True)
    assert user.failed_sign_ins == 8
    assert user.locked_until == moment + timedelta(minutes=15)


def test_an_invitation_pressed_several_times_makes_one_membership(
    session: Session,
    create_user: Callable[..., User],
    create_organisation: Callable[..., Organisation],
) -> None:
    user, place = create_user(), create_organisation()
    invitation = Invitation(
        email=user.email,
        role="editor",
        organisation_id=place.id,
        token_digest="x",
        expires_at=now() + timedelta(days=1),
    )
    session.add(invitation)
    session.commit()
    ids = (invitation.id, user.id)
    session.rollback()

    def accept(own: Session) -> str:
        accept_invitation(own, own.get_one(Invitation, ids[0]), own.get_one(User, ids[1]), now())
        return "joined"

    results = _at_once(accept, 4)
    assert results.count("joined") == 1
    assert session.scalar(select(func.count(Membership.id))) == 1


def test_a_grant_pressed_by_two_is_given_once(
    session: Session, create_user: Callable[..., User]
) -> None:
    person, inviter = create_user(), create_user(role="system_admin")
    first, second = create_user(role="security_admin"), create_user(role="security_admin")
    invitation = Invitation(
        email=person.email,
        role="clerk",
        unit_id=first.unit_id,
        token_digest="x",
        expires_at=now() + timedelta(days=1),
        created_by_id=inviter.id,
        accepted_at=now(),
        accepted_by_id=person.id,
    )
    session.add(invitation)
    session.commit()
    number = invitation.id
    granters = iter([Viewer(user_id=first.id), Viewer(user_id=second.id)])
    session.rollback()
    results = _at_once(lambda own: grant_role(own, next(granters), number, now()) and "granted", 2)
    assert sorted(str(result) for result in results) == ["Conflict", "granted"]
