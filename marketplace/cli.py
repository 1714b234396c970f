"""The `flask --app wsgi …` commands; each room keeps its own group, this module gathers them."""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from .accounts.cli import group as accounts_group
from .calls.cli import group as calls_group
from .catalogue.indexing import rebuild, reconcile
from .db import db, now
from .demo.cli import demo_places, show_sign_ins
from .demo.cli import group as demo_group
from .demo.learning import load_learning
from .demo.loading import is_empty, load_demo
from .editions.cli import group as editions_group
from .embeddings.cli import group as embeddings_group
from .formal_review.cli import group as applications_group
from .matching.lexicon import load_lexicon
from .matching.rehearsal import rehearse
from .matching.weights import load_weights
from .needlists.cli import needs as needs_group
from .outbox.worker import run_until_stopped, sole_worker
from .recommendations.cli import match as match_group
from .recommendations.fit_cli import fit_command, measure_command
from .recommendations.need_cli import need_command
from .recommendations.pool import look_after_pool
from .recommendations.pool_cli import pool_command
from .recommendations.vocabulary import shipped_vocabulary
from .serving import serve
from .web.filters import beijing_today

search_group = AppGroup("search", help="The search index.")


@search_group.command("rebuild")
def search_rebuild() -> None:
    """Build the index anew from the database."""
    count = rebuild(db.session, current_app.extensions["duijie.index"])
    click.echo(f"索引已重建：{count} 份文档")


@search_group.command("status")
def search_status() -> None:
    """Show the generation in use and its state."""
    for key, value in asdict(current_app.extensions["duijie.index"].status()).items():
        click.echo(f"{key}: {value}")


@click.command("worker")
@with_appcontext
def worker_command() -> None:
    """Drain the outbox until stopped: index, mail, timers."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    instance = Path(current_app.config["INSTANCE"])
    with sole_worker(db.engine, instance / "worker.lock") as holds_place:
        run_until_stopped(
            current_app.extensions["duijie.worker"], lambda: db.session(), holds_place
        )


@click.command("setup")
@with_appcontext
def setup_command() -> None:
    """Migrate; in demo mode load the demonstration into an empty database; mend index and pool; compile the loops."""
    upgrade()
    fresh = current_app.config["DEMO"] and is_empty(db.session)
    if fresh:
        load_demo(db.session, demo_places(current_app.config))
        db.session.commit()
        click.echo("演示数据已装入。")
    index = current_app.extensions["duijie.index"]
    (rebuild if fresh else reconcile)(db.session, index)
    db.session.commit()
    look_after_pool(db.session)
    rehearse(load_lexicon(), shipped_vocabulary(), load_weights(), beijing_today(now()))
    if fresh:
        load_learning(db.session, index)
        db.session.commit()


@click.command("serve")
@click.option("--port", default=8000, show_default=True, help="Port on 127.0.0.1.")
@with_appcontext
def serve_command(port: int) -> None:
    """Run web and worker together on this machine."""
    click.echo(
        f"{current_app.config['SITE_NAME']} 已启动： http://127.0.0.1:{port}/  （Ctrl-C 停止）"
    )
    if current_app.config["DEMO"]:
        show_sign_ins()
    db.session.remove()
    db.engine.dispose()
    raise SystemExit(serve(port))


def install_commands(app: Flask) -> None:
    """Register every room's commands on the application."""
    for command in (worker_command, setup_command, serve_command):
        app.cli.add_command(command)
    match_group.add_command(need_command)
    match_group.add_command(pool_command)
    match_group.add_command(fit_command)
    match_group.add_command(measure_command)
    for group in (
        applications_group,
        accounts_group,
        calls_group,
        search_group,
        demo_group,
        match_group,
        needs_group,
        editions_group,
        embeddings_group,
    ):
        app.cli.add_command(group)
