"""Processes killed with -9 in the middle of writes: nothing acknowledged is lost.

A real gunicorn and a real worker run over a database and an index of their own while people
publish changes; at random moments a web worker or the indexer is killed. Afterwards every
acknowledged change stands in the database and is found through the index.
"""

from __future__ import annotations

import http.client
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from marketplace.accounts.models import Membership, Organisation, User
from marketplace.catalogue.indexing import wanted_versions
from marketplace.db import db, now
from marketplace.factory import create_app
from marketplace.outbox.models import WorkerBeat
from marketplace.providers.models import Provider
from marketplace.providers.services import open_provider
from marketplace.search.errors import IndexUnavailable
from tests.databases import database_url
from tests.fixtures.people import fresh_uscc

pytestmark = pytest.mark.faults

ROOT = Path(__file__).resolve().parents[2]
KILLS = 30
WRITERS = 4
CONVERGED_WITHIN_SECONDS = 5.0
WSGI = (
    "from marketplace.factory import create_app\n"
    "app = create_app(None, {'WTF_CSRF_ENABLED': False})\n"
)


@dataclass
class Member:
    """A provider's member: a cookie, and the words acknowledged or at least sent, in order."""

    provider_id: int
    cookie: str
    acknowledged: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)


@dataclass
class Site:
    """The running processes of one site."""

    app: Flask
    environ: dict[str, str]
    port: int
    web: subprocess.Popen[bytes]
    indexer: subprocess.Popen[bytes]

    def start_indexer(self) -> None:
        self.indexer = _start(self.environ, "-m", "flask", "--app", "wsgi_under_test", "worker")

    def web_workers(self) -> list[int]:
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def post(self, member: Member, path: str, data: dict[str, object]) -> bool:
        """Whether the site acknowledged the post with a redirect."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(
                "POST",
                path,
                urlencode(data, doseq=True),
                {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Cookie": f"duijie={member.cookie}",
                },
            )
            return connection.getresponse().status == 303
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def _start(environ: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    log = Path(environ["DUIJIE_INSTANCE"]) / f"{arguments[1]}.log"
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=environ, stdout=out, stderr=out
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _make_member(app: Flask, serial: int) -> Member:
    organisation = Organisation(
        name=f"第{serial}试验服务有限公司", uscc=fresh_uscc(), is_provider=True
    )
    user = User(
        email=f"fault{serial}@test.example",
        display_name="试验",
        fs_uniquifier=f"fault-{serial}-{os.getpid()}",
        confirmed_at=now(),
    )
    db.session.add_all([organisation, user])
    db.session.flush()
    db.session.add(Membership(user_id=user.id, organisation_id=organisation.id, role="owner"))
    provider_id, name = open_provider(db.session, organisation, None).id, user.fs_uniquifier
    db.session.commit()
    db.session.remove()
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookie = serializer.dumps(
        {
            "_user_id": name,
            "_fresh": True,
            "identity": name,
            "sid": secrets.token_urlsafe(18),
            "seen_at": int(time.time()),
        }
    )
    return Member(provider_id, cookie)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "wsgi_under_test.py").write_text(WSGI)
    environ = {
        **os.environ,
        "DUIJIE_INSTANCE": str(tmp_path / "instance"),
        "PYTHONPATH": f"{tmp_path}:{ROOT}",
    }
    if url := database_url():
        environ["DATABASE_URL"] = url
    app = create_app(environ)
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            with db.engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
        upgrade()
    port = _free_port()
    web = _start(
        environ, "-m", "gunicorn", "wsgi_under_test:app", "--bind", f"127.0.0.1:{port}",
        "--workers", "2", "--no-control-socket",
    )  # fmt: skip
    running = Site(app, environ, port, web, web)
    running.start_indexer()
    _wait_until(lambda: _answers(port), 60)
    yield running
    for process in (running.web, running.indexer):
        process.kill()
        process.wait()
    with app.app_context():
        db.engine.dispose()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _wait_until(condition: object, seconds: float) -> float:
    """Wait for the condition; return how long it took, fail when it never came."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if condition():  # type: ignore[operator]
            return time.monotonic() - started
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")


def _publish_until(site: Site, member: Member, stop: threading.Event, name: str) -> None:
    """Publish one change after another, noting which the site acknowledged."""
    serial = 0
    while not stop.is_set():
        serial += 1
        word = f"核对{name}{serial:05d}号"
        profile = {
            "summary": f"{word}服务。",
            "type_codes": ["T4"],
            "scene_ids": ["S28"],
            "deployments": ["onprem"],
            "nationwide": "y",
            "offline": "",
            "xinchuang": "",
            "staff_band": "",
        }
        offering = {"kind": "software", "name": "监测", "summary": "测振。"}
        if serial == 1:
            site.post(member, "/my/provider/offerings/0", offering)
        if site.post(member, "/my/provider/profile", profile):
            member.sent.append(word)
            if site.post(member, "/my/provider/publish", {}):
                member.acknowledged.append(word)


def _kill_at_random(site: Site, members: list[Member]) -> None:
    """Kill web workers and the indexer, each time once the site acknowledges changes again."""
    chance = random.Random(20261122)
    for _turn in range(KILLS):
        before = _acknowledged(members)
        _wait_until(lambda least=before + 2: _acknowledged(members) >= least, 90)
        time.sleep(chance.uniform(0, 0.05))
        if chance.random() < 0.5:
            os.kill(chance.choice(site.web_workers()), signal.SIGKILL)
        else:
            site.indexer.kill()
            site.indexer.wait()
            site.start_indexer()


def _acknowledged(members: list[Member]) -> int:
    return sum(len(member.acknowledged) for member in members)


def _has_beaten_since(moment: object) -> bool:
    db.session.rollback()
    beat = db.session.get(WorkerBeat, 1)
    seen = beat is not None and beat.at > moment
    db.session.rollback()
    return seen


def _index_agrees(site: Site) -> bool:
    db.session.rollback()
    wanted = {ref: version for ref, (_id, version) in wanted_versions(db.session).items()}
    db.session.rollback()
    try:
        return wanted == site.app.extensions["duijie.index"].versions()
    except IndexUnavailable:
        return False


def test_nothing_acknowledged_is_lost_and_the_index_converges(site: Site) -> None:
    with site.app.app_context():
        members = [_make_member(site.app, serial) for serial in range(WRITERS)]
        stop = threading.Event()
        writers = [
            threading.Thread(target=_publish_until, args=(site, member, stop, "甲乙丙丁"[place]))
            for place, member in enumerate(members)
        ]
        for writer in writers:
            writer.start()
        try:
            _kill_at_random(site, members)
        finally:
            stop.set()
        site.indexer.kill()
        site.indexer.wait()
        for writer in writers:
            writer.join(60)
        restarted_at = now()
        site.start_indexer()
        _wait_until(lambda: _has_beaten_since(restarted_at), 60)
        took = _wait_until(lambda: _index_agrees(site), CONVERGED_WITHIN_SECONDS)
        acknowledged = _acknowledged(members)
        print(f"{KILLS + 1} kills, {acknowledged} acknowledged, converged in {took:.2f} s")
        assert acknowledged > KILLS, "the load was real"
        index = site.app.extensions["duijie.index"]
        for member in members:
            provider = db.session.get(Provider, member.provider_id)
            assert provider is not None
            last = member.sent.index(member.acknowledged[-1])
            kept = next(word for word in member.sent if word in provider.summary)
            assert member.sent.index(kept) >= last, "an acknowledged change was lost"
            found = index.find(kept, limit=5, require="all")
            assert str(provider.id) in {hit.provider_id for hit in found}
