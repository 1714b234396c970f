"""`flask match pool`: make the compiled pool current before the site is opened, and say what it holds."""

from __future__ import annotations

import time

import click
from flask.cli import with_appcontext

from ..db import db, now, read_only
from ..web.filters import beijing_today
from .pool import get_pool


@click.command("pool")
@with_appcontext
def pool_command() -> None:
    """整理服务商资料，供推荐使用；已是最新的不重做。"""
    started = time.monotonic()
    token = read_only.set(True)
    try:
        pool = get_pool(db.session, beijing_today(now()))
    finally:
        read_only.reset(token)
    took = time.monotonic() - started
    click.echo(f"服务商 {len(pool)} 家，资料 {len(pool.lineup)} 份，用时 {took:.1f} 秒。")
    if pool.compiled.generation:
        click.echo(f"已存为 {pool.compiled.generation}，各进程共用。")
    else:
        click.echo("未能存盘，只在本进程内有效，原因见日志。")
