"""`flask applications …`: what is under way, and the rules run again, on the operator's terminal."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from ..applications.lifecycle import RUNNING_STATES, STATES
from ..applications.models import Application
from ..db import db, now
from ..web.filters import beijing_today, show_date
from .checking import run_checks

group = AppGroup("applications", help="Applications under review.")


@group.command("list")
@click.option("--overdue", is_flag=True, help="Only those whose due day has passed.")
def list_applications(overdue: bool) -> None:
    """List the applications under way, the first due first: number, state, due day, provider."""
    statement = (
        select(Application)
        .where(Application.state.in_(RUNNING_STATES))
        .order_by(Application.due_on.is_(None), Application.due_on, Application.id)
    )
    if overdue:
        statement = statement.where(Application.due_on < beijing_today(now()))
    for row in db.session.scalars(statement):
        due = show_date(row.due_on) or "—"
        click.echo(f"{row.number}  {STATES[row.state]}  {due}  {row.organisation.name}")


@group.command("recheck")
@click.argument("numbers", nargs=-1, required=True)
def recheck(numbers: tuple[str, ...]) -> None:
    """Run the formal rules again on these applications, all or none."""
    for number in numbers:
        row = db.session.scalar(
            select(Application).where(
                Application.number == number, Application.state == "formal_review"
            )
        )
        if row is None:
            raise click.ClickException(f"{number}不在形式审查中，没有重新核对任何一份。")
        changed = run_checks(db.session, row)
        click.echo(f"{number}：{'判定有变化' if changed else '判定没有变化'}")
    db.session.commit()
