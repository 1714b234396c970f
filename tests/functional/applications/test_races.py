"""People who press at the same moment: one snapshot, one application."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.applications import services
from marketplace.applications.models import Application, ApplicationSnapshot
from marketplace.calls.models import Call
from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.permissions import Viewer
from tests.functional.needlists.test_races import at_once

Make = Callable[..., Application]


def test_two_who_submit_at_once_make_one_snapshot(
    app: Flask, session: Session, actor: Viewer, ready: Make
) -> None:
    application_id, version = (application := ready()).id, application.version
    session.commit()

    def submit() -> None:
        mine = db.session.get_one(Application, application_id)
        services.submit_application(db.session, actor, mine, seen_version=version)

    assert at_once(app, [submit] * 4) == ["Conflict", "Conflict", "Conflict", "done"]
    assert session.scalar(select(func.count(ApplicationSnapshot.id))) == 1


def test_two_who_begin_at_once_make_one_application(
    app: Flask, session: Session, actor: Viewer, create_call: Callable[..., Call]
) -> None:
    call_id = create_call().id
    session.commit()

    def start() -> None:
        try:
            services.start_application(db.session, actor, db.session.get_one(Call, call_id))
        except IntegrityError as error:
            raise Conflict("begun by somebody else") from error

    assert at_once(app, [start] * 4) == ["Conflict", "Conflict", "Conflict", "done"]
    assert session.scalar(select(func.count(Application.id))) == 1
