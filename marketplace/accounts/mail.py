"""Letters: queued with the change that causes them, carried by the worker; never in a request.

With `SMTP_URL` they go out by SMTP, else each becomes a file that any mail program opens.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ..db import now, read_only
from ..outbox.services import enqueue
from .models import MailMessage

TIMEOUT_SECONDS = 20
LETTERS_PER_HOUR = 10
"""Of letters a stranger can set off, more to one address are not written: no flooding through us."""
RETRIES = 8

Carry = Callable[[EmailMessage, int], None]


def queue_letter(
    session: Session, recipient: str, subject: str, body: str, *, hourly_limit: int | None = None
) -> MailMessage | None:
    """Write a letter and the task to send it; None when the address had its hourly limit.

    Letters that a stranger can set off need the limit, those about one's own rows do not.
    """
    if hourly_limit is not None and _written_lately(session, recipient) >= hourly_limit:
        return None
    letter = MailMessage(
        recipient=recipient, subject=" ".join(subject.split())[:255], body=body.strip() + "\n"
    )
    session.add(letter)
    session.flush()
    enqueue(session, "mail", message_id=letter.id)
    return letter


def _written_lately(session: Session, recipient: str) -> int:
    return (
        session.scalar(
            select(func.count(MailMessage.id)).where(
                MailMessage.recipient == recipient,
                MailMessage.created_at > now() - timedelta(hours=1),
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Where letters go and who sends them.

    `smtp_url` is smtp://user:password@host:port (with STARTTLS where the server offers it),
    smtp+starttls://… (refuses to go on without) or smtps://…; empty means files in `folder`.
    """

    smtp_url: str
    folder: Path
    sender: str
    sender_name: str
    keeps_text: bool = False

    @contextmanager
    def open(self) -> Iterator[Carry]:
        """Yield what carries one letter; the connection serves a whole batch."""
        if not self.smtp_url:
            yield self._write_file
            return
        with self._connect() as server:

            def send(letter: EmailMessage, _number: int) -> None:
                server.send_message(letter)

            yield send

    def compose(self, letter: _Letter) -> EmailMessage:
        """Return the letter with its headers; a line break in one is refused by the library."""
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(self.sender_name, addr_spec=self.sender)
        message["To"] = letter.recipient
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(letter.created_at)
        message["Message-ID"] = make_msgid(str(letter.id), self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body)
        return message

    def _connect(self) -> smtplib.SMTP:
        url = urlsplit(self.smtp_url)
        host = url.hostname or "localhost"
        encrypted = ssl.create_default_context()
        server: smtplib.SMTP
        if url.scheme == "smtps":
            server = smtplib.SMTP_SSL(
                host, url.port or 465, timeout=TIMEOUT_SECONDS, context=encrypted
            )
        elif url.scheme in {"smtp", "smtp+starttls"}:
            server = smtplib.SMTP(host, url.port or 25, timeout=TIMEOUT_SECONDS)
        else:
            raise ValueError(f"SMTP_URL has an unknown scheme: {url.scheme}")
        try:
            server.ehlo()
            if url.scheme == "smtp+starttls" or (
                url.scheme == "smtp" and server.has_extn("starttls")
            ):
                server.starttls(context=encrypted)
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    def _write_file(self, letter: EmailMessage, number: int) -> None:
        """Write the letter under its final name only once it is whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".{number}.part"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(bytes(letter))
        unfinished.replace(self.folder / f"{number:08d}.eml")


@dataclass(frozen=True, slots=True)
class _Letter:
    id: int
    recipient: str
    subject: str
    body: str
    created_at: datetime


def send_mail(session: Session, payloads: Sequence[dict[str, Any]], office: PostOffice) -> None:
    """Send the letters named in the payloads; the worker runs this for the topic `mail`.

    No transaction is open while the mail server is spoken to. What was sent is marked at once,
    so that a failure later in the batch repeats only the rest. A final refusal is written to
    the letter; one for the moment is tried again; no connection at all raises.
    """
    attempts = {int(item["message_id"]): int(item.get("attempt", 1)) for item in payloads}
    letters = _unsent(session, list(attempts))
    if not letters:
        return
    with office.open() as carry:
        for letter in letters:
            try:
                carry(office.compose(letter), letter.id)
            except smtplib.SMTPServerDisconnected:
                raise
            except (smtplib.SMTPException, ValueError) as refusal:
                _note_refusal(session, letter, attempts[letter.id], refusal)
            else:
                _note_sent(session, letter, keeps_text=office.keeps_text)


def _unsent(session: Session, ids: list[int]) -> list[_Letter]:
    token = read_only.set(True)
    try:
        rows = session.execute(
            select(
                MailMessage.id,
                MailMessage.recipient,
                MailMessage.subject,
                MailMessage.body,
                MailMessage.created_at,
            )
            .where(MailMessage.id.in_(ids), MailMessage.sent_at.is_(None), MailMessage.error == "")
            .order_by(MailMessage.id)
        ).all()
        session.rollback()
    finally:
        read_only.reset(token)
    return [_Letter(*row) for row in rows]


def _note_sent(session: Session, letter: _Letter, *, keeps_text: bool) -> None:
    values: dict[str, Any] = {"sent_at": now()}
    if not keeps_text:
        values["body"] = ""
    session.execute(update(MailMessage).where(MailMessage.id == letter.id).values(**values))
    session.commit()


def _note_refusal(session: Session, letter: _Letter, attempt: int, refusal: Exception) -> None:
    if _is_final(refusal) or attempt >= RETRIES:
        text = f"{type(refusal).__name__}: {refusal}"[:1000]
        session.execute(update(MailMessage).where(MailMessage.id == letter.id).values(error=text))
    else:
        due_at = now() + timedelta(minutes=2**attempt)
        enqueue(session, "mail", due_at=due_at, message_id=letter.id, attempt=attempt + 1)
    session.commit()


def _is_final(refusal: Exception) -> bool:
    """Whether the server said no for good (5xx), or the letter itself cannot be written."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in refusal.recipients.values())
    if isinstance(refusal, smtplib.SMTPResponseException):
        return refusal.smtp_code >= 500
    return isinstance(refusal, ValueError)
