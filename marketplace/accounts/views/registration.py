"""Register as manufacturer or provider; and where a person lands after signing in."""

from __future__ import annotations

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.confirmable import send_confirmation_instructions

from ...db import db, now
from ...permissions import (
    AUDIT_ADMIN,
    EXPERT,
    MANUFACTURER,
    PROVIDER,
    PUBLIC,
    SECURITY_ADMIN,
    SIGNED_IN,
    SYSTEM_ADMIN,
    Viewer,
)
from ...taxonomy.queries import get_taxonomy
from ...web.viewer import current_viewer
from ..forms import RegistrationForm
from ..letters import write_letter
from ..services.registration import OrganisationTaken, register
from .room import room

SIDES = "<any(manufacturer,provider):side>"


@room.get("/register/", permission=PUBLIC, endpoint="register")
def choose_side() -> ResponseReturnValue:
    """Ask which side of the market the organisation is on."""
    return render_template("pages/accounts/register.html")


@room.get(f"/register/{SIDES}", permission=PUBLIC, endpoint="register_as")
def show_form(side: str) -> ResponseReturnValue:
    """Show the registration form of one side."""
    if current_viewer().is_signed_in:
        return redirect(url_for("accounts.start"))
    return _page(RegistrationForm(side, get_taxonomy(db.session)))


@room.post(f"/register/{SIDES}", permission=PUBLIC, endpoint="submit_registration")
def submit(side: str) -> ResponseReturnValue:
    """Open the account; the answer does not depend on whether the address is known."""
    form = RegistrationForm(side, get_taxonomy(db.session))
    if not form.validate_on_submit():
        return _page(form), 422
    person = form.to_person(form.email.data)
    try:
        registered = register(db.session, person, form.to_organisation(), now())
    except OrganisationTaken as taken:
        form.uscc.errors = [f"{_(taken.what)}{_(taken.next_step)}"]
        return _page(form), 422
    if registered.is_new:
        send_confirmation_instructions(registered.user)
    else:
        write_letter(registered.user.email, _("您在本站已有账号"), "already_registered")
    return redirect(url_for("accounts.registration_sent"), 303)


@room.get("/register/sent", permission=PUBLIC, endpoint="registration_sent")
def sent() -> ResponseReturnValue:
    """Say that a letter is on its way."""
    return render_template("pages/accounts/registration_sent.html")


@room.get("/start", permission=SIGNED_IN, endpoint="start")
def start() -> ResponseReturnValue:
    """Lead a person to where their work is."""
    return redirect(url_for(_first_page(current_viewer())))


def _first_page(viewer: Viewer) -> str:
    wanted = []
    if viewer.is_staff:
        wanted.append("board.workbench")
    if viewer.roles & {SYSTEM_ADMIN, SECURITY_ADMIN}:
        wanted.append("accounts.staff")
    if viewer.roles & {AUDIT_ADMIN}:
        wanted.append("board.audit")
    if viewer.roles & {MANUFACTURER}:
        wanted.append("needs.mine")
    if viewer.roles & {PROVIDER}:
        wanted.append("providers.mine")
    if viewer.roles & {EXPERT}:
        wanted.append("assessments.mine")
    wanted.append("accounts.me")
    return next(name for name in wanted if name in current_app.view_functions)


def _page(form: RegistrationForm) -> str:
    return render_template("pages/accounts/register_form.html", form=form, side=form.side)
