"""What the page of an application offers its owner of this room: to appeal, or to follow it."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from ...applications.models import Application
from ...db import database_now, db
from ...web.filters import show_date
from ...web.viewer import current_viewer
from ..appeal_queries import appeal_of, window_of
from ..policy import may_appeal


def appeal_offer(application: Application) -> tuple[str, str] | None:
    """Return the word and address of the appeal; None when there is none and none can be filed."""
    session, viewer = db.session, current_viewer()
    address = url_for("notices.appeal", number=application.number)
    filed = appeal_of(session, application.id)
    if filed is not None:
        return (_("看申诉进展") if filed.state == "open" else _("看申诉结果")), address
    if not may_appeal(viewer, application.organisation_id, application.state):
        return None
    window = window_of(session, application)
    if not window.is_open(database_now(session)):  # type: ignore[arg-type]
        return None
    if window.last_day is None:
        return _("提出申诉（只有一次）"), address
    day = show_date(window.last_day)
    return _("提出申诉（只有一次，%(day)s前）", day=day), address
