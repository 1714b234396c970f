"""Flask-Security as this site uses it: its settings, our user tables, our templates."""

from __future__ import annotations

from flask import Flask
from flask_login import current_user
from flask_security import Security, SQLAlchemyUserDatastore

from ..db import db
from ..permissions import Viewer
from .models import Role, User
from .queries import viewer_of

datastore = SQLAlchemyUserDatastore(db, User, Role)


def install_security(app: Flask) -> None:
    """Set Flask-Security up on the application."""
    app.config.update(
        SECURITY_URL_PREFIX="/account",
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_TOTP_SECRETS={"1": app.config["TOTP_SECRET"]},
        SECURITY_REGISTERABLE=False,
        SECURITY_CONFIRMABLE=True,
        SECURITY_RECOVERABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_TRACKABLE=False,
        SECURITY_SEND_REGISTER_EMAIL=False,
    )
    Security(app, datastore)


def load_viewer() -> Viewer:
    """Return who is looking at the present request."""
    return viewer_of(current_user)
