"""The database: one SQLAlchemy object, column types, and how transactions begin.

Imports no other room. SQLite runs in WAL with `synchronous=FULL`; its transactions begin
IMMEDIATE unless the request only reads, because a deferred transaction that turns into a
writer fails at once when another writer is ahead (447 of 600 in a trial).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, MetaData, TypeDecorator, event, func, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session, registry

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

read_only: ContextVar[bool] = ContextVar("read_only", default=False)
"""True while a request that only reads is served: its SQLite transaction begins deferred."""


class Moment(TypeDecorator[datetime]):
    """An instant, always aware and in UTC, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive datetimes: they would silently mean another time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC; SQLite stores it without its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_TYPES = {
    datetime: Moment,
    list[str]: JSON,
    list[int]: JSON,
    list[dict[str, Any]]: JSON,
    dict[str, Any]: JSON,
}


class Base(DeclarativeBase):
    """Base of all tables."""

    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map=_TYPES)


@contextmanager
def only_reading(session: Session) -> Iterator[None]:
    """Let what is inside only read, in a transaction of its own that ends with it.

    For what takes long before something is written: on SQLite a transaction that may write keeps
    every other writer waiting from its first statement on. What was written before and not
    committed is lost, and rows read before are read again when they are next used.
    """
    token = read_only.set(True)
    session.rollback()
    try:
        yield
    finally:
        session.rollback()
        read_only.reset(token)


db = SQLAlchemy(model_class=Base, engine_options={"pool_pre_ping": True})


_acting_at: ContextVar[datetime | None] = ContextVar("acting_at", default=None)


@contextmanager
def at_moment(moment: datetime) -> Iterator[None]:
    """Live in another moment for a while: `now` and `database_now` both answer with it.

    For the demonstration, whose history goes through the services as it would have, and for
    tests at the edge of a deadline. Nothing that serves requests may use it.
    """
    token = _acting_at.set(moment)
    try:
        yield
    finally:
        _acting_at.reset(token)


def now() -> datetime:
    """Return the present instant in UTC."""
    return _acting_at.get() or datetime.now(UTC)


def database_now(session: Session) -> datetime:
    """Return the database's own time in UTC: the only clock deadlines are judged by."""
    if (moment := _acting_at.get()) is not None:
        return moment
    if session.get_bind().dialect.name == "sqlite":
        stamp = session.scalar(text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"))
        return datetime.fromisoformat(str(stamp))
    moment = session.scalar(func.clock_timestamp())
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if connection.__class__.__module__.partition(".")[0] != "sqlite3":
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if read_only.get() else "BEGIN IMMEDIATE")


def serialise_writers(session: Session) -> None:
    """Let one writer at a time append to the audit log and the outbox.

    Readers of the outbox go by increasing id; without this lock PostgreSQL hands out ids in
    one order and commits in another, and a cursor misses rows (90 of 600 in a trial). SQLite
    has one writer anyhow. Whoever locks rows and records later takes this lock first:
    otherwise two who wait for each other's rows end in a deadlock.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(7230117)"))


event.listen(Engine, "connect", _prepare_sqlite)
event.listen(Engine, "begin", _begin_sqlite)
