"""Count failed sign-ins and refuse for a while after too many: in the database, atomically."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, null, update
from sqlalchemy.orm import Session

from ..models import User

FAILURES_BEFORE_LOCK = 5
LOCK_FOR = timedelta(minutes=15)


def count_failure(session: Session, user_id: int, moment: datetime) -> bool:
    """Count one failure; return whether this very one locked the account.

    One UPDATE does it all, so that a hundred guesses at once count as a hundred. Failures while
    locked change nothing: nobody can keep another person out for longer than the 15 minutes of
    one lock. After a lock has passed, counting starts anew.
    """
    locked = User.locked_until > moment
    was_locked = User.locked_until.is_not(None)
    failures = User.failed_sign_ins + 1
    row = session.execute(
        update(User)
        .where(User.id == user_id)
        .values(
            failed_sign_ins=case(
                (locked, User.failed_sign_ins + 1), (was_locked, 1), else_=failures
            ),
            locked_until=case(
                (locked, User.locked_until),
                (was_locked, null()),
                (failures >= FAILURES_BEFORE_LOCK, moment + LOCK_FOR),
                else_=null(),
            ),
        )
        .returning(User.failed_sign_ins, User.locked_until)
        .execution_options(synchronize_session=False)
    ).one()
    return row.locked_until is not None and row.failed_sign_ins == FAILURES_BEFORE_LOCK


def forget_failures(session: Session, user_id: int) -> None:
    """Start counting anew, after a success or by decision of the security administrator."""
    session.execute(
        update(User)
        .where(User.id == user_id)
        .values(failed_sign_ins=0, locked_until=None)
        .execution_options(synchronize_session=False)
    )
