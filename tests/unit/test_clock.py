"""The one clock: it answers with another moment only while somebody says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.db import at_moment, database_now, now

LONG_AGO = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def test_both_clocks_stand_at_the_moment_asked_for_and_go_on_after(session: Session) -> None:
    with at_moment(LONG_AGO):
        assert now() == LONG_AGO
        assert database_now(session) == LONG_AGO
    assert abs(now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert abs(database_now(session) - datetime.now(UTC)) < timedelta(minutes=1)


def test_moments_nest() -> None:
    later = LONG_AGO + timedelta(days=1)
    with at_moment(LONG_AGO), at_moment(later):
        assert now() == later
    with at_moment(LONG_AGO):
        with at_moment(later):
            pass
        assert now() == LONG_AGO


def test_nothing_that_serves_requests_uses_it() -> None:
    from pathlib import Path

    root = Path(__file__).resolve().parents[2] / "marketplace"
    users = {
        path.relative_to(root).parts[0]
        for path in root.rglob("*.py")
        if "at_moment" in path.read_text("utf-8")
    }
    assert users <= {"db.py", "demo"}
