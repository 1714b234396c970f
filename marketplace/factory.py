"""Wires everything into one application; only wsgi.py and tests import it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from . import cli
from .accounts import models as _accounts  # noqa: F401 -- the tables of all rooms, for migrations
from .accounts import views as accounts
from .accounts.letters import post_office
from .accounts.mail import send_mail
from .accounts.security import install_security, load_viewer
from .applications import models as _applications  # noqa: F401
from .applications import views as applications
from .applications.letters import tell_applicants
from .assessments import models as _assessments  # noqa: F401
from .assessments import views as assessments
from .audit import models as _audit  # noqa: F401
from .board import views as board
from .calls import models as _calls  # noqa: F401
from .calls import views as calls
from .calls.services import CHANGE_TOPIC as CALL_TOPIC
from .calls.services import open_and_close_due
from .catalogue import models as _catalogue  # noqa: F401
from .catalogue import views as catalogue
from .catalogue.indexing import look_after, reconcile
from .config import read_config
from .db import db
from .editions import models as _editions  # noqa: F401
from .editions import views as editions
from .embeddings import models as _embeddings  # noqa: F401
from .embeddings.background import Background, tidy
from .embeddings.settings import settings_of
from .evidence import models as _evidence  # noqa: F401
from .evidence.services import sweep_evidence
from .formal_review import models as _formal_review  # noqa: F401
from .formal_review import views as formal_review
from .formal_review.services import CHECK_TOPIC as FORMAL_REVIEW_TOPIC
from .formal_review.services import lapse_due_supplements, run_due_checks
from .home import views as home
from .home.navigation import ENGLISH_PAGES, page_context
from .listings import models as _listings  # noqa: F401
from .listings import views as listings
from .listings.timers import look_after_listings
from .needlists import models as _needlists  # noqa: F401
from .needlists import views as needlists
from .needlists.services.checking import CHECK_TOPIC, run_checks
from .needlists.services.committing import COMMIT_TOPIC, run_commits
from .needlists.services.receiving import SWEEP_TOPIC, sweep_uploads
from .needs import models as _needs  # noqa: F401
from .needs import views as needs
from .needs.services import expire_due
from .notices import models as _notices  # noqa: F401
from .notices import views as notices
from .notices.services import end_due_notices
from .numbering import models as _numbering  # noqa: F401
from .outbox import models as _outbox  # noqa: F401
from .outbox.worker import Worker, beat
from .providers import models as _providers  # noqa: F401
from .providers import views as providers
from .recommendations import fit_models as _fits  # noqa: F401
from .recommendations import models as _recommendations  # noqa: F401
from .recommendations import views as recommendations
from .recommendations.comparing import COMPARE_TOPIC, run_comparisons
from .recommendations.fit_letters import send_digests
from .recommendations.fit_services import FitWatch
from .recommendations.pool import keep_pool_in, look_after_pool
from .rubrics import models as _rubrics  # noqa: F401
from .rubrics import views as rubrics
from .rules import models as _rules  # noqa: F401
from .rules import views as rules
from .search.index import SearchIndex
from .taxonomy import models as _taxonomy  # noqa: F401
from .web.assets import install_assets
from .web.errors import install_error_pages
from .web.filters import install_filters
from .web.headers import install_headers
from .web.locale import install_locale, select_locale
from .web.routes import install_input_check, install_read_only
from .web.translations import install_translations
from .web.viewer import install_viewer_loader

ROOT = Path(__file__).resolve().parent.parent

ROOMS = (
    accounts.room,
    applications.room,
    assessments.room,
    board.room,
    calls.room,
    catalogue.room,
    editions.room,
    formal_review.room,
    home.room,
    listings.room,
    needlists.room,
    needs.room,
    notices.room,
    providers.room,
    recommendations.room,
    rubrics.room,
    rules.room,
)


def create_app(
    environ: Mapping[str, str] | None = None, overrides: Mapping[str, Any] | None = None
) -> Flask:
    """Return the application for an environment (default: the process's own)."""
    environ = os.environ if environ is None else environ
    instance = Path(environ.get("DUIJIE_INSTANCE", ROOT / "instance")).resolve()
    app = Flask(
        __name__,
        instance_path=str(instance),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.update(read_config(environ, instance))
    app.config.update(overrides or {})
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    _install(app)
    for room in ROOMS:
        app.register_blueprint(room)
    cli.install_commands(app)
    return app


def _install(app: Flask) -> None:
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    Babel(
        app,
        default_translation_directories=str(ROOT / "translations"),
        locale_selector=select_locale,
    )
    CSRFProtect(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions["duijie.index"] = SearchIndex(app.config["INDEX_PATH"])
    app.extensions["duijie.worker"] = _worker(app)
    with app.app_context():
        keep_pool_in(app.config["POOL_PATH"], str(db.engine.url))
    install_viewer_loader(app, load_viewer)
    install_read_only(app)
    install_input_check(app)
    install_locale(app, ENGLISH_PAGES)
    install_security(app)
    install_error_pages(app)
    install_headers(app)
    install_filters(app)
    install_assets(app)
    install_translations(app)
    app.context_processor(page_context)


def _worker(app: Flask) -> Worker:
    """Return what the worker does after commits, and how often it looks after things itself."""
    index: SearchIndex = app.extensions["duijie.index"]
    office = post_office(app.config)
    uploads: Path = app.config["UPLOAD_FOLDER"]
    return Worker(
        handlers={
            CALL_TOPIC: tell_applicants,
            "index": lambda session, _payloads: reconcile(session, index),
            "mail": lambda session, payloads: send_mail(session, payloads, office),
            CHECK_TOPIC: lambda session, payloads: run_checks(session, payloads, uploads),
            COMMIT_TOPIC: run_commits,
            COMPARE_TOPIC: lambda session, payloads: run_comparisons(session, payloads, index),
            FORMAL_REVIEW_TOPIC: run_due_checks,
            SWEEP_TOPIC: lambda session, _payloads: sweep_uploads(session, uploads),
        },
        timers=(
            (0.5, look_after_pool),
            (2.0, beat),
            (3.0, Background(settings_of(app.config)).look_after),
            (20.0, open_and_close_due),
            (300.0, lambda session: look_after(session, index)),
            (30.0, FitWatch(index).note_new),
            (60.0, end_due_notices),
            (600.0, expire_due),
            (600.0, look_after_listings),
            (600.0, lapse_due_supplements),
            (600.0, lambda session: send_digests(session, index, app.config["PUBLIC_URL"])),
            (3600.0, tidy),
            (3600.0, lambda session: sweep_uploads(session, uploads)),
            (3600.0, lambda session: sweep_evidence(session, uploads / "evidence")),
        ),
    )
