"""Which database a test process uses: SQLite, or PostgreSQL when TEST_DATABASE_URL says so.

Tests run in several processes at once (pytest-xdist), each with a database of its own: `WORKER`
in the address is replaced by the name of the process, `main` where there is only one.
"""

from __future__ import annotations

import os


def database_url() -> str | None:
    """Return the address of this process's PostgreSQL database; None for SQLite."""
    url = os.environ.get("TEST_DATABASE_URL")
    return url.replace("WORKER", os.environ.get("PYTEST_XDIST_WORKER", "main")) if url else None
