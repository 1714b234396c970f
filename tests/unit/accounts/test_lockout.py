from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.services.lockout import count_failure, forget_failures

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_the_fifth_failure_locks_for_fifteen_minutes(
    session: Session, create_user: Callable[..., User]
) -> None:
    user = create_user()
    assert [count_failure(session, user.id, NOON) for _ in range(5)] == [False] * 4 + [True]
    session.refresh(user)
    assert user.locked_until == NOON + timedelta(minutes=15)


def test_failures_while_locked_do_not_make_the_lock_longer(
    session: Session, create_user: Callable[..., User]
) -> None:
    user = create_user()
    for _ in range(5):
        count_failure(session, user.id, NOON)
    later = NOON + timedelta(minutes=14)
    assert [count_failure(session, user.id, later) for _ in range(20)] == [False] * 20
    session.refresh(user)
    assert user.locked_until == NOON + timedelta(minutes=15)


def test_after_a_lock_has_passed_counting_starts_anew(
    session: Session, create_user: Callable[..., User]
) -> None:
    user = create_user()
    for _ in range(9):
        count_failure(session, user.id, NOON)
    later = NOON + timedelta(minutes=16)
    assert [count_failure(session, user.id, later) for _ in range(5)] == [False] * 4 + [True]


def test_a_success_forgets_the_failures(session: Session, create_user: Callable[..., User]) -> None:
    user = create_user()
    for _ in range(4):
        count_failure(session, user.id, NOON)
    forget_failures(session, user.id)
    assert [count_failure(session, user.id, NOON) for _ in range(4)] == [False] * 4
