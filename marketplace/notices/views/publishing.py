"""The questions before a notice is published or cancelled, and listing who stood in it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import database_now, db
from ...errors import DuijieError
from ...web.filters import beijing_today
from ...web.viewer import current_viewer
from ...workdays.queries import get_calendar
from ..blueprint import room
from ..forms import ReasonForm, whole_number
from ..models import PublicNotice
from ..period import countdown, reckon_period
from ..policy import may_publish_notice
from ..queries import get_desk_notice, not_found, notice_problems, notice_rules
from ..services import cancel_notice, list_entries, publish_notice

PUBLISH = "unit:notice:publish"


def _publishable(notice_id: int) -> PublicNotice:
    notice = get_desk_notice(db.session, current_viewer(), notice_id)
    if not may_publish_notice(current_viewer(), notice):
        raise not_found()
    return notice


@room.get("/desk/notices/<int:notice_id>/publish", permission=PUBLISH)
def confirm_publish(notice_id: int) -> ResponseReturnValue:
    """Show what publishing does, with the days it would run if published today."""
    notice = _publishable(notice_id)
    return render_template(
        "pages/notices/publish.html",
        notice=notice,
        total=len(notice.entries),
        **_preview(notice),
    )


def _preview(notice: PublicNotice) -> dict[str, Any]:
    """Return the period as of today, or why it cannot be reckoned, and what else is wrong."""
    today = beijing_today(database_now(db.session))  # type: ignore[arg-type]
    calendar = get_calendar(db.session, today)
    least = notice_rules(db.session, today).body["working_days_least"]
    problems = notice_problems(db.session, notice)
    try:
        period = reckon_period(calendar, today, notice.working_days, least)
    except DuijieError as error:
        return {"problems": [*problems, error.what + error.next_step], "days": [], "period": None}
    days = countdown(calendar, today, period.last_day, today)
    return {"problems": problems, "days": days, "period": period}


@room.post("/desk/notices/<int:notice_id>/publish", permission=PUBLISH)
def publish(notice_id: int) -> ResponseReturnValue:
    """Publish a draft."""
    notice = _publishable(notice_id)
    seen = whole_number(request.form.get("version"))
    publish_notice(db.session, current_viewer(), notice, seen_version=seen)
    flash(
        _(
            "公示%(number)s已发布，%(day)s 24:00期满。",
            number=notice.number,
            day=notice.last_day.isoformat() if notice.last_day else "",
        ),
        "success",
    )
    return redirect(url_for("notices.edit", notice_id=notice_id), 303)


@room.get("/desk/notices/<int:notice_id>/cancel", permission=PUBLISH)
def confirm_cancel(notice_id: int) -> ResponseReturnValue:
    """Ask for the reason a notice is cancelled for."""
    notice = _publishable(notice_id)
    form = ReasonForm(formdata=None, version=notice.version)
    return render_template("pages/notices/cancel.html", notice=notice, form=form)


@room.post("/desk/notices/<int:notice_id>/cancel", permission=PUBLISH)
def cancel(notice_id: int) -> ResponseReturnValue:
    """Cancel a draft or a running notice."""
    notice, form = _publishable(notice_id), ReasonForm()
    if not form.validate_on_submit():
        return render_template("pages/notices/cancel.html", notice=notice, form=form), 422
    seen = whole_number(form.version.data)
    cancel_notice(db.session, current_viewer(), notice, form.text.data, seen_version=seen)
    flash(_("公示已取消，名单中的申请回到待公示。"), "success")
    return redirect(url_for("notices.edit", notice_id=notice_id), 303)


@room.post("/desk/notices/<int:notice_id>/list", permission=PUBLISH)
def list_settled(notice_id: int) -> ResponseReturnValue:
    """List all whom nothing holds up."""
    notice = _publishable(notice_id)
    listed = list_entries(db.session, current_viewer(), notice)
    flash(_("%(n)s家已入库，并已通知企业。", n=listed.count), "success")
    for name, why in listed.left:
        flash(_("%(name)s没有入库：%(why)s", name=name, why=why), "error")
    return redirect(url_for("notices.edit", notice_id=notice_id), 303)
