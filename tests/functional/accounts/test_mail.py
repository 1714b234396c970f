"""Letters go out through the worker: to a real mail server here, or into files."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.letters import post_office
from marketplace.accounts.mail import PostOffice, queue_letter, send_mail
from marketplace.accounts.models import MailMessage
from marketplace.db import now
from marketplace.outbox.models import OutboxTask
from marketplace.outbox.worker import Worker
from tests.fixtures.accounts import REGISTRATION


@dataclass
class Mailbox:
    """A mail server's handler: keeps letters, refuses some addresses."""

    letters: list[EmailMessage] = field(default_factory=list)
    people: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 no such person"
        if address.startswith("busy"):
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.letters.append(parsed)
        self.people.append(getattr(session.auth_data, "login", b"").decode())
        return "250 OK"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    """A mail server on this machine that takes user and password."""

    def check(
        _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == b"p@ss/word"
        return AuthResult(success=right, auth_data=data if right else None, handled=right)

    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=_free_port(),
        authenticator=check,
        auth_require_tls=False,
    )
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def office(server: Controller, tmp_path: Path) -> PostOffice:
    return PostOffice(
        smtp_url=f"smtp://duijie:p%40ss%2Fword@127.0.0.1:{server.port}",
        folder=tmp_path,
        sender="duijie@test.example",
        sender_name="对接",
    )


def _drain(session: Session, office: PostOffice) -> int:
    return Worker({"mail": lambda s, payloads: send_mail(s, payloads, office)}).drain(session)


def test_a_letter_reaches_a_real_mail_server(
    session: Session, mailbox: Mailbox, office: PostOffice
) -> None:
    queue_letter(session, "li@test.example", "需求已受理\r\nBcc: x@evil.example", "您好！\n链接")
    session.commit()
    assert _drain(session, office) == 1

    [letter] = mailbox.letters
    assert letter["To"] == "li@test.example"
    assert str(letter["From"]) == "对接 <duijie@test.example>"
    assert letter["Subject"] == "需求已受理 Bcc: x@evil.example"
    assert letter["Bcc"] is None
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().split() == ["您好！", "链接"]
    assert mailbox.people == ["duijie"]


def test_the_text_goes_once_the_letter_is_sent(session: Session, office: PostOffice) -> None:
    letter = queue_letter(session, "li@test.example", "重置密码", "https://x/reset/secret")
    session.commit()
    _drain(session, office)
    session.refresh(letter)
    assert letter is not None
    assert (letter.subject, letter.body) == ("重置密码", "")
    assert letter.sent_at is not None


def test_nothing_is_sent_in_the_request_itself(
    client: FlaskClient, session: Session, mailbox: Mailbox, office: PostOffice
) -> None:
    client.post("/register/manufacturer", data=REGISTRATION)
    assert mailbox.letters == []
    [task] = session.scalars(select(OutboxTask))
    assert (task.topic, task.done_at) == ("mail", None)
    _drain(session, office)
    assert [letter["To"] for letter in mailbox.letters] == ["wang@test.example"]


def test_a_task_done_twice_sends_one_letter(
    session: Session, mailbox: Mailbox, office: PostOffice
) -> None:
    letter = queue_letter(session, "li@test.example", "s", "b")
    session.commit()
    assert letter is not None
    for _ in range(2):
        send_mail(session, [{"message_id": letter.id}], office)
    assert len(mailbox.letters) == 1


def test_a_refused_address_is_noted_and_holds_up_nobody(
    session: Session, mailbox: Mailbox, office: PostOffice
) -> None:
    for address in ("nobody@test.example", "busy@test.example", "li@test.example"):
        queue_letter(session, address, "s", "b")
    session.commit()
    assert _drain(session, office) == 3
    assert [letter["To"] for letter in mailbox.letters] == ["li@test.example"]

    nobody, busy, li = session.scalars(select(MailMessage).order_by(MailMessage.id))
    assert "no such person" in nobody.error
    assert (busy.error, busy.sent_at) == ("", None)
    assert li.sent_at is not None
    again = session.scalars(select(OutboxTask).where(OutboxTask.done_at.is_(None))).one()
    assert again.payload == {"message_id": busy.id, "attempt": 2}
    assert timedelta(minutes=1) < again.due_at - now() <= timedelta(minutes=2)


def test_without_a_connection_the_whole_batch_waits(session: Session, tmp_path: Path) -> None:
    office = PostOffice("smtp://127.0.0.1:1", tmp_path, "duijie@test.example", "对接")
    letter = queue_letter(session, "li@test.example", "s", "b")
    session.commit()
    assert _drain(session, office) == 0
    [task] = session.scalars(select(OutboxTask).execution_options(populate_existing=True))
    assert (task.done_at, task.attempts) == (None, 1)
    assert "ConnectionRefusedError" in task.last_error
    session.refresh(letter)
    assert letter is not None
    assert letter.sent_at is None


def test_encryption_that_was_asked_for_is_not_gone_without(
    session: Session, server: Controller, tmp_path: Path, mailbox: Mailbox
) -> None:
    url = f"smtp+starttls://127.0.0.1:{server.port}"
    office = PostOffice(url, tmp_path, "duijie@test.example", "对接")
    queue_letter(session, "li@test.example", "s", "b")
    session.commit()
    assert _drain(session, office) == 0
    assert mailbox.letters == []


def test_without_a_mail_server_each_letter_becomes_a_file(session: Session, tmp_path: Path) -> None:
    office = PostOffice("", tmp_path / "mail", "duijie@localhost", "对接", keeps_text=True)
    letter = queue_letter(session, "li@test.example", "请确认您的邮箱", "正文")
    session.commit()
    _drain(session, office)

    [file] = (tmp_path / "mail").iterdir()
    assert file.name == f"{letter.id:08d}.eml"
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    read = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert read["Subject"] == "请确认您的邮箱"
    session.refresh(letter)
    assert letter.body == "正文\n"


def test_the_worker_of_the_application_knows_the_letters(app: Flask) -> None:
    assert set(app.extensions["duijie.worker"].handlers) >= {"mail", "index"}
    assert post_office(app.config).folder == app.config["MAIL_FOLDER"]


def test_links_in_letters_do_not_follow_a_forged_host(
    app: Flask, client: FlaskClient, letters: Callable[[str], list[MailMessage]]
) -> None:
    app.config["PUBLIC_URL"] = "https://duijie.example"
    try:
        client.post("/register/manufacturer", data=REGISTRATION, headers={"Host": "evil.example"})
    finally:
        app.config["PUBLIC_URL"] = ""
    [letter] = letters("wang@test.example")
    assert "https://duijie.example/account/confirm/" in letter.body
    assert "evil.example" not in letter.body
