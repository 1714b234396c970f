"""The full report of an application (卷宗): what every room knows of it, on paper."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from ..applications.queries import get_desk_application
from ..assessments.report_sections import report_sections as assessed
from ..db import db, now
from ..formal_review.report_sections import report_sections as reviewed
from ..formal_review.report_sections import trail_section
from ..notices.report_sections import report_sections as publicised
from ..web.filters import beijing_today
from ..web.viewer import current_viewer
from .blueprint import room


@room.get("/desk/applications/<number>/report", permission="unit:application:view")
def application_report(number: str) -> ResponseReturnValue:
    """Show the whole of an application, from what was handed in to the audit trail."""
    application = get_desk_application(db.session, current_viewer(), number)
    return render_template(
        "pages/board/report.html",
        application=application,
        made_at=now(),
        sections=[
            *reviewed(db.session, application, beijing_today(now())),
            *assessed(db.session, application),
            *publicised(db.session, application),
            trail_section(db.session, application),
        ],
    )
