"""The owner's side: my needs, taking one back or renewing it, who may see it."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db, now
from ..errors import NotFound
from ..permissions import Viewer
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from ..web.paging import asked_page, page_of_rows
from ..web.viewer import current_viewer
from . import services
from .blueprint import room
from .editing import full_view, section_url
from .fields import seen_version
from .models import Need
from .policy import may_edit
from .progress import now_of
from .public_views import offered_actions
from .quality import score_need
from .queries import get_masker, get_own_need, list_decisions, own_needs
from .steps import flow_rules

_VERBS = {
    "recall": services.recall_need,
    "renew": services.renew_need,
    "renew_internal": services.renew_need,
    "withdraw": services.withdraw_need,
}


@room.get("/my/needs/", permission="own:need:view")
def mine() -> ResponseReturnValue:
    """List the needs of the viewer's organisation: whose turn, what next, by when."""
    viewer, today = current_viewer(), beijing_today(now())
    page = page_of_rows(db.session, own_needs(viewer), asked_page())
    flow = flow_rules(db.session, today)
    masker = get_masker(db.session, today)
    rules = get_rules(db.session, "need_quality", today).body
    office = current_app.config["BUREAU_NAME"]
    rows = [
        {
            "need": full_view(need, masker),
            "now": now_of(need, list_decisions(db.session, need), flow, office, today),
            "score": score_need(need, rules).score,
            "editable": may_edit(viewer, need),
            "updated_at": need.updated_at,
        }
        for need in page.items
    ]
    return render_template("pages/needs/mine.html", page=page, rows=rows, today=today)


@room.get("/my/needs/<number>/confirm/<action>", permission="own:need:submit")
def confirm(number: str, action: str) -> ResponseReturnValue:
    """Ask once more before something that changes who deals with the need."""
    need, label = _offered(current_viewer(), number, action)
    masker = get_masker(db.session, beijing_today(now()))
    return render_template(
        "pages/needs/confirm.html", need=full_view(need, masker), action=action, label=label
    )


def _offered(viewer: Viewer, number: str, action: str) -> tuple[Need, str]:
    need = get_own_need(db.session, viewer, number)
    offered = dict(offered_actions(viewer, need, flow_rules(db.session, beijing_today(now()))))
    if action not in offered:
        raise NotFound(
            "这条需求现在没有这项操作。", next_step="请回到需求页面查看现在可以办理的事项。"
        )
    return need, offered[action]


@room.post("/my/needs/<number>/confirm/<action>", permission="own:need:submit")
def act(number: str, action: str) -> ResponseReturnValue:
    """Recall, renew or withdraw the need."""
    viewer = current_viewer()
    need, label = _offered(viewer, number, action)
    _VERBS[action](db.session, viewer, need, seen_version=seen_version(request.form))
    flash(_("需求%(number)s：%(label)s已办理。", number=need.number, label=label), "success")
    if action == "recall":
        return redirect(section_url(need, "check"), 303)
    return redirect(url_for("needs.show", number=need.number), 303)
