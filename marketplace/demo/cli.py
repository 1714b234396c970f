"""`flask demo …`: load the demonstration data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from ..db import db
from .loading import DEMO_PASSWORD, is_empty, load_demo, read_demo
from .vetting.cast import Places

group = AppGroup("demo", help="Demonstration data.")


@group.command("load")
def load() -> None:
    """Load the demonstration data into an empty database."""
    if not is_empty(db.session):
        raise click.ClickException("数据库里已有单位，演示数据只装进空库。")
    counts = load_demo(db.session, demo_places(current_app.config))
    db.session.commit()
    click.echo("演示数据已装入：" + "，".join(f"{key} {value}" for key, value in counts.items()))


def demo_places(config: Any) -> Places:
    """Return where the demonstration keeps its files, by the site's settings."""
    uploads: Path = config["UPLOAD_FOLDER"]
    return Places(
        evidence=uploads / "evidence",
        editions=uploads / "editions",
        scanner=config["SCANNER"],
        author=config["BUREAU_NAME"],
    )


def show_sign_ins() -> None:
    """Print the demonstration accounts."""
    click.echo(f"演示账号（密码均为 {DEMO_PASSWORD}）：")
    for row in read_demo("people"):
        click.echo(f"  {row['email']:<34}{row['display_name']}  {row['role']}")
