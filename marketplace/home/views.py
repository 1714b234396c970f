"""The pages everybody sees first."""

from __future__ import annotations

from flask import current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from ..db import db
from ..permissions import PUBLIC
from ..web.routes import Room
from .health import get_health

room = Room("home", __name__)


@room.get("/", permission=PUBLIC)
def index() -> ResponseReturnValue:
    """Show the front page."""
    return render_template("pages/home/index.html")


@room.get("/healthz", permission=PUBLIC)
def healthz() -> ResponseReturnValue:
    """Answer 200 with the state of database, index and worker; 503 when the database is away."""
    health = get_health(db.session, current_app.extensions["duijie.index"])
    return jsonify(health.body), health.status
