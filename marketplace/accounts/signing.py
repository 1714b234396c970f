"""What happens around signing in and out: idle limit, ended sessions, failures, the log.

Listens to Flask-Security's signals. The library's views commit after a success and not after a
failure, so what is written on a failure is committed here.
"""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from typing import Any

from flask import Flask, current_app, flash, g, request, session
from flask_babel import gettext as _
from flask_login import user_logged_out
from flask_security.signals import (
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    user_confirmed,
    user_failed_authn,
)
from sqlalchemy import delete

from ..audit.services import record
from ..db import database_now, db, now, read_only
from ..permissions import Viewer
from .models import EndedSession, User
from .queries import viewer_of
from .services.lockout import count_failure, forget_failures
from .services.registration import settle_confirmed

_KEYS_OF_A_SIGN_IN = (
    "_user_id",
    "_id",
    "_fresh",
    "sid",
    "seen_at",
    "fs_paa",
    "fs_gexp",
    "csrf_token",
)
_NOTE_SEEN_EVERY = 60
_GETS_THAT_WRITE = {"security.confirm_email"}


def install_signing(app: Flask) -> None:
    """Watch every request and listen to what Flask-Security reports."""
    app.before_request(_end_stale_sign_in)
    user_authenticated.connect(_on_signed_in, app)
    user_failed_authn.connect(_on_failed, app)
    user_logged_out.connect(_on_signed_out, app)
    user_confirmed.connect(_on_confirmed, app)
    password_changed.connect(_on_password_changed, app)
    password_reset.connect(_on_password_reset, app)
    tf_profile_changed.connect(_on_two_factor_on, app)
    tf_disabled.connect(_on_two_factor_off, app)


def note_unknown_person(email: str) -> None:
    """Log an attempt on an address without account; only its beginning and domain are kept.

    People type passwords into the wrong field, so the whole is not written down.
    """
    local, _at, domain = email.partition("@")
    record(
        db.session,
        None,
        "account.sign_in_failed",
        ("user", "unknown"),
        person=f"{local[:2]}***@{domain[:80]}",
        address=_address(),
    )
    db.session.commit()


def note_in_log(user: User, action: str, **detail: Any) -> None:
    """Record what a person did to the own account."""
    record(db.session, viewer_of(user), action, ("user", user.id), **detail)


def _end_stale_sign_in() -> None:
    """Forget a sign-in that was idle too long or was ended elsewhere.

    The cookie alone could not end it: whoever kept a copy would stay signed in.
    """
    if request.endpoint in _GETS_THAT_WRITE:
        read_only.set(False)
    if "_user_id" not in session or request.endpoint == "static":
        return
    idle: timedelta = current_app.config["IDLE_TIMEOUT"]
    age = time.time() - float(session.get("seen_at", 0))
    if age > idle.total_seconds():
        _forget()
        minutes = int(idle.total_seconds() // 60)
        flash(_("您已超过%(minutes)s分钟没有操作，为安全起见已退出登录。", minutes=minutes), "info")
    elif db.session.get(EndedSession, str(session.get("sid"))) is not None:
        _forget()
    elif age > _NOTE_SEEN_EVERY:
        session["seen_at"] = int(time.time())


def _forget() -> None:
    for key in _KEYS_OF_A_SIGN_IN:
        session.pop(key, None)
    for key in ("csrf_token", "_login_user", "viewer"):
        g.pop(key, None)


def _on_signed_in(_app: Flask, user: User, authn_via: Any = None, **_more: Any) -> None:
    """Give the sign-in a number and a new CSRF token, so that nothing from before it counts."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    g.pop("viewer", None)
    session["sid"] = secrets.token_urlsafe(18)
    session["seen_at"] = int(time.time())
    if authn_via == ["change"]:
        return
    forget_failures(db.session, user.id)
    note_in_log(user, "account.signed_in", address=_address())


def _on_failed(_app: Flask, user: User, auth_type: str = "", **_more: Any) -> None:
    person = _mutable(user)
    user_id = person.id
    actor = Viewer(user_id=None, display_name=person.display_name or person.email)
    locked = count_failure(db.session, user_id, database_now(db.session))
    subject = ("user", user_id)
    record(db.session, actor, "account.sign_in_failed", subject, by=auth_type, address=_address())
    if locked:
        record(db.session, None, "account.locked_out", subject, address=_address())
    db.session.commit()


def _on_signed_out(_app: Flask, user: Any = None, **_more: Any) -> None:
    """Remember that this sign-in is over for as long as a copy of its cookie could be used."""
    key = session.get("sid")
    if not getattr(user, "is_authenticated", False) or not key:
        return
    lifetime: timedelta = current_app.config["PERMANENT_SESSION_LIFETIME"]
    db.session.execute(delete(EndedSession).where(EndedSession.ended_at < now() - 2 * lifetime))
    db.session.merge(EndedSession(key=str(key), ended_at=now()))
    note_in_log(_mutable(user), "account.signed_out", address=_address())
    db.session.commit()
    _forget()
    flash(_("您已退出登录。"), "success")


def _on_confirmed(_app: Flask, user: User, **_more: Any) -> None:
    settle_confirmed(db.session, user)


def _on_password_changed(_app: Flask, user: User, **_more: Any) -> None:
    note_in_log(_mutable(user), "account.password_changed")


def _on_password_reset(_app: Flask, user: User, **_more: Any) -> None:
    forget_failures(db.session, user.id)
    note_in_log(user, "account.password_reset", address=_address())


def _on_two_factor_on(_app: Flask, user: User, **_more: Any) -> None:
    note_in_log(_mutable(user), "account.two_factor_on")


def _on_two_factor_off(_app: Flask, user: User, **_more: Any) -> None:
    person = _mutable(user)
    person.mf_recovery_codes, person.tf_last_counter = None, None
    note_in_log(person, "account.two_factor_off")


def _mutable(user: Any) -> User:
    """Return the account behind Flask-Login's proxy."""
    person: User = user._get_current_object() if hasattr(user, "_get_current_object") else user
    return person


def _address() -> str:
    return request.remote_addr or ""
