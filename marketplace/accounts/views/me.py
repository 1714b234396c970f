"""One's own account: profile, safety, consents, the copy of one's data, erasure."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import logout_user
from flask_security.utils import verify_password

from ...audit.services import record
from ...db import db, now
from ...errors import NotFound
from ...permissions import SIGNED_IN
from ...web.viewer import current_viewer
from ..consents import ConsentText, consent_text
from ..forms import ErasureForm, ProfileForm
from ..models import User
from ..passwords import tidy_password
from ..queries import get_user, list_consents, list_recent_sign_ins
from ..services.consents import give_consent, withdraw_consent
from ..services.erasure import collect_data, erase_person, find_obstacles
from .room import room


@room.get("/me/", permission=SIGNED_IN, endpoint="me")
def show_account() -> ResponseReturnValue:
    """Show everything about one's own account."""
    user = _myself()
    return _page(user, ProfileForm(obj=user))


@room.post("/me/profile", permission=SIGNED_IN)
def save_profile() -> ResponseReturnValue:
    """Change one's name and telephone."""
    user, form = _myself(), ProfileForm()
    if not form.validate_on_submit():
        return _page(user, form), 422
    user.display_name, user.phone = form.display_name.data or "", form.phone.data or ""
    record(db.session, current_viewer(), "account.profile_changed", ("user", user.id))
    flash(_("基本信息已保存。"), "success")
    return redirect(url_for("accounts.me"), 303)


@room.post("/me/consents/<kind>/give", permission=SIGNED_IN, endpoint="give_consent")
def give(kind: str) -> ResponseReturnValue:
    """Consent to a text."""
    viewer, text = current_viewer(), _text(kind)
    give_consent(db.session, viewer, _myself().id, text, now())
    flash(_("已记录您的同意。"), "success")
    return redirect(url_for("accounts.me", _anchor="consents"), 303)


@room.post("/me/consents/<kind>/withdraw", permission=SIGNED_IN, endpoint="withdraw_consent")
def withdraw(kind: str) -> ResponseReturnValue:
    """Withdraw a consent, with one press as it was given."""
    viewer, text = current_viewer(), _text(kind)
    withdraw_consent(db.session, viewer, _myself().id, text, now())
    flash(_("已撤回同意，即时生效。"), "success")
    return redirect(url_for("accounts.me", _anchor="consents"), 303)


@room.post("/me/export", permission=SIGNED_IN)
def export_data() -> ResponseReturnValue:
    """Hand over a copy of everything kept about the person, as JSON."""
    user = _myself()
    body = json.dumps(collect_data(db.session, user), ensure_ascii=False, indent=2)
    record(db.session, current_viewer(), "account.exported", ("user", user.id))
    response = Response(body, mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=my-data.json"
    return response


@room.get("/me/erase", permission=SIGNED_IN)
def erase() -> ResponseReturnValue:
    """Explain what closing the account does, and what is in the way."""
    return _erasure_page(_myself(), ErasureForm())


@room.post("/me/erase", permission=SIGNED_IN)
def confirm_erasure() -> ResponseReturnValue:
    """Close the account for good; the password proves that it is the person."""
    user, form = _myself(), ErasureForm()
    if not form.validate_on_submit():
        return _erasure_page(user, form), 422
    password = tidy_password(form.password.data or "")
    if user.is_locked() or not verify_password(password, user.password or ""):
        user.track_failed_authn("password")
        form.password.errors = [_("密码不对。")]
        return _erasure_page(user, form), 422
    erase_person(db.session, current_viewer(), user, _open_rows(user), now())
    logout_user()
    flash(_("账号已注销，您的个人信息已删除。"), "success")
    return redirect(url_for("home.index"), 303)


def _page(user: User, form: ProfileForm) -> str:
    return render_template(
        "pages/accounts/me.html",
        form=form,
        person=user,
        consents=list_consents(db.session, user.id),
        sign_ins=list_recent_sign_ins(db.session, user.id),
        recovery_codes=len(user.mf_recovery_codes or ()),
    )


def _erasure_page(user: User, form: ErasureForm) -> str:
    obstacles = find_obstacles(db.session, user, _open_rows(user))
    days = current_app.config["LOG_RETENTION_DAYS"]
    return render_template("pages/accounts/erase.html", form=form, obstacles=obstacles, days=days)


def _open_rows(user: User) -> list[str]:
    """Return what upper rooms say the person's organisation still has under way."""
    if user.membership is None:
        return []
    ask: Any = current_app.extensions.get("duijie.open_rows", lambda _session, _id: [])
    return list(ask(db.session, user.membership.organisation_id))


def _myself() -> User:
    return get_user(db.session, current_viewer().user_id)


def _text(kind: str) -> ConsentText:
    text = consent_text(kind)
    if text is None:
        raise NotFound()
    return text
