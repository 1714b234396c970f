"""Flask-Security as this site uses it: its settings, our user tables, forms and letters."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_babel import gettext
from flask_login import current_user
from flask_security import (
    MfRecoveryCodesUtil,
    PasswordUtil,
    Security,
    SQLAlchemyUserDatastore,
    Totp,
)
from passlib.exc import UsedTokenError
from sqlalchemy import or_, update

from ..db import db, now
from ..permissions import ROLE_NAMES, Viewer
from . import security_forms as forms
from .letters import QueuedMail, public_url
from .messages import N_, security_messages
from .models import Role, User
from .passwords import MIN_LENGTH, find_password_fault
from .queries import viewer_of
from .signing import install_signing, note_in_log

datastore = SQLAlchemyUserDatastore(db, User, Role)
FRESH_FOR = timedelta(minutes=15)
ARGON2ID = {"argon2__memory_cost": 19_456, "argon2__time_cost": 2, "argon2__parallelism": 1}
"""19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet). RFC 9106's 64 MiB on four
lanes took five times as long here, and a flood of sign-ins would hold all sync workers."""

FIXED_SETTINGS: dict[str, Any] = {
    "URL_PREFIX": "/account",
    "STATIC_FOLDER": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "API_ENABLED_METHODS": ["session"],
    "DATETIME_FACTORY": now,
    "I18N_DOMAIN": "messages",
    "RETURN_GENERIC_RESPONSES": True,
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2ID,
    "HASHING_SCHEMES": ["hex_sha256"],
    "PASSWORD_LENGTH_MIN": MIN_LENGTH,
    "PASSWORD_NORMALIZE_FORM": "NFKC",
    "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "allow_smtputf8": False},
    "EMAIL_HTML": False,
    "REGISTERABLE": False,
    "CONFIRMABLE": True,
    "CONFIRM_EMAIL_WITHIN": timedelta(days=2),
    "AUTO_LOGIN_AFTER_CONFIRM": False,
    "RECOVERABLE": True,
    "RESET_PASSWORD_WITHIN": timedelta(hours=2),
    "CHANGEABLE": True,
    "TRACKABLE": False,
    "FRESHNESS": FRESH_FOR,
    "FRESHNESS_GRACE_PERIOD": FRESH_FOR,
    "POST_LOGIN_VIEW": "accounts.start",
    "POST_LOGOUT_VIEW": "home.index",
    "POST_CONFIRM_VIEW": "security.login",
    "POST_CHANGE_VIEW": "accounts.me",
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TWO_FACTOR_POST_SETUP_VIEW": "accounts.me",
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "EMAIL_TEMPLATE_CONFIRM": "mail/confirm",
    "EMAIL_TEMPLATE_PASSWORD_RESET": "mail/reset",
    "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "mail/password_was_reset",
    "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "mail/password_was_changed",
    "EMAIL_SUBJECT_CONFIRM": N_("请确认您的邮箱"),
    "EMAIL_SUBJECT_PASSWORD_RESET": N_("重置密码"),
    "EMAIL_SUBJECT_PASSWORD_NOTICE": N_("您的密码已重置"),
    "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": N_("您的密码已修改"),
}


class Passwords(PasswordUtil):  # type: ignore[misc]
    """Our rules in place of the library's."""

    def validate(
        self, password: str, is_register: bool, **kwargs: Any
    ) -> tuple[list[str] | None, str]:
        """Return what is wrong, and the password in its normal form."""
        plain = self.normalize(password)
        user = kwargs.get("user")
        email = getattr(user, "email", "") or str(kwargs.get("email") or "")
        name = getattr(user, "display_name", "") or str(kwargs.get("display_name") or "")
        fault = find_password_fault(plain, email, name)
        return ([gettext(fault)] if fault else None), plain


class OnceOnlyTotp(Totp):  # type: ignore[misc]
    """Codes that count once: a code seen over the shoulder is worth nothing afterwards."""

    def get_last_counter(self, user: User) -> int | None:
        """Return the time step of the last code that was accepted."""
        return user.tf_last_counter

    def set_last_counter(self, user: User, match: Any) -> None:
        """Keep the time step; of two that bring the same code at once, one is refused."""
        kept = db.session.execute(
            update(User)
            .where(
                User.id == user.id,
                or_(User.tf_last_counter.is_(None), User.tf_last_counter < match.counter),
            )
            .values(tf_last_counter=match.counter)
        )
        if kept.rowcount != 1:
            raise UsedTokenError


class LoggedRecoveryCodes(MfRecoveryCodesUtil):  # type: ignore[misc]
    """Recovery codes, kept encrypted; making and using them stands in the log."""

    def create_recovery_codes(self, user: User) -> list[str]:
        """Make new codes in place of the old."""
        codes: list[str] = super().create_recovery_codes(user)
        note_in_log(_real(user), "account.recovery_codes_made")
        return codes

    def delete_recovery_code(self, user: User, code: str) -> bool:
        """Use up a code."""
        note_in_log(_real(user), "account.recovery_code_used")
        return bool(super().delete_recovery_code(user, code))


def _real(user: Any) -> Any:
    return user._get_current_object() if hasattr(user, "_get_current_object") else user


def install_security(app: Flask) -> None:
    """Set Flask-Security up on the application."""
    for name, value in {**_settings(app.config), **security_messages()}.items():
        app.config.setdefault(name, value)
    app.config["SECURITY_I18N_DIRNAME"] = app.extensions["babel"].translation_directories
    # Before the library, whose own look at each request already loads who is signed in.
    install_signing(app)
    security = Security(
        app,
        datastore,
        login_form=forms.SignInForm,
        verify_form=forms.ReverifyForm,
        forgot_password_form=forms.ForgotForm,
        reset_password_form=forms.ResetForm,
        change_password_form=forms.ChangeForm,
        send_confirmation_form=forms.ResendForm,
        two_factor_setup_form=forms.SetupForm,
        two_factor_verify_code_form=forms.CodeForm,
        two_factor_rescue_form=forms.RescueForm,
        mf_recovery_form=forms.RecoveryCodeForm,
        mail_util_cls=QueuedMail,
        password_util_cls=Passwords,
        totp_cls=OnceOnlyTotp,
        mf_recovery_codes_util_cls=LoggedRecoveryCodes,
    )
    # A token in the address or a header would be a sign-in without idle limit and sign-out.
    security.login_manager.request_loader(lambda _request: None)
    app.jinja_env.globals.update(public_url=public_url)
    app.jinja_env.filters["role_name"] = lambda name: gettext(ROLE_NAMES.get(name, name))


def load_viewer() -> Viewer:
    """Return who is looking at the present request."""
    return viewer_of(current_user)


def _settings(config: dict[str, Any]) -> dict[str, Any]:
    codes_key = hashlib.sha256(f"recovery codes {config['TOTP_SECRET']}".encode()).digest()
    own = {
        "TWO_FACTOR_RESCUE_MAIL": config["MAIL_SENDER"],
        "TOTP_SECRETS": {"1": config["TOTP_SECRET"]},
        "TOTP_ISSUER": config["SITE_NAME"],
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(codes_key)],
    }
    return {f"SECURITY_{key}": value for key, value in {**FIXED_SETTINGS, **own}.items()}
