"""The provider's pages: my applications, where one stands, what was handed in, taking it back."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..audit.queries import list_trail
from ..calls.policy import is_open
from ..calls.queries import list_open_calls
from ..db import database_now, db, now
from ..errors import NotFound
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from ..web.paging import asked_page, page_of_rows
from ..web.viewer import current_viewer
from . import services
from .asking import Asked, asked_of, in_names, item_names
from .blueprint import room
from .changes import compare
from .editing import material_rows
from .forms import seen_version
from .lifecycle import APPLICATION_LIFECYCLE, STATES, TONES
from .models import Application
from .policy import may_edit, may_take
from .progress import action_name, now_of, timeline_of, words_for_owner
from .queries import (
    find_decision_for_owner,
    get_own_application,
    get_snapshot,
    list_decisions,
    own_applications,
)


@room.get("/my/applications/", permission="own:application:view")
def mine() -> ResponseReturnValue:
    """List the applications of the viewer's organisation: whose turn, what next, by when."""
    viewer, today = current_viewer(), beijing_today(now())
    page = page_of_rows(db.session, own_applications(viewer), asked_page())
    office = current_app.config["BUREAU_NAME"]
    rows = [
        {
            "application": item,
            "now": now_of(item, list_decisions(db.session, item), office, today),
            "editable": may_edit(viewer, item),
        }
        for item in page.items
    ]
    taken = {row["application"].call_id for row in rows if row["application"].state != "withdrawn"}
    return render_template(
        "pages/applications/mine.html",
        page=page,
        rows=rows,
        today=today,
        calls=[call for call in list_open_calls(db.session) if call.id not in taken],
        states=STATES,
        tones=TONES,
    )


@room.get("/my/applications/<number>", permission="own:application:view")
def show(number: str) -> ResponseReturnValue:
    """Show where the application stands, what comes, and what was decided on it."""
    viewer, today = current_viewer(), beijing_today(now())
    application = get_own_application(db.session, viewer, number)
    asked = asked_of(db.session, application)
    words = list_decisions(db.session, application)
    flow = {
        **get_rules(db.session, "notice_rules", today).body,
        **get_rules(db.session, "application_flow", today).body,
    }
    names = item_names(application, asked)
    trail = list_trail(db.session, "application", application.id)
    told = now_of(application, words, current_app.config["BUREAU_NAME"], today)
    told = replace(told, text=in_names(told.text, names))
    return render_template(
        "pages/applications/show.html",
        application=application,
        call=application.call,
        rubric=asked.rubric,
        asked=asked,
        now=told,
        timeline=timeline_of(application, trail, flow),
        words=[
            (item, action_name(item.action), in_names(item.reason, names))
            for item in words_for_owner(words)
        ],
        materials=material_rows(application, asked),
        decision=find_decision_for_owner(db.session, application),
        editable=may_edit(viewer, application),
        withdrawable=_withdrawable(application),
        appeal=_appeal_offer(application),
        states=STATES,
        tones=TONES,
    )


def _withdrawable(application: Application) -> bool:
    arrow = APPLICATION_LIFECYCLE.transition("withdraw")
    return application.state in arrow.sources and may_take(
        current_viewer(), application, "withdraw"
    )


def _appeal_offer(application: Application) -> tuple[str, str] | None:
    """Return the word and address for appealing, or for following the appeal; None for neither.

    Appeals are of an upper room, which answers for itself.
    """
    offer = current_app.extensions.get("duijie.appeal_offer")
    return offer(application) if offer else None


@room.get("/my/applications/<number>/snapshots/<int:ordinal>", permission="own:application:view")
def snapshot(number: str, ordinal: int) -> ResponseReturnValue:
    """Show what was handed in, word for word, and what changed since the time before."""
    application = get_own_application(db.session, current_viewer(), number)
    frozen = get_snapshot(application, ordinal)
    asked = asked_of(db.session, application)
    names = names_for(asked)
    changes = []
    if ordinal > 1:
        before = get_snapshot(application, ordinal - 1)
        changes = compare(before.body, frozen.body, names)
    return render_template(
        "pages/applications/snapshot.html",
        application=application,
        snapshot=frozen,
        body=frozen.body,
        asked=asked,
        names=names,
        changes=changes,
    )


def names_for(asked: Asked) -> dict[str, str]:
    """Return the names by code that changes and snapshots are shown with."""
    return asked.names


@room.get("/my/applications/<number>/withdraw", permission="own:application:submit")
def confirm_withdrawal(number: str) -> ResponseReturnValue:
    """Ask once more before the application is taken back for good."""
    application = _to_withdraw(number)
    return render_template(
        "pages/applications/withdraw.html",
        application=application,
        reopens=is_open(application.call, database_now(db.session)),
        states=STATES,
    )


def _to_withdraw(number: str) -> Application:
    application = get_own_application(db.session, current_viewer(), number)
    if not _withdrawable(application):
        raise NotFound("这份申请现在不能撤回。", next_step="请回到申请页面查看现在可以办理的事项。")
    return application


@room.post("/my/applications/<number>/withdraw", permission="own:application:submit")
def withdraw(number: str) -> ResponseReturnValue:
    """Take the application back."""
    application = _to_withdraw(number)
    services.withdraw_application(
        db.session,
        current_viewer(),
        application,
        reason=request.form.get("reason", "")[:500],
        seen_version=seen_version(request.form),
    )
    flash(_("申请%(number)s已撤回。", number=number), "success")
    return redirect(url_for("applications.show", number=number), 303)
