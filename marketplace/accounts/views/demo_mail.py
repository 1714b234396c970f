"""Letters of the demonstration, so that a tour needs no mailbox; does not exist elsewhere."""

from __future__ import annotations

import re

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from ...db import db
from ...errors import NotFound
from ...permissions import PUBLIC
from ..queries import list_letters
from .room import room

_LINK = re.compile(r"(https?://[^\s<>\"]+)")


@room.get("/demo/mail", permission=PUBLIC)
def demo_mail() -> ResponseReturnValue:
    """Show the newest letters with their links; 404 unless this is a demonstration."""
    if not current_app.config["DEMO"]:
        raise NotFound()
    letters = [(letter, _LINK.split(letter.body)) for letter in list_letters(db.session)]
    return render_template("pages/accounts/demo_mail.html", letters=letters)
