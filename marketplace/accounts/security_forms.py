"""Flask-Security's forms with our labels, and with the lock-out asked everywhere a secret is.

The library asks for the lock only at sign-in; without the checks here a code, a recovery code
or, by somebody who found a browser signed in, the password itself could be guessed on and on.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_security.forms import (
    ChangePasswordForm,
    EmailValidation,
    EqualToLocalize,
    ForgotPasswordForm,
    IsString,
    IsStringOrInt,
    LoginForm,
    RequiredLocalize,
    ResetPasswordForm,
    SendConfirmationForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    email_required,
    password_required,
    valid_user_email,
)
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.utils import get_message, hash_password
from wtforms import EmailField, HiddenField, PasswordField, StringField, ValidationError

from ..db import db
from ..web.forms import trim
from .signing import note_unknown_person

CODE_LOOK = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "8"}


def _known_email() -> EmailField:
    return EmailField(
        _("邮箱"),
        filters=[trim],
        render_kw={"autocomplete": "username"},
        validators=[IsString(), email_required, EmailValidation(), valid_user_email],
    )


def _current_password() -> PasswordField:
    return PasswordField(
        _("密码"),
        render_kw={"autocomplete": "current-password"},
        validators=[IsString(), password_required],
    )


def _new_password() -> PasswordField:
    return PasswordField(
        _("新密码"),
        render_kw={"autocomplete": "new-password"},
        validators=[IsString(), password_required],
    )


def _again(field: str) -> PasswordField:
    return PasswordField(
        _("再填一次新密码"),
        render_kw={"autocomplete": "new-password"},
        validators=[
            IsString(),
            EqualToLocalize(field, message="RETYPE_PASSWORD_MISMATCH"),
            password_required,
        ],
    )


class SignInForm(LoginForm):  # type: ignore[misc]
    """Sign-in by e-mail; nothing remembers a browser past its idle time."""

    email = EmailField(
        _("邮箱"),
        filters=[trim],
        render_kw={"autocomplete": "username"},
        validators=[IsString(), email_required, EmailValidation()],
    )
    password = _current_password()
    remember = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""

    def validate(self, **kwargs: Any) -> bool:
        """Also log the attempt on an address that has no account."""
        if super().validate(**kwargs):
            return True
        if self.user is None and self.email.data and self.password.data:
            note_unknown_person(self.email.data)
        return False


class ForgotForm(ForgotPasswordForm):  # type: ignore[misc]
    """Ask for a reset letter; somebody locked out by failures may, for the mailbox is proof."""

    email = _known_email()

    def validate(self, **kwargs: Any) -> bool:
        """Leave out the library's question about the lock."""
        if not super(ForgotPasswordForm, self).validate(**kwargs):
            return False
        assert self.user is not None
        if not self.user.is_active or self.user.confirmed_at is None:
            return False
        # The view hashes for addresses it refuses; without the same work here a known address
        # would answer faster (15 ms against 650 ms in a trial).
        hash_password("not-a-password")
        return True


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    """Set a new password by the link of a letter."""

    password = _new_password()
    password_confirm = _again("password")


class ResendForm(SendConfirmationForm):  # type: ignore[misc]
    """Ask for the confirmation letter once more."""

    email = _known_email()


class ChangeForm(ChangePasswordForm):  # type: ignore[misc]
    """Change one's password; guesses at the present one count as failed sign-ins."""

    password = PasswordField(_("当前密码"), render_kw={"autocomplete": "current-password"})
    new_password = _new_password()
    new_password_confirm = _again("new_password")

    def validate(self, **kwargs: Any) -> bool:
        """Refuse while locked, count a wrong present password."""
        if _refuse_locked(current_user, self.password):
            return False
        if super().validate(**kwargs):
            return True
        if get_message("INVALID_PASSWORD")[0] in self.password.errors:
            current_user.track_failed_authn("password")
        return False


class ReverifyForm(VerifyForm):  # type: ignore[misc]
    """Enter the password again before a step that concerns the account's safety."""

    password = _current_password()

    def validate(self, **kwargs: Any) -> bool:
        """Refuse while locked; the library counts the failures."""
        return not _refuse_locked(self.user, self.password) and bool(super().validate(**kwargs))


class CodeForm(TwoFactorVerifyCodeForm):  # type: ignore[misc]
    """The code of the authenticator; wrong ones count as failed sign-ins."""

    code = StringField(
        _("验证码"),
        filters=[trim],
        render_kw=CODE_LOOK,
        validators=[IsStringOrInt(), RequiredLocalize(message="INVALID_CODE")],
    )

    def validate(self, **kwargs: Any) -> bool:
        """Refuse while locked."""
        return not _refuse_locked(self.user, self.code) and bool(super().validate(**kwargs))


class SetupForm(TwoFactorSetupForm):  # type: ignore[misc]
    """Switch two-step sign-in on (`authenticator`) or off (`disable`); each has its button."""

    setup = HiddenField()


class _Ways(HiddenField):
    """A field the library appends choices to; which of them count is for the form to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices: list[Any] = []


class RescueForm(TwoFactorRescueForm):  # type: ignore[misc]
    """The way out without a telephone: a recovery code, nothing that a letter could carry."""

    help_setup = _Ways()

    def validate_help_setup(self, field: Any) -> None:
        """Refuse the library's other ways: a code by mail would make the second step a mailbox."""
        if field.data != "recovery_code":
            raise ValidationError(get_message("INVALID_INPUT")[0])


class RecoveryCodeForm(MfRecoveryForm):  # type: ignore[misc]
    """One of the recovery codes in place of the authenticator's."""

    code = StringField(
        _("恢复码"),
        filters=[trim],
        render_kw={"autocomplete": "off", "maxlength": "20"},
        validators=[IsString(), RequiredLocalize(message="INVALID_RECOVERY_CODE")],
    )

    def validate(self, **kwargs: Any) -> bool:
        """Refuse while locked, count a wrong code."""
        if _refuse_locked(self.user, self.code):
            return False
        if super().validate(**kwargs):
            return True
        if self.code.data:
            self.user.track_failed_authn("recovery_code", True)
        return False


def _refuse_locked(user: Any, field: Any) -> bool:
    """Whether the account is locked; the field then says what a wrong value would."""
    db.session.refresh(user._get_current_object() if user is current_user else user)
    if not user.is_locked():
        return False
    field.errors = [*field.errors, get_message("GENERIC_AUTHN_FAILED")[0]]
    return True
