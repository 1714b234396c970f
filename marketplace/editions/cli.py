"""`flask editions verify FILE`: whether a file is one of our editions', by its checksum."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from ..db import db
from .queries import find_by_digest
from .verifying import digest_of_stream

group = AppGroup("editions", help="Editions of the directory.")


@group.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(file: Path) -> None:
    """Say which edition a file belongs to; the exit code is 1 when it is none of ours."""
    with file.open("rb") as opened:
        digest = digest_of_stream(opened)
    click.echo(f"sha256 {digest}")
    found = find_by_digest(db.session, digest)
    if found is None:
        click.echo("不是本站发布的目录文件，或内容已被改动。")
        raise SystemExit(1)
    edition, kept = found
    click.echo(f"与存档一致：{edition.title}，{edition.number}，{kept.kind}")
    if edition.superseded_on:
        click.echo(f"这一期已于{edition.superseded_on.isoformat()}被下期取代。")
