"""Write letters from templates and put them in the queue; links carry the site's own address."""

from __future__ import annotations

from typing import Any

from flask import after_this_request, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import MailUtil

from ..db import db
from .mail import LETTERS_PER_HOUR, PostOffice, queue_letter


def public_url(endpoint: str, **values: Any) -> str:
    """Return the full address of a page, for a letter.

    With DUIJIE_PUBLIC_URL set it never depends on the Host header of the request, which a
    stranger chooses: a reset link must not lead elsewhere.
    """
    base = current_app.config["PUBLIC_URL"]
    if not base:
        return url_for(endpoint, _external=True, **values)
    return str(base).rstrip("/") + url_for(endpoint, **values)


def write_letter(recipient: str, subject: str, template: str, **context: Any) -> None:
    """Render `templates/mail/<template>.txt` and queue it in the present transaction."""
    body = render_template(f"mail/{template}.txt", recipient=recipient, **context)
    queue_letter(db.session, recipient, subject, body, hourly_limit=LETTERS_PER_HOUR)


def post_office(config: Any) -> PostOffice:
    """Return where this site's letters go."""
    return PostOffice(
        smtp_url=config["SMTP_URL"],
        folder=config["MAIL_FOLDER"],
        sender=config["MAIL_SENDER"],
        sender_name=config["SITE_NAME"],
        keeps_text=config["DEMO"],
    )


class QueuedMail(MailUtil):  # type: ignore[misc]
    """Flask-Security's letters, queued instead of sent."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str,
        sender: str,
        body: str | None,
        html: str | None,
        **context: Any,
    ) -> None:
        """Queue the letter; some of the library's views commit nothing, so commit after them."""
        queue_letter(db.session, recipient, subject, body or "", hourly_limit=LETTERS_PER_HOUR)
        if request.blueprint == "security":
            after_this_request(_commit)


def _commit(response: ResponseReturnValue) -> ResponseReturnValue:
    db.session.commit()
    return response
