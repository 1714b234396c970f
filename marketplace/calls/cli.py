"""`flask calls list`: the calls, on the operator's terminal."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from ..db import db
from .lifecycle import STATES
from .models import Call
from .shown import period_words

group = AppGroup("calls", help="Calls for providers.")


@group.command("list")
def list_calls() -> None:
    """List all calls, newest first: number, state, period, title."""
    for call in db.session.scalars(select(Call).order_by(Call.id.desc())):
        number = call.number or f"（{call.id}）"
        click.echo(f"{number}  {STATES[call.state]}  {period_words(call)}  {call.title}")
