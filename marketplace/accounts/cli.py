"""`flask accounts …`: the first administrators, who nobody on the site can invite yet."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext

from ..db import db, now
from ..permissions import ROLE_NAMES
from .letters import public_url
from .policy import ADMIN_ROLES
from .services.invitations import invite_staff

group = AppGroup("accounts", help="Accounts of administrators.")


@group.command("create-admin")
@click.option("--role", type=click.Choice(sorted(ADMIN_ROLES)), required=True)
@click.option("--email", required=True, help="The person's address; the link works for it only.")
@click.option("--unit", "unit_id", type=int, help="Number of the unit, if there is one already.")
def create_admin(role: str, email: str, unit_id: int | None) -> None:
    """Print a one-time link by which that person becomes an administrator."""
    try:
        address = current_app.extensions["security"].mail_util.normalize(email)
    except ValueError as error:
        raise click.BadParameter(f"不是邮箱：{email}") from error
    invited = invite_staff(db.session, None, address, role, unit_id, now())
    db.session.commit()
    base = current_app.config["PUBLIC_URL"] or "http://127.0.0.1:8000"
    with current_app.test_request_context(base_url=base):
        link = public_url("accounts.invitation", token=invited.token)
        name = gettext(ROLE_NAMES[role])
    click.echo(f"请把下面的链接交给{address}，7天内有效，只能用一次，用后即为{name}：\n{link}")
