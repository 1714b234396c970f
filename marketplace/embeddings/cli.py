"""`flask embeddings status|compute`: how the vectors stand, and computing them at once."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from ..db import db
from .queries import get_progress
from .services import adopt_settings, clear_away, compute_batch, end_wait
from .settings import settings_of
from .sources import open_source

group = AppGroup("embeddings", help="Full embeddings of needs and providers' texts.")

KIND_NAMES = {"need": "需求", "profile": "简介", "offering": "产品与服务", "case": "案例"}


@group.command("status")
def status() -> None:
    """Show the source in force, what is done and left, and the last fault."""
    found = get_progress(db.session)
    if not found.is_on:
        click.echo("语义向量：未启用")
        return
    where = f"{found.host}（只发送公开文字）" if found.leaves_house else "本机（文字不出本机）"
    click.echo(f"语义向量：{found.space}，{where}")
    for kind, done in found.done.items():
        click.echo(f"{KIND_NAMES[kind]}：已算{done}份，待算{found.left[kind]}份")
    if found.fault:
        detail = f"（{found.fault_detail}）" if found.fault_detail else ""
        click.echo(f"最近一次的错误：{found.fault}{detail}")


@group.command("compute")
def compute() -> None:
    """Compute all that is left now; stops at the first fault, and what was computed stays."""
    settings = settings_of(current_app.config)
    source = open_source(settings)
    if source is None:
        raise click.ClickException("语义向量未启用：请设置 DUIJIE_EMBEDDINGS。")
    adopt_settings(db.session, settings)
    end_wait(db.session)
    db.session.commit()
    total = 0
    while (made := compute_batch(db.session, source, settings)) is not None:
        total += made
    clear_away(db.session)
    db.session.commit()
    found = get_progress(db.session)
    click.echo(f"新算{total}份，待算{found.left_count}份")
    if found.left_count:
        raise click.ClickException(f"{found.fault or '正在等待下次重试'}。已算的都已保存。")
