"""The same step for many applications: each stands alone, and each tells how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..applications.models import Application
from ..errors import DuijieError
from ..permissions import Viewer
from .services import assign_handler, pass_formal


@dataclass(frozen=True, slots=True)
class Result:
    """How it went with one application: done, or why not."""

    number: str
    name: str
    done: bool
    words: str


def pass_all(session: Session, actor: Viewer, applications: Sequence[Application]) -> list[Result]:
    """Pass all that can be passed; those that cannot stay as they are, with the reason."""
    return [
        _tried(
            session,
            application,
            _("已通过，转专家评审"),
            lambda row: pass_formal(session, actor, row, seen_version=row.version),
        )
        for application in applications
    ]


def assign_all(
    session: Session, actor: Viewer, applications: Sequence[Application], handler_id: int
) -> list[Result]:
    """Give all of them to one person of the office."""

    def assign(row: Application) -> None:
        assign_handler(session, actor, row, handler_id, seen_handler_id=row.handler_id)

    return [_tried(session, item, _("已分办"), assign) for item in applications]


def _tried(
    session: Session,
    application: Application,
    words: str,
    step: Callable[[Application], None],
) -> Result:
    number, name = application.number, application.organisation.name
    try:
        with session.begin_nested():
            step(application)
    except DuijieError as refused:
        return Result(number, name, False, _(refused.what) if refused.what else refused.title)
    return Result(number, name, True, words)
